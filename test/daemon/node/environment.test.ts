import { describe, expect, test } from "bun:test";
import { acceptsVariable, parseEnvironmentFile } from "../../../daemon/node/environment.ts";

describe("variables from the client", () => {
  const accepts = (name: string, value = "x", present = new Map<string, string>()) =>
    acceptsVariable(name, value, present);

  test("are accepted for language and colour", () => {
    for (const name of ["LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "COLORTERM", "NO_COLOR", "GIT_PROTOCOL"])
      expect(accepts(name)).toBeTrue();
  });

  test("are rejected when they can execute code", () => {
    for (const name of ["BUN_OPTIONS", "BUN_BE_BUN", "LD_PRELOAD", "NODE_OPTIONS", "SSL_CERT_FILE", "PATH", "HOME"])
      expect(accepts(name)).toBeFalse();
    for (const name of ["GIT_SSH", "BASH_ENV", "ENV", "IFS", "TERM", "lang", "LANG\n", "LC_", "", "LC_A=B"])
      expect(accepts(name)).toBeFalse();
  });

  test("are bounded in number and size, without control characters", () => {
    expect(accepts("LANG", "x".repeat(5000))).toBeFalse();
    expect(accepts("LANG", "a\nb")).toBeFalse();
    const many = new Map(Array.from({ length: 64 }, (_, i) => [`LC_${i}`, ""]));
    expect([accepts("LC_more", "x", many), accepts("LC_1", "x", many)]).toEqual([false, true]);
  });
});

test("/etc/environment is parsed as pam_env does", () => {
  const text = [
    ...["# a comment", "", "PATH=/bin", "  export LANG=C.UTF-8", `QUOTED="a b"`, "SINGLE='c d'"],
    ...["HASH=a#b", "nonsense", "BAD-NAME=1", "EMPTY=", "EQUALS=a=b"],
  ].join("\n");
  expect(parseEnvironmentFile(text)).toEqual({
    ...{ PATH: "/bin", LANG: "C.UTF-8", QUOTED: "a b", SINGLE: "c d", HASH: "a", EMPTY: "", EQUALS: "a=b" },
  });
});
