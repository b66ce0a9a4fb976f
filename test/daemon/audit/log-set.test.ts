import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditEvent } from "../../../core/audit/event.ts";
import type { Store } from "../../../core/store.ts";
import { listCheckpoints, storeCheckpoint } from "../../../daemon/audit/checkpoint.ts";
import { type AuditLog, openAuditLog } from "../../../daemon/audit/log.ts";
import { AuditLogSet, openAuditLogs } from "../../../daemon/audit/log-set.ts";
import { openOutbox } from "../../../daemon/audit/outbox.ts";
import { openSqlite } from "../../../daemon/store/sqlite.ts";
import { nameOf, removal } from "./kit.ts";

let dir: string;
let store: Store;
let time: Date;
const opened: AsyncDisposable[] = [];
const now = () => time;
const warnings = { warn: () => {} };

/** The set of the auth process with this data directory. */
const auth = async (name: string): Promise<AuditLogSet> => {
  const set = await openAuditLogs(join(dir, name), { store, now, log: warnings });
  opened.push(set);
  return set;
};
/** One log over the store, as an auth process of this name writes it. */
const log = async (name: string): Promise<AuditLog> => {
  const one = await openAuditLog(join(dir, name), { now, checkpoint: async (id) => storeCheckpoint(store, id) });
  opened.push(one);
  return one;
};
const setOf = (own: AuditLog, ...others: AuditLog[]) =>
  new AuditLogSet(
    own,
    () => others,
    () => listCheckpoints(store),
  );
const minute = (n: number) => `2026-01-31T12:${String(n).padStart(2, "0")}:00.000Z`;
const fileOf = (name: string) => join(dir, name, "2026-01-31.jsonl");

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "audit-set-"));
  time = new Date("2026-01-31T12:00:00Z");
  store = openSqlite(":memory:", { now });
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true });
});

describe("search()", () => {
  test("merges the events of three logs by time", async () => {
    const logs = [await log("a"), await log("b"), await log("c")] as const;
    for (let n = 0; n < 30; n++) await (logs[n % 3] as AuditLog).append(removal(String(n), minute(n)));
    const set = setOf(...logs);
    const names = async (query: Parameters<AuditLogSet["search"]>[0]) => (await set.search(query)).map(nameOf);
    const all = Array.from({ length: 30 }, (_, n) => String(n));
    expect(await names({})).toEqual(all);
    for (const limit of [1, 2, 7, 29]) expect(await names({ limit })).toEqual(all.slice(-limit));
    expect(await names({ from: new Date(minute(10)), to: new Date(minute(13)) })).toEqual(["10", "11", "12"]);
  });

  test("shows an event of two logs once, and does not count it twice towards the limit", async () => {
    const [a, b] = [await log("a"), await log("b")];
    const events = Array.from({ length: 10 }, (_, n) => removal(String(n), minute(n)));
    for (const event of events) await Promise.all([a.append(event), b.append(event)]);
    const set = setOf(a, b);
    expect(await set.search({})).toEqual(events);
    expect(await set.search({ limit: 4 })).toEqual(events.slice(-4));
  });

  test("shows both of two events that differ, although a member gave them one uid", async () => {
    const [a, b] = [await log("a"), await log("b")];
    const event = removal("true", minute(1));
    const other: AuditEvent = { ...removal("false", minute(2)), uid: event.uid };
    await a.append(event);
    await b.append(other);
    await b.append(removal("last", minute(3)));
    expect((await setOf(a, b).search({})).map(nameOf)).toEqual(["true", "false", "last"]);
  });

  test("a member whose clock is far behind or ahead does not displace the events of others", async () => {
    const [a, b] = [await log("a"), await log("b")];
    await a.append(removal("early", minute(1)));
    await a.append(removal("future", "2099-01-01T00:00:00.000Z"));
    await a.append(removal("past", "1970-01-01T00:00:00.000Z"));
    for (let n = 2; n < 10; n++) await b.append(removal(String(n), minute(n)));
    await a.append(removal("late", minute(10)));
    expect((await setOf(a, b).search({ limit: 5 })).map(nameOf)).toEqual(["7", "8", "9", "late", "future"]);
  });
});

