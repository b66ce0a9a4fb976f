import { describe, expect, test } from "bun:test";
import { Fault } from "../../../../core/fault.ts";
import type { Change, Store } from "../../../../core/store.ts";
import { updateClient } from "../../../../daemon/tms/clients.ts";
import { enc } from "../../../../daemon/tms/collections.ts";
import { keyCollection } from "../../../../daemon/tms/keys/collections.ts";
import { RememberedParents } from "../../../../daemon/tms/keys/parents.ts";
import type { KeyRow } from "../../../../daemon/tms/schema.ts";
import { cleanTemp } from "../../../kit/temp.ts";
import { BY, refusal } from "../kit.ts";
import { aHost, Shop } from "./kit.ts";

cleanTemp();

/** A store that counts what is read of it, and whose changes a test may hold back or lose. */
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
    /** How many reads `work` takes. */
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

async function itemOf(shop: Shop, key: KeyRow) {
  const item = await keyCollection(shop.tms.store, key.host).get(enc(key.public_key_fingerprint));
  if (item === undefined) throw new Error("the key is not there");
  return item;
}

describe("what keys hang on is read", () => {
  test("once for all keys of a user on an account by a client", async () => {
    await using shop = await Shop.open();
    const { store, reads } = observed(shop.tms.store);
    const parents = new RememberedParents(store);
    const [one, two] = [await itemOf(shop, await shop.key()), await itemOf(shop, await shop.key())];
    expect(await reads(() => parents.find(one))).toBe(5);
    expect(await reads(() => parents.find(one))).toBe(0);
    expect(await reads(() => parents.find(two))).toBe(0);
    expect(await parents.find(two)).toMatchObject({ key: two, mfa: { value: { tms_user_id: "alice" } } });
  });

  test("again once something of it has changed, and as it is then", async () => {
    await using shop = await Shop.open({ mvp: true });
    const { store, reads } = observed(shop.tms.store);
    const parents = new RememberedParents(store);
    const alices = await itemOf(shop, await shop.key());
    const bobs = await itemOf(shop, await shop.key({ client_user_id: "bob" }));
    for (const key of [alices, bobs]) await parents.find(key);
    await updateClient(shop.tms, shop.tenant, "portal", { enabled: false }, BY);
    for (const key of [alices, bobs]) {
      expect(await reads(() => parents.find(key))).toBe(5);
      expect(await parents.find(key)).toMatchObject({ client: { value: { enabled: false } } });
      expect(await reads(() => parents.find(key))).toBe(0);
    }
  });

  test("again once it is not known what has changed", async () => {
    await using shop = await Shop.open();
    const watched = observed(shop.tms.store);
    const parents = new RememberedParents(watched.store);
    const key = await itemOf(shop, await shop.key());
    await parents.find(key);
    watched.lose();
    await Bun.sleep(0);
    expect(await watched.reads(() => parents.find(key))).toBe(5);
    expect(watched.watches).toBe(2);
    expect(await watched.reads(() => parents.find(key))).toBe(0);
  });

  test("every time for a key that hangs on what is gone", async () => {
    await using shop = await Shop.open();
    const { store, reads } = observed(shop.tms.store);
    const parents = new RememberedParents(store);
    const item = await itemOf(shop, await shop.key());
    const orphan = { ...item, value: { ...item.value, mfa: 1 } };
    for (const _ of [1, 2]) {
      expect(await reads(async () => expect(await parents.find(orphan)).toBeUndefined())).toBe(5);
    }
    await parents.find(item);
    expect(await parents.find(orphan)).toBeUndefined();
  });
});

test("what another process takes away is noticed", async () => {
  await using shop = await Shop.open();
  const ask = aHost(shop.tms);
  const key = await shop.key();
  await ask(key);
  await updateClient(shop.desk.another(), shop.tenant, "portal", { enabled: false }, BY);
  while ((await refusal(ask(key)).catch(() => undefined)) === undefined) await Bun.sleep(5);
  expect(await refusal(ask(key))).toBe("denied: the client is disabled");
});
