import { describe, expect, test } from "bun:test";
import { cleanTemp, tempDir } from "../kit/temp.ts";
import { Random } from "./random.ts";
import {
  EXPECTED_LINE,
  FuzzedCache,
  fuzzAnswer,
  fuzzArguments,
  fuzzConfig,
  fuzzLine,
  fuzzStatement,
} from "./tms-keycmd.ts";

cleanTemp();

const SEED = 20_261_120;

describe("keycmd refuses mutated input, or parses it correctly", () => {
  test.each([
    ["lines of authorized_keys", fuzzLine],
    ["arguments", fuzzArguments],
    ["configuration", fuzzConfig],
    ["responses of a server", fuzzAnswer],
  ] as const)("%s", (_name, round) => {
    const random = new Random(SEED);
    let taken = 0;
    for (let i = 0; i < 10_000; i += 1) if (round(random)) taken += 1;
    // Some inputs remain valid, most do not.
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(9_000);
  });

  test("statements", async () => {
    const random = new Random(SEED);
    let taken = 0;
    for (let i = 0; i < 3_000; i += 1) if (await fuzzStatement(random)) taken += 1;
    expect(taken).toBeGreaterThan(0);
  });

  test("the cache", async () => {
    const cache = new FuzzedCache(tempDir());
    expect(await cache.honest()).toBe(EXPECTED_LINE);
    const random = new Random(SEED);
    for (let i = 0; i < 1_000; i += 1) await cache.fuzz(random);
    expect(await cache.honest()).toBe(EXPECTED_LINE);
  });
});
