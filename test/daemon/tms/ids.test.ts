import { expect, test } from "bun:test";
import { openSqlite } from "../../../daemon/store/sqlite.ts";
import { Ids } from "../../../daemon/tms/ids.ts";
import { cleanTemp, tempDir } from "../../kit/temp.ts";
import { refusal } from "./kit.ts";

cleanTemp();

const now = () => new Date();
const many = (ids: Ids, count: number) => Promise.all(Array.from({ length: count }, () => ids.next()));

test("numbers begin at 1 and grow", async () => {
  await using store = openSqlite(":memory:", { now });
  const ids = new Ids(store);
  expect([await ids.next(), await ids.next(), await ids.next()]).toEqual([1, 2, 3]);
});

test("none is given twice, also when several ask at once, in several processes, and after a restart", async () => {
  const path = `${tempDir()}/state.db`;
  await using first = openSqlite(path, { now });
  await using second = openSqlite(path, { now });
  const stores = [first, second, first];
  const taken = (await Promise.all(stores.map((store) => many(new Ids(store), 2500)))).flat();
  const later = await many(new Ids(second), 10);
  expect(new Set([...taken, ...later]).size).toBe(7510);
  expect(Math.min(...later)).toBeGreaterThan(Math.max(...taken));
});

test("each of those who wait gets its own when a block is used up", async () => {
  await using store = openSqlite(":memory:", { now });
  const ids = new Ids(store);
  const taken = await many(ids, 3001);
  expect(taken.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 3001 }, (_, i) => i + 1));
});

test("the last number is one of 32 bits", async () => {
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
