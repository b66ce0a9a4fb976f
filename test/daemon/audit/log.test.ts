import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Head } from "../../../core/audit/chain.ts";
import { type AuditEvent, newEvent } from "../../../core/audit/event.ts";
import type { Fault } from "../../../core/fault.ts";
import { type Checkpoint, storeCheckpoint } from "../../../daemon/audit/checkpoint.ts";
import { type AuditLog, openAuditLog } from "../../../daemon/audit/log.ts";
import { openSqlite } from "../../../daemon/store/sqlite.ts";
import { at, killedWriter, nameOf, removal, smallDisk } from "./kit.ts";

let dir: string;
let time: Date;
const logs: AuditLog[] = [];
const open = async ({ checkpoint }: { checkpoint?: Checkpoint } = {}, path = dir): Promise<AuditLog> => {
  const log = await openAuditLog(path, {
    now: () => time,
    ...(checkpoint && { checkpoint: async () => checkpoint }),
  });
  logs.push(log);
  return log;
};
const file = (day = "2026-01-31") => join(dir, `${day}.jsonl`);
const linesOf = (path: string) => readFileSync(path, "utf8").split("\n").slice(0, -1);
const write = async (log: AuditLog, ...names: string[]) => {
  for (const name of names) await log.append(removal(name, time.toISOString()));
};
const refusal = (work: Promise<unknown>): Promise<Fault> =>
  work.then(
    () => {
      throw new Error("it was not refused");
    },
    (fault: Fault) => fault,
  );
/** A checkpoint in memory. */
const noting = () => {
  const kept: { head?: Head; saves: number } = { saves: 0 };
  const checkpoint: Checkpoint = {
    load: async () => kept.head,
    save: async (head) => {
      kept.head = head;
      kept.saves++;
    },
  };
  return { kept, checkpoint };
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "audit-"));
  time = new Date("2026-01-31T12:00:00Z");
});
afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
  rmSync(dir, { recursive: true });
});

