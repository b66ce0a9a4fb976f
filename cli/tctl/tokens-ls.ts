import type { Token } from "../../core/resource/token.ts";
import { command, listing } from "../command.ts";
import type { Context } from "../context.ts";
import { table } from "../output.ts";
import { withAuth } from "./auth.ts";
import { globals } from "./globals.ts";

/** `tctl tokens ls`: what is open; values only on demand. */
export const tokensLs = (cx: Context) =>
  command({
    meta: {
      name: "ls",
      description: "List join tokens, without their values",
      examples: [
        ["tctl tokens ls", ""],
        ["tctl tokens ls --with-secrets", "with the values, on auth's own machine"],
      ],
    },
    args: {
      ...globals,
      ...listing,
      "with-secrets": { type: "boolean", description: "Show the values" },
    },
    async run({ args }) {
      const tokens = await withAuth(cx, args, (api) => api.list("token", args["with-secrets"]));
      await cx.print<Token[]>(tokens, {
        text: (rows, style) =>
          table(
            ["token", "roles", "uses", "expires"],
            rows.map(({ metadata, spec }) => [
              metadata.name,
              spec.roles.join(","),
              spec.uses === undefined ? "any" : String(spec.uses),
              metadata.expires ?? "never",
            ]),
            style,
          ),
        names: (rows) => rows.map((row) => row.metadata.name),
      });
    },
  });
