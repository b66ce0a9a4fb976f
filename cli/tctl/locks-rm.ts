import { command } from "../command.ts";
import type { Context } from "../context.ts";
import { withAuth } from "./auth.ts";
import { globals } from "./globals.ts";

/** `tctl locks rm`. */
export const locksRm = (cx: Context) =>
  command({
    meta: { name: "rm", description: "Remove locks", examples: [["tctl locks rm 5f1c…", "as tctl locks ls names it"]] },
    args: { ...globals, names: { type: "positional", multiple: true, description: "Names of locks" } },
    async run({ args }) {
      await withAuth(cx, args, async (api) => {
        for (const name of args.names) {
          await api.remove("lock", name);
          cx.tell(`removed the lock ${name}`);
        }
      });
    },
  });
