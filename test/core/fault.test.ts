import { describe, expect, test } from "bun:test";
import { FAULTS, Fault, type FaultCode } from "../../core/fault.ts";

test("every fault code has the exit code of cli.md (1 to 7) and an HTTP status", () => {
  expect(FAULTS).toEqual({
    internal: { status: 500, exit: 1 },
    failed: { status: 500, exit: 1 },
    bad_request: { status: 400, exit: 2 },
    too_large: { status: 413, exit: 2 },
    unauthenticated: { status: 401, exit: 3 },
    denied: { status: 403, exit: 4 },
    rate_limited: { status: 429, exit: 4 },
    not_found: { status: 404, exit: 5 },
    conflict: { status: 409, exit: 6 },
    unavailable: { status: 503, exit: 7 },
  });
});

describe("a fault", () => {
  const cause = new Error("SQLITE_CONSTRAINT users.name");
  const fault = new Fault("conflict", "the user alice exists already", { hint: "tctl users update", cause });

  test("serializes message and hint, never the cause", () => {
    expect(JSON.parse(JSON.stringify(fault))).toEqual({
      code: "conflict",
      message: "the user alice exists already",
      hint: "tctl users update",
    });
    expect(fault.cause).toBe(cause);
  });
  test("omits the hint field without a hint", () => {
    expect(new Fault("denied", "no").toJSON()).toEqual({ code: "denied", message: "no" });
    expect("cause" in new Fault("denied", "no")).toBe(false);
  });
  test("round-trips through JSON", () => {
    const read = Fault.fromJSON(JSON.parse(JSON.stringify(fault)));
    expect(read).toBeInstanceOf(Fault);
    expect(read?.toJSON()).toEqual(fault.toJSON());
    expect(read?.cause).toBeUndefined();
  });
  test("from() keeps a Fault and hides the text of any other error", () => {
    expect(Fault.from(fault)).toBe(fault);
    for (const thrown of [cause, "text", { code: "denied", message: "I say so" }])
      expect(Fault.from(thrown)).toMatchObject({ code: "internal", message: "internal error", cause: thrown });
    expect(Fault.from(undefined).toJSON()).toEqual({ code: "internal", message: "internal error" });
  });
});

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["null", null],
  ["text", "denied"],
  ["a list", []],
  ["no code", { message: "m" }],
  ["no message", { code: "denied" }],
  ["a message that is no text", { code: "denied", message: 1 }],
  ["an unknown code", { code: "teapot", message: "m" }],
  ["a name that every object has", { code: "constructor", message: "m" }],
  ["… and another", { code: "__proto__", message: "m" }],
])("%s is not read as a fault", (_name, json) => {
  expect(Fault.fromJSON(json)).toBeUndefined();
});

test("fromJSON ignores a hint that is not a string", () => {
  const code: FaultCode = "denied";
  expect(Fault.fromJSON({ code, message: "m", hint: { a: 1 } })?.toJSON()).toEqual({ code, message: "m" });
});
