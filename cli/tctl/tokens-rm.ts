import { command } from "../command.ts";
import type { Context } from "../context.ts";
import { withAuth } from "./auth.ts";
import { globals } from "./globals.ts";

/** `tctl tokens rm`: by value or by the name in the list. */
export const tokensRm = (cx: Context) =>
  command({
    meta: {
      name: "rm",
      description: "Remove a join token",
      examples: [["tctl tokens rm sha256-0123456789ab", "as tctl tokens ls names it"]],
    },
    args: { ...globals, name: { type: "positional", description: "The token, or its name in the list" } },
    async run({ args }) {
      await withAuth(cx, args, (api) => api.remove("token", args.name));
      cx.tell("removed the token");
    },
  });
