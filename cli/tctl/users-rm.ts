import { command } from "../command.ts";
import type { Context } from "../context.ts";
import { withAuth } from "./auth.ts";
import { globals } from "./globals.ts";
import { words } from "./words.ts";

/** `tctl users rm`: the user, and every certificate they hold, end now. */
export const usersRm = (cx: Context) =>
  command({
    meta: {
      name: "rm",
      description: "Remove users; their certificates stop working at once",
      examples: [["tctl users rm alice bob", ""]],
    },
    args: {
      ...globals,
      names: { type: "positional", multiple: true, description: "User names" },
    },
    async run({ args }) {
      await withAuth(cx, args, async (api) => {
        for (const name of args.names.flatMap(words)) {
          await api.remove("user", name);
          cx.tell(`removed the user ${name}`);
        }
      });
    },
  });
