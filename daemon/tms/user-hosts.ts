import { Fault } from "../../core/fault.ts";
import { recordEnd } from "../../core/tms/numbers.ts";
import type { Item } from "../store/collection.ts";
import { emitEvent, instantOf, who } from "./audit.ts";
import { change } from "./change.ts";
import {
  enc,
  findNumbered,
  mfaCollection,
  numberedRemoval,
  unchanged,
  userHostCollection,
  userHostsPrefix,
  userHostWrites,
  walk,
} from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import { stamp } from "./ids.ts";
import { liveLink, liveMfa } from "./live.ts";
import type { MfaRow, TenantRow, UserHostRow } from "./schema.ts";
import { sorted } from "./sorted.ts";

/** Which account of which host is a user's. */
export interface Link {
  readonly tms_user_id: string;
  readonly host: string;
  readonly host_account: string;
}

/** `ttl_minutes`: negative is as long as can be. */
export interface NewLink extends Link {
  readonly ttl_minutes: number;
}

/** @throws Fault `not_found` for a user without MFA, `conflict` when there is such a link, if only an expired one. */
export async function createUserHost(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  { tms_user_id, host, host_account, ttl_minutes }: NewLink,
  by: Actor,
): Promise<UserHostRow> {
  const link = { tms_user_id, host, host_account };
  const row = await change(tms, tenant, async (current) => {
    const { id: tid } = current.value;
    const mfa = await liveMfa(tms, current, tms_user_id);
    if (mfa === undefined) throw new Fault("not_found", `the user ${tms_user_id} has no MFA record`);
    const there = await userHostCollection(tms.store, tid, tms_user_id, host).get(enc(host_account));
    if (there?.value.mfa === mfa.value.id)
      throw new Fault("conflict", `the user ${tms_user_id} has the account ${host_account} on ${host} already`);
    const expires_at = recordEnd(tms.now(), ttl_minutes);
    const row: UserHostRow = { ...(await stamp(tms)), mfa: mfa.value.id, ...link, expires_at };
    const writes = [unchanged(mfaCollection(tms.store, tid), mfa), ...userHostWrites(tms.store, tid, row, there)];
    return { writes, result: row };
  });
  const facts = { ...factsOf(tenant, link), expires: instantOf(row.expires_at) };
  await emitEvent(tms, "tms.user_host.create", { ...who(by), ...facts });
  return row;
}

/** @throws Fault `not_found`. */
export async function getUserHost(tms: TmsContext, tenant: Item<TenantRow>, id: number): Promise<UserHostRow> {
  const row = await findNumbered<UserHostRow>(tms.store, tenant.value.id, "user-hosts", id);
  const mfa = row && (await liveMfa(tms, tenant, row.tms_user_id));
  if (row === undefined || mfa?.value.id !== row.mfa) throw new Fault("not_found", "NOT_FOUND");
  return row;
}

/** All links of a tenant, by user, host and account. */
export async function listUserHosts(tms: TmsContext, tenant: Item<TenantRow>): Promise<UserHostRow[]> {
  const rows: UserHostRow[] = [];
  // Those of one user stand together, so that it is mostly looked up once.
  let mfa: MfaRow | undefined;
  for await (const { value } of walk<UserHostRow>(tms.store, userHostsPrefix(tenant.value.id))) {
    if (mfa?.id !== value.mfa) mfa = (await liveMfa(tms, tenant, value.tms_user_id))?.value;
    if (mfa?.id === value.mfa) rows.push(value);
  }
  return sorted(
    rows,
    ({ tms_user_id }) => tms_user_id,
    ({ host }) => host,
    ({ host_account }) => host_account,
  );
}

/** A new end for a link, counted from now. Returns it as it is then; undefined where there is none. */
export async function updateUserHost(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  { ttl_minutes, ...link }: NewLink,
  by: Actor,
): Promise<UserHostRow | undefined> {
  const row = await change(tms, tenant, async (current) => {
    const item = await findLink(tms, current, link);
    if (item === undefined) return { writes: [], result: undefined };
    const now = tms.now();
    const row = { ...item.value, expires_at: recordEnd(now, ttl_minutes), updated: now.toISOString() };
    return { writes: userHostWrites(tms.store, current.value.id, row, item), result: row };
  });
  if (row === undefined) return undefined;
  const facts = { ...factsOf(tenant, link), expires: instantOf(row.expires_at) };
  await emitEvent(tms, "tms.user_host.update", { ...who(by), ...facts });
  return row;
}

/** Returns how many were removed. The keys for it, and their reservations, go with it. */
export async function deleteUserHost(tms: TmsContext, tenant: Item<TenantRow>, link: Link, by: Actor): Promise<number> {
  const found = await change(tms, tenant, async (current) => {
    const item = await findLink(tms, current, link);
    if (item === undefined) return { writes: [], result: false };
    const { id: tid } = current.value;
    const collection = userHostCollection(tms.store, tid, link.tms_user_id, link.host);
    return { writes: numberedRemoval(collection, tid, "user-hosts", item), result: true };
  });
  if (!found) return 0;
  tms.janitor.soon();
  await emitEvent(tms, "tms.user_host.delete", { ...who(by), ...factsOf(tenant, link) });
  return 1;
}

async function findLink(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  { tms_user_id, host, host_account }: Link,
): Promise<Item<UserHostRow> | undefined> {
  const mfa = await liveMfa(tms, tenant, tms_user_id);
  return mfa && liveLink(tms, tenant, mfa.value, host, host_account);
}

function factsOf({ value: { tenant } }: Item<TenantRow>, { tms_user_id, host, host_account: login }: Link) {
  return { tenant, tms_user_id, host, login };
}
