import type { EventRow } from "../../core/api/client.ts";
import { command, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { withAuth } from "./auth.ts";
import { eventsView, searchFlags } from "./event-text.ts";
import { globals } from "./globals.ts";

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
      ...searchFlags(cx, "Only this user's events"),
    },
    async run({ args }) {
      const { event, user, from, to, limit } = args;
      const query = { ...(event && { event }), ...(user && { user }), ...(from && { from }), ...(to && { to }), limit };
      const events = await withAuth(cx, args, (api) => api.searchEvents(query));
      await cx.print<EventRow[]>(events, eventsView);
    },
  });
