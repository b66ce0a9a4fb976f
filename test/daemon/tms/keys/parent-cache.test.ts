import { describe, expect, test } from "bun:test";
import { Fault } from "../../../../core/fault.ts";
import type { Change, Store } from "../../../../core/store.ts";
import { updateClient } from "../../../../daemon/tms/clients.ts";
import { encodeName } from "../../../../daemon/tms/collections.ts";
import { keyCollection } from "../../../../daemon/tms/keys/collections.ts";
import { ParentCache } from "../../../../daemon/tms/keys/parent-cache.ts";
import type { KeyRecord } from "../../../../daemon/tms/schema.ts";
import { cleanTemp } from "../../../kit/temp.ts";
import { ACTOR, refusal } from "../kit.ts";
import { aHost, KeyFixture } from "./kit.ts";

cleanTemp();

/** A store that counts reads, and whose watch a test can break. */
function observed(store: Store) {
  const watches: PromiseWithResolvers<never>[] = [];
  let gets = 0;
  const wrapped: Store = {
    get: (key) => {
      gets++;
      return store.get(key);
    },
    list: (prefix, page) => store.list(prefix, page),
    commit: (writes) => store.commit(writes),
    watch: (prefix, signal) => {
      const lost = Promise.withResolvers<never>();
      lost.promise.catch(() => undefined);
      watches.push(lost);
      const changes = store.watch(prefix, signal)[Symbol.asyncIterator]();
      const next = () => Promise.race([changes.next(), lost.promise]);
      return { [Symbol.asyncIterator]: () => ({ next }) } satisfies AsyncIterable<Change>;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  return {
    store: wrapped,
    /** The number of reads of `work`. */
    async reads(work: () => Promise<unknown>): Promise<number> {
      gets = 0;
      await work();
      return gets;
    },
    lose: () => watches.at(-1)?.reject(new Fault("unavailable", "too fast")),
    get watches() {
      return watches.length;
    },
  };
}

async function itemOf(keyFixture: KeyFixture, key: KeyRecord) {
  const item = await keyCollection(keyFixture.tms.store, key.host).get(encodeName(key.public_key_fingerprint));
  if (item === undefined) throw new Error("the key is not there");
  return item;
}

describe("the parents of keys are read", () => {
  test("once for all keys of one user, account and client", async () => {
    await using keyFixture = await KeyFixture.open();
    const { store, reads } = observed(keyFixture.tms.store);
    const parents = new ParentCache(store);
    const [one, two] = [
      await itemOf(keyFixture, await keyFixture.key()),
      await itemOf(keyFixture, await keyFixture.key()),
    ];
    expect(await reads(() => parents.find(one))).toBe(5);
    expect(await reads(() => parents.find(one))).toBe(0);
    expect(await reads(() => parents.find(two))).toBe(0);
    expect(await parents.find(two)).toMatchObject({ key: two, mfa: { value: { tms_user_id: "alice" } } });
  });

  test("again after one of them has changed", async () => {
    await using keyFixture = await KeyFixture.open({ mvp: true });
    const { store, reads } = observed(keyFixture.tms.store);
    const parents = new ParentCache(store);
    const alices = await itemOf(keyFixture, await keyFixture.key());
    const bobs = await itemOf(keyFixture, await keyFixture.key({ client_user_id: "bob" }));
    for (const key of [alices, bobs]) await parents.find(key);
    await updateClient(keyFixture.tms, keyFixture.tenant, "portal", { enabled: false }, ACTOR);
    for (const key of [alices, bobs]) {
      expect(await reads(() => parents.find(key))).toBe(5);
      expect(await parents.find(key)).toMatchObject({ client: { value: { enabled: false } } });
      expect(await reads(() => parents.find(key))).toBe(0);
    }
  });

  test("again after the watch was lost", async () => {
    await using keyFixture = await KeyFixture.open();
    const watched = observed(keyFixture.tms.store);
    const parents = new ParentCache(watched.store);
    const key = await itemOf(keyFixture, await keyFixture.key());
    await parents.find(key);
    watched.lose();
    await Bun.sleep(0);
    expect(await watched.reads(() => parents.find(key))).toBe(5);
    expect(watched.watches).toBe(2);
    expect(await watched.reads(() => parents.find(key))).toBe(0);
  });

  test("each time for an orphan", async () => {
    await using keyFixture = await KeyFixture.open();
    const { store, reads } = observed(keyFixture.tms.store);
    const parents = new ParentCache(store);
    const item = await itemOf(keyFixture, await keyFixture.key());
    const orphan = { ...item, value: { ...item.value, mfa: 1 } };
    for (const _ of [1, 2]) {
      expect(await reads(async () => expect(await parents.find(orphan)).toBeUndefined())).toBe(5);
    }
    await parents.find(item);
    expect(await parents.find(orphan)).toBeUndefined();
  });
});

test("a revocation by another process takes effect", async () => {
  await using keyFixture = await KeyFixture.open();
  const ask = aHost(keyFixture.tms);
  const key = await keyFixture.key();
  await ask(key);
  await updateClient(keyFixture.tmsFixture.secondProcess(), keyFixture.tenant, "portal", { enabled: false }, ACTOR);
  while ((await refusal(ask(key)).catch(() => undefined)) === undefined) await Bun.sleep(5);
  expect(await refusal(ask(key))).toBe("denied: the client is disabled");
});
