import { Fault } from "../../../core/fault.ts";
import type { Store } from "../../../core/store.ts";
import { hasExpired } from "../../../core/tms/expiry.ts";
import type { Item } from "../../store/collection.ts";
import { walk } from "../collections.ts";
import type { ClientRecord, DelegationRecord, MfaRecord, ReservationRecord, UserHostRecord } from "../schema.ts";
import { keyReservationCollection, reservationCollection } from "./collections.ts";
import { type KeyWithParents, reservedKeyExists } from "./find.ts";

/**
 * The only place that decides whether a key may be used now: TMS's four conditions (client, MFA, link, delegation) in TMS's
 * order, then the key's own expiry and uses. Creation, reservation and retrieval of keys all ask here. That the records
 * exist and belong to one another has been established by the lookup (`find.ts`, `prerequisites.ts`).
 */

interface Refusal {
  /** For the caller and the audit log. It names no person or client, as hosts that retrieve keys may be anonymous. */
  readonly message: string;
  /** Whether a reservation waives this reason, so that a running operation can continue. */
  readonly waivable: boolean;
}

/** The reasons to refuse the use of a key, in the order in which they are checked. */
export const REFUSALS = {
  tenant_disabled: { message: "Tenant not enabled.", waivable: false },
  client_disabled: { message: "the client is disabled", waivable: false },
  mfa_disabled: { message: "the user's MFA is disabled", waivable: false },
  mfa_expired: { message: "the user's MFA has expired", waivable: true },
  link_expired: { message: "the user's link to the host account has expired", waivable: false },
  delegation_expired: { message: "the user's delegation to the client has expired", waivable: false },
  key_expired: { message: "the key has expired", waivable: true },
  no_uses_left: { message: "the key has no uses left", waivable: true },
} as const satisfies Readonly<Record<string, Refusal>>;

export type RefusalReason = keyof typeof REFUSALS;

/** A refusal, or the reservation that waived one if there was any. */
export type UseDecision =
  | { readonly refused: RefusalReason }
  | { readonly reservation?: Item<ReservationRecord> | undefined };

/** The fields of a key's prerequisites that decide about its use. */
export interface Prerequisites {
  readonly client: Pick<ClientRecord, "enabled">;
  readonly mfa: Pick<MfaRecord, "enabled" | "expires_at">;
  readonly link: Pick<UserHostRecord, "expires_at">;
  readonly delegation: Pick<DelegationRecord, "expires_at">;
}

/** The first of TMS's four conditions that does not hold. With `reserved`, an expired MFA is accepted. */
export function refusalOfPrerequisites(
  { client, mfa, link, delegation }: Prerequisites,
  now: Date,
  reserved = false,
): RefusalReason | undefined {
  if (!client.enabled) return "client_disabled";
  if (!mfa.enabled) return "mfa_disabled";
  if (!reserved && hasExpired(mfa.expires_at, now)) return "mfa_expired";
  if (hasExpired(link.expires_at, now)) return "link_expired";
  if (hasExpired(delegation.expires_at, now)) return "delegation_expired";
  return undefined;
}

/**
 * The first reason to refuse the use of a key. `usesExhausted`: the key has no uses left. With `reserved`, reasons that a
 * reservation waives are skipped.
 */
export function refusalOfUse(
  found: KeyWithParents,
  now: Date,
  usesExhausted = false,
  reserved = false,
): RefusalReason | undefined {
  if (!found.tenant.value.enabled) return "tenant_disabled";
  const reason = refusalOfPrerequisites(prerequisitesOf(found), now, reserved);
  if (reason !== undefined) return reason;
  if (reserved) return undefined;
  if (hasExpired(found.key.value.expires_at, now)) return "key_expired";
  return usesExhausted ? "no_uses_left" : undefined;
}

/**
 * Decides whether a key may be used now. Looks for a reservation only if one would make a difference.
 * `usesExhausted`: the key has no uses left.
 */
export async function authorizeUse(
  store: Store,
  found: KeyWithParents,
  now: Date,
  usesExhausted = false,
): Promise<UseDecision> {
  const refused = refusalOfUse(found, now, usesExhausted);
  if (refused === undefined) return {};
  if (!REFUSALS[refused].waivable) return { refused };
  const reservation = await findReservationOf(store, found, now);
  if (reservation === undefined) return { refused };
  const remaining = refusalOfUse(found, now, usesExhausted, true);
  return remaining === undefined ? { reservation } : { refused: remaining };
}

export function prerequisitesOf({ client, mfa, link, delegation }: KeyWithParents): Prerequisites {
  return { client: client.value, mfa: mfa.value, link: link.value, delegation: delegation.value };
}

/** The fault of a refusal. */
export function denied(reason: RefusalReason): Fault {
  return new Fault("denied", REFUSALS[reason].message);
}

/** A valid reservation of this key by its client for its user. An extension is valid while its parent exists. */
async function findReservationOf(
  store: Store,
  { key: { value: key } }: KeyWithParents,
  now: Date,
): Promise<Item<ReservationRecord> | undefined> {
  const reservations = reservationCollection(store, key.tenant, key.client);
  for await (const { name } of walk(store, keyReservationCollection(store, key.tenant, key.id).prefix)) {
    const item = await reservations.get(name);
    if (item === undefined || hasExpired(item.value.expires_at, now)) continue;
    const { resid, parent_resid } = item.value;
    if (item.value.key !== key.id || item.value.client_user_id !== key.client_user_id) continue;
    const top = parent_resid === resid ? item : await reservations.get(parent_resid);
    if (top !== undefined && (top === item || (await reservedKeyExists(store, top.value)))) return item;
  }
  return undefined;
}
