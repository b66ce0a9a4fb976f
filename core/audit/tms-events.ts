import { z } from "zod";
import { actor, count, either, instant, outcome, row, text } from "./event-schema.ts";

/** What the audit log says of the key escrow. */

const TMS = ["tms"] as const;
/** Who did it, and in which tenant. */
const at = { ...actor, tenant: text };
const client = { ...at, client_id: text };
/** Of whose MFA. */
const mfa = { ...at, tms_user_id: text };
/** Which user may use which account of which host. */
const link = { ...mfa, host: text, login: text };
/** Whose keys which client may make. */
const delegation = { ...client, client_user_id: text };
/** A key by what it is for; `login` is the host's account. */
const key = { ...delegation, host: text, login: text, fingerprint: text };
const reservation = { ...delegation, host: text, fingerprint: text, resid: text };
const expires = { expires: instant };

export const TMS_EVENTS = {
  /** A secret that did not open. Who it was said to be (`TENANT/ID`) is not proven. */
  "tms.auth": row(TMS, "S2000W", { ...at, success: z.literal(false), error: text }),
  /** Too many wrong secrets for this name from this address; it opens again at `until`. */
  "tms.locked": row(TMS, "S2001W", { ...at, until: instant }),
  "tms.tenant.create": row(TMS, "S2100I", at),
  "tms.tenant.update": row(TMS, "S2101I", {
    ...at,
    enabled: z.boolean().optional(),
    require_host_credential: z.boolean().optional(),
  }),
  /** `wiped` when it was removed with all that was in it; `rows` is how many went. */
  "tms.tenant.delete": row(TMS, "S2102I", { ...at, wiped: z.boolean(), rows: count }),
  "tms.admin.create": row(TMS, "S2110I", { ...at, name: text }),
  /** A new secret; the last one goes on for `grace_minutes`. */
  "tms.admin.rotate": row(TMS, "S2111I", { ...at, name: text, grace_minutes: count }),
  "tms.admin.delete": row(TMS, "S2112I", { ...at, name: text }),
  "tms.client.create": row(TMS, "S2120I", { ...client, app_name: text, app_version: text }),
  "tms.client.update": row(TMS, "S2121I", { ...client, app_version: text.optional(), enabled: z.boolean().optional() }),
  "tms.client.rotate": row(TMS, "S2122I", { ...client, grace_minutes: count }),
  "tms.client.delete": row(TMS, "S2123I", client),
  "tms.mfa.create": row(TMS, "S2130I", { ...mfa, ...expires }),
  "tms.mfa.update": row(TMS, "S2131I", { ...mfa, enabled: z.boolean().optional(), expires: instant.optional() }),
  "tms.mfa.delete": row(TMS, "S2132I", mfa),
  "tms.user_host.create": row(TMS, "S2140I", { ...link, ...expires }),
  "tms.user_host.update": row(TMS, "S2141I", { ...link, ...expires }),
  "tms.user_host.delete": row(TMS, "S2142I", link),
  "tms.delegation.create": row(TMS, "S2150I", { ...delegation, ...expires }),
  "tms.delegation.update": row(TMS, "S2151I", { ...delegation, ...expires }),
  "tms.delegation.delete": row(TMS, "S2152I", delegation),
  "tms.host.create": row(TMS, "S2160I", { ...at, host: text, addr: text }),
  "tms.host.delete": row(TMS, "S2161I", { ...at, host: text, addr: text }),
  /** A host's first credential or a new one; the last one goes on for `grace_minutes`. */
  "tms.host_credential.rotate": row(TMS, "S2162I", { ...at, host: text, grace_minutes: count }),
  "tms.host_credential.delete": row(TMS, "S2163I", { ...at, host: text }),
  "tms.key.create": row(TMS, "S2170I", {
    ...key,
    key_type: z.enum(["ed25519", "ecdsa", "rsa"]),
    /** The client brought the public key; the private one was never here. */
    own: z.boolean(),
    max_uses: count,
    ...expires,
  }),
  "tms.key.update": row(TMS, "S2171I", { ...key, max_uses: count.optional(), expires: instant.optional() }),
  "tms.key.delete": row(TMS, "S2172I", key),
  /**
   * A host asked for a key. Without the fields of the key there was none of this fingerprint for this account. `counted`
   * says whether it cost a use, `offline` how many logins before it did that the host had answered from its cache.
   */
  "tms.key.retrieve": row(TMS, either("S2173I", "S2173W"), {
    ...outcome,
    addr_remote: text.optional(),
    /** The user that the key was made for. */
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
    /** The reservation that let it through. */
    resid: text.optional(),
  }),
  "tms.reservation.create": row(TMS, "S2180I", { ...reservation, parent_resid: text, ...expires }),
  "tms.reservation.delete": row(TMS, "S2181I", { ...client, resid: text, rows: count }),
} as const;
