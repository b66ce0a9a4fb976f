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
  .openapi({ type: "integer", minimum: 1, maximum: 999_999, description: "At most so many, the newest." });

/** What `tctl tms` asks on the server's machine. */
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
        user: f.optional(f.text({ description: "Who did it.", example: "default/portal", max: 1024 })),
        from: f.optional(moment("From this time on.")),
        to: f.optional(moment("Before.")),
        limit: f.optional(limit),
      },
      response: {
        events: z
          .array(z.custom<AuditEvent>().openapi({ type: "object" }))
          .openapi({ description: "In the order in which they were written." }),
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
      summary: "Look whether the audit log is as it was written",
      response: {
        ok: z.boolean().openapi({ description: "Whether it is.", example: true }),
        records: f.count("How many records were read."),
        problem: f.word("The first record that was changed, lost or moved.", "…").optional(),
      },
    },
    ({ tms }) => tms.audit.verify(),
  ),
];
