import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Fault } from "../../../core/fault.ts";
import type { Change, Key, Store } from "../../../core/store.ts";
import { openSqlite } from "../../../daemon/store/sqlite.ts";
import { storeSuite } from "../../suite/store.ts";

const CHILD = join(import.meta.dir, "child.ts");
const bytes = (text: string) => new TextEncoder().encode(text);
const put = (key: Key, value = "v") => ({ put: key, value: bytes(value), expect: "any" as const });

storeSuite("sqlite in a file", async (now) => {
  const dir = mkdtempSync(join(tmpdir(), "store-"));
  const path = join(dir, "state.db");
  let store = openSqlite(path, { now });
  return {
    store,
    async reopen() {
      await store[Symbol.asyncDispose]();
      store = openSqlite(path, { now });
      return store;
    },
    async cleanup() {
      await store[Symbol.asyncDispose]();
      rmSync(dir, { recursive: true });
    },
  };
});

storeSuite("sqlite in memory", async (now) => {
  const store = openSqlite(":memory:", { now });
  return { store, cleanup: async () => store[Symbol.asyncDispose]() };
});

describe("the file", () => {
  let dir: string;
  let path: string;
  const stores: Store[] = [];
  const children: ChildProcess[] = [];
  const open = (at = path): Store => {
    const store = openSqlite(at, { now: () => new Date() });
    stores.push(store);
    return store;
  };
  const child = (...args: string[]) => {
    const process_ = spawn(process.execPath, [CHILD, ...args], { stdio: ["pipe", "pipe", "inherit"] });
    children.push(process_);
    return process_;
  };
  const refusal = (work: () => unknown): Fault => {
    try {
      work();
    } catch (fault) {
      return fault as Fault;
    }
    throw new Error("it was not refused");
  };

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "store-"));
    path = join(dir, "data", "state.db");
  });
  afterEach(async () => {
    for (const one of children.splice(0)) one.kill("SIGKILL");
    for (const store of stores.splice(0)) await store[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true });
  });

  test("the database and its WAL have mode 0600", async () => {
    const before = process.umask(0);
    try {
      const store = open();
      await store.commit([put("/a")]);
      const mode = (file: string) => (statSync(file).mode & 0o777).toString(8);
      expect(mode(join(dir, "data"))).toBe("700");
      for (const file of [path, `${path}-wal`, `${path}-shm`]) expect([file, mode(file)]).toEqual([file, "600"]);
    } finally {
      process.umask(before);
    }
  });

  test("restores mode 0600", async () => {
    await open()[Symbol.asyncDispose]();
    chmodSync(path, 0o644);
    open();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("is one file after closing", async () => {
    const store = open();
    await store.commit([put("/a")]);
    await store[Symbol.asyncDispose]();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  test("concurrent processes lose no change of one key", async () => {
    const store = open();
    await store.commit([put("/count", "0")]);
    const counting = [child("count", path, "300"), child("count", path, "300")];
    const ends = await Promise.all(counting.map((one) => once(one, "exit")));
    expect(ends.map(([code]) => code)).toEqual([0, 0]);
    expect(new TextDecoder().decode((await store.get("/count"))?.value)).toBe("600");
  });

  test("several processes can create the database at once", async () => {
    const ends = await Promise.all(Array.from({ length: 4 }, () => once(child("try", path), "exit")));
    expect(ends.map(([code]) => code)).toEqual([0, 0, 0, 0]);
    expect(await open().get("/try")).toBeDefined();
  });

  test("a watch yields commits of other processes in order with its own", async () => {
    const store = open();
    const other = child("follow", path);
    const answers = createInterface({ input: other.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    await answers.next();
    const tell = async (writes: unknown[]) => {
      other.stdin?.write(`${JSON.stringify(writes)}\n`);
      return (await answers.next()).value as string;
    };
    await tell([{ put: "/w/early", value: "v", expect: "any" }]);

    const stop = new AbortController();
    const changes = store.watch("/w/", stop.signal)[Symbol.asyncIterator]();
    const next = async () => {
      const { key, entry } = (await changes.next()).value as Change;
      return [key, entry === undefined ? undefined : new TextDecoder().decode(entry.value), entry?.revision];
    };
    const first = await tell([{ put: "/w/theirs", value: "1", expect: "any" }]);
    expect(await next()).toEqual(["/w/theirs", "1", first]);

    const [second, third] = [
      await tell([
        { remove: "/w/theirs", expect: "any" },
        { put: "/w/x", value: "2", expect: "any" },
      ]),
      await store.commit([put("/w/ours", "3")]),
    ];
    expect(await next()).toEqual(["/w/theirs", undefined, undefined]);
    expect(await next()).toEqual(["/w/x", "2", second]);
    expect(await next()).toEqual(["/w/ours", "3", third]);
    expect([Number(second) - Number(first), Number(third) - Number(second)]).toEqual([1, 1]);
    stop.abort();
    other.stdin?.end();
    expect(await once(other, "exit")).toEqual([0, null]);
  });

  test("a watch that missed commits of another process fails", async () => {
    const store = open();
    await store.commit([put("/w/a")]);
    const stop = new AbortController();
    const changes = store.watch("/w/", stop.signal)[Symbol.asyncIterator]();
    // More than the history holds, in one stroke: nothing tells the watcher before it is all gone.
    const other = new Database(path);
    other.run("BEGIN IMMEDIATE");
    const log = other.prepare("INSERT INTO changes (id, revision, key) VALUES (?, ?, '/w/x')");
    for (let id = 2; id < 100; id++) log.run(id, id);
    other.run("DELETE FROM changes WHERE id < 90");
    other.run("COMMIT");
    other.close();
    await expect(changes.next()).rejects.toMatchObject({ code: "unavailable" });
    expect(Number(await store.commit([put("/w/b")]))).toBe(100);
  });

  test("the history is bounded", async () => {
    const store = open();
    for (let round = 0; round < 300; round++)
      await store.commit(Array.from({ length: 100 }, (_, i) => put(`/k/${i}` as Key, String(round))));
    const reader = new Database(path, { readonly: true });
    const { rows, last } = reader.query("SELECT count(*) AS rows, max(revision) AS last FROM changes").get() as {
      rows: number;
      last: number;
    };
    reader.close();
    expect(rows).toBeGreaterThanOrEqual(10_000);
    expect(rows).toBeLessThan(12_100);
    expect(last).toBe(300);
  });

  test("after kill -9 the database opens and has every acknowledged commit", async () => {
    for (let round = 0; round < 5; round++) {
      const writer = child("endless", join(dir, `crash-${round}`, "state.db"));
      let acknowledged = -1;
      for await (const line of createInterface({ input: writer.stdout as NodeJS.ReadableStream })) {
        acknowledged = Number(line);
        if (acknowledged === 100 + round * 37) writer.kill("SIGKILL");
      }
      expect(acknowledged).toBeGreaterThanOrEqual(100);
      const store = open(join(dir, `crash-${round}`, "state.db"));
      const [a, b] = [await store.list("/a/"), await store.list("/b/")];
      expect(a.length).toBeGreaterThan(acknowledged);
      // One more may have been committed and not said; half a commit may not.
      expect(a.length).toBeLessThanOrEqual(acknowledged + 2);
      expect(b.map(({ value }) => value)).toEqual(a.map(({ value }) => value));
      await store.commit([put("/after")]);
    }
  }, 30_000);

  test("rejects a database of a newer version unchanged", async () => {
    await open()[Symbol.asyncDispose]();
    const database = new Database(path);
    database.run("PRAGMA user_version = 99");
    database.close();
    expect(refusal(open)).toMatchObject({ code: "failed", message: expect.stringContaining("newer version") });
    expect(refusal(open).message).toContain(path);
  });

  test("rejects a database of another program unchanged", () => {
    mkdirSync(join(dir, "data"));
    const database = new Database(path);
    database.run("CREATE TABLE bookmarks (url TEXT)");
    database.close();
    expect(refusal(open)).toMatchObject({ code: "failed", message: expect.stringContaining("another program") });
    const after = new Database(path);
    expect(after.query("PRAGMA journal_mode").get()).toEqual({ journal_mode: "delete" });
    after.close();
  });

  test.each([
    [
      "text",
      "these are not the bytes of a database, and there are more than a hundred of them, as SQLite asks\n".repeat(20),
    ],
    ["a header and nothing", "SQLite format 3\0"],
  ])("no database: %s", (_name, content) => {
    mkdirSync(join(dir, "data"));
    writeFileSync(path, content);
    const fault = refusal(open);
    expect(fault.code).toBe("failed");
    expect(fault.message).toContain(path);
    expect(fault.hint).toBeDefined();
  });

  test("a directory in place of the file", () => {
    mkdirSync(path, { recursive: true });
    expect(refusal(open)).toMatchObject({ code: "failed", message: expect.stringContaining(path) });
  });

  test("commits wait for a lock of another program, then fail", async () => {
    const store = open();
    const holder = new Database(path);
    holder.run("BEGIN IMMEDIATE");
    let turns = 0;
    const turning = setInterval(() => turns++, 5);
    const committing = store.commit([put("/a")]);
    const fault = await committing.catch((error: Fault) => error);
    clearInterval(turning);
    expect(fault).toMatchObject({ code: "unavailable", message: expect.stringContaining("locked") });
    expect(turns).toBeGreaterThan(20);
    // Reading goes on meanwhile, and so does writing afterwards.
    expect(await store.get("/a")).toBeUndefined();
    holder.run("COMMIT");
    holder.close();
    await store.commit([put("/a")]);
  }, 30_000);

  test("a directory without write permission", () => {
    if (process.getuid?.() !== 0) {
      chmodSync(dir, 0o500);
      expect(refusal(open).message).toContain("cannot be opened for writing");
      chmodSync(dir, 0o700);
      return;
    }
    // To root nothing is forbidden, so somebody else tries.
    chmodSync(dir, 0o755);
    mkdirSync(join(dir, "data"), { mode: 0o755 });
    chownSync(join(dir, "data"), 0, 0);
    const tried = spawnSync(process.execPath, [CHILD, "try", path], { uid: 65534, gid: 65534, encoding: "utf8" });
    if (/EACCES|permission/i.test(tried.stderr) && !tried.stderr.includes(path))
      return console.log("not tried: nobody but root may run the programs of this work tree");
    expect(tried.stderr).toContain(`the database ${path} cannot be opened for writing`);
  });

  test("on a full disk a commit fails, loses nothing stored, and later ones succeed", async () => {
    const mount = join(dir, "small");
    mkdirSync(mount);
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", mount]).status !== 0)
      return console.log("not tried: mounting a small disk needs root");
    try {
      const at = join(mount, "state.db");
      const store = open(at);
      await store.commit([put("/kept", "before")]);
      let fault: Fault | undefined;
      let stored = 0;
      for (; fault === undefined && stored < 1000; stored++)
        await store.commit([put(`/fill/${stored}`, "x".repeat(8000))]).catch((error: Fault) => {
          fault = error;
        });
      expect(fault?.code).toBe("failed");
      expect(fault?.message).toBe(`the database ${at} cannot be written: the disk is full`);
      expect(await store.list("/fill/")).toHaveLength(stored - 1);
      expect(new TextDecoder().decode((await store.get("/kept"))?.value)).toBe("before");
      spawnSync("mount", ["-o", "remount,size=8m", mount]);
      await store.commit([put("/kept", "after")]);
      await store[Symbol.asyncDispose]();
      const again = open(at);
      expect(new TextDecoder().decode((await again.get("/kept"))?.value)).toBe("after");
      await again[Symbol.asyncDispose]();
    } finally {
      spawnSync("umount", ["-l", mount]);
    }
  });
});