describe("tail()", () => {
  test("shows the events of all logs, each once, from the call on", async () => {
    const [a, b] = [await log("a"), await log("b")];
    await a.append(removal("before"));
    const stop = new AbortController();
    const tail = setOf(a, b).tail(stop.signal);
    const twice = removal("twice");
    await a.append(twice);
    await b.append(twice);
    await b.append(removal("b"));
    await a.append(removal("a"));
    const seen: string[] = [];
    for await (const event of tail) {
      seen.push(nameOf(event));
      if (seen.length === 3) stop.abort();
    }
    expect(seen.sort()).toEqual(["a", "b", "twice"]);
  });

  test("ends when it is stopped, and when a log is closed", async () => {
    const [a, b] = [await log("a"), await log("b")];
    const stop = new AbortController();
    const [one, two] = [stop.signal, new AbortController().signal].map((signal) =>
      setOf(a, b).tail(signal)[Symbol.asyncIterator]().next(),
    );
    stop.abort();
    expect((await one)?.done).toBe(true);
    await b.close();
    expect((await two)?.done).toBe(true);
    expect((await setOf(a, b).tail(stop.signal)[Symbol.asyncIterator]().next()).done).toBe(true);
  });
});

describe("verify()", () => {
  test("verifies each chain against its own checkpoint", async () => {
    const [a, b] = [await log("a"), await log("b")];
    for (const name of ["1", "2", "3"]) await a.append(removal(name));
    await b.append(removal("4"));
    expect(await setOf(a, b).verify()).toEqual({
      ok: true,
      records: 4,
      logs: [
        { id: a.id, ok: true, records: 3 },
        { id: b.id, ok: true, records: 1 },
      ],
    });
  });

  test("names the log that was altered, and still verifies the others", async () => {
    const [a, b] = [await log("a"), await log("b")];
    for (const name of ["1", "2", "3"]) await Promise.all([a.append(removal(name)), b.append(removal(name))]);
    writeFileSync(fileOf("b"), readFileSync(fileOf("b"), "utf8").replace('"name":"2"', '"name":"9"'));
    const problem = "record 2 (2026-01-31.jsonl, line 2) was changed";
    expect(await setOf(a, b).verify()).toMatchObject({
      ok: false,
      records: 4,
      problem: `log ${b.id}: ${problem}`,
      at: { seq: 2, what: "edited" },
      logs: [
        { id: a.id, ok: true, records: 3 },
        { id: b.id, ok: false, records: 1, problem },
      ],
    });
    expect(await setOf(b, a).verify()).toMatchObject({ ok: false, problem });
  });

  test("two processes over one store: neither claims that the log of the other is whole", async () => {
    const [a, b] = [await auth("a"), await auth("b")];
    await a.append(removal("1"));
    await b.append(removal("2"));
    await b.own.close();
    const report = await a.verify();
    expect(report).toMatchObject({
      ok: false,
      records: 1,
      logs: [
        { id: a.own.id, ok: true, records: 1 },
        { id: b.own.id, ok: false, records: 0, absent: true },
      ],
    });
    expect(report.problem).toStartWith(
      `the log ${b.own.id} with 1 record is not on this machine and was not verified;`,
    );
  });

  test("a copy of the other log is read beside the own one, and verified against the store", async () => {
    const [a, b] = [await auth("a"), await auth("b")];
    await a.append(removal("1", minute(1)));
    for (const n of [2, 3]) await b.append(removal(String(n), minute(n)));
    await b.own.close();
    const copy = join(dir, "a", b.own.id);
    cpSync(join(dir, "b"), copy, { recursive: true });
    // What is not a log is passed over.
    mkdirSync(join(dir, "a", "backup"));
    expect((await a.search({})).map(nameOf)).toEqual(["1", "2", "3"]);
    expect(await a.verify()).toMatchObject({ ok: true, records: 3, logs: [{ id: a.own.id }, { id: b.own.id }] });

    const lines = readFileSync(join(copy, "2026-01-31.jsonl"), "utf8").split("\n");
    writeFileSync(join(copy, "2026-01-31.jsonl"), `${lines[0]}\n`);
    expect(await a.verify()).toMatchObject({
      ok: false,
      problem: `log ${b.own.id}: the log ends with record 1 (2026-01-31.jsonl, line 1), but record 2 had been written`,
    });
    const stop = new AbortController();
    const next = a.tail(stop.signal)[Symbol.asyncIterator]().next();
    await a.append(removal("4"));
    expect(nameOf((await next).value as AuditEvent)).toBe("4");
    stop.abort();
  });

  test("a directory that was removed shows, although the next start begins a new log", async () => {
    const former = await auth("a");
    await former.append(removal("1"));
    await former.own.close();
    rmSync(join(dir, "a"), { recursive: true });
    const set = await auth("a");
    await set.append(removal("2"));
    expect(set.own).toMatchObject({ created: true });
    expect(await set.known()).toEqual([former.own.id]);
    expect(await set.verify()).toMatchObject({ ok: false, logs: [{ ok: true }, { id: former.own.id, absent: true }] });
  });
});

