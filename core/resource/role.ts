import { z } from "zod";
import { parseBlock } from "../address.ts";
import { parseDuration } from "../duration.ts";
import { isLogin, plainName } from "../names.ts";
import { parsePattern } from "./pattern.ts";
import { envelope, parsesWith } from "./resource.ts";
import { looksLikeTemplate, parseTemplate } from "./template.ts";

/** The resources that a rule can list, beside `*`. */
export const RULE_RESOURCES = [
  "user",
  "role",
  "node",
  "token",
  "lock",
  "cert_authority",
  "cluster_config",
  "app",
  "trusted_cluster",
  "remote_cluster",
  "access_request",
  "oidc",
  "github",
  "session",
  "recording",
  "event",
] as const;

/** The verbs that a rule can list, beside `*`. */
export const VERBS = ["list", "create", "read", "update", "delete"] as const;
export type Verb = (typeof VERBS)[number];

/** A duration such as `8h30m`, longer than zero. */
export const duration = z.string().max(64).refine(isDuration, "expected a duration such as 30m, 12h or 7d");

const pattern = z
  .string()
  .max(1024)
  .superRefine(parsesWith((text) => parsePattern(text)));

/**
 * Label names to one pattern or several (see `parsePattern`). A node matches when every name has a matching value (AND);
 * any of a name's patterns suffices (OR).
 */
const labelPatterns = z
  .record(
    z.string().regex(/^(?:\*|[A-Za-z0-9_.:/-]{1,128})$/, "expected a label name or *"),
    z.union([pattern, z.array(pattern).min(1, "expected at least one value").max(256)]),
  )
  .refine((labels) => !Object.hasOwn(labels, "*") || [labels["*"]].flat().includes("*"), {
    path: ["*"],
    message: `expected "*": a pattern for every label has no meaning`,
  });
export type LabelPatterns = z.output<typeof labelPatterns>;

const allowedLogin = z
  .string()
  .max(256)
  .refine(isLoginOrTemplate, "expected a Unix login name or a template such as {{internal.logins}}");

const deniedLogin = z
  .string()
  .max(256)
  .refine(
    (text) => text === "*" || isLoginOrTemplate(text),
    "expected a Unix login name, a template such as {{internal.logins}}, or *",
  );

const rule = z.strictObject({
  resources: z.array(z.enum([...RULE_RESOURCES, "*"])).min(1, "expected at least one resource"),
  verbs: z.array(z.enum([...VERBS, "*"])).min(1, "expected at least one verb"),
});

const conditions = <L extends z.ZodType<string>>(login: L) =>
  z.strictObject({
    logins: z.array(login).max(256).default([]),
    node_labels: labelPatterns.default({}),
    app_labels: labelPatterns.default({}),
    rules: z.array(rule).max(256).default([]),
    request: z.strictObject({ roles: z.array(plainName).max(256).default([]) }).optional(),
  });

const sourceAddress = z
  .string()
  .max(64)
  .refine((text) => parseBlock(text) !== undefined, "expected an address or a block such as 10.0.0.0/8");

/** What a role allows and denies. Anything not allowed is denied, so an empty role grants nothing. */
export const role = envelope(
  "role",
  plainName,
  z.strictObject({
    allow: conditions(allowedLogin).prefault({}),
    /** Unlike in `allow`, `*` in `logins` stands for every login. */
    deny: conditions(deniedLogin).prefault({}),
    options: z
      .strictObject({
        max_session_ttl: duration.optional(),
        forward_agent: z.boolean().optional(),
        port_forwarding: z.boolean().optional(),
        permit_x11_forwarding: z.boolean().optional(),
        client_idle_timeout: duration.optional(),
        disconnect_expired_cert: z.boolean().optional(),
        max_connections: z.int().min(1, "expected 1 or more; leave it out for no limit").optional(),
        max_sessions: z.int().min(1, "expected 1 or more; leave it out for no limit").optional(),
        require_session_mfa: z.boolean().optional(),
        source_addresses: z.array(sourceAddress).min(1, "expected at least one address").max(256).optional(),
      })
      .prefault({}),
  }),
);
export type Role = z.output<typeof role>;

function isDuration(text: string): boolean {
  try {
    return parseDuration(text) > 0;
  } catch {
    return false;
  }
}

/** A template's expansion is validated when it is used; here only its fixed text is. */
function isLoginOrTemplate(text: string): boolean {
  if (!looksLikeTemplate(text)) return isLogin(text);
  const template = parseTemplate(text);
  return template !== undefined && /^[A-Za-z0-9._-]*$/.test(template.prefix + template.suffix);
}
