import type { EventCheck, EventRow } from "../../core/api/schemas.ts";
import { command, group, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { printable } from "../output.ts";
import { withAuth } from "./connect.ts";
import { checkView, eventCells, eventsView, searchFlags } from "./event-text.ts";
import { globals } from "./flags.ts";

export const audit = (cx: Context) =>
  group({
    meta: { name: "audit", description: "Audit log" },
    subCommands: {
      search: async () => auditSearch(cx),
      tail: async () => auditTail(cx),
      verify: async () => auditVerify(cx),
    },
  });

/** `tctl audit search`: events by kind, user and time, the newest last. */
export const auditSearch = (cx: Context) =>
  command({
    meta: {
      name: "search",
      description: "Search the audit log",
      examples: [
        ["tctl audit search --user=alice --from=24h", "alice's events of the last 24 hours"],
        ["tctl audit search --event=user.login --format=json | jq '.[] | select(.success | not)'", "failed logins"],
      ],
    },
    args: {
      ...globals,
      ...printing,
      ...searchFlags(cx, "Only this user's events"),
    },
    async run({ args }) {
      const { event, user, from, to, limit } = args;
      const query = { ...(event && { event }), ...(user && { user }), ...(from && { from }), ...(to && { to }), limit };
      const events = await withAuth(cx, args, (api) => api.searchEvents(query));
      await cx.print<EventRow[]>(events, eventsView);
    },
  });

/** `tctl audit tail`: prints new events until interrupted. With `--format=json`, one object a line. */
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
      event: { type: "string", valueHint: "name", description: "Only events of this type" },
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

/** `tctl audit verify`: verifies the hash chain of the log. Exit status 1 if it was altered. */
export const auditVerify = (cx: Context) =>
  command({
    meta: {
      name: "verify",
      description: "Verify that no audit event was changed, removed or moved",
      examples: [["tctl audit verify || mail -s 'audit log altered' security", ""]],
    },
    args: { ...globals, ...printing },
    async run({ args }) {
      const check = await withAuth(cx, args, (api) => api.verifyEvents());
      await cx.print<EventCheck>(check, checkView);
      return check.ok ? 0 : 1;
    },
  });
