import { describe, expect, test } from "bun:test";
import { hashSecret, matchesSecret, newTmsSecret, rotateSecrets } from "../../../daemon/tms/secrets.ts";

const now = new Date("2026-03-01T12:00:00Z");
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

test("a new secret is 48 hex digits, never the same, and only its hash is kept", () => {
  const text = newTmsSecret();
  expect(text).toMatch(/^[0-9a-f]{48}$/);
  expect(newTmsSecret()).not.toBe(text);
  const secret = hashSecret(text, now);
  expect(secret).toEqual({ hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string, created: now.toISOString() });
  expect(secret.hash).not.toContain(text);
});

describe("opens()", () => {
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

  test("where there are no secrets none opens", () => {
    expect(matchesSecret([], "", now)).toBe(false);
    expect(matchesSecret([], "right", now)).toBe(false);
  });

  test("a secret that ends opens before its end, not at it", () => {
    const ending = [{ ...hashSecret("right", now), expires: later(5).toISOString() }];
    expect(matchesSecret(ending, "right", new Date(later(5).getTime() - 1))).toBe(true);
    expect(matchesSecret(ending, "right", later(5))).toBe(false);
  });
});

describe("rotated()", () => {
  const first = [hashSecret("one", now)];

  test("without grace the last one is dead at once", () => {
    const second = rotateSecrets(first, "two", 0, now);
    expect(second).toHaveLength(1);
    expect(matchesSecret(second, "one", now)).toBe(false);
    expect(matchesSecret(second, "two", now)).toBe(true);
  });

  test("with grace both open, until it is over", () => {
    const second = rotateSecrets(first, "two", 10, now);
    expect(matchesSecret(second, "one", later(9))).toBe(true);
    expect(matchesSecret(second, "two", later(9))).toBe(true);
    expect(matchesSecret(second, "one", later(10))).toBe(false);
    expect(matchesSecret(second, "two", later(10))).toBe(true);
  });

  test("there are never more than two", () => {
    const third = rotateSecrets(rotateSecrets(first, "two", 100, now), "three", 10, now);
    expect(["one", "two", "three"].map((text) => matchesSecret(third, text, now))).toEqual([false, true, true]);
    expect(matchesSecret(third, "two", later(10))).toBe(false);
  });

  test("a rotation without grace ends a grace that goes on", () => {
    const third = rotateSecrets(rotateSecrets(first, "two", 100, now), "three", 0, now);
    expect(["one", "two", "three"].map((text) => matchesSecret(third, text, now))).toEqual([false, false, true]);
  });
});
