import { describe, expect, spyOn, test } from "bun:test";
import { PrivateKey } from "../../../../core/cert/private-key.ts";
import { KeyPool } from "../../../../daemon/tms/keys/pool.ts";
import { outcomes, refusal } from "../kit.ts";

/** Makes `PrivateKey.make` wait until it is released. */
function slowly() {
  const made: (() => void)[] = [];
  const spy = spyOn(PrivateKey, "make").mockImplementation(
    () => new Promise((done) => made.push(() => done(PrivateKey.generate()))),
  );
  return {
    /** The number of keys being generated. */
    get making() {
      return made.length;
    },
    async finishOne() {
      made.shift()?.();
      await Bun.sleep(0);
    },
    [Symbol.dispose]: () => spy.mockRestore(),
  };
}

describe("KeyPool", () => {
  test.each([
    ["ed25519", "ssh-ed25519"],
    ["ecdsa", "ecdsa-sha2-nistp521"],
  ] as const)("generates a new key of type %s each time", async (type, name) => {
    using pool = new KeyPool();
    const keys = await Promise.all(Array.from({ length: 20 }, () => pool.take(type)));
    expect(new Set(keys.map((key) => key.public.fingerprint)).size).toBe(20);
    expect(new Set(keys.map((key) => key.public.type))).toEqual(new Set([name]));
  });

  test("generates one key at a time, in the order of requests", async () => {
    using pool = new KeyPool();
    using work = slowly();
    const got: number[] = [];
    for (const i of [1, 2, 3]) void pool.take("rsa").then(() => got.push(i));
    expect(work.making).toBe(1);
    await work.finishOne();
    expect(got).toEqual([1]);
    expect(work.making).toBe(1);
    await work.finishOne();
    await work.finishOne();
    expect(got).toEqual([1, 2, 3]);
    expect(work.making).toBe(0);
  });

  test("generates keys in advance after fill(), and replaces taken ones", async () => {
    using pool = new KeyPool();
    using work = slowly();
    expect(work.making).toBe(0);
    pool.fill();
    // One of each slow type.
    expect(work.making).toBe(2);
    while (work.making > 0) await work.finishOne();
    const key = await pool.take("rsa");
    expect(key.public.type).toBe("ssh-ed25519");
    expect(work.making).toBe(1);
  });

  test("refuses requests when too many wait", async () => {
    using pool = new KeyPool();
    using work = slowly();
    const waiting = Array.from({ length: 40 }, () => pool.take("rsa"));
    const done = outcomes(waiting);
    while (work.making > 0) await work.finishOne();
    expect(await done).toEqual({ won: 30, refused: ["rate_limited"] });
  });

  test("rejects waiting requests when disposed", async () => {
    const pool = new KeyPool();
    using work = slowly();
    pool.fill();
    const waiting = refusal(pool.take("rsa"));
    pool[Symbol.dispose]();
    expect(await waiting).toBe("unavailable: the server is being stopped");
    expect(await refusal(pool.take("ecdsa"))).toStartWith("unavailable:");
    while (work.making > 0) await work.finishOne();
    expect(work.making).toBe(0);
  });

  test("rejects waiting requests when generation fails, and recovers", async () => {
    using pool = new KeyPool();
    const spy = spyOn(PrivateKey, "make").mockRejectedValueOnce(new Error("no entropy"));
    try {
      expect(await refusal(pool.take("ecdsa"))).toBe("undefined: no entropy");
      expect((await pool.take("ecdsa")).public.type).toBe("ecdsa-sha2-nistp521");
    } finally {
      spy.mockRestore();
    }
  });
});
