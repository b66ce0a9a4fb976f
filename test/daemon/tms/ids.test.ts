import { expect, test } from "bun:test";
import { openSqlite } from "../../../daemon/store/sqlite.ts";
import { Ids } from "../../../daemon/tms/ids.ts";
import { cleanTemp, tempDir } from "../../kit/temp.ts";
import { refusal } from "./kit.ts";

cleanTemp();

const now = () => new Date();
const many = (ids: Ids, count: number) => Promise.all(Array.from({ length: count }, () => ids.next()));

test("ids begin at 1 and increase", async () => {
  await using store = openSqlite(":memory:", { now });
  const ids = new Ids(store);
  expect([await ids.next(), await ids.next(), await ids.next()]).toEqual([1, 2, 3]);
});

test("ids are unique under concurrency, across processes and restarts", async () => {
  const path = `${tempDir()}/state.db`;
  await using first = openSqlite(path, { now });
  await using second = openSqlite(path, { now });
  const stores = [first, second, first];
  const taken = (await Promise.all(stores.map((store) => many(new Ids(store), 2500)))).flat();
  const later = await many(new Ids(second), 10);
  expect(new Set([...taken, ...later]).size).toBe(7510);
  expect(Math.min(...later)).toBeGreaterThan(Math.max(...taken));
});

test("concurrent requests at the end of a block get distinct ids", async () => {
  await using store = openSqlite(":memory:", { now });
  const ids = new Ids(store);
  const taken = await many(ids, 3001);
  expect(taken.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 3001 }, (_, i) => i + 1));
});

test("ids end with 32 bits", async () => {
  await using store = openSqlite(":memory:", { now });
  const set = (value: string) => store.commit([{ put: "/tms/ids", value: Buffer.from(value), expect: "any" }]);
  await set(String(2 ** 31 - 1 - 1000));
  const ids = new Ids(store);
  const taken = await many(ids, 1000);
  expect(Math.max(...taken)).toBe(2 ** 31 - 1);
  expect(await refusal(ids.next())).toContain("no ids are left");
  await set("many");
  expect(await refusal(new Ids(store).next())).toContain("not a number");
});
