import { describe, expect, test } from "bun:test";
import { hostName, isLogin, login, plainName, SHOWABLE, userName, uuid } from "../../core/names.ts";

/** What no name of ours may carry, whatever it names. */
const NEVER = [
  "",
  " ",
  "a b",
  "a,b",
  "a;b",
  "a/b",
  "../a",
  "a\nb",
  "a\n",
  "\na",
  "a\u0000",
  "*",
  "a*",
  "?",
  "$(id)",
  "`id`",
  "a|b",
  "a&b",
  "'a'",
  '"a"',
  "a\\b",
  "-a",
  "--flag",
  "a\u202eb",
  "ä",
  "а",
  "a=b",
  "%41",
  "~a",
  "{{a}}",
  "<a>",
  "#a",
  "a\u001b[31m",
];

describe("names contain no separator, wildcard, option or control character", () => {
  const kinds = { login, userName, plainName, hostName, uuid };
  test.each(Object.keys(kinds) as (keyof typeof kinds)[])("%s", (kind) => {
    for (const text of NEVER) expect([text, kinds[kind].safeParse(text).success]).toEqual([text, false]);
  });
});

test.each<[string, boolean]>([
  ["root", true],
  ["_apt", true],
  ["Alice.Smith", true],
  ["svc-backup_2", true],
  ["machine$", true],
  ["a".repeat(63), true],
  ["a".repeat(64), false],
  ["1root", false],
  [".root", false],
  ["ro$ot", false],
  ["alice@example.com", false],
])("login %s: %p", (text, expected) => {
  expect(login.safeParse(text).success).toBe(expected);
  expect(isLogin(text)).toBe(expected);
});

test.each<[string, boolean]>([
  ["alice", true],
  ["alice@example.com", true],
  ["a.b+tag@example.com", true],
  ["1", true],
  ["_system", true],
  ["@admin", false],
  ["+a", false],
  [".a", false],
  ["a".repeat(127), true],
  ["a".repeat(128), false],
])("user %s: %p", (text, expected) => {
  expect(userName.safeParse(text).success).toBe(expected);
});

describe("host names and addresses", () => {
  test.each([
    "a",
    "web-1",
    "WEB-1",
    "web_1",
    "_dmarc.example.com",
    "db.example.com",
    "1a",
    "12345",
    "3com.example",
    "x--y",
    "a".repeat(63),
    `${"a".repeat(63)}.b`,
    `${"a.".repeat(126)}a`,
    "10.0.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "::",
    "::1",
    "1::",
    "2001:db8::1",
    "2001:DB8:0:0:0:0:0:1",
    "1:2:3:4:5:6:7::",
    "::ffff:10.0.0.1",
    "64:ff9b::10.0.0.1",
  ])("%s", (text) => {
    expect(hostName.safeParse(text).success).toBe(true);
  });

  test.each([
    ".",
    "..",
    "a.",
    ".a",
    "a..b",
    "-a",
    "a-",
    "a-.b",
    "a.-b",
    "a".repeat(64),
    `${"a.".repeat(127)}a`,
    "10.0.0",
    "1.2",
    "1.2.3.4.5",
    "256.0.0.1",
    "1.2.3.400",
    "01.2.3.4",
    "1.2.3.4.",
    "10.0.0.1/8",
    ":",
    ":::",
    "::::",
    "1::2::3",
    "1:2",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "12345::",
    "g::",
    "::1%eth0",
    "[::1]",
    "::1]",
    "fe80::1/64",
    "::10.0.0.256",
    "10.0.0.1::",
    "a:22",
    "10.0.0.1:22",
  ])("not %s", (text) => {
    expect(hostName.safeParse(text).success).toBe(false);
  });

  test("a hostile name is rejected without backtracking", () => {
    for (const text of [
      `${"a-".repeat(126)}!`,
      `${"0".repeat(252)}!`,
      ":".repeat(253),
      "1:".repeat(126),
      "a".repeat(1_000_000),
    ])
      expect(hostName.safeParse(text).success).toBe(false);
  });
});

test.each<[string, boolean]>([
  ["6f1d2c3b-0a4e-4f5d-8c7b-9a0b1c2d3e4f", true],
  ["6F1D2C3B-0A4E-4F5D-8C7B-9A0B1C2D3E4F", false],
  ["6f1d2c3b0a4e4f5d8c7b9a0b1c2d3e4f", false],
  ["6f1d2c3b-0a4e-4f5d-8c7b-9a0b1c2d3e4", false],
  ["../../../../etc/passwd", false],
])("UUID %s: %p", (text, expected) => {
  expect(uuid.safeParse(text).success).toBe(expected);
});

test.each<[string, boolean]>([
  ["", true],
  ["Grüße, 世界 🚀 — two words", true],
  ["a\tb", false],
  ["a\nb", false],
  ["\u001b[31m", false],
  ["\u009b31m", false],
  ["\u202egnp.exe", false],
  ["\u2028", false],
])("%j can be shown as it is: %p", (text, expected) => {
  expect(SHOWABLE.test(text)).toBe(expected);
});