describe("the checkpoint of a store that had a single log", () => {
  const head = async () => (await store.list("/audit/")).map(({ key, value }) => [key, Buffer.from(value).toString()]);
  /** As the log and the store are left when logs have no UUIDs. */
  const single = async () => {
    const former = await auth("a");
    for (const name of ["1", "2"]) await former.append(removal(name));
    await former.own.close();
    const [entry] = await store.list("/audit/head/");
    await store.commit([
      { put: "/audit/head", value: entry?.value ?? Buffer.alloc(0), expect: "absent" },
      { remove: `/audit/head/${former.own.id}`, expect: "any" },
    ]);
    rmSync(join(dir, "a", "log_uuid"));
    return Buffer.from(entry?.value ?? []).toString();
  };

  test("is adopted, and the chain goes on", async () => {
    const value = await single();
    const set = await auth("a");
    expect(await head()).toEqual([[`/audit/head/${set.own.id}`, value]]);
    expect(set.own.damage).toBeUndefined();
    await set.append(removal("3"));
    expect(await set.verify()).toMatchObject({ ok: true, records: 3, logs: [{ id: set.own.id }] });
  });

  test("still shows a log that was cut", async () => {
    await single();
    const [line] = readFileSync(fileOf("a"), "utf8").split("\n");
    writeFileSync(fileOf("a"), `${line}\n`);
    expect((await auth("a")).own.damage).toBe("the log ends with record 1, but record 2 had been written");
  });
});

test("a member that lost the answer delivers to another auth: both chains are whole, readers show its events once", async () => {
  const [a, b] = [await log("a"), await log("b")];
  const set = setOf(a, b);
  const stop = new AbortController();
  const tail = set.tail(stop.signal);
  let deliveries = 0;
  const send = async (events: readonly AuditEvent[]) => {
    const target = deliveries++ === 0 ? a : b;
    await Promise.all(events.map((event) => target.append(event)));
    if (target === a) throw new Error("the connection was lost");
  };
  const events = Array.from({ length: 5 }, (_, n) => removal(String(n), minute(n)));
  await using outbox = await openOutbox(join(dir, "outbox"), send, { log: { info: () => {}, warn: () => {} } });
  await Promise.all(events.map((event) => outbox.append(event)));
  while (deliveries < 2 || (await b.search({})).length < 5) await Bun.sleep(5);
  const last = removal("last", minute(9));
  await a.append(last);

  expect(await a.search({})).toHaveLength(6);
  expect(await set.search({})).toEqual([...events, last]);
  const seen: string[] = [];
  for await (const event of tail) {
    seen.push(nameOf(event));
    if (seen.length === 6) stop.abort();
  }
  expect(seen.sort()).toEqual(["0", "1", "2", "3", "4", "last"]);
  expect(await set.verify()).toMatchObject({ ok: true, records: 11 });
});
