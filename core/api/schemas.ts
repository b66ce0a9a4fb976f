import { z } from "zod";
import { hostName, login, plainName, userName, uuid } from "../names.ts";
import { authority } from "../resource/authority.ts";
import { lock } from "../resource/lock.ts";
import { node } from "../resource/node.ts";
import type { Kind } from "../resource/registry.ts";
import { instant } from "../resource/resource.ts";
import { role } from "../resource/role.ts";
import { hostRole, token } from "../resource/token.ts";
import { traits, user } from "../resource/user.ts";

/**
 * The schemas that entries of the routes are made of. Entries get this module as an argument (see `route.ts`), so that
 * clients, which check nothing, do not load it and zod. Requests refuse unknown fields. Replies are checked in tests only:
 * clients trust auth, and later versions may add fields.
 */

export { hostName, hostRole, instant, login, node, plainName, token, traits, userName, uuid, z };

/** A public key as one line: `ssh-ed25519 AAAA… comment`. */
export const publicKey = z
  .string()
  .max(16_384)
  .regex(/^[^\r\n]*$/, "expected one line");

/** A lifetime in seconds. */
export const seconds = z
  .int()
  .min(1)
  .max(10 * 365 * 86_400);

export const password = z.string().max(1024);

/** A one-time code. */
export const code = z.string().max(16);

/** The user's address, as the proxy sees it. */
export const remoteAddress = z.string().max(64);

export const inviteToken = z.string().max(128);

export const secondFactor = z.enum(["otp", "optional", "off"]);
export type SecondFactor = z.output<typeof secondFactor>;

/** The cluster's name and certificate authorities, which every holder of a certificate needs. */
export const trust = z.strictObject({ cluster: z.string(), authorities: z.array(authority) });
export type Trust = z.output<typeof trust>;

/** A certificate line: `ssh-ed25519-cert-v01@openssh.com AAAA…`. */
const certificate = z.string();

export const hostCertificate = trust.extend({ certificate });
export type HostCertificate = z.output<typeof hostCertificate>;

export const userCertificate = trust.extend({ user: z.string(), certificate });
export type UserCertificate = z.output<typeof userCertificate>;

/** An invitation to choose a password and set up a second factor; `url` shows the sign-up page. */
export const invitation = z.strictObject({ user: z.string(), token: z.string(), url: z.string(), expires: instant });
export type Invitation = z.output<typeof invitation>;

/** A user with what auth adds. `enrolled` is false until the invitation is accepted. */
export const userRow = user.extend({
  status: z.strictObject({ created: instant, enrolled: z.boolean(), locked_until: instant.optional() }),
});
export type UserRow = z.output<typeof userRow>;

/** A resource as it is listed and read. */
export const resource = z.discriminatedUnion("kind", [userRow, role, node, token, lock, authority]);
export type ListedResource<K extends Kind = Kind> = Extract<z.output<typeof resource>, { kind: K }>;

/** A resource as it is written. The service checks it, by the schema of the kind in the path. */
export const writtenResource = z.unknown();

/** A query parameter that is true when its value is `true`. */
export const flag = z.preprocess((value) => value === "true", z.boolean()) as unknown as z.ZodType<boolean, boolean>;

/** One line of a watch: first the present resources as puts, then `ready`, then every change. */
export const watchLine = z.discriminatedUnion("op", [
  z.strictObject({
    op: z.literal("put"),
    resource: z.discriminatedUnion("kind", [user, role, node, token, lock, authority]),
  }),
  z.strictObject({
    op: z.literal("delete"),
    kind: z.string(),
    name: z.string(),
    /** Of a node: it was removed from the cluster, rather than silent. */
    removed: z.literal(true).optional(),
  }),
  z.strictObject({ op: z.literal("ready") }),
]);
export type WatchLine = z.output<typeof watchLine>;

/** An event of the audit log: its common fields, and those of its type (`core/audit/events.ts`). */
export const auditEvent = z.looseObject({
  event: z.string(),
  code: z.string(),
  time: instant,
  uid: uuid,
  cluster_name: z.string(),
  user: z.string().optional(),
});
export type EventRow = Readonly<Record<string, unknown>>;

/** Events as a member submits them. `parseSubmitted` checks each. */
export const submittedEvents: z.ZodType<Record<string, unknown>[], readonly object[]> = z
  .array(z.record(z.string(), z.unknown()))
  .min(1)
  .max(1000);

const logReport = {
  ok: z.boolean(),
  /** Sound records, counted from the first. */
  records: z.int().min(0),
  problem: z.string().optional(),
  /** The place of the problem. */
  at: z
    .strictObject({
      file: z.string(),
      line: z.int(),
      seq: z.int(),
      what: z.enum(["edited", "missing", "reordered", "repeated", "cut"]),
    })
    .optional(),
};

/** The result of verifying the audit logs: `ok` when every log of the cluster was verified and is whole. */
export const auditReport = z.strictObject({
  ...logReport,
  /** One entry a log. An `absent` one is known to the store but not on the server's machine: it was not verified. */
  logs: z.array(z.strictObject({ id: z.string(), ...logReport, absent: z.literal(true).optional() })),
});
export type EventCheck = z.output<typeof auditReport>;
