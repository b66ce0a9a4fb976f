import { describe, expect, test } from "bun:test";
import { newTmsSecret, opens, rotated, secretOf } from "../../../daemon/tms/secrets.ts";

const now = new Date("2026-03-01T12:00:00Z");
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

test("a new secret is 48 hex digits, never the same, and only its hash is kept", () => {
  const text = newTmsSecret();
  expect(text).toMatch(/^[0-9a-f]{48}$/);
  expect(newTmsSecret()).not.toBe(text);
  const secret = secretOf(text, now);
  expect(secret).toEqual({ hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string, created: now.toISOString() });
  expect(secret.hash).not.toContain(text);
});

describe("opens()", () => {
  const secrets = [secretOf("right", now)];

  test.each([
    ["right", true],
    ["wrong", false],
    ["", false],
    ["Right", false],
    ["right ", false],
    [secretOf("right", now).hash, false],
    ["x".repeat(100_000), false],
  ])("%j: %p", (given, result) => {
    expect(opens(secrets, given, now)).toBe(result);
  });

  test("where there are no secrets none opens", () => {
    expect(opens([], "", now)).toBe(false);
    expect(opens([], "right", now)).toBe(false);
  });

  test("a secret that ends opens before its end, not at it", () => {
    const ending = [{ ...secretOf("right", now), expires: later(5).toISOString() }];
    expect(opens(ending, "right", new Date(later(5).getTime() - 1))).toBe(true);
    expect(opens(ending, "right", later(5))).toBe(false);
  });
});

describe("rotated()", () => {
  const first = [secretOf("one", now)];

  test("without grace the last one is dead at once", () => {
    const second = rotated(first, "two", 0, now);
    expect(second).toHaveLength(1);
    expect(opens(second, "one", now)).toBe(false);
    expect(opens(second, "two", now)).toBe(true);
  });

  test("with grace both open, until it is over", () => {
    const second = rotated(first, "two", 10, now);
    expect(opens(second, "one", later(9))).toBe(true);
    expect(opens(second, "two", later(9))).toBe(true);
    expect(opens(second, "one", later(10))).toBe(false);
    expect(opens(second, "two", later(10))).toBe(true);
  });

  test("there are never more than two", () => {
    const third = rotated(rotated(first, "two", 100, now), "three", 10, now);
    expect(["one", "two", "three"].map((text) => opens(third, text, now))).toEqual([false, true, true]);
    expect(opens(third, "two", later(10))).toBe(false);
  });

  test("a rotation without grace ends a grace that goes on", () => {
    const third = rotated(rotated(first, "two", 100, now), "three", 0, now);
    expect(["one", "two", "three"].map((text) => opens(third, text, now))).toEqual([false, false, true]);
  });
});
