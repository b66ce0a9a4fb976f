import { describe, expect, test } from "bun:test";
import { isVersionRequirement } from "../../../daemon/tms/version-requirement.ts";

describe("isVersionRequirement()", () => {
  test.each([
    ..."1 1.0 1.0.0 0 0.0.0 10.20.30 =1.2.3 >1 >=1.0 <2 <=2.1.0 ~1.2 ^1.2.3 * x X 1.* 1.2.x 1.X.* =1.*".split(" "),
    "1.0.0-alpha",
    "1.0.0-alpha.1-x.0a",
    "1.0.0-0a",
    "1.0.0+build.007",
    "^1.2.3-rc.1+5",
    ">=1, <2",
    ">=1,<2",
    "> 1 , < 2",
    "  1.0  ",
    "= 1",
    " * ",
    "18446744073709551615.0",
    "1.0.0-99999999999999999999",
    Array(32).fill("1").join(","),
  ])("accepts %j", (text) => {
    expect(isVersionRequirement(text)).toBe(true);
  });

  test.each([
    "",
    " ",
    "v1",
    "1.",
    ".1",
    "01",
    "1.02",
    "1.0.0.0",
    "1.0-alpha",
    "1.0.0-",
    "1.0.0-a..b",
    "1.0.0-01",
    "1.0.0+",
    "1,",
    ",1",
    "*, 1",
    "1, *",
    "1.*.2",
    "**",
    "=>1",
    "1 2",
    "1\t",
    "1\n",
    "latest",
    "1.0.0 || 2",
    "18446744073709551616",
    Array(33).fill("1").join(","),
    "١",
  ])("refuses %j", (text) => {
    expect(isVersionRequirement(text)).toBe(false);
  });

  test("checks long texts in linear time", () => {
    for (const text of [
      "1.0.0-" + "0".repeat(50_000) + "!",
      "1.0.0-" + "a-".repeat(50_000) + "!",
      " ".repeat(50_000) + "!",
    ])
      expect(isVersionRequirement(text)).toBe(false);
  });
});
