import { MAX_INT32, recordExpiry } from "../../../core/tms/expiry.ts";
import type { Item } from "../../store/collection.ts";
import { actorFields, auditTime, emitEvent, keyFields } from "../audit.ts";
import type { Actor, TmsContext } from "../context.ts";
import { notFound } from "../lookup.ts";
import type { KeyRecord, TenantRecord } from "../schema.ts";
import { transact } from "../transaction.ts";
import { keyRemovals, keyWrites } from "./collections.ts";
import { findClientKey } from "./find.ts";

/** Names a key of a client. */
export type KeyName = Pick<KeyRecord, "client_id" | "host" | "public_key_fingerprint">;

/**
 * Sets the number of uses of a key, from which past uses are deducted, or its expiry, counted from now.
 * Returns the number of updated fields. @throws Fault `not_found`.
 */
export async function updateKey(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  request: KeyName & { readonly max_uses?: number | undefined; readonly ttl_minutes?: number | undefined },
  actor: Actor,
): Promise<number> {
  const { max_uses, ttl_minutes } = request;
  if (max_uses === undefined && ttl_minutes === undefined) return 0;
  const record = await transact(tms, tenant, async (current) => {
    const found = await findClientKey(tms.store, current, request);
    if (found === undefined) throw notFound();
    const now = tms.now();
    const record = {
      ...found.key.value,
      ...(max_uses !== undefined && newUses(found.key.value, max_uses)),
      ...(ttl_minutes !== undefined && { expires_at: recordExpiry(now, ttl_minutes) }),
      updated: now.toISOString(),
    };
    return { writes: keyWrites(tms.store, record, found.key), result: record };
  });
  await emitEvent(tms, "tms.key.update", {
    ...actorFields(actor),
    ...keyFields(record),
    ...(max_uses !== undefined && { max_uses: record.max_uses }),
    ...(ttl_minutes !== undefined && { expires: auditTime(record.expires_at) }),
  });
  return [max_uses, ttl_minutes].filter((value) => value !== undefined).length;
}

/** Deletes a key; its reservations cease to exist. Returns the number of deleted keys: 0 or 1. */
export async function deleteKey(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  request: KeyName,
  actor: Actor,
): Promise<number> {
  const record = await transact(tms, tenant, async (current) => {
    const found = await findClientKey(tms.store, current, request);
    return { writes: found === undefined ? [] : keyRemovals(tms.store, found.key), result: found?.key.value };
  });
  if (record === undefined) return 0;
  await emitEvent(tms, "tms.key.delete", { ...actorFields(actor), ...keyFields(record) });
  return 1;
}

function newUses(
  { max_uses, remaining_uses }: KeyRecord,
  requested: number,
): Pick<KeyRecord, "max_uses" | "remaining_uses"> {
  const max = Math.min(requested, MAX_INT32);
  return { max_uses: max, remaining_uses: Math.max(max - (max_uses - remaining_uses), 0) };
}
