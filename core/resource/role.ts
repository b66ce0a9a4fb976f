import { z } from "zod";
import { parseDuration } from "../duration.ts";
import { plainName } from "../names.ts";
import { envelope } from "./resource.ts";

/** A duration as a person writes it: `8h30m`. */
export const duration = z.string().refine(isDuration, "expected a duration such as 30m, 12h or 7d");

/** One value or several; `*` is any, `^…$` a regular expression. */
const pattern = z.string().max(1024).refine(isPattern, "not a valid regular expression");
const labelPatterns = z.record(z.string(), z.union([pattern, z.array(pattern)]));

/** May contain `{{internal.logins}}` or `{{external.NAME}}`; what it expands to is checked when it is used. */
const loginTemplate = z.string().min(1).max(256);

const conditions = z.strictObject({
  logins: z.array(loginTemplate).default([]),
  node_labels: labelPatterns.default({}),
  app_labels: labelPatterns.default({}),
  rules: z
    .array(z.strictObject({ resources: z.array(z.string()).min(1), verbs: z.array(z.string()).min(1) }))
    .default([]),
  request: z.strictObject({ roles: z.array(z.string()).default([]) }).optional(),
});

/** What a role allows and refuses. What it leaves out is refused, so the empty role opens nothing. */
export const role = envelope(
  "role",
  plainName,
  z.strictObject({
    allow: conditions.prefault({}),
    deny: conditions.prefault({}),
    options: z
      .strictObject({
        max_session_ttl: duration.optional(),
        forward_agent: z.boolean().optional(),
        port_forwarding: z.boolean().optional(),
        permit_x11_forwarding: z.boolean().optional(),
        client_idle_timeout: duration.optional(),
        disconnect_expired_cert: z.boolean().optional(),
        max_connections: z.int().min(0).optional(),
        max_sessions: z.int().min(0).optional(),
        require_session_mfa: z.boolean().optional(),
        source_addresses: z.array(z.union([z.cidrv4(), z.cidrv6()])).optional(),
      })
      .prefault({}),
  }),
);
export type Role = z.output<typeof role>;
export type RoleConditions = z.output<typeof conditions>;

function isDuration(text: string): boolean {
  try {
    return parseDuration(text) > 0;
  } catch {
    return false;
  }
}

function isPattern(text: string): boolean {
  if (!text.startsWith("^") || !text.endsWith("$")) return true;
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
