import { expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { storedProxyHeaders } from "../../../daemon/auth/proxy-headers.ts";
import { openSqlite } from "../../../daemon/store/sqlite.ts";

test("a proxy header is accepted by one of several auth processes, once, until its time has passed", async () => {
  let time = new Date("2026-01-31T12:00:00Z");
  await using store = openSqlite(":memory:", { now: () => time });
  const [one, two] = [storedProxyHeaders(store), storedProxyHeaders(store)];
  const id = randomUUID();
  const results = await Promise.all([one, two, one, two].map((memory) => memory.take(id, time)));
  expect(results.filter((accepted) => accepted)).toHaveLength(1);
  expect(await two.take(randomUUID(), time)).toBe(true);
  time = new Date(time.getTime() + 120_000);
  expect(await two.take(id, time)).toBe(false);
  // By then its time is refused; the store need not remember it.
  time = new Date(time.getTime() + 1);
  expect(await store.list("/proxy-headers/")).toEqual([]);
});

test("an id that is not a UUID is not accepted", async () => {
  await using store = openSqlite(":memory:", { now: () => new Date() });
  for (const id of ["", "a/b", "x".repeat(2000)])
    expect(await storedProxyHeaders(store).take(id, new Date())).toBe(false);
});
