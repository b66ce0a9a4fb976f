import { describe, expect, test } from "bun:test";
import { matchTotp, newTotp, totpCode, totpUri } from "../../../core/mfa/totp.ts";

/** "12345678901234567890" in base32: the secret of RFC 6238, appendix B. */
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const at = (seconds: number): Date => new Date(seconds * 1000);

describe("test vectors of RFC 6238 appendix B (SHA-1), last 6 digits", () => {
  test.each([
    [59, 0x1, "94287082"],
    [1111111109, 0x23523ec, "07081804"],
    [1111111111, 0x23523ed, "14050471"],
    [1234567890, 0x273ef07, "89005924"],
    [2000000000, 0x3f940aa, "69279037"],
    [20000000000, 0x27bc86aa, "65353130"],
  ])("at %p", (seconds, step, vector) => {
    const code = vector.slice(-6);
    expect(totpCode(secret, at(seconds))).toBe(code);
    expect(matchTotp(secret, code, at(seconds))).toBe(step);
  });
});

describe("a code", () => {
  const start = 1_200_000_000;
  const step = start / 30;
  const code = totpCode(secret, at(start));

  test.each<[string, number, number | undefined]>([
    ["its first second", 0, step],
    ["its last moment", 29.999, step],
    ["a step later, for a slow phone", 30, step],
    ["the end of that step", 59.999, step],
    ["two steps later", 60, undefined],
    ["a step earlier, for a fast phone", -0.001, step],
    ["the beginning of that step", -30, step],
    ["two steps earlier", -30.001, undefined],
  ])("in %s", (_when, offset, expected) => {
    expect(matchTotp(secret, code, at(start + offset))).toBe(expected);
  });

  test("returns the matching step, so that the caller can reject reuse", () => {
    for (const drift of [-1, 0, 1])
      expect(matchTotp(secret, totpCode(secret, at(start + drift * 30)), at(start))).toBe(step + drift);
  });
  test("accepts white space between digits", () => {
    expect(matchTotp(secret, `${code.slice(0, 3)} ${code.slice(3)}\n`, at(start))).toBe(step);
  });
  test.each([
    "",
    "0",
    "12345",
    "1234567",
    "abcdef",
    "12345a",
    "-12345",
    "1e5000",
    "１２３４５６",
    "٠١٢٣٤٥",
    "0x1234",
    "\u0000".repeat(6),
    "9".repeat(100_000),
  ])("is not %j", (wrong) => {
    expect(matchTotp(secret, wrong, at(start))).toBeUndefined();
  });
  test("of another secret does not match", () => {
    expect(matchTotp("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", code, at(start))).toBeUndefined();
  });
  test("has no step before step 0", () => {
    expect(matchTotp(secret, totpCode(secret, at(0)), at(0))).toBe(0);
  });
});

describe("a new secret", () => {
  test("has 160 random bits in base32", () => {
    const secrets = Array.from({ length: 100 }, () => newTotp("alice", "example").secret);
    for (const each of secrets) expect(each).toMatch(/^[A-Z2-7]{32}$/);
    expect(new Set(secrets).size).toBe(100);
  });
  test("has an otpauth URI", () => {
    const made = newTotp("alice@example.com", "example");
    expect(made.uri).toBe(totpUri("alice@example.com", "example", made.secret));
    expect(made.uri).toBe(
      `otpauth://totp/example:alice%40example.com?secret=${made.secret}&issuer=example&algorithm=SHA1&digits=6&period=30`,
    );
  });
  test("encodes names in the URI", () => {
    const uri = new URL(totpUri("a:b?c&d#e/f+g h", "Acme: R&D?secret=x", secret));
    expect(decodeURIComponent(uri.pathname.split("/").at(-1) ?? "")).toBe("Acme: R&D?secret=x:a:b?c&d#e/f+g h");
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      secret,
      issuer: "Acme: R&D?secret=x",
      algorithm: "SHA1",
      digits: "6",
      period: "30",
    });
  });
});
