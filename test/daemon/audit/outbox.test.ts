import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditEvent } from "../../../core/audit/event.ts";
import { Fault } from "../../../core/fault.ts";
import { openAuditLog } from "../../../daemon/audit/log.ts";
import { type Outbox, openOutbox } from "../../../daemon/audit/outbox.ts";
import { killedWriter, nameOf, removal, smallDisk } from "./kit.ts";

let dir: string;
const boxes: Outbox[] = [];
const said: string[] = [];
const log = {
  info: (message: string) => void said.push(message),
  warn: (message: string) => void said.push(message),
};

/** An auth server that can be away. */
class Auth {
  readonly batches: AuditEvent[][] = [];
  failure: unknown;
  #arrived = Promise.withResolvers<void>();

  send = async (events: readonly AuditEvent[]): Promise<void> => {
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    this.batches.push([...events]);
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
  };
  get names(): string[] {
    return this.batches.flat().map(nameOf);
  }
  async has(count: number): Promise<string[]> {
    while (this.batches.flat().length < count) await this.#arrived.promise;
    return this.names;
  }
}

const open = async (send: Auth["send"], options: { limit?: number } = {}, path = dir): Promise<Outbox> => {
  const box = await openOutbox(path, send, { log, ...options });
  boxes.push(box);
  return box;
};
const files = (path = dir) => readdirSync(path).filter((name) => /^\d+\.jsonl$/.test(name));
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, i) => String(from + i));
const away = () => new Fault("unavailable", "the auth server is away");

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "outbox-"));
  said.length = 0;
});
afterEach(async () => {
  for (const box of boxes.splice(0)) await box.close();
  rmSync(dir, { recursive: true });
});

describe("delivery", () => {
  test("at once, in the order of the calls, and nothing is left behind", async () => {
    const auth = new Auth();
    const box = await open(auth.send);
    await box.append(removal("first"));
    expect(await auth.has(1)).toEqual(["first"]);
    await Promise.all(numbers(3000).map((name) => box.append(removal(name))));
    expect(await auth.has(3001)).toEqual(["first", ...numbers(3000)]);
    expect(Math.max(...auth.batches.map((batch) => batch.length))).toBeLessThanOrEqual(500);
    await box.close();
    expect(files()).toEqual([]);
    expect(said).toEqual([]);
  });

  test("what is appended is on this machine when it resolves, whether auth is there or not", async () => {
    const auth = new Auth();
    auth.failure = away();
    const umask = process.umask(0);
    const box = await open(auth.send);
    const event = removal("a");
    await box.append(event);
    process.umask(umask);
    const [name = ""] = files();
    expect(readFileSync(join(dir, name), "utf8")).toBe(`${JSON.stringify(event)}\n`);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
  });

  test("goes on when auth is back, and both are said once", async () => {
    const auth = new Auth();
    auth.failure = away();
    const box = await open(auth.send);
    for (const name of numbers(20)) await box.append(removal(name));
    while (said.length === 0) await Bun.sleep(5);
    await Bun.sleep(400);
    auth.failure = undefined;
    expect(await auth.has(20)).toEqual(numbers(20));
    await box.append(removal("more"));
    await auth.has(21);
    expect(said).toEqual(["audit events wait for the auth server", "audit events reach the auth server again"]);
  });

  test("what waits survives a restart and comes before what is new", async () => {
    const auth = new Auth();
    auth.failure = away();
    let box = await open(auth.send);
    for (const name of numbers(10)) await box.append(removal(name));
    await box.close();
    box = await open(auth.send);
    await box.append(removal("10"));
    await box.close();
    auth.failure = undefined;
    box = await open(auth.send);
    await box.append(removal("11"));
    expect(await auth.has(12)).toEqual(numbers(12));
    await box.close();
    expect(files()).toEqual([]);
  });

  test("what is appended just before the close still goes out", async () => {
    const auth = new Auth();
    const box = await open(auth.send);
    const appended = box.append(removal("last"));
    await box.close();
    await appended;
    expect(auth.names).toEqual(["last"]);
    await expect(box.append(removal("late"))).rejects.toMatchObject({ code: "unavailable" });
  });

  test("a close does not wait for ever, and what was on its way is sent again", async () => {
    const stuck = new Promise<void>(() => {});
    let box = await open(() => stuck);
    await box.append(removal("a"));
    await box.close();
    const auth = new Auth();
    box = await open(auth.send);
    expect(await auth.has(1)).toEqual(["a"]);
  });

  test("files go as they are delivered; a restart sends little twice", async () => {
    const auth = new Auth();
    auth.failure = away();
    const box = await open(auth.send);
    await Promise.all(numbers(10_000).map((name) => box.append(removal(name))));
    expect(files().length).toBeGreaterThan(3);
    auth.failure = undefined;
    expect(await auth.has(10_000)).toEqual(numbers(10_000));
    await box.append(removal("10000"));
    await auth.has(10_001);
    expect(files()).toHaveLength(1);
    expect(statSync(join(dir, files()[0] ?? "")).size).toBeLessThan(512 * 1024);
  });

  test("an event that auth will never take is set aside, and holds up nothing", async () => {
    const auth = new Auth();
    const send = async (events: readonly AuditEvent[]) => {
      if (events.some((event) => nameOf(event).startsWith("bad"))) throw new Fault("bad_request", "not this one");
      await auth.send(events);
    };
    auth.failure = away();
    const box = await open(send);
    for (const name of ["a", "bad1", "b", "c", "bad2", "d"]) await box.append(removal(name));
    auth.failure = undefined;
    expect(await auth.has(4)).toEqual(["a", "b", "c", "d"]);
    await box.close();
    const refused = readFileSync(join(dir, "refused.jsonl"), "utf8").trimEnd().split("\n");
    expect(refused.map((line) => nameOf(JSON.parse(line) as AuditEvent))).toEqual(["bad1", "bad2"]);
    expect(statSync(join(dir, "refused.jsonl")).mode & 0o777).toBe(0o600);
    expect(said.filter((text) => text.includes("refused"))).toHaveLength(2);
  });

  test("auth's log holds each once, although they came twice", async () => {
    const audit = await openAuditLog(join(dir, "log"), { now: () => new Date() });
    let lost = 0;
    const box = await open(
      async (events) => {
        await Promise.all(events.map((event) => audit.append(event)));
        // The answer does not arrive.
        if (lost++ % 2 === 0) throw away();
      },
      {},
      join(dir, "box"),
    );
    for (const name of numbers(5)) await box.append(removal(name));
    while (files(join(dir, "box")).length > 0 && (await audit.search({})).length < 5) await Bun.sleep(5);
    await box.close();
    expect((await audit.search({})).map(nameOf)).toEqual(numbers(5));
    await audit.close();
  });
});

