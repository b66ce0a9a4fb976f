import { describe, expect, test } from "bun:test";
import { hashSecret, matchesSecret, newTmsSecret, rotateSecrets } from "../../../daemon/tms/secrets.ts";

const now = new Date("2026-03-01T12:00:00Z");
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

test("a new secret is 48 random hex digits, and only its hash is stored", () => {
  const text = newTmsSecret();
  expect(text).toMatch(/^[0-9a-f]{48}$/);
  expect(newTmsSecret()).not.toBe(text);
  const secret = hashSecret(text, now);
  expect(secret).toEqual({ hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string, created: now.toISOString() });
  expect(secret.hash).not.toContain(text);
});

describe("matchesSecret()", () => {
  const secrets = [hashSecret("right", now)];

  test.each([
    ["right", true],
    ["wrong", false],
    ["", false],
    ["Right", false],
    ["right ", false],
    [hashSecret("right", now).hash, false],
    ["x".repeat(100_000), false],
  ])("%j: %p", (presented, result) => {
    expect(matchesSecret(secrets, presented, now)).toBe(result);
  });

  test("matches nothing when there are no secrets", () => {
    expect(matchesSecret([], "", now)).toBe(false);
    expect(matchesSecret([], "right", now)).toBe(false);
  });

  test("accepts a secret until just before its expiry", () => {
    const ending = [{ ...hashSecret("right", now), expires: later(5).toISOString() }];
    expect(matchesSecret(ending, "right", new Date(later(5).getTime() - 1))).toBe(true);
    expect(matchesSecret(ending, "right", later(5))).toBe(false);
  });
});

describe("rotateSecrets()", () => {
  const first = [hashSecret("one", now)];

  test("invalidates the last secret at once without a grace period", () => {
    const second = rotateSecrets(first, "two", 0, now);
    expect(second).toHaveLength(1);
    expect(matchesSecret(second, "one", now)).toBe(false);
    expect(matchesSecret(second, "two", now)).toBe(true);
  });

  test("accepts both secrets during the grace period", () => {
    const second = rotateSecrets(first, "two", 10, now);
    expect(matchesSecret(second, "one", later(9))).toBe(true);
    expect(matchesSecret(second, "two", later(9))).toBe(true);
    expect(matchesSecret(second, "one", later(10))).toBe(false);
    expect(matchesSecret(second, "two", later(10))).toBe(true);
  });

  test("keeps at most two secrets", () => {
    const third = rotateSecrets(rotateSecrets(first, "two", 100, now), "three", 10, now);
    expect(["one", "two", "three"].map((text) => matchesSecret(third, text, now))).toEqual([false, true, true]);
    expect(matchesSecret(third, "two", later(10))).toBe(false);
  });

  test("ends a running grace period when rotated without one", () => {
    const third = rotateSecrets(rotateSecrets(first, "two", 100, now), "three", 0, now);
    expect(["one", "two", "three"].map((text) => matchesSecret(third, text, now))).toEqual([false, false, true]);
  });
});
