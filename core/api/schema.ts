import { z } from "zod";
import { hostName, login, plainName, userName, uuid } from "../names.ts";
import type { Authority } from "../resource/authority.ts";
import { node } from "../resource/node.ts";
import { HOST_ROLES, type Token } from "../resource/token.ts";
import { traits, type User, type UserStatus } from "../resource/user.ts";

/** What travels over the auth API. Requests are schemas, checked by auth; replies are types, trusted by clients. */

/** One `ssh-ed25519 AAAA… comment` line. */
const publicKey = z
  .string()
  .max(16_384)
  .regex(/^[^\r\n]*$/, "expected one line");
const seconds = z
  .int()
  .min(1)
  .max(10 * 365 * 86_400);
const password = z.string().max(1024);
const code = z.string().max(16);

export type SecondFactor = "otp" | "optional" | "off";

export interface Ping {
  readonly cluster: string;
  readonly version: string;
  /** Auth's clock, so that a skewed one is noticed where it hurts. */
  readonly now: string;
  readonly second_factor: SecondFactor;
}

/** What every holder of a certificate needs to know about the cluster's CAs. */
export interface Trust {
  readonly cluster: string;
  readonly authorities: readonly Authority[];
}

export const joinRequest = z.strictObject({
  uuid,
  hostname: hostName,
  roles: z.array(z.enum(HOST_ROLES)).min(1),
  public_key: publicKey,
  /** Host names and addresses that the machine says it is reached by, beside its own name. */
  addresses: z.array(hostName).max(32).default([]),
});
export type JoinRequest = z.input<typeof joinRequest>;
export interface HostCertificate extends Trust {
  /** `ssh-ed25519-cert-v01@openssh.com AAAA…` */
  readonly certificate: string;
}

export const renewRequest = joinRequest.omit({ uuid: true, roles: true });
export type RenewRequest = z.input<typeof renewRequest>;

export const heartbeat = z.strictObject({ node: node.pick({ metadata: true, spec: true }) });
export type Heartbeat = z.input<typeof heartbeat>;

export const proxyHeartbeat = z.strictObject({
  hostname: hostName,
  /** `host:port` where users reach it. */
  web_addr: z.string().max(300),
  ssh_addr: z.string().max(300),
});
export type ProxyHeartbeat = z.input<typeof proxyHeartbeat>;

export const auditBatch = z.strictObject({
  events: z.array(z.record(z.string(), z.unknown())).min(1).max(1000),
});

export const inviteToken = z.strictObject({ token: z.string().max(128) });
export interface Invite {
  readonly user: string;
  readonly cluster: string;
  readonly second_factor: SecondFactor;
  /** Where a second factor is to be set up: the secret in base32 and the `otpauth://` address of it. */
  readonly totp?: { readonly secret: string; readonly uri: string };
}
export const acceptInvite = z.strictObject({
  token: z.string().max(128),
  password,
  otp: code.optional(),
  /** The user's address, as the proxy sees it. */
  remote_addr: z.string().max(64),
});
export type AcceptInvite = z.input<typeof acceptInvite>;

export const loginRequest = z.strictObject({
  user: z.string().max(128),
  password,
  otp: code.optional(),
  public_key: publicKey,
  ttl_seconds: seconds.optional(),
  remote_addr: z.string().max(64),
});
export type LoginRequest = z.input<typeof loginRequest>;
export interface UserCertificate extends Trust {
  readonly user: string;
  readonly certificate: string;
}

export const newUser = z.strictObject({
  name: userName,
  kind: z.enum(["human", "bot"]).default("human"),
  roles: z.array(plainName).default(["access"]),
  traits: traits.default({}),
  ttl_seconds: seconds.max(48 * 3600).default(3600),
});
export type NewUser = z.input<typeof newUser>;
export interface Invitation {
  readonly user: string;
  readonly token: string;
  readonly url: string;
  readonly expires: string;
}
export const resetUser = z.strictObject({ ttl_seconds: seconds.max(24 * 3600).default(8 * 3600) });
export const updateUser = z.strictObject({
  roles: z.array(plainName).optional(),
  logins: z.array(login).optional(),
});
export type UpdateUser = z.input<typeof updateUser>;

export const newToken = z.strictObject({
  roles: z.array(z.enum(HOST_ROLES)).min(1),
  ttl_seconds: seconds.max(48 * 3600).default(1800),
  uses: z.int().min(1).max(100_000).default(1),
  value: z.string().optional(),
});
export type NewToken = z.input<typeof newToken>;
export interface IssuedToken {
  readonly token: Token;
  /** `sha256:…` of the host CA, for `--ca-pin`. */
  readonly ca_pins: readonly string[];
  /** Where the machine finds auth. */
  readonly auth_addr: string;
}

export const signUser = z.strictObject({ user: userName, public_key: publicKey, ttl_seconds: seconds.optional() });
export type SignUser = z.input<typeof signUser>;
export const signHost = z.strictObject({
  names: z.array(hostName).min(1).max(64),
  public_key: publicKey,
  ttl_seconds: seconds.optional(),
});
export type SignHost = z.input<typeof signHost>;

export interface Status extends Trust {
  readonly version: string;
  readonly ca_pins: readonly string[];
  readonly counts: Readonly<Record<"users" | "roles" | "nodes" | "tokens" | "locks", number>>;
}

/** One line of `GET /v1/watch`: the present state as puts, `ready`, then every change. */
export type WatchLine =
  | { readonly op: "put"; readonly resource: unknown }
  | {
      readonly op: "delete";
      readonly kind: string;
      readonly name: string;
      /** Of a node: it is no member any more, rather than silent. */
      readonly removed?: true;
    }
  | { readonly op: "ready" };

/** The user with what auth adds. */
export type UserRow = User & { readonly status: UserStatus };
