import { describe, expect, test } from "bun:test";
import { compileRegex } from "../../core/regex.ts";
import { dice } from "./policy/make.ts";

test.each<[string, readonly string[], readonly string[]]>([
  ["^$", [""], ["a"]],
  ["^prod$", ["prod"], ["", "pro", "prod2", "xprod", "Prod"]],
  ["^prod-.*$", ["prod-", "prod-eu"], ["prod", "xprod-eu"]],
  ["^(prod|staging)$", ["prod", "staging"], ["prodstaging", "pro", ""]],
  ["^(?:a|b|)c$", ["ac", "bc", "c"], ["abc"]],

  ["^a?b+c*$", ["b", "abbcc"], ["a", "ac"]],
  ["^a{2}$", ["aa"], ["a", "aaa"]],
  ["^a{2,}$", ["aa", "aaaa"], ["a"]],
  ["^a{0,2}$", ["", "a", "aa"], ["aaa"]],
  ["^(ab){1,2}c$", ["abc", "ababc"], ["c", "abababc"]],
  ["^a*?b$", ["b", "aab"], ["a"]],
  ["^[a-c0-2_-]+$", ["a", "c2_-"], ["d", "3", ""]],
  ["^[^a-c]$", ["d", "-", "é"], ["a", "b", ""]],
  ["^[]x]$", ["]", "x"], ["y"]],
  ["^[^]x]$", ["y"], ["]", "x"]],
  ["^[a\\-\\]\\\\]+$", ["a-]\\"], ["b"]],
  ["^[\\d.]+$", ["10.0.0.1"], ["a", ""]],
  ["^[\\D]$", ["a"], ["1"]],
  ["^\\d{1,3}\\.\\d{1,3}$", ["10.7"], ["10x7", "1000.1"]],
  ["^\\w+\\s\\W\\S$", ["a_1 -x"], ["a x"]],
  ["^.$", ["a", "é", "世", "🚀", "."], ["", "ab"]],
  ["^🚀+$", ["🚀🚀"], ["\ud83d"]],
  ["^a\\$b\\^\\*$", ["a$b^*"], ["ab"]],
  ["^(a*)*$", ["", "aaa"], ["b"]],
  ["^(a|a)*b$", ["b", "aaab"], ["aaa"]],
  ["^(|a)+$", ["", "aa"], ["b"]],
  ["^((a{0,2}){0,2}){0,2}$", ["", "aaaaaaaa"], ["aaaaaaaaa"]],
])("%s", (source, yes, no) => {
  const regex = compileRegex(source);
  for (const text of yes) expect([text, regex.test(text)]).toEqual([text, true]);
  for (const text of no) expect([text, regex.test(text)]).toEqual([text, false]);
});

describe("rejects with the reason", () => {
  test.each([
    ["prod", "it must begin with ^ and end with $"],
    ["^prod", "it must begin with ^ and end with $"],
    ["^", "it must begin with ^ and end with $"],
    // The last letter is a dollar sign, and nothing ends the expression.
    ["^a\\$", "trailing backslash"],
    ["^(a$", "missing closing )"],
    ["^a)$", "unexpected )"],
    ["^[a$", "missing closing ]"],
    ["^*a$", "missing argument to repetition operator"],
    ["^a**$", "invalid nested repetition operator"],
    ["^a{3,2}$", "invalid repeat count"],
    ["^[b-a]$", "invalid character class range"],
    ["^(a)\\1$", "invalid escape sequence"],
    ["^(?=a)a$", "invalid"],
    ["^(a{999}){999}$", "invalid repeat count"],
    ["^(((){999}){999}){999}$", "expression too large"],
    ["^[[:letters:]]$", "invalid character class range"],
    [`^${"a{100}".repeat(100)}$`, "it is too large"],
  ])("%s", (source, why) => {
    expect(() => compileRegex(source)).toThrow(`not a valid regular expression: `);
    expect(() => compileRegex(source)).toThrow(why);
  });
});

test("matches like JavaScript's RegExp for expressions that both support", () => {
  const roll = dice(1);
  const piece = (depth: number): string => {
    const atom = roll(["a", "b", "[ab]", "[^a]", ".", "\\w", depth > 0 ? "(" : "c"]);
    const body = atom === "(" ? `(?:${piece(depth - 1)}${roll(["|", ""])}${piece(depth - 1)})` : atom;
    return body + roll(["", "", "", "*", "+", "?", "{2}", "{0,2}", "{1,}"]);
  };
  for (let i = 0; i < 3000; i++) {
    const source = `^${piece(2)}${piece(1)}$`;
    const text = Array.from({ length: roll([0, 1, 2, 3, 4, 5]) }, () => roll(["a", "b", "c"])).join("");
    expect([source, text, compileRegex(source).test(text)]).toEqual([source, text, new RegExp(source, "u").test(text)]);
  }
});

test("an expression with catastrophic backtracking takes linear time", () => {
  const text = `${"a".repeat(1023)}!`;
  for (const source of [
    "^(a+)+$",
    "^(a|a)*$",
    "^(a|aa)+$",
    "^(.*)*x$",
    `^${"a?".repeat(400)}${"a".repeat(400)}$`,
    `^${".*".repeat(300)}x$`,
  ])
    expect(compileRegex(source).test(text)).toBe(false);
});
