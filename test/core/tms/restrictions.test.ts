import { describe, expect, test } from "bun:test";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { checkRestrictions, optionsText, type Restrictions } from "../../../core/tms/restrictions.ts";
import { file, freshName, sshKeygen } from "../cert/keygen.ts";

const END = new Date("2026-11-20T12:00:00.700Z");

const ALL: readonly (readonly [Restrictions, string])[] = [
  [{}, ""],
  [{ restrict: true }, "restrict"],
  [{ restrict: true, pty: true }, "restrict,pty"],
  [{ from: ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"] }, 'from="10.0.0.0/8,2001:db8::/32,192.0.2.7"'],
  [{ expiry_time: true }, 'expiry-time="20261120120000Z"'],
  [
    { restrict: true, pty: true, from: ["::1"], expiry_time: true },
    'restrict,pty,from="::1",expiry-time="20261120120000Z"',
  ],
  [{ restrict: false, pty: false, expiry_time: false }, ""],
];

test.each(ALL)("%j as options", (restrictions, text) => {
  expect(optionsText(restrictions, END)).toBe(text);
});

test.each(ALL)("ssh-keygen reads a line with the options of %j", (restrictions) => {
  const key = PrivateKey.generate().public;
  const line = file(freshName(), `${optionsText(restrictions, END)} ${key}\n`.trimStart());
  expect(sshKeygen(["-l", "-f", line])).toContain(key.fingerprint);
});

test("a key without expiry has no expiry-time", () => {
  expect(optionsText({ restrict: true, expiry_time: true }, undefined)).toBe("restrict");
});

describe("checkRestrictions()", () => {
  test("drops fields without effect", () => {
    expect(checkRestrictions({ restrict: false, pty: true, expiry_time: false })).toEqual({ pty: true });
  });

  test.each([
    [[]],
    [[""]],
    [["10.0.0.1/8"]],
    [["*"]],
    [["host.example.org"]],
    [['10.0.0.1",command="sh']],
    [["10.0.0.1\nssh-ed25519 AAAA"]],
    [["!10.0.0.1"]],
    [["::ffff:10.0.0.1"]],
    [["010.0.0.1"]],
    [Array.from({ length: 65 }, (_, i) => `10.0.0.${i}`)],
  ])("refuses from=%j", (from) => {
    expect(() => checkRestrictions({ from })).toThrow(expect.objectContaining({ code: "bad_request" }));
  });
});