describe("append()", () => {
  test("one line an event, chained, for the owner's eyes only", async () => {
    rmSync(dir, { recursive: true });
    const umask = process.umask(0);
    const log = await open();
    await write(log, "a", "b");
    process.umask(umask);
    const [first, second] = linesOf(file()).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({ seq: 1, event: "user.delete", name: "a" });
    expect(second).toMatchObject({ seq: 2, event: "user.delete", name: "b" });
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(dir)) expect([name, statSync(join(dir, name)).mode & 0o777]).toEqual([name, 0o600]);
  });

  test("is in the file when it resolves, in the order of the calls", async () => {
    const log = await open();
    const names = Array.from({ length: 3000 }, (_, i) => String(i));
    await Promise.all(
      names.map(async (name, i) => {
        const event = removal(name);
        await log.append(event);
        if (i % 500 === 0) expect(readFileSync(file(), "utf8")).toContain(event.uid);
      }),
    );
    expect(linesOf(file()).map((line) => nameOf(JSON.parse(line) as AuditEvent))).toEqual(names);
    expect(await log.verify()).toEqual({ ok: true, records: 3000 });
  });

  test("a new file each day (UTC), one chain; a clock set back goes on where it was", async () => {
    const log = await open();
    time = new Date("2026-01-31T23:59:59.999Z");
    await write(log, "a");
    time = new Date("2026-02-01T00:00:00Z");
    await write(log, "b");
    time = new Date("2026-01-31T23:00:00Z");
    await write(log, "c");
    time = new Date("2026-03-01T00:00:00Z");
    await write(log, "d");
    expect(readdirSync(dir).sort()).toEqual([
      "2026-01-31.jsonl",
      "2026-02-01.jsonl",
      "2026-03-01.jsonl",
      "lock",
      "log_uuid",
    ]);
    expect(linesOf(file("2026-02-01"))).toHaveLength(2);
    expect(await log.verify()).toEqual({ ok: true, records: 4 });
  });

  test("the chain goes on after a restart, on the same day and on a later one", async () => {
    let log = await open();
    await write(log, "a", "b");
    await log.close();
    log = await open();
    await write(log, "c");
    await log.close();
    time = new Date("2026-02-02T00:00:00Z");
    log = await open();
    await write(log, "d");
    expect(log.recovered).toBeUndefined();
    expect(await log.verify()).toEqual({ ok: true, records: 4 });
  });

  test("an event that is sent again is written once, also at the same time and after a restart", async () => {
    let log = await open();
    const event = removal("a");
    await Promise.all([log.append(event), log.append(event)]);
    await log.append(event);
    await log.close();
    log = await open();
    await log.append(event);
    expect(linesOf(file())).toHaveLength(1);
  });

  test("a uid in somebody's text is not taken for a uid", async () => {
    let log = await open();
    const hidden = removal("hidden");
    await log.append(removal(`","uid":"${hidden.uid}"`));
    await log.close();
    log = await open();
    await log.append(hidden);
    expect(linesOf(file())).toHaveLength(2);
  });

  test("after close it is refused, what came before is written", async () => {
    const log = await open();
    const last = write(log, "a");
    await log.close();
    await last;
    expect((await refusal(log.append(removal("b")))).code).toBe("unavailable");
    expect(linesOf(file())).toHaveLength(1);
  });

  test("a second writer of the directory is refused, until the first is gone", async () => {
    const log = await open();
    const fault = await refusal(open());
    expect(fault.code).toBe("unavailable");
    expect(fault.message).toContain(dir);
    expect(fault.hint).toBeDefined();
    const other = spawnSync(process.execPath, [join(import.meta.dir, "child.ts"), "log", dir], { encoding: "utf8" });
    expect(other.stdout).toBe("");
    expect(other.stderr).toContain(`another process writes to ${dir}`);
    await write(log, "a");
    await log.close();
    await write(await open(), "b");
    expect(linesOf(file())).toHaveLength(2);
  });

  test("a directory that cannot be one", async () => {
    writeFileSync(join(dir, "file"), "");
    const fault = await refusal(open({}, join(dir, "file")));
    expect(fault.code).toBe("failed");
    expect(fault.message).toContain(join(dir, "file"));
  });

  test("a full disk: refused and said so, nothing half written, and on it goes when there is space", async () => {
    const mount = join(dir, "small");
    const disk = smallDisk(mount);
    if (disk === undefined) return console.log("not tried: mounting a small disk needs root");
    try {
      const log = await open({}, join(mount, "audit"));
      const path = join(mount, "audit", "2026-01-31.jsonl");
      let fault: Fault | undefined;
      let written = 0;
      while (fault === undefined && written < 5000)
        await log.append(removal("x".repeat(900))).then(
          () => written++,
          (error: Fault) => {
            fault = error;
          },
        );
      expect(fault?.code).toBe("failed");
      expect(fault?.message).toBe(`the disk is full: ${path} cannot be written`);
      expect((await refusal(log.append(removal("y".repeat(900))))).code).toBe("failed");
      expect(readFileSync(path, "utf8")).toEndWith("}\n");
      expect(await log.verify()).toEqual({ ok: true, records: written });

      // Many that travel together fail together.
      const both = await Promise.allSettled([
        log.append(removal("z".repeat(900))),
        log.append(removal("z".repeat(900))),
      ]);
      expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);

      const again = removal("y".repeat(900));
      await refusal(log.append(again));
      disk.grow();
      await log.append(again);
      expect(await log.verify()).toEqual({ ok: true, records: written + 1 });
      await log.close();
    } finally {
      disk.remove();
    }
  });
});

