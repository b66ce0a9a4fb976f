import { Fault } from "../../core/fault.ts";
import { recordEnd } from "../../core/tms/numbers.ts";
import type { Item } from "../store/collection.ts";
import { emitEvent, instantOf, who } from "./audit.ts";
import { change } from "./change.ts";
import {
  clientCollection,
  delegationCollection,
  delegationsPrefix,
  delegationWrites,
  enc,
  findNumbered,
  mfaCollection,
  numberedRemoval,
  unchanged,
  walk,
} from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import { stamp } from "./ids.ts";
import { liveClient, liveDelegation, liveMfa } from "./live.ts";
import type { ClientRow, DelegationRow, TenantRow } from "./schema.ts";
import { sorted } from "./sorted.ts";

/** Which client may act for which user. */
export interface Pair {
  readonly client_id: string;
  readonly client_user_id: string;
}

/** `ttl_minutes`: negative is as long as can be. */
export interface NewDelegation extends Pair {
  readonly ttl_minutes: number;
}

/** @throws Fault `not_found` without the client or the user's MFA, `conflict` when there is one, if only an expired one. */
export async function createDelegation(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  { client_id, client_user_id, ttl_minutes }: NewDelegation,
  by: Actor,
): Promise<DelegationRow> {
  const pair = { client_id, client_user_id };
  const row = await change(tms, tenant, async (current) => {
    const { id: tid } = current.value;
    const [client, mfa] = await Promise.all([
      liveClient(tms, current, client_id),
      liveMfa(tms, current, client_user_id),
    ]);
    if (client === undefined) throw new Fault("not_found", `there is no client ${client_id}`);
    if (mfa === undefined) throw new Fault("not_found", `the user ${client_user_id} has no MFA record`);
    const parents = { client: client.value.id, mfa: mfa.value.id };
    const there = await delegationCollection(tms.store, tid, client_id).get(enc(client_user_id));
    if (there?.value.client === parents.client && there.value.mfa === parents.mfa)
      throw new Fault("conflict", `the user ${client_user_id} has delegated to ${client_id} already`);
    const expires_at = recordEnd(tms.now(), ttl_minutes);
    const row: DelegationRow = { ...(await stamp(tms)), ...parents, ...pair, expires_at };
    const writes = [
      unchanged(clientCollection(tms.store, tid), client),
      unchanged(mfaCollection(tms.store, tid), mfa),
      ...delegationWrites(tms.store, tid, row, there),
    ];
    return { writes, result: row };
  });
  const facts = { tenant: tenant.value.tenant, ...pair, expires: instantOf(row.expires_at) };
  await emitEvent(tms, "tms.delegation.create", { ...who(by), ...facts });
  return row;
}

/** @throws Fault `not_found`. */
export async function getDelegation(tms: TmsContext, tenant: Item<TenantRow>, id: number): Promise<DelegationRow> {
  const row = await findNumbered<DelegationRow>(tms.store, tenant.value.id, "delegations", id);
  const item = row && (await findDelegation(tms, tenant, row));
  if (item?.value.id !== id) throw new Fault("not_found", "NOT_FOUND");
  return item.value;
}

/** All delegations of a tenant, by client and user. */
export async function listDelegations(tms: TmsContext, tenant: Item<TenantRow>): Promise<DelegationRow[]> {
  const rows: DelegationRow[] = [];
  // Those of one client stand together, so that it is mostly looked up once.
  let client: ClientRow | undefined;
  for await (const { value } of walk<DelegationRow>(tms.store, delegationsPrefix(tenant.value.id))) {
    if (client?.id !== value.client) client = (await liveClient(tms, tenant, value.client_id))?.value;
    if (client?.id !== value.client) continue;
    if ((await liveMfa(tms, tenant, value.client_user_id))?.value.id === value.mfa) rows.push(value);
  }
  return sorted(
    rows,
    ({ client_id }) => client_id,
    ({ client_user_id }) => client_user_id,
  );
}

/** A new end for a delegation, counted from now. Returns it as it is then; undefined where there is none. */
export async function updateDelegation(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  { ttl_minutes, ...pair }: NewDelegation,
  by: Actor,
): Promise<DelegationRow | undefined> {
  const row = await change(tms, tenant, async (current) => {
    const item = await findDelegation(tms, current, pair);
    if (item === undefined) return { writes: [], result: undefined };
    const now = tms.now();
    const row = { ...item.value, expires_at: recordEnd(now, ttl_minutes), updated: now.toISOString() };
    return { writes: delegationWrites(tms.store, current.value.id, row, item), result: row };
  });
  if (row === undefined) return undefined;
  const facts = { tenant: tenant.value.tenant, ...pair, expires: instantOf(row.expires_at) };
  await emitEvent(tms, "tms.delegation.update", { ...who(by), ...facts });
  return row;
}

/** Returns how many were removed. The keys that the client made for the user, and their reservations, go with it. */
export async function deleteDelegation(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  pair: Pair,
  by: Actor,
): Promise<number> {
  const found = await change(tms, tenant, async (current) => {
    const item = await findDelegation(tms, current, pair);
    if (item === undefined) return { writes: [], result: false };
    const { id: tid } = current.value;
    const collection = delegationCollection(tms.store, tid, pair.client_id);
    return { writes: numberedRemoval(collection, tid, "delegations", item), result: true };
  });
  if (!found) return 0;
  tms.janitor.soon();
  const { client_id, client_user_id } = pair;
  await emitEvent(tms, "tms.delegation.delete", { ...who(by), tenant: tenant.value.tenant, client_id, client_user_id });
  return 1;
}

async function findDelegation(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  { client_id, client_user_id }: Pair,
): Promise<Item<DelegationRow> | undefined> {
  const [client, mfa] = await Promise.all([liveClient(tms, tenant, client_id), liveMfa(tms, tenant, client_user_id)]);
  return client && mfa && liveDelegation(tms, tenant, client.value, mfa.value);
}
