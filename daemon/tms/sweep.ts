import { Fault } from "../../core/fault.ts";
import type { Key, Write } from "../../core/store.ts";
import type { Collection } from "../store/collection.ts";
import {
  clientCollection,
  delegationCollection,
  delegationsPrefix,
  enc,
  mfaCollection,
  type Numbered,
  numberedRemoval,
  tenantPrefix,
  userHostCollection,
  userHostsPrefix,
  walk,
} from "./collections.ts";
import type { TmsContext } from "./context.ts";
import { sweepKeys } from "./keys/sweep.ts";
import type { DelegationRow, UserHostRow } from "./schema.ts";
import { listTenants } from "./tenants.ts";

/**
 * Removes what nobody can see any more, because what it hung on is gone. Several processes may do so at once: a row is
 * removed as it was read or not at all. Parents are looked up after the row that names them; one that is not there then
 * never will be, since ids are given once.
 */

/** Rows that are removed in one commit. */
const BATCH = 100;

/** Looks through everything, in pages. Returns how many rows went. Ends early when the signal aborts. */
export async function sweep(tms: TmsContext, signal: AbortSignal): Promise<number> {
  const ids = await tenantIds(tms);
  const live = new Set((await listTenants(tms)).map(({ id }) => id));
  let count = 0;
  for (const tid of ids) {
    if (signal.aborted) return count;
    count += live.has(tid) ? await sweepTenant(tms, tid, signal) : await removeTenant(tms, tid, signal);
  }
  return count + (await sweepKeys(tms, signal));
}

/** The ids of all tenants of which there is a row. */
async function tenantIds({ store }: TmsContext): Promise<number[]> {
  const ids: number[] = [];
  for (let after: Key = "/tms/"; ; ) {
    // Numbers come before the words that follow them there.
    const [next] = await store.list("/tms/", { after, limit: 1 });
    const [, tid] = /^\/tms\/([1-9][0-9]*)\//.exec(next?.key ?? "") ?? [];
    if (tid === undefined) return ids;
    ids.push(Number(tid));
    after = `${tenantPrefix(Number(tid))}~`;
  }
}

async function removeTenant(tms: TmsContext, tid: number, signal: AbortSignal): Promise<number> {
  const removal = new Removal(tms);
  for await (const { key, revision } of walk(tms.store, tenantPrefix(tid))) {
    if (signal.aborted) break;
    await removal.add([{ remove: key, expect: revision }]);
  }
  return removal.finish();
}

async function sweepTenant(tms: TmsContext, tid: number, signal: AbortSignal): Promise<number> {
  const { store } = tms;
  const hasMfa = async (user: string, id: number) => (await mfaCollection(store, tid).get(enc(user)))?.value.id === id;
  const hasClient = async (name: string, id: number) =>
    (await clientCollection(store, tid).get(enc(name)))?.value.id === id;

  const links = await sweepNumbered<UserHostRow>(tms, tid, signal, {
    kind: "user-hosts",
    prefix: userHostsPrefix(tid),
    collection: ({ tms_user_id, host }) => userHostCollection(store, tid, tms_user_id, host),
    name: ({ host_account }) => host_account,
    lives: ({ tms_user_id, mfa }) => hasMfa(tms_user_id, mfa),
  });
  const delegations = await sweepNumbered<DelegationRow>(tms, tid, signal, {
    kind: "delegations",
    prefix: delegationsPrefix(tid),
    collection: ({ client_id }) => delegationCollection(store, tid, client_id),
    name: ({ client_user_id }) => client_user_id,
    lives: async ({ client_id, client, client_user_id, mfa }) =>
      (await hasClient(client_id, client)) && (await hasMfa(client_user_id, mfa)),
  });
  return links + delegations;
}

interface Sort<T> {
  readonly kind: Numbered;
  readonly prefix: Key;
  readonly collection: (row: T) => Collection<T>;
  readonly name: (row: T) => string;
  readonly lives: (row: T) => Promise<boolean>;
}

async function sweepNumbered<T extends { readonly id: number }>(
  tms: TmsContext,
  tid: number,
  signal: AbortSignal,
  { kind, prefix, collection, name, lives }: Sort<T>,
): Promise<number> {
  const removal = new Removal(tms);
  for await (const { value, revision } of walk<T>(tms.store, prefix)) {
    if (signal.aborted) break;
    if (await lives(value)) continue;
    await removal.add(numberedRemoval(collection(value), tid, kind, { name: enc(name(value)), value, revision }));
  }
  return removal.finish();
}

/** Removes rows, many in a commit. What somebody has changed meanwhile stays. */
class Removal {
  readonly #tms: TmsContext;
  #rows: (readonly Write[])[] = [];
  #count = 0;

  constructor(tms: TmsContext) {
    this.#tms = tms;
  }

  /** `writes` remove one row and what goes with it. */
  async add(writes: readonly Write[]): Promise<void> {
    this.#rows.push(writes);
    if (this.#rows.length >= BATCH) await this.finish();
  }

  /** How many rows went in all. */
  async finish(): Promise<number> {
    const rows = this.#rows.splice(0);
    if (await this.#commit(rows.flat())) this.#count += rows.length;
    else for (const writes of rows) if (await this.#commit(writes)) this.#count++;
    return this.#count;
  }

  async #commit(writes: readonly Write[]): Promise<boolean> {
    try {
      if (writes.length > 0) await this.#tms.store.commit(writes);
      return true;
    } catch (error) {
      if (error instanceof Fault && error.code === "conflict") return false;
      throw error;
    }
  }
}