describe("a crash", () => {
  test.each([
    ["some bytes", '{"seq":3,"prev":"'],
    ["a whole record but its end", '{"seq":3,"prev":"00","event":"user.delete"}'],
    ["zeros", "\0".repeat(4096)],
    ["more than is read at once", "x".repeat(300_000)],
  ])("a record that was never finished is cut off, and said so: %s", async (_name, torn) => {
    let log = await open();
    await write(log, "a", "b");
    await log.close();
    appendFileSync(file(), torn);
    log = await open();
    expect(log.recovered).toBe(`${file()}: cut off the ${torn.length} bytes of a record that was never finished`);
    expect(linesOf(file())).toHaveLength(2);
    await write(log, "c");
    expect(await log.verify()).toEqual({ ok: true, records: 3 });
  });

  test("in a file that held nothing else", async () => {
    let log = await open();
    await write(log, "a");
    await log.close();
    writeFileSync(file("2026-02-01"), '{"seq":2');
    log = await open();
    expect(log.recovered).toContain("2026-02-01");
    await write(log, "b");
    expect(await log.verify()).toEqual({ ok: true, records: 2 });
  });

  test("damage before the end is not mended but kept, and the chain goes on behind it", async () => {
    let log = await open();
    await write(log, "a", "b", "c");
    await log.close();
    writeFileSync(file(), `${linesOf(file()).with(2, "garbage").join("\n")}\n`);
    log = await open();
    expect(log.recovered).toBeUndefined();
    await write(log, "d");
    expect(linesOf(file())[2]).toBe("garbage");
    expect(JSON.parse(linesOf(file())[3] ?? "")).toMatchObject({ seq: 4, name: "d" });
    expect(await log.verify()).toMatchObject({ ok: false, at: { seq: 3, what: "edited" } });
  });

  test("kill -9 amid appends: what was acknowledged is there, once and unbroken", async () => {
    time = new Date();
    for (let round = 0; round < 5; round++) {
      const path = join(dir, `crash-${round}`);
      const acknowledged = await killedWriter("log", path, 200 + round * 77);
      expect(acknowledged.length).toBeGreaterThanOrEqual(200);
      const log = await open({}, path);
      const found = (await log.search({ limit: 100_000 })).map(({ uid }) => uid);
      expect(found.slice(0, acknowledged.length)).toEqual(acknowledged);
      expect(found.length - acknowledged.length).toBeLessThanOrEqual(10);
      await write(log, "after");
      expect(await log.verify()).toEqual({ ok: true, records: found.length + 1 });
    }
  }, 30_000);
});

describe("verify()", () => {
  beforeEach(async () => {
    const log = await open();
    for (const day of ["2026-01-29", "2026-01-30", "2026-01-31"]) {
      time = new Date(`${day}T12:00:00Z`);
      await write(log, `${day}-a`, `${day}-b`, `${day}-c`);
    }
    await log.close();
  });
  const change = (day: string, how: (lines: string[]) => string[]) =>
    writeFileSync(file(day), `${how(linesOf(file(day))).join("\n")}\n`);
  const verdict = async () => (await open()).verify();

  test("names an edited record, with file and line", async () => {
    change("2026-01-30", ([a = "", b = "", c = ""]) => [a, b.replace("30-b", "30-x"), c]);
    expect(await verdict()).toEqual({
      ok: false,
      records: 4,
      problem: "record 5 (2026-01-30.jsonl, line 2) was changed",
      at: { file: "2026-01-30.jsonl", line: 2, seq: 5, what: "edited" },
    });
  });

  test("a flipped bit", async () => {
    const bytes = readFileSync(file("2026-01-29"));
    bytes[bytes.length - 40] = (bytes[bytes.length - 40] as number) ^ 1;
    writeFileSync(file("2026-01-29"), bytes);
    expect(await verdict()).toMatchObject({
      ok: false,
      at: { file: "2026-01-29.jsonl", line: 3, seq: 3, what: "edited" },
    });
  });

  test("a dropped line", async () => {
    change("2026-01-30", ([a = "", , c = ""]) => [a, c]);
    expect(await verdict()).toMatchObject({
      ok: false,
      at: { file: "2026-01-30.jsonl", line: 2, seq: 5, what: "missing" },
    });
  });

  test("a dropped file", async () => {
    rmSync(file("2026-01-30"));
    expect(await verdict()).toMatchObject({
      problem: "records 4 to 6 are missing before record 7 (2026-01-31.jsonl, line 1)",
    });
  });

  test("swapped lines", async () => {
    change("2026-01-30", ([a = "", b = "", c = ""]) => [b, a, c]);
    expect(await verdict()).toMatchObject({
      ok: false,
      at: { file: "2026-01-30.jsonl", line: 1, seq: 4, what: "reordered" },
    });
  });

  test("a repeated line", async () => {
    change("2026-01-30", ([a = "", b = "", c = ""]) => [a, b, b, c]);
    expect(await verdict()).toMatchObject({
      ok: false,
      at: { file: "2026-01-30.jsonl", line: 3, seq: 5, what: "repeated" },
    });
  });

  test("a tail that is cut while the log is open", async () => {
    const log = await open();
    truncateSync(file("2026-01-31"), statSync(file("2026-01-31")).size - 100);
    expect(await log.verify()).toMatchObject({ ok: false, at: { seq: 9, what: "cut" } });
  });

  test("goes on while events come in", async () => {
    const log = await open();
    const writing = Promise.all(Array.from({ length: 2000 }, (_, i) => log.append(removal(String(i)))));
    const verdicts = await Promise.all([log.verify(), log.verify()]);
    for (const { ok } of verdicts) expect(ok).toBe(true);
    await writing;
    expect(await log.verify()).toEqual({ ok: true, records: 2009 });
  });
});

