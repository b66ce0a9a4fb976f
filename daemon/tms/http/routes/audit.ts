import { z } from "@hono/zod-openapi";
import type { AuditEvent } from "../../../../core/audit/event.ts";
import * as f from "../field-types.ts";
import { type Route, route } from "../route.ts";

const common = { tag: "Audit", callers: "operator", checks: "operator", addition: true } as const;

const moment = (description: string) =>
  z.iso
    .datetime("expected a time such as 2026-11-20T12:00:00Z")
    .transform((text) => new Date(text))
    .openapi({ type: "string", format: "date-time", description });
const limit = z
  .string()
  .regex(/^[1-9]\d{0,5}$/, "expected a number from 1 to 999999")
  .transform(Number)
  .openapi({
    type: "integer",
    minimum: 1,
    maximum: 999_999,
    description: "The maximum number of events; the newest are returned.",
  });

const logReport = z.object({
  id: f.word("The UUID of the log.", "…"),
  ok: z.boolean().openapi({ description: "Whether it was verified and is unchanged.", example: true }),
  records: f.count("The number of unchanged records."),
  problem: f.word("The first record that was changed, lost or moved.", "…").optional(),
  absent: z
    .boolean()
    .optional()
    .openapi({ description: "Whether the log is on another server, and was not verified." }),
});

/** The audit log, for `tctl tms events` on the server's machine. */
export const audit: readonly Route[] = [
  route(
    {
      ...common,
      id: "searchEvents",
      method: "get",
      path: "/tms/events",
      summary: "Search the audit log",
      query: {
        event: f.optional(f.text({ description: "The event's name.", example: "tms.key.create" })),
        user: f.optional(f.text({ description: "The actor.", example: "default/portal", max: 1024 })),
        from: f.optional(moment("Events from this time on.")),
        to: f.optional(moment("Events before this time.")),
        limit: f.optional(limit),
      },
      response: {
        events: z
          .array(z.custom<AuditEvent>().openapi({ type: "object" }))
          .openapi({ description: "In the order in which they were recorded." }),
      },
    },
    async ({ tms, query }) => ({ events: await tms.audit.search(query) }),
  ),
  route(
    {
      ...common,
      id: "verifyEvents",
      method: "get",
      path: "/tms/events/verify",
      summary: "Verify the hash chain of the audit log",
      response: {
        ok: z.boolean().openapi({ description: "Whether every log was verified and is unchanged.", example: true }),
        records: f.count("The number of records read."),
        problem: f.word("The first record that was changed, lost or moved, or the log that is absent.", "…").optional(),
        logs: z.array(logReport).openapi({ description: "The report on each log that the store knows." }),
      },
    },
    ({ tms }) => tms.audit.verify(),
  ),
];
