import { expect, test } from "bun:test";
import type { Key } from "../../../core/store.ts";
import { Collection, listPages } from "../../../daemon/store/collection.ts";
import { openSqlite } from "../../../daemon/store/sqlite.ts";

const now = () => new Date();
const name = (n: number) => String(n).padStart(5, "0");

async function filled(count: number) {
  const store = openSqlite(":memory:", { now });
  const collection = new Collection<number>(store, "/x/");
  for (let n = 0; n < count; n += 100)
    await store.commit(
      Array.from({ length: Math.min(100, count - n) }, (_, i) => collection.put(name(n + i), n + i, "any")),
    );
  await store.commit([{ put: "/y/a", value: Buffer.from("1"), expect: "any" }]);
  return { store, collection };
}

test.each([0, 1, 499, 500, 501, 1234])("list() yields %d records, each once and in order", async (count) => {
  const { store, collection } = await filled(count);
  await using _ = store;
  const items = await Array.fromAsync(collection.list());
  expect(items.map(({ value }) => value)).toEqual(Array.from({ length: count }, (_, n) => n));
  expect(items.map((item) => item.name)).toEqual(items.map(({ value }) => name(value)));
});

test("listPages() yields at most 500 entries at a time", async () => {
  const { store } = await filled(1234);
  await using _ = store;
  const pages = await Array.fromAsync(listPages(store, "/x/"));
  expect(pages.map(({ length }) => length)).toEqual([500, 500, 234]);
});

test("list() yields what stays from the first page to the last, also when others write meanwhile", async () => {
  const { store, collection } = await filled(1200);
  await using _ = store;
  const seen: number[] = [];
  for await (const { value } of collection.list()) {
    seen.push(value);
    if (value === 0)
      await store.commit([collection.remove(name(700), "any"), collection.put(`${name(600)}a`, 6000, "absent")]);
    if (value === 900) await store.commit([collection.remove(name(10), "any")]);
  }
  const stayed = Array.from({ length: 1200 }, (_, n) => n).filter((n) => n !== 700);
  expect(seen).toEqual(stayed.toSpliced(601, 0, 6000));
});

test("list() reads no further than its reader", async () => {
  const { store, collection } = await filled(1200);
  await using _ = store;
  let pages = 0;
  const counted = new Proxy(store, {
    get: (target, key) =>
      key === "list"
        ? (prefix: Key, page: object) => {
            pages++;
            return target.list(prefix, page);
          }
        : Reflect.get(target, key, target),
  });
  for await (const { value } of new Collection<number>(counted, collection.prefix).list()) if (value === 3) break;
  expect(pages).toBe(1);
});

test("first() is the first record, if there is one", async () => {
  const { store, collection } = await filled(3);
  await using _ = store;
  expect(await collection.first()).toMatchObject({ name: "00000", value: 0 });
  expect(await new Collection(store, "/none/").first()).toBeUndefined();
});