describe("the checkpoint", () => {
  test("is saved at close, and seldom before", async () => {
    const { kept, checkpoint } = noting();
    const log = await open({ checkpoint });
    jest.useFakeTimers();
    try {
      for (let i = 0; i < 100; i++) await write(log, String(i));
      jest.advanceTimersByTime(999);
      expect(kept.saves).toBe(0);
      jest.advanceTimersByTime(1);
      expect(kept).toMatchObject({ saves: 1, head: { seq: 100 } });
      await write(log, "more");
      await log.close();
      expect(kept).toMatchObject({ saves: 2, head: { seq: 101 } });
    } finally {
      jest.useRealTimers();
    }
  });

  test("shows a tail that was cut while the log was closed, for ever", async () => {
    const { checkpoint } = noting();
    let log = await open({ checkpoint });
    await write(log, "a", "b", "c", "d");
    await log.close();
    writeFileSync(file(), `${linesOf(file()).slice(0, 2).join("\n")}\n`);

    log = await open({ checkpoint });
    expect(log.damage).toBe("the log ends with record 2, but record 4 had been written");
    expect(await log.verify()).toMatchObject({ ok: false, records: 2, at: { seq: 3, what: "cut" } });
    await log.append(newEvent("audit.damaged", { message: log.damage ?? "" }, at("2026-01-31T12:00:00Z")));
    await log.close();

    log = await open({ checkpoint });
    expect(log.damage).toBeUndefined();
    expect(await log.verify()).toMatchObject({
      ok: false,
      records: 2,
      problem: "records 3 to 4 are missing before record 5 (2026-01-31.jsonl, line 3)",
    });
  });

  test("shows a log that was removed", async () => {
    const { checkpoint } = noting();
    let log = await open({ checkpoint });
    await write(log, "a");
    await log.close();
    rmSync(file());
    log = await open({ checkpoint });
    expect(log.damage).toBe("the log ends with record 0, but record 1 had been written");
  });

  test("shows records that were forged with a sound chain", async () => {
    const { checkpoint } = noting();
    let log = await open({ checkpoint });
    await write(log, "a", "b");
    await log.close();
    rmSync(file());
    const forger = await open();
    await write(forger, "x", "y", "z");
    await forger.close();
    log = await open({ checkpoint });
    expect(log.damage).toBe("record 2 is not the one that had been written");
    expect(await log.verify()).toMatchObject({ ok: false, at: { seq: 2, what: "edited" } });
  });

  test("behind the log, as a crash leaves it, is in order", async () => {
    const { kept, checkpoint } = noting();
    let log = await open({ checkpoint });
    await write(log, "a", "b");
    await log.close();
    const earlier = kept.head;
    log = await open({ checkpoint });
    await write(log, "c");
    await log.close();
    kept.head = earlier as Head;
    log = await open({ checkpoint });
    expect(log.damage).toBeUndefined();
    expect(await log.verify()).toEqual({ ok: true, records: 3 });
  });

  test("that cannot be saved holds nothing up, and is complained of", async () => {
    const complaints: string[] = [];
    const log = await openAuditLog(dir, {
      now: () => time,
      log: { warn: (message) => void complaints.push(message) },
      checkpoint: async () => ({ load: async () => undefined, save: () => Promise.reject(new Error("no")) }),
    });
    await write(log, "a");
    await log.close();
    expect(complaints).toEqual(["the checkpoint of the audit log could not be saved"]);
  });

  test("is kept in a store under the log's UUID, which stays", async () => {
    await using store = openSqlite(":memory:", { now: () => time });
    const opened = () => openAuditLog(dir, { now: () => time, checkpoint: async (id) => storeCheckpoint(store, id) });
    let log = await opened();
    const { id } = log;
    expect(log.created).toBe(true);
    expect(await storeCheckpoint(store, id).load()).toBeUndefined();
    await write(log, "a");
    await log.close();
    expect((await store.list("/audit/")).map(({ key }) => key)).toEqual([`/audit/head/${id}`]);
    expect(await storeCheckpoint(store, id).load()).toMatchObject({ seq: 1 });
    log = await opened();
    expect(log).toMatchObject({ id, created: false });
    await log.close();
  });

  test("a UUID that is none is refused, and named", async () => {
    writeFileSync(join(dir, "log_uuid"), "x\n");
    expect(await refusal(open())).toMatchObject({
      code: "failed",
      message: `${join(dir, "log_uuid")} does not hold a UUID`,
    });
  });
});

