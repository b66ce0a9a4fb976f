import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Fault } from "../../core/fault.ts";
import { type Change, type Entry, type Key, MAX_WRITES, type Store, type Write } from "../../core/store.ts";

/** A store to be tried, empty when opened. */
export interface Opened {
  readonly store: Store;
  /** Closes it and opens it again with what it held; missing where it holds nothing longer than it is open. */
  reopen?(): Promise<Store>;
  cleanup(): Promise<void>;
}

const START = Date.parse("2026-01-01T00:00:00Z");
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (entry: Entry | undefined) => (entry === undefined ? undefined : new TextDecoder().decode(entry.value));
const put = (key: Key, value = "v", expect: Write["expect"] | "absent" = "any", expires?: Date): Write => ({
  put: key,
  value: bytes(value),
  expect,
  ...(expires && { expires }),
});

/** What every implementation of `Store` must do. */
export function storeSuite(name: string, open: (now: () => Date) => Promise<Opened>): void {
  describe(name, () => {
    let time = START;
    let opened: Opened;
    let store: Store;
    const later = (seconds: number) => new Date(time + seconds * 1000);
    const pass = (seconds: number) => {
      time += seconds * 1000;
    };

    beforeEach(async () => {
      time = START;
      opened = await open(() => new Date(time));
      store = opened.store;
    });
    afterEach(() => opened.cleanup());

    const refusal = (writes: Write[]): Promise<Fault> =>
      store.commit(writes).then(
        () => {
          throw new Error("it was not refused");
        },
        (fault: Fault) => fault,
      );
    /** Commits many writes, as many at a time as a commit may have. */
    const commitAll = async (writes: readonly Write[]) => {
      for (let at = 0; at < writes.length; at += MAX_WRITES) await store.commit(writes.slice(at, at + MAX_WRITES));
    };
    const keys = async (prefix: Key, page?: { after?: Key; limit?: number }) =>
      (await store.list(prefix, page)).map(({ key }) => key);

    describe("get and commit", () => {
      test("what was never put is not there", async () => {
        expect(await store.get("/users/alice")).toBeUndefined();
        expect(await store.list("/")).toEqual([]);
      });

      test("what was put is there, with the revision of the commit", async () => {
        const revision = await store.commit([put("/users/alice", "A"), put("/users/bob", "B")]);
        expect(await store.get("/users/alice")).toEqual({ key: "/users/alice", value: bytes("A"), revision });
        expect((await store.get("/users/bob"))?.revision).toBe(revision);
      });

      test("a second put replaces value, revision and expiry", async () => {
        const first = await store.commit([put("/a", "1", "any", later(60))]);
        const second = await store.commit([put("/a", "2")]);
        expect(second).not.toBe(first);
        expect(await store.get("/a")).toEqual({ key: "/a", value: bytes("2"), revision: second });
      });

      test("what was removed is not there, and may be put anew with a revision never used before", async () => {
        const first = await store.commit([put("/a")]);
        const removed = await store.commit([{ remove: "/a", expect: first }]);
        expect(await store.get("/a")).toBeUndefined();
        const second = await store.commit([put("/a", "v", "absent")]);
        expect(new Set([first, removed, second]).size).toBe(3);
      });

      test("removing what is not there is nothing, if anything is expected", async () => {
        await store.commit([{ remove: "/a", expect: "any" }]);
        expect(await store.list("/")).toEqual([]);
      });

      test.each([
        ["none", new Uint8Array()],
        ["every byte", Uint8Array.from({ length: 256 }, (_, i) => i)],
        ["one that is no UTF-8", Uint8Array.of(0xff, 0xfe, 0, 0xc3, 0x28)],
        ["a part of a larger buffer", Buffer.from("abcdef").subarray(2, 4)],
        ["1 MiB", new Uint8Array(1024 * 1024).fill(0xa5)],
      ])("values come back as they were: %s", async (_name, value) => {
        await store.commit([{ put: "/v", value, expect: "any" }]);
        const stored = (await store.get("/v"))?.value;
        expect(Buffer.compare(stored ?? new Uint8Array(1), value)).toBe(0);
      });

      test("refuses a value over 1 MiB", async () => {
        const value = new Uint8Array(1024 * 1024 + 1);
        expect((await refusal([{ put: "/v", value, expect: "any" }])).code).toBe("too_large");
      });

      test("refuses more writes than a commit may have, and nothing of them is done", async () => {
        const writes = (count: number) => Array.from({ length: count }, (_, i) => put(`/n/${i}` as Key));
        expect((await refusal(writes(MAX_WRITES + 1))).code).toBe("internal");
        expect(await keys("/n/")).toEqual([]);
        await store.commit(writes(MAX_WRITES));
        expect(await keys("/n/")).toHaveLength(MAX_WRITES);
      });

      test("a value is what it was when the commit was called", async () => {
        const value = bytes("before");
        const committing = store.commit([{ put: "/v", value, expect: "any" }]);
        value.fill(0);
        await committing;
        expect(text(await store.get("/v"))).toBe("before");
      });

      test.each([
        ["nothing", ""],
        ["no slash first", "a"],
        ["a line's end", "/a\n"],
        ["not ASCII", "/ä"],
        ["a zero", "/a\0"],
        ["too long", `/${"a".repeat(1024)}`],
      ])("refuses a key: %s", async (_name, key) => {
        expect((await refusal([put(key as Key)])).code).toBe("bad_request");
        await expect(store.get(key as Key)).rejects.toMatchObject({ code: "bad_request" });
      });

      test("refuses a key that is written twice in one commit", async () => {
        expect(await refusal([put("/a", "1"), { remove: "/a", expect: "any" }])).toMatchObject({
          code: "bad_request",
          message: expect.stringContaining("/a"),
        });
        expect(await store.get("/a")).toBeUndefined();
      });
    });

    describe("expectations", () => {
      test("a new key that exists is a conflict which names it", async () => {
        await store.commit([put("/a", "1")]);
        expect(await refusal([put("/a", "2", "absent")])).toMatchObject({
          code: "conflict",
          message: expect.stringContaining("/a"),
        });
        expect(text(await store.get("/a"))).toBe("1");
      });

      test("a revision that has passed is a conflict, for put and remove", async () => {
        const first = await store.commit([put("/a", "1")]);
        await store.commit([put("/a", "2")]);
        expect((await refusal([put("/a", "3", first)])).code).toBe("conflict");
        expect((await refusal([{ remove: "/a", expect: first }])).code).toBe("conflict");
        expect(text(await store.get("/a"))).toBe("2");
      });

      test("a revision of a key that is gone is a conflict", async () => {
        const first = await store.commit([put("/a", "1")]);
        await store.commit([{ remove: "/a", expect: first }]);
        expect((await refusal([put("/a", "2", first)])).code).toBe("conflict");
        expect((await refusal([{ remove: "/a", expect: first }])).code).toBe("conflict");
      });

      test("a check holds a commit to what was read, and changes nothing", async () => {
        const first = await store.commit([put("/a", "1"), put("/gone", "1", "any", later(10))]);
        await store.commit([{ check: "/a", expect: first }, { check: "/none", expect: "absent" }, put("/b", "1")]);
        expect((await store.get("/a"))?.revision).toBe(first);
        expect(await keys("/")).toEqual(["/a", "/b", "/gone"]);

        await store.commit([put("/a", "2")]);
        pass(11);
        for (const check of [
          { check: "/a", expect: first },
          { check: "/a", expect: "absent" },
          { check: "/gone", expect: first },
        ] as const)
          expect((await refusal([put("/c"), check])).code).toBe("conflict");
        await store.commit([put("/d"), { check: "/gone", expect: "absent" }]);
        expect(await keys("/")).toEqual(["/a", "/b", "/d"]);
      });

      test("one conflict, and nothing of the commit is done; the first is named", async () => {
        await store.commit([put("/b", "old"), put("/c", "old")]);
        const fault = await refusal([put("/a"), put("/b", "new", "absent"), put("/c", "new", "absent")]);
        expect(fault.code).toBe("conflict");
        expect(fault.message).toContain("/b");
        expect(await keys("/")).toEqual(["/b", "/c"]);
        expect(text(await store.get("/b"))).toBe("old");
      });

      test("a commit sees the state before itself", async () => {
        const first = await store.commit([put("/a", "1")]);
        await store.commit([put("/a", "2", first), put("/b", "2", "absent")]);
        expect(await keys("/")).toEqual(["/a", "/b"]);
      });

      test("of many who change one key at once, one succeeds each round and none is lost", async () => {
        await store.commit([put("/count", "0")]);
        let conflicts = 0;
        const increment = async () => {
          for (;;) {
            const entry = await store.get("/count");
            if (entry === undefined) throw new Error("the count is gone");
            const next = String(Number(text(entry)) + 1);
            try {
              await store.commit([put("/count", next, entry.revision)]);
              return;
            } catch (fault) {
              expect((fault as Fault).code).toBe("conflict");
              conflicts++;
            }
          }
        };
        await Promise.all(Array.from({ length: 40 }, increment));
        expect(text(await store.get("/count"))).toBe("40");
        expect(conflicts).toBeGreaterThan(0);
      });

      test("of many who create one key at once, one succeeds", async () => {
        const results = await Promise.allSettled(
          Array.from({ length: 20 }, (_, i) => store.commit([put("/one", String(i), "absent")])),
        );
        const winners = results.flatMap((result, i) => (result.status === "fulfilled" ? [i] : []));
        expect(winners).toHaveLength(1);
        expect(text(await store.get("/one"))).toBe(String(winners[0]));
      });

      test("a commit that fails does not touch those made at the same time", async () => {
        await store.commit([put("/taken")]);
        const results = await Promise.allSettled([
          store.commit([put("/a")]),
          store.commit([put("/b"), put("/taken", "v", "absent")]),
          store.commit([put("/c")]),
        ]);
        expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
        expect(await keys("/")).toEqual(["/a", "/c", "/taken"]);
      });
    });

    describe("list", () => {
      test("keys in the order of their bytes", async () => {
        await store.commit(["/n/b", "/n/a", "/n/a-1", "/n/a/x", "/n/B", "/n/~", "/n/ "].map((key) => put(key as Key)));
        expect(await keys("/n/")).toEqual(["/n/ ", "/n/B", "/n/a", "/n/a-1", "/n/a/x", "/n/b", "/n/~"]);
      });

      test("a prefix ends where it ends", async () => {
        await store.commit((["/a", "/a/x", "/a/y", "/a0", "/ab", "/b"] as const).map((key) => put(key)));
        expect(await keys("/a/")).toEqual(["/a/x", "/a/y"]);
        expect(await keys("/a")).toEqual(["/a", "/a/x", "/a/y", "/a0", "/ab"]);
        expect(await keys("/")).toHaveLength(6);
        expect(await keys("/c")).toEqual([]);
      });

      test("a prefix is no pattern", async () => {
        await store.commit((["/%", "/_", "/*", "/a"] as const).map((key) => put(key)));
        expect(await keys("/%")).toEqual(["/%"]);
        expect(await keys("/_")).toEqual(["/_"]);
        expect(await keys("/*")).toEqual(["/*"]);
      });

      test("pages of many keys are all of them, each once", async () => {
        const all = Array.from({ length: 2500 }, (_, i) => `/many/${String(i).padStart(5, "0")}` as Key);
        await commitAll(all.map((key) => put(key)));
        expect(await keys("/many/")).toEqual(all);
        const paged: Key[] = [];
        for (let after: Key | undefined; ; ) {
          const page = await keys("/many/", { limit: 700, ...(after && { after }) });
          paged.push(...page);
          if (page.length < 700) break;
          after = page.at(-1);
        }
        expect(paged).toEqual(all);
      });

      test("a page starts after a key whether that exists or not, and never outside of the prefix", async () => {
        await store.commit((["/a/1", "/b/1", "/b/3", "/c/1"] as const).map((key) => put(key)));
        expect(await keys("/b/", { after: "/b/1" })).toEqual(["/b/3"]);
        expect(await keys("/b/", { after: "/b/2" })).toEqual(["/b/3"]);
        expect(await keys("/b/", { after: "/a/1" })).toEqual(["/b/1", "/b/3"]);
        expect(await keys("/b/", { after: "/c/0" })).toEqual([]);
        expect(await keys("/b/", { limit: 1 })).toEqual(["/b/1"]);
      });
    });

    describe("expiry", () => {
      test("an entry says when it expires, and is gone at that moment", async () => {
        await store.commit([put("/t", "v", "any", later(10)), put("/u")]);
        expect((await store.get("/t"))?.expires).toEqual(later(10));
        pass(9.999);
        expect(await keys("/")).toEqual(["/t", "/u"]);
        pass(0.001);
        expect(await store.get("/t")).toBeUndefined();
        expect(await keys("/")).toEqual(["/u"]);
      });

      test("what has expired counts as absent", async () => {
        const revision = await store.commit([put("/t", "old", "any", later(10))]);
        pass(10);
        expect((await refusal([put("/t", "new", revision)])).code).toBe("conflict");
        expect((await refusal([{ remove: "/t", expect: revision }])).code).toBe("conflict");
        await store.commit([put("/t", "new", "absent")]);
        expect(text(await store.get("/t"))).toBe("new");
      });

      test("a put without expiry makes it stay", async () => {
        await store.commit([put("/t", "v", "any", later(10))]);
        await store.commit([put("/t", "v")]);
        pass(3600);
        expect(await keys("/")).toEqual(["/t"]);
      });
    });

    describe("watch", () => {
      let stop: AbortController;
      beforeEach(() => {
        stop = new AbortController();
      });
      afterEach(() => stop.abort());

      const reader = (prefix: Key) => store.watch(prefix, stop.signal)[Symbol.asyncIterator]();
      const take = async (iterator: AsyncIterator<Change>, count: number) => {
        const changes: string[] = [];
        for (let i = 0; i < count; i++) {
          const { value, done } = await iterator.next();
          if (done === true) break;
          const { key, entry } = value as Change;
          changes.push(entry === undefined ? `- ${key}` : `+ ${key}=${text(entry)}`);
        }
        return changes;
      };

      test("changes come in the order of the commits, each with its entry", async () => {
        await store.commit([put("/w/before")]);
        const changes = reader("/w/");
        const revision = await store.commit([put("/w/b", "1"), put("/w/a", "1")]);
        await store.commit([put("/w/b", "2")]);
        await store.commit([{ remove: "/w/a", expect: revision }]);
        await store.commit([put("/w/a", "3")]);
        expect(await take(changes, 5)).toEqual(["+ /w/b=1", "+ /w/a=1", "+ /w/b=2", "- /w/a", "+ /w/a=3"]);
      });

      test("a commit has been reported when it resolves", async () => {
        const changes = reader("/w/");
        for (let round = 0; round < 20; round++) {
          const told = changes.next().then(() => "reported");
          await store.commit([put("/w/a", String(round))]);
          const later = new Promise<string>((resolve) => setImmediate(resolve, "not yet"));
          expect(await Promise.race([told, later])).toBe("reported");
        }
      });

      test("an entry that is reported is the one that is stored", async () => {
        const changes = reader("/w/");
        await store.commit([put("/w/a", "1", "any", later(60))]);
        const { value } = await changes.next();
        expect(value as Change).toEqual({ key: "/w/a", entry: await store.get("/w/a") } as Change);
      });

      test("it begins with the call, not with the first read", async () => {
        await store.commit([put("/w/early")]);
        const changes = store.watch("/w/", stop.signal);
        await store.commit([put("/w/late")]);
        const iterator = changes[Symbol.asyncIterator]();
        expect(await take(iterator, 1)).toEqual(["+ /w/late=v"]);
      });

      test("only what lies under the prefix, and every watcher all of it", async () => {
        const [one, two, all] = [reader("/w/"), reader("/w/"), reader("/")];
        await store.commit([put("/w"), put("/wx"), put("/w/a"), put("/v")]);
        await store.commit([put("/w/end")]);
        expect(await take(one, 2)).toEqual(["+ /w/a=v", "+ /w/end=v"]);
        expect(await take(two, 2)).toEqual(["+ /w/a=v", "+ /w/end=v"]);
        expect(await take(all, 5)).toHaveLength(5);
      });

      test("nothing is said of a commit that was refused, nor of the removal of nothing", async () => {
        await store.commit([put("/w/taken")]);
        const changes = reader("/w/");
        await refusal([put("/w/a"), put("/w/taken", "v", "absent")]);
        await store.commit([{ remove: "/w/none", expect: "any" }]);
        await store.commit([put("/w/end")]);
        expect(await take(changes, 1)).toEqual(["+ /w/end=v"]);
      });

      test("expiry is reported", async () => {
        await store.commit([put("/w/t", "v", "any", later(10)), put("/w/u", "v", "any", later(10_000))]);
        const changes = reader("/w/");
        pass(10);
        expect(await take(changes, 1)).toEqual(["- /w/t"]);
        await store.commit([put("/w/end")]);
        expect(await take(changes, 1)).toEqual(["+ /w/end=v"]);
      });

      test("of many that expire at once, too", async () => {
        const names = Array.from({ length: 1200 }, (_, i): Key => `/w/${i}`);
        await commitAll(names.map((name) => put(name, "v", "any", later(10))));
        const changes = reader("/w/");
        pass(10);
        expect((await take(changes, names.length)).toSorted()).toEqual(names.map((name) => `- ${name}`).toSorted());
      });

      test("it ends with its signal, also while it waits, and at once when that came first", async () => {
        const changes = reader("/w/");
        const waiting = changes.next();
        stop.abort();
        expect((await waiting).done).toBe(true);
        expect((await changes.next()).done).toBe(true);
        expect((await reader("/w/").next()).done).toBe(true);
      });

      test("a loop that is left lets go, and the store goes on", async () => {
        const changes = store.watch("/w/", stop.signal);
        await store.commit([put("/w/a")]);
        for await (const { key } of changes) {
          expect(key).toBe("/w/a");
          break;
        }
        await store.commit([put("/w/b")]);
        expect(await keys("/w/")).toEqual(["/w/a", "/w/b"]);
      });

      test("who falls too far behind is told, and others are not disturbed", async () => {
        const slow = reader("/w/");
        const [fast, seen] = [reader("/w/"), { count: 0 }];
        const rounds = 100;
        const reading = (async () => {
          for (; seen.count < rounds * 500; seen.count++) if ((await fast.next()).done === true) return;
        })();
        for (let round = 0; round < rounds; round++)
          await commitAll(Array.from({ length: 500 }, (_, i) => put(`/w/${i}` as Key, String(round))));
        await reading;
        expect(seen.count).toBe(rounds * 500);
        await expect(take(slow, rounds * 500)).rejects.toMatchObject({ code: "unavailable" });
        expect((await slow.next()).done).toBe(true);
      });
    });

    describe("lasting", () => {
      test("entries, expiry and the count of commits are there after a restart", async () => {
        if (opened.reopen === undefined) {
          console.log(`${name}: keeps nothing longer than it is open, by its nature; the restart is not tried`);
          return;
        }
        await store.commit([put("/a", "1"), put("/t", "1", "any", later(10)), put("/u", "1", "any", later(100))]);
        const last = await store.commit([put("/gone")]);
        const removed = await store.commit([{ remove: "/gone", expect: last }]);
        pass(50);
        store = await opened.reopen();
        expect(await keys("/")).toEqual(["/a", "/u"]);
        expect((await store.get("/u"))?.expires).toEqual(later(50));
        const next = await store.commit([put("/gone", "v", "absent")]);
        expect([last, removed]).not.toContain(next);
        expect(Number(next)).toBeGreaterThan(Number(removed));
      });

      test("after it is closed nothing works, and a watch has ended", async () => {
        const changes = store.watch("/", new AbortController().signal)[Symbol.asyncIterator]();
        await store[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
        expect((await changes.next()).done).toBe(true);
        await expect(store.get("/a")).rejects.toMatchObject({ code: "unavailable" });
        await expect(store.commit([put("/a")])).rejects.toMatchObject({ code: "unavailable" });
      });

      test("what was asked for before the close is done", async () => {
        const committing = store.commit([put("/a")]);
        await store[Symbol.asyncDispose]();
        await committing;
        if (opened.reopen === undefined) return;
        store = await opened.reopen();
        expect(await keys("/")).toEqual(["/a"]);
      });
    });
  });
}
