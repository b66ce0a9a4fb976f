import { Fault } from "./fault.ts";

/**
 * A regular expression that matches in time linear in the text (RE2). Machines send label values and administrators
 * write patterns; neither can stall the server that matches them.
 */
export interface Regex {
  /** Whether the whole of `text` matches. */
  test(text: string): boolean;
}

/** RE2 instructions. A program of this size matches a value of 1,024 characters in a few milliseconds at worst. */
const MAX_PROGRAM = 2000;

/** Loaded with the first pattern, since most roles have none. */
const re2 = () => require("re2js") as typeof import("re2js");

/**
 * Compiles `^…$` in RE2's syntax, which has no backreferences and no look-around.
 * @throws Fault `bad_request` with the reason when the expression is malformed, not anchored or too large.
 */
export function compileRegex(source: string): Regex {
  if (!source.startsWith("^") || !source.endsWith("$") || source.length < 2)
    throw refuse("it must begin with ^ and end with $");
  const { RE2JS, RE2JSException } = re2();
  try {
    // `testExact` anchors the expression, so that the anchors of `^a|b$` apply to both alternatives.
    const compiled = RE2JS.compile(source.slice(1, -1), RE2JS.DOTALL);
    if (compiled.programSize() > MAX_PROGRAM) throw refuse("it is too large");
    return { test: (text) => compiled.testExact(text) };
  } catch (cause) {
    if (cause instanceof RE2JSException)
      throw refuse(cause.message.replace(/^error parsing regexp: |: `.*$/gs, ""), cause);
    throw cause;
  }
}

function refuse(reason: string, cause?: unknown): Fault {
  return new Fault("bad_request", `not a valid regular expression: ${reason}`, { cause });
}
