import { describe, expect, test } from "bun:test";
import { covers, isAddress, parseBlock, splitHostPort } from "../../core/address.ts";

describe("one address in several spellings", () => {
  test.each([
    ["10.0.0.1", "::ffff:10.0.0.1"],
    ["10.0.0.1", "::FFFF:a00:1"],
    ["10.0.0.1", "0:0:0:0:0:ffff:0a00:0001"],
    ["::1", "0:0:0:0:0:0:0:1"],
    ["2001:db8::", "2001:DB8:0:0::0"],
    ["10.0.0.0/8", "::ffff:10.0.0.0/104"],
  ])("%s is %s", (one, other) => {
    expect(parseBlock(one)).toBeDefined();
    expect(parseBlock(one)).toEqual(parseBlock(other));
  });
});

test.each([
  "",
  "/",
  "10.0.0.0/",
  "10.0.0.0/33",
  "10.0.0.0/-1",
  "10.0.0.0/08",
  "10.0.0.0/8/8",
  "10.0.0.0/ 8",
  " 10.0.0.0",
  "10.0.0.1/8",
  "::1/64",
  "::/129",
  "2001:db8::1/32",
  "10.0.0",
  "10.0.0.0.0",
  "0x0a.0.0.1",
  "010.0.0.1",
  "1e1.0.0.1",
  "10.0.0.1\n",
  "::1%lo",
  "[::1]",
  "*",
  "any",
  "localhost",
])("%j is no block of addresses", (text) => {
  expect(parseBlock(text)).toBeUndefined();
});

test.each<[string, string, boolean]>([
  ["10.0.0.0/8", "10.1.2.3", true],
  ["10.0.0.0/8", "10.0.0.0/8", true],
  ["10.0.0.0/8", "10.128.0.0/9", true],
  ["10.128.0.0/9", "10.0.0.0/8", false],
  ["10.0.0.0/8", "11.0.0.0/8", false],
  ["0.0.0.0/0", "255.255.255.255", true],
  ["0.0.0.0/0", "::/0", false],
  ["::/0", "2001:db8::1", true],
  ["::/0", "10.0.0.1", false],
  ["2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true],
  ["2001:db8::/32", "2001:db9::", false],
])("%s covers %s: %p", (outer, inner, expected) => {
  const [a, b] = [parseBlock(outer), parseBlock(inner)];
  expect(a !== undefined && b !== undefined && covers(a, b)).toBe(expected);
});

test("isAddress accepts a single address and rejects a block", () => {
  expect(["10.0.0.1", "::1", "10.0.0.0/8", "a"].map(isAddress)).toEqual([true, true, false, false]);
});

test.each<[string, { host: string; port: number } | undefined]>([
  ["web-1:22", { host: "web-1", port: 22 }],
  ["10.0.0.1:65535", { host: "10.0.0.1", port: 65_535 }],
  ["[::1]:3022", { host: "::1", port: 3022 }],
  ["web-1:0", { host: "web-1", port: 0 }],
  ["web-1", undefined],
  ["web-1:", undefined],
  [":22", undefined],
  ["web-1:65536", undefined],
  ["web-1:22x", undefined],
  ["web-1:-1", undefined],
  ["::1:22", undefined],
  ["[web-1]:22", undefined],
  ["[::1]22", undefined],
  ["[::1", undefined],
  ["a:b:22", undefined],
])("%s is %p", (text, expected) => {
  expect(splitHostPort(text)).toEqual(expected);
});
