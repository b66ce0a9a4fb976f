import { describe, expect, test } from "bun:test";
import type { Key } from "../../../core/store.ts";
import { openSqlite } from "../../../daemon/store/sqlite.ts";
import {
  delegationCollection,
  encodeName,
  hostCollection,
  userHostCollection,
  walk,
} from "../../../daemon/tms/collections.ts";

const now = () => new Date();

/** Texts with special characters of paths, patterns, queries or terminals. */
const ODD = [
  "",
  "a/b",
  "a%2Fb",
  "%2F",
  "%%",
  "..",
  ".",
  "/",
  "~",
  "*",
  "?",
  "x' OR '1'='1",
  '"; DROP TABLE entries; --',
  "ä",
  "a\u0308",
  "日本語",
  "😀",
  "\ud83d",
  "\ude00",
  "\ufffd",
  " ",
  "  ",
  "A",
  "a",
  "\u0000",
  "x".repeat(255),
  "x".repeat(256),
  "%".repeat(255),
  "%".repeat(254),
  "日".repeat(255),
];

describe("encodeName()", () => {
  test("is injective, and emits no reserved character", () => {
    const names = ODD.map(encodeName);
    expect(new Set(names).size).toBe(ODD.length);
    for (const name of names) expect(name).toMatch(/^[\x21-\x2e\x30-\x7e]{1,255}$/);
    // A text that looks like the encoding of a long text has another encoding.
    expect(names).not.toContain(encodeName(encodeName("x".repeat(256))));
  });

  test("limits names so that three fit into a key", async () => {
    await using store = openSqlite(":memory:", { now });
    const collection = userHostCollection(store, 2 ** 31 - 1, "日".repeat(255), "%".repeat(255));
    const writes = [collection.put(encodeName("😀".repeat(127)), {} as never, "absent")];
    await store.commit(writes);
    expect(await Array.fromAsync(collection.list())).toHaveLength(1);
  });
});

test("a record is not found under a name with a common prefix", async () => {
  await using store = openSqlite(":memory:", { now });
  await store.commit([
    hostCollection(store, 1, "a").put(encodeName("b/c"), { host: "a" } as never, "absent"),
    hostCollection(store, 1, "a/b").put(encodeName("c"), { host: "a/b" } as never, "absent"),
    delegationCollection(store, 1, "a").put(encodeName("b"), {} as never, "absent"),
    delegationCollection(store, 11, "a").put(encodeName("b"), {} as never, "absent"),
  ]);
  expect(await Array.fromAsync(hostCollection(store, 1, "a").list(), ({ value }) => value.host)).toEqual(["a"]);
  expect((await hostCollection(store, 1, "a/b").get(encodeName("c")))?.value.host).toBe("a/b");
  expect(await Array.fromAsync(delegationCollection(store, 1, "a").list())).toHaveLength(1);
});

test("walk() yields every record under a prefix in order, also during changes", async () => {
  await using store = openSqlite(":memory:", { now });
  const key = (n: number) => `/tms/x/${String(n).padStart(5, "0")}` as Key;
  const put = (n: number) => ({ put: key(n), value: Buffer.from(String(n)), expect: "any" as const });
  for (let n = 0; n < 1000; n += 100) await store.commit(Array.from({ length: 100 }, (_, i) => put(n + i)));
  await store.commit([{ ...put(0), put: "/tms/y" }]);
  const seen: number[] = [];
  for await (const { value, key: at, revision } of walk<number>(store, "/tms/x/")) {
    seen.push(value);
    if (value % 3 === 0) await store.commit([{ remove: at, expect: revision }]);
  }
  expect(seen).toEqual(Array.from({ length: 1000 }, (_, n) => n));
  expect(await store.list("/tms/x/")).toHaveLength(666);
  for await (const _ of walk(store, "/tms/none/")) throw new Error("there is nothing");
});
