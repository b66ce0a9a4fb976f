import type { Lock } from "../../core/resource/lock.ts";
import { command, listing } from "../command.ts";
import type { Context } from "../context.ts";
import { table } from "../output.ts";
import { withAuth } from "./auth.ts";
import { globals } from "./globals.ts";
import { labelText } from "./nodes-ls.ts";

/** `tctl locks ls`. */
export const locksLs = (cx: Context) =>
  command({
    meta: { name: "ls", description: "List the locks in force", examples: [["tctl locks ls", ""]] },
    args: { ...globals, ...listing },
    async run({ args }) {
      const locks = await withAuth(cx, args, (api) => api.list("lock"));
      await cx.print<Lock[]>(locks, {
        text: (rows, style) =>
          table(
            ["lock", "target", "expires", "message"],
            rows.map(({ metadata, spec }) => [
              metadata.name,
              labelText(spec.target as Record<string, string>),
              metadata.expires ?? "never",
              spec.message ?? "",
            ]),
            style,
          ),
        names: (rows) => rows.map((row) => row.metadata.name),
      });
    },
  });
