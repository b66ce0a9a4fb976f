import type { Store } from "../../../core/store.ts";
import { hasExpired } from "../../../core/tms/numbers.ts";
import type { Item } from "../../store/collection.ts";
import { walk } from "../collections.ts";
import type { ReservationRow } from "../schema.ts";
import { keyReservationCollection, reservationCollection } from "./collections.ts";
import { NO_USES, obstacleOfKey } from "./conditions.ts";
import { type FoundKey, standingOf } from "./find.ts";
import { hasKey } from "./reservations.ts";

/** Whether a key may be used, and by which reservation when it needs one. */
export type Judgement = { readonly why: string } | { readonly reservation?: Item<ReservationRow> };

/** Judges the use of a key; `empty` says that it has no uses left. */
export async function judge(store: Store, found: FoundKey, now: Date, empty = false): Promise<Judgement> {
  if (!found.tenant.value.enabled) return { why: "Tenant not enabled." };
  const [standing, key] = [standingOf(found), found.key.value];
  const obstacle = obstacleOfKey(standing, key, now) ?? (empty ? NO_USES : undefined);
  if (obstacle === undefined) return {};
  if (!obstacle.forgivable) return obstacle;
  const reservation = await coveringReservation(store, found, now);
  if (reservation === undefined) return obstacle;
  return obstacleOfKey(standing, key, now, true) ?? { reservation };
}

/** A reservation of this key by its client for its user. One below another counts as long as that one is there. */
async function coveringReservation(
  store: Store,
  { key: { value: key } }: FoundKey,
  now: Date,
): Promise<Item<ReservationRow> | undefined> {
  const all = reservationCollection(store, key.tenant, key.client);
  for await (const { name } of walk(store, keyReservationCollection(store, key.tenant, key.id).prefix)) {
    const item = await all.get(name);
    if (item === undefined || hasExpired(item.value.expires_at, now)) continue;
    const { resid, parent_resid } = item.value;
    if (item.value.key !== key.id || item.value.client_user_id !== key.client_user_id) continue;
    const top = parent_resid === resid ? item : await all.get(parent_resid);
    if (top !== undefined && (top === item || (await hasKey(store, top.value)))) return item;
  }
  return undefined;
}
