import type { Write } from "../../../core/store.ts";
import { type Item, retry } from "../../store/collection.ts";
import { unchanged } from "../collections.ts";
import type { TmsContext } from "../context.ts";
import type { ReservationRow } from "../schema.ts";
import { reservationCollection } from "./collections.ts";
import { type FoundKey, findKey, parentChecks } from "./find.ts";
import { type Judgement, judge } from "./judge.ts";
import { Tally } from "./uses.ts";

/** A host asks for a key that there is. */
export interface Asked {
  readonly found: FoundKey;
  /** Names the login for which it asks, where the host tells logins apart. */
  readonly connection: string | undefined;
  /** Connections of logins that it let in by itself. */
  readonly offline: readonly string[];
}

/** What becomes of it. */
export type Verdict = {
  readonly found: FoundKey;
  /** How many of the logins that it let in by itself cost a use. */
  readonly offline: number;
  /** Uses that are left. */
  readonly remaining: number;
} & ({ readonly why: string } | { readonly counted: boolean; readonly reservation?: Item<ReservationRow> | undefined });

/** Decides on a key whose uses are not counted. */
export async function weigh({ store, now }: TmsContext, found: FoundKey): Promise<Verdict> {
  const judgement = await judge(store, found, now());
  return { found, offline: 0, remaining: found.key.value.remaining_uses, counted: false, ...judgement };
}

/** Decides on all that ask for one key, and counts its uses in one commit. Undefined when the key is gone. */
export async function count(tms: TmsContext, batch: readonly Asked[]): Promise<readonly (Verdict | undefined)[]> {
  const { store } = tms;
  // As it was read last will do at first: where that is out of date the commit is refused.
  const first = batch.at(-1)?.found;
  let known = first;
  return await retry<readonly (Verdict | undefined)[]>(store, async () => {
    const found = known ?? (await again(tms, first));
    known = undefined;
    if (found === undefined) return { writes: [], result: batch.map(() => undefined) };
    const tally = new Tally(store, found.key, tms.now());
    const judgement = await judge(store, found, tms.now());
    const verdicts: Verdict[] = [];
    for (const asked of batch) verdicts.push(await countOne(tms, found, asked, judgement, tally));
    const counted = tally.writes();
    const checks = [...parentChecks(store, found), ...reservationChecks(tms, verdicts)];
    return { writes: counted.length === 0 ? [] : [...counted, ...checks], result: verdicts };
  });
}

async function countOne(
  { store, now }: TmsContext,
  found: FoundKey,
  { connection, offline: connections }: Asked,
  judgement: Judgement,
  tally: Tally,
): Promise<Verdict> {
  const offline = await tally.offline(connections);
  const facts = () => ({ found, offline, remaining: tally.remaining });
  if ("why" in judgement) return { ...facts(), why: judgement.why };
  const use = await tally.login(connection);
  if (use !== "none" || judgement.reservation !== undefined)
    return { ...facts(), counted: use === "counted", reservation: judgement.reservation };
  return { ...facts(), counted: false, ...(await judge(store, found, now(), true)) };
}

/** The key as it is now, unless it is gone or another one has taken its place. */
async function again({ store }: TmsContext, former: FoundKey | undefined): Promise<FoundKey | undefined> {
  if (former === undefined) return undefined;
  const { id, host, public_key_fingerprint } = former.key.value;
  const found = await findKey(store, host, public_key_fingerprint);
  return found?.key.value.id === id ? found : undefined;
}

/** The reservations that let somebody through are still there. */
function reservationChecks({ store }: TmsContext, verdicts: readonly Verdict[]): Write[] {
  const checks = new Map<string, Write>();
  for (const { found, ...verdict } of verdicts) {
    const item = "why" in verdict ? undefined : verdict.reservation;
    const collection = reservationCollection(store, found.key.value.tenant, found.key.value.client);
    if (item !== undefined) checks.set(item.name, unchanged(collection, item));
  }
  return [...checks.values()];
}
