import { MAX, recordEnd } from "../../../core/tms/numbers.ts";
import type { Item } from "../../store/collection.ts";
import { emitEvent, instantOf, who } from "../audit.ts";
import { change } from "../change.ts";
import type { Actor, TmsContext } from "../context.ts";
import type { KeyRow, TenantRow } from "../schema.ts";
import { keyRemovals, keyWrites } from "./collections.ts";
import { findKeyOf, notFound } from "./find.ts";

/** Which key of which client. */
export type KeyName = Pick<KeyRow, "client_id" | "host" | "public_key_fingerprint">;

/**
 * Gives a key another number of uses, of which those made so far are taken off, or another end, from now on.
 * @returns how many of the two were given. @throws Fault `not_found`.
 */
export async function updateKey(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  request: KeyName & { readonly max_uses?: number | undefined; readonly ttl_minutes?: number | undefined },
  by: Actor,
): Promise<number> {
  const { max_uses, ttl_minutes } = request;
  if (max_uses === undefined && ttl_minutes === undefined) return 0;
  const row = await change(tms, tenant, async (current) => {
    const found = await findKeyOf(tms.store, current, request);
    if (found === undefined) throw notFound();
    const now = tms.now();
    const row = {
      ...found.key.value,
      ...(max_uses !== undefined && newUses(found.key.value, max_uses)),
      ...(ttl_minutes !== undefined && { expires_at: recordEnd(now, ttl_minutes) }),
      updated: now.toISOString(),
    };
    return { writes: keyWrites(tms.store, row, found.key), result: row };
  });
  await emitEvent(tms, "tms.key.update", {
    ...who(by),
    ...subject(row),
    ...(max_uses !== undefined && { max_uses: row.max_uses }),
    ...(ttl_minutes !== undefined && { expires: instantOf(row.expires_at) }),
  });
  return [max_uses, ttl_minutes].filter((given) => given !== undefined).length;
}

/** Removes a key; its reservations go with it. @returns how many there were. */
export async function deleteKey(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  request: KeyName,
  by: Actor,
): Promise<number> {
  const row = await change(tms, tenant, async (current) => {
    const found = await findKeyOf(tms.store, current, request);
    return { writes: found === undefined ? [] : keyRemovals(tms.store, found.key), result: found?.key.value };
  });
  if (row === undefined) return 0;
  await emitEvent(tms, "tms.key.delete", { ...who(by), ...subject(row) });
  return 1;
}

/** A key as events name it. */
export function subject(row: KeyRow) {
  return {
    tenant: row.tenant_name,
    client_id: row.client_id,
    client_user_id: row.client_user_id,
    host: row.host,
    login: row.host_account,
    fingerprint: row.public_key_fingerprint,
  };
}

function newUses({ max_uses, remaining_uses }: KeyRow, asked: number): Pick<KeyRow, "max_uses" | "remaining_uses"> {
  const max = Math.min(asked, MAX);
  return { max_uses: max, remaining_uses: Math.max(max - (max_uses - remaining_uses), 0) };
}
