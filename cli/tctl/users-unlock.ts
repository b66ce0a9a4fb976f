import { command } from "../command.ts";
import type { Context } from "../context.ts";
import { withAuth } from "./auth.ts";
import { globals } from "./globals.ts";

/** `tctl users unlock`: ends the lock that wrong answers brought about. */
export const usersUnlock = (cx: Context) =>
  command({
    meta: {
      name: "unlock",
      description: "Let a user try again who was locked after five wrong answers",
      examples: [["tctl users unlock alice", ""]],
    },
    args: { ...globals, name: { type: "positional", description: "User name" } },
    async run({ args }) {
      await withAuth(cx, args, (api) => api.unlockUser(args.name));
      cx.tell(`${args.name} may try again`);
    },
  });
