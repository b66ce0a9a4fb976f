import type { EventRow } from "../../core/api/client.ts";
import { command, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { table } from "../output.ts";
import { withAuth } from "./auth.ts";
import { eventCells, moment } from "./event-text.ts";
import { globals } from "./globals.ts";
import { wholeNumber } from "./words.ts";

/** `tctl audit search`: events by kind, user and time, the newest last. */
export const auditSearch = (cx: Context) =>
  command({
    meta: {
      name: "search",
      description: "Search the audit log",
      examples: [
        ["tctl audit search --user=alice --from=24h", "what alice did since yesterday"],
        ["tctl audit search --event=user.login --format=json | jq '.[] | select(.success | not)'", "failed logins"],
      ],
    },
    args: {
      ...globals,
      ...printing,
      event: { type: "string", valueHint: "name", description: "Only this kind of event" },
      user: { type: "string", description: "Only this user's events" },
      from: {
        type: "string",
        parse: moment(cx),
        valueHint: "time",
        description: "From then on: RFC 3339, or 24h for a day ago",
      },
      to: { type: "string", parse: moment(cx), valueHint: "time", description: "Until then" },
      limit: { type: "string", default: "200", parse: wholeNumber, description: "At most so many, the newest" },
    },
    async run({ args }) {
      const { event, user, from, to, limit } = args;
      const query = { ...(event && { event }), ...(user && { user }), ...(from && { from }), ...(to && { to }), limit };
      const events = await withAuth(cx, args, (api) => api.searchEvents(query));
      await cx.print<EventRow[]>(events, {
        text: (rows, style) => table(["time", "event", "code", "user", "what"], rows.map(eventCells), style),
      });
    },
  });
