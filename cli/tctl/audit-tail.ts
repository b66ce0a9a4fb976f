import { command, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { printable } from "../output.ts";
import { withAuth } from "./auth.ts";
import { eventCells } from "./event-text.ts";
import { globals } from "./globals.ts";

/** `tctl audit tail`: events as they happen, until interrupted. With `--format=json` one object a line. */
export const auditTail = (cx: Context) =>
  command({
    meta: {
      name: "tail",
      description: "Follow the audit log",
      examples: [
        ["tctl audit tail", ""],
        ["tctl audit tail --format=json | jq -c 'select(.code | endswith(\"W\"))'", "warnings, one object a line"],
      ],
    },
    args: {
      ...globals,
      format: { ...printing.format, options: ["text", "json"] },
      event: { type: "string", valueHint: "name", description: "Only this kind of event" },
      user: { type: "string", description: "Only this user's events" },
    },
    async run({ args }) {
      const { event, user } = args;
      const query = { ...(event && { event }), ...(user && { user }) };
      await withAuth(cx, args, async (api) => {
        for await (const row of api.tailEvents(query, new AbortController().signal))
          cx.write(`${args.format === "json" ? JSON.stringify(row) : printable(eventCells(row).join("  "))}\n`);
      });
    },
  });