describe("search()", () => {
  const days = ["2026-01-28", "2026-01-29", "2026-01-30", "2026-01-31"];
  let log: AuditLog;
  const names = async (query: Parameters<AuditLog["search"]>[0]) => (await log.search(query)).map(nameOf);

  beforeEach(async () => {
    log = await open();
    for (const day of days)
      for (const [hour, user] of [
        ["08", "alice"],
        ["12", "bob"],
        ["20", "alice"],
      ] as const) {
        time = new Date(`${day}T${hour}:00:00Z`);
        await log.append(removal(`${day}-${hour}`, time.toISOString(), user));
      }
    await log.append(newEvent("user.create", { user: "alice", name: "created" }, at("2026-01-31T21:00:00Z")));
  });

  test("everything, newest last, as the events were", async () => {
    const found = await log.search({});
    expect(found).toHaveLength(13);
    expect(found.map(({ time }) => time)).toEqual(found.map(({ time }) => time).toSorted());
    expect(Object.keys(found[0] as object)).toEqual(["event", "code", "time", "uid", "cluster_name", "user", "name"]);
  });

  test("by name of the event and by user", async () => {
    expect(await names({ event: "user.create" })).toEqual(["created"]);
    expect(await names({ event: "user.create", user: "bob" })).toEqual([]);
    expect(await log.search({ user: "alice" })).toHaveLength(9);
    expect(await log.search({ user: "ali" })).toEqual([]);
    expect(await log.search({ event: "user" })).toEqual([]);
  });

  test("a user whose name stands elsewhere in an event is not meant", async () => {
    await log.append(removal('","user":"carol"', "2026-01-31T22:00:00Z"));
    await log.append(
      newEvent("lock.created", { user: "dave", name: "l", target: { user: "carol" } }, at("2026-01-31T22:00:00Z")),
    );
    expect(await log.search({ user: "carol" })).toEqual([]);
  });

  test("from a time on and before a time", async () => {
    const [from, to] = [new Date("2026-01-29T12:00:00Z"), new Date("2026-01-30T12:00:00Z")];
    for (let again = 0; again < 2; again++) {
      expect(await names({ from, to })).toEqual(["2026-01-29-12", "2026-01-29-20", "2026-01-30-08"]);
      expect(await log.search({ from })).toHaveLength(9);
      expect(await log.search({ to })).toHaveLength(7);
      expect(await names({ from: to, to: from })).toEqual([]);
    }
  });

  test("the newest so many", async () => {
    expect(await names({ limit: 2 })).toEqual(["2026-01-31-20", "created"]);
    expect(await names({ limit: 2, to: new Date("2026-01-30T00:00:00Z") })).toEqual(["2026-01-29-12", "2026-01-29-20"]);
    expect(await names({ limit: 1, user: "bob" })).toEqual(["2026-01-31-12"]);
  });

  test("an event that came days late is found by its own time, also when the files are known", async () => {
    const query = { from: new Date("2026-01-28T00:00:00Z"), to: new Date("2026-01-29T00:00:00Z") };
    expect(await log.search(query)).toHaveLength(3);
    await log.append(removal("late", "2026-01-28T09:00:00Z"));
    time = new Date("2026-02-01T00:00:00Z");
    await log.append(removal("next day"));
    for (let again = 0; again < 2; again++)
      expect(await names(query)).toEqual(["2026-01-28-08", "2026-01-28-12", "2026-01-28-20", "late"]);
  });

  test("files of days that cannot matter are not opened", async () => {
    rmSync(file("2026-01-28"));
    mkdirSync(file("2026-01-28"));
    expect(await log.search({ from: new Date("2026-01-31T00:00:00Z") })).toHaveLength(4);
    expect(await log.search({ limit: 5 })).toHaveLength(5);
  });

  test("records longer than what is read at once", async () => {
    const long = newEvent(
      "lock.created",
      { user: "erin", name: "l", target: {}, message: "ä".repeat(1000) },
      at("2026-01-31T22:00:00Z"),
    );
    const events = Array.from({ length: 600 }, (_, i) => ({ ...long, uid: `${i}`.padStart(36, "0") }));
    await Promise.all(events.map((event) => log.append(event)));
    expect(await log.search({ user: "erin", limit: 1000 })).toEqual(events);
    expect(await log.verify()).toEqual({ ok: true, records: 613 });
  });

  test("a damaged line is passed over", async () => {
    await log.close();
    writeFileSync(file(), `${linesOf(file()).with(1, '{"user":"bob"').join("\n")}\n`);
    log = await open();
    expect(await log.search({ user: "bob" })).toHaveLength(3);
  });
});

describe("tail()", () => {
  test("what is appended from now on, until it is stopped", async () => {
    const log = await open();
    await write(log, "before");
    const stop = new AbortController();
    const tail = log.tail(stop.signal);
    await write(log, "a", "b");
    const seen: string[] = [];
    for await (const event of tail) {
      seen.push(nameOf(event));
      if (seen.length === 2) await write(log, "c");
      if (seen.length === 3) stop.abort();
    }
    expect(seen).toEqual(["a", "b", "c"]);
  });

  test("ends with the log", async () => {
    const log = await open();
    const next = log.tail(new AbortController().signal)[Symbol.asyncIterator]().next();
    await log.close();
    expect((await next).done).toBe(true);
    expect((await log.tail(new AbortController().signal)[Symbol.asyncIterator]().next()).done).toBe(true);
  });

  test("a reader that falls behind is told", async () => {
    const log = await open();
    const tail = log.tail(new AbortController().signal)[Symbol.asyncIterator]();
    await Promise.all(Array.from({ length: 8193 }, () => log.append(removal("x"))));
    const fault = await refusal(
      (async () => {
        while ((await tail.next()).done !== true);
      })(),
    );
    expect(fault.code).toBe("unavailable");
  });
});
