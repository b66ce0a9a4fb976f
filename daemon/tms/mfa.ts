import { Fault } from "../../core/fault.ts";
import { recordEnd } from "../../core/tms/numbers.ts";
import type { Item } from "../store/collection.ts";
import { emitEvent, instantOf, who } from "./audit.ts";
import { change } from "./change.ts";
import { mfaCollection, mfaWrites, walk } from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import { stamp } from "./ids.ts";
import { liveMfa } from "./live.ts";
import type { MfaRow, TenantRow } from "./schema.ts";
import { sorted } from "./sorted.ts";

/** `ttl_minutes`: negative is as long as can be. */
export interface NewMfa {
  readonly tms_user_id: string;
  readonly ttl_minutes: number;
}

/** Says that a user has shown who they are. @throws Fault `conflict` when that is said already, if only in the past. */
export async function createMfa(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  { tms_user_id, ttl_minutes }: NewMfa,
  by: Actor,
): Promise<MfaRow> {
  const row = await change(tms, tenant, async (current) => {
    if ((await liveMfa(tms, current, tms_user_id)) !== undefined)
      throw new Fault("conflict", `the user ${tms_user_id} has an MFA record already`);
    const expires_at = recordEnd(tms.now(), ttl_minutes);
    const row: MfaRow = { ...(await stamp(tms)), tms_user_id, expires_at, enabled: true };
    return { writes: mfaWrites(tms.store, current.value.id, row, undefined), result: row };
  });
  const facts = { tenant: tenant.value.tenant, tms_user_id, expires: instantOf(row.expires_at) };
  await emitEvent(tms, "tms.mfa.create", { ...who(by), ...facts });
  return row;
}

/** @throws Fault `not_found`. */
export async function getMfa(tms: TmsContext, tenant: Item<TenantRow>, tms_user_id: string): Promise<MfaRow> {
  const mfa = await liveMfa(tms, tenant, tms_user_id);
  if (mfa === undefined) throw new Fault("not_found", "NOT_FOUND");
  return mfa.value;
}

/** Those of all users of a tenant, by user. */
export async function listMfa(tms: TmsContext, tenant: Item<TenantRow>): Promise<MfaRow[]> {
  const rows: MfaRow[] = [];
  const { prefix } = mfaCollection(tms.store, tenant.value.id);
  for await (const { value } of walk<MfaRow>(tms.store, prefix)) rows.push(value);
  return sorted(rows, ({ tms_user_id }) => tms_user_id);
}

export interface MfaChanges {
  readonly tms_user_id: string;
  readonly enabled?: boolean | undefined;
  /** From now on. */
  readonly ttl_minutes?: number | undefined;
}

/** Changes what is given; all that hangs on it stays. Returns how many fields; 0 where the user has none. */
export async function updateMfa(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  { tms_user_id, enabled, ttl_minutes }: MfaChanges,
  by: Actor,
): Promise<number> {
  const changes = {
    ...(enabled !== undefined && { enabled }),
    ...(ttl_minutes !== undefined && { expires_at: recordEnd(tms.now(), ttl_minutes) }),
  };
  const fields = Object.keys(changes).length;
  const found = await change(tms, tenant, async (current) => {
    const mfa = await liveMfa(tms, current, tms_user_id);
    if (mfa === undefined || fields === 0) return { writes: [], result: false };
    const row = { ...mfa.value, ...changes, updated: tms.now().toISOString() };
    return { writes: mfaWrites(tms.store, current.value.id, row, mfa), result: true };
  });
  if (!found) return 0;
  const expires = changes.expires_at === undefined ? {} : { expires: instantOf(changes.expires_at) };
  const facts = { tenant: tenant.value.tenant, tms_user_id, ...(enabled !== undefined && { enabled }), ...expires };
  await emitEvent(tms, "tms.mfa.update", { ...who(by), ...facts });
  return fields;
}

/** Returns how many were removed. The user's links, delegations, keys and reservations go with it. */
export async function deleteMfa(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  tms_user_id: string,
  by: Actor,
): Promise<number> {
  const found = await change(tms, tenant, async (current) => {
    const mfa = await liveMfa(tms, current, tms_user_id);
    if (mfa === undefined) return { writes: [], result: false };
    return { writes: [mfaCollection(tms.store, current.value.id).remove(mfa.name, mfa.revision)], result: true };
  });
  if (!found) return 0;
  tms.janitor.soon();
  await emitEvent(tms, "tms.mfa.delete", { ...who(by), tenant: tenant.value.tenant, tms_user_id });
  return 1;
}
