import { describe, expect, test } from "bun:test";
import { parseDuration } from "../../core/duration.ts";
import { Fault } from "../../core/fault.ts";

describe("parseDuration", () => {
  test.each([
    ["0s", 0],
    ["90s", 90],
    ["30m", 1800],
    ["12h", 43_200],
    ["7d", 604_800],
    ["8h30m", 30_600],
    ["30h0m0s", 108_000],
    ["1d2h3m4s", 93_784],
    ["007s", 7],
  ])("%s is %d seconds", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each([
    "",
    " ",
    "12",
    "h",
    "1.5h",
    "-1h",
    "+1h",
    "1H",
    "1h ",
    " 1h",
    "1h 30m",
    "30m1h",
    "1h1h",
    "1w",
    "1ms",
    "٣h",
    "1h\n",
    "Infinitys",
    "never",
  ])("%j is none", (text) => {
    expect(() => parseDuration(text)).toThrow(`${JSON.stringify(text)} is not a duration`);
  });

  test.each(["99999999999s", "9".repeat(400) + "d", "200000d"])("%s is too long", (text) => {
    expect(() => parseDuration(text)).toThrow("is too long");
  });

  test("an error quotes at most 40 characters of the input, on one line", () => {
    const fault = Fault.from(caught(() => parseDuration(`\u001b[31m${"x".repeat(5000)}`)));
    expect(fault).toMatchObject({ code: "bad_request", hint: "write it as 90s, 30m, 12h or 7d" });
    expect(fault.message).toStartWith('"\\u001b[31mxxx');
    expect(fault.message.length).toBeLessThan(100);
  });
});

function caught(act: () => unknown): unknown {
  try {
    return act();
  } catch (thrown) {
    return thrown;
  }
}