describe("refusals", () => {
  test("when too much waits, nothing more is taken", async () => {
    const auth = new Auth();
    auth.failure = away();
    const box = await open(auth.send, { limit: 20_000 });
    let taken = 0;
    let fault: Fault | undefined;
    while (fault === undefined)
      await box.append(removal(String(taken))).then(
        () => taken++,
        (error: Fault) => {
          fault = error;
        },
      );
    expect(fault.code).toBe("unavailable");
    expect(fault.hint).toContain("auth server");
    expect(taken).toBeGreaterThan(50);
    auth.failure = undefined;
    await auth.has(taken);
  });

  test("a second process in the directory", async () => {
    await open(new Auth().send);
    await expect(open(new Auth().send)).rejects.toMatchObject({ code: "unavailable" });
  });

  test("a full disk", async () => {
    const mount = join(dir, "small");
    const disk = smallDisk(mount);
    if (disk === undefined) return console.log("not tried: mounting a small disk needs root");
    try {
      const auth = new Auth();
      auth.failure = away();
      const box = await open(auth.send, {}, join(mount, "box"));
      let taken = 0;
      let fault: Fault | undefined;
      while (fault === undefined)
        await box.append(removal(`${taken} ${"x".repeat(900)}`)).then(
          () => taken++,
          (error: Fault) => {
            fault = error;
          },
        );
      expect(fault.code).toBe("failed");
      expect(fault.message).toContain("the disk is full");
      disk.grow();
      await box.append(removal(`${taken++} and on`));
      auth.failure = undefined;
      const names = await auth.has(taken);
      expect(names.map((name) => name.split(" ")[0])).toEqual(numbers(taken));
      await box.close();
    } finally {
      disk.remove();
    }
  });
});

describe("a crash", () => {
  test("a line that was never finished is passed over, and what follows is not glued to it", async () => {
    const auth = new Auth();
    auth.failure = away();
    let box = await open(auth.send);
    await box.append(removal("a"));
    await box.close();
    appendFileSync(join(dir, files()[0] ?? ""), '{"event":"user.del');
    auth.failure = undefined;
    box = await open(auth.send);
    await box.append(removal("b"));
    expect(await auth.has(2)).toEqual(["a", "b"]);
    await box.close();
    expect(files()).toEqual([]);
  });

  test("a damaged line is passed over and said so", async () => {
    const auth = new Auth();
    auth.failure = away();
    let box = await open(auth.send);
    await box.append(removal("a"));
    await box.close();
    appendFileSync(join(dir, files()[0] ?? ""), `garbage\n${JSON.stringify(removal("b"))}\n`);
    auth.failure = undefined;
    box = await open(auth.send);
    expect(await auth.has(2)).toEqual(["a", "b"]);
    expect(said).toContain("a damaged audit event was passed over");
  });

  test("files that somebody removes while they wait are complained of, and the rest goes on", async () => {
    const auth = new Auth();
    auth.failure = away();
    const box = await open(auth.send);
    await box.append(removal("a"));
    while (said.length === 0) await Bun.sleep(5);
    for (const name of files()) rmSync(join(dir, name));
    auth.failure = undefined;
    await auth.has(1);
    await box.append(removal("b"));
    while (!said.some((text) => text.includes("removed"))) await Bun.sleep(5);
    await box.append(removal("c"));
    expect(await auth.has(2)).toEqual(["a", "c"]);
  });

  test("kill -9 amid appends: what was acknowledged is delivered", async () => {
    for (let round = 0; round < 3; round++) {
      const path = join(dir, `crash-${round}`);
      const acknowledged = await killedWriter("outbox", path, 300 + round * 111);
      const auth = new Auth();
      await open(auth.send, {}, path);
      await auth.has(acknowledged.length);
      const delivered = auth.batches.flat().map(({ uid }) => uid);
      expect(delivered.slice(0, acknowledged.length)).toEqual(acknowledged);
    }
  }, 30_000);
});
