import { z } from "zod";
import { actor, count, either, eventType, instant, outcome, text } from "./event-schema.ts";

/** Audit events of TMS, the key escrow. */

const TMS = ["tms"] as const;
/** The actor and the tenant. */
const inTenant = { ...actor, tenant: text };
const client = { ...inTenant, client_id: text };
/** A user's MFA record. */
const mfa = { ...inTenant, tms_user_id: text };
/** A user's account on a host. */
const link = { ...mfa, host: text, login: text };
/** A client, and a user for whom it may act. */
const delegation = { ...client, client_user_id: text };
/** A key; `login` is the account on the host. */
const key = { ...delegation, host: text, login: text, fingerprint: text };
const reservation = { ...delegation, host: text, fingerprint: text, resid: text };
const expires = { expires: instant };

export const TMS_EVENTS = {
  /** A wrong secret. `user` is the id that was presented (`TENANT/ID`), which is not authenticated. */
  "tms.auth": eventType(TMS, "S2000W", { ...inTenant, success: z.literal(false), error: text }),
  /** Too many wrong secrets for this id from this address, which are locked until `until`. */
  "tms.locked": eventType(TMS, "S2001W", { ...inTenant, until: instant }),
  "tms.tenant.create": eventType(TMS, "S2100I", inTenant),
  "tms.tenant.update": eventType(TMS, "S2101I", {
    ...inTenant,
    enabled: z.boolean().optional(),
    require_host_credential: z.boolean().optional(),
  }),
  /** `wiped`: the tenant was deleted with all its records. `rows`: the number of deleted records. */
  "tms.tenant.delete": eventType(TMS, "S2102I", { ...inTenant, wiped: z.boolean(), rows: count }),
  "tms.admin.create": eventType(TMS, "S2110I", { ...inTenant, name: text }),
  /** A new secret; the last one stays valid for `grace_minutes`. */
  "tms.admin.rotate": eventType(TMS, "S2111I", { ...inTenant, name: text, grace_minutes: count }),
  "tms.admin.delete": eventType(TMS, "S2112I", { ...inTenant, name: text }),
  "tms.client.create": eventType(TMS, "S2120I", { ...client, app_name: text, app_version: text }),
  "tms.client.update": eventType(TMS, "S2121I", {
    ...client,
    app_version: text.optional(),
    enabled: z.boolean().optional(),
  }),
  "tms.client.rotate": eventType(TMS, "S2122I", { ...client, grace_minutes: count }),
  "tms.client.delete": eventType(TMS, "S2123I", client),
  "tms.mfa.create": eventType(TMS, "S2130I", { ...mfa, ...expires }),
  "tms.mfa.update": eventType(TMS, "S2131I", { ...mfa, enabled: z.boolean().optional(), expires: instant.optional() }),
  "tms.mfa.delete": eventType(TMS, "S2132I", mfa),
  "tms.user_host.create": eventType(TMS, "S2140I", { ...link, ...expires }),
  "tms.user_host.update": eventType(TMS, "S2141I", { ...link, ...expires }),
  "tms.user_host.delete": eventType(TMS, "S2142I", link),
  "tms.delegation.create": eventType(TMS, "S2150I", { ...delegation, ...expires }),
  "tms.delegation.update": eventType(TMS, "S2151I", { ...delegation, ...expires }),
  "tms.delegation.delete": eventType(TMS, "S2152I", delegation),
  "tms.host.create": eventType(TMS, "S2160I", { ...inTenant, host: text, addr: text }),
  "tms.host.delete": eventType(TMS, "S2161I", { ...inTenant, host: text, addr: text }),
  /** A host's first or new credential; the last one stays valid for `grace_minutes`. */
  "tms.host_credential.rotate": eventType(TMS, "S2162I", { ...inTenant, host: text, grace_minutes: count }),
  "tms.host_credential.delete": eventType(TMS, "S2163I", { ...inTenant, host: text }),
  "tms.key.create": eventType(TMS, "S2170I", {
    ...key,
    key_type: z.enum(["ed25519", "ecdsa", "rsa"]),
    /** The client imported the public key; the server never had the private key. */
    own: z.boolean(),
    max_uses: count,
    ...expires,
  }),
  "tms.key.update": eventType(TMS, "S2171I", { ...key, max_uses: count.optional(), expires: instant.optional() }),
  "tms.key.delete": eventType(TMS, "S2172I", key),
  /**
   * A host retrieved a key. Without the fields of the key, the account has no key of this fingerprint. `counted`: whether it
   * cost a use. `offline`: the number of earlier logins, which the host had allowed from its cache, that cost a use.
   */
  "tms.key.retrieve": eventType(TMS, either("S2173I", "S2173W"), {
    ...outcome,
    addr_remote: text.optional(),
    /** The user of the key. */
    user: text.optional(),
    tenant: text.optional(),
    client_id: text.optional(),
    host: text,
    login: text,
    fingerprint: text,
    connection: text.optional(),
    counted: z.boolean().optional(),
    offline: count.optional(),
    remaining_uses: count.optional(),
    /** The reservation that waived a condition. */
    resid: text.optional(),
  }),
  "tms.reservation.create": eventType(TMS, "S2180I", { ...reservation, parent_resid: text, ...expires }),
  "tms.reservation.delete": eventType(TMS, "S2181I", { ...client, resid: text, rows: count }),
} as const;
