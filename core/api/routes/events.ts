import { lines, type Routes } from "../route.ts";

/** The audit log. */
export const events = {
  emit: {
    method: "POST",
    path: "/v1/events",
    callers: ["node", "proxy"],
    summary: "Append events that the caller reports about itself",
    request: ({ z, submittedEvents }) => z.strictObject({ events: submittedEvents }),
  },
  searchEvents: {
    method: "GET",
    path: "/v1/events",
    callers: ["admin", "user"],
    needs: { resource: "event", verb: "list" },
    summary: "Search events; the newest ones, in the order of time",
    query: ({ z, instant }) =>
      z.object({
        event: z.string().max(64).optional(),
        user: z.string().max(128).optional(),
        /** From this time on. */
        from: instant.optional(),
        /** Before this time. */
        to: instant.optional(),
        limit: z.coerce.number<number>().int().min(1).max(100_000).optional(),
      }),
    reply: ({ z, auditEvent }) => z.array(auditEvent),
  },
  tailEvents: {
    method: "GET",
    path: "/v1/events/tail",
    callers: ["admin", "user"],
    needs: { resource: "event", verb: "list" },
    summary: "Follow events from now on",
    query: ({ z }) => z.object({ event: z.string().optional(), user: z.string().optional() }),
    reply: lines(({ auditEvent }) => auditEvent),
  },
  verifyEvents: {
    method: "GET",
    path: "/v1/events/verify",
    callers: ["admin", "user"],
    needs: { resource: "event", verb: "read" },
    summary: "Verify that no event was changed, removed or moved",
    reply: ({ auditReport }) => auditReport,
  },
} as const satisfies Routes;
