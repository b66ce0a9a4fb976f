import { Fault } from "./fault.ts";

/**
 * Regular expressions that take time in proportion to the text, whatever the expression (RE2). Label values come from
 * machines and patterns from administrators, and neither may be able to hang a server that decides about both.
 */
export interface Regex {
  /** Whether the whole of `text` matches. */
  test(text: string): boolean;
}

/** Instructions: a machine of this size goes through a value of 1,024 letters in a few milliseconds at worst. */
const MAX_PROGRAM = 2000;

/** Loaded with the first pattern: most roles have none. */
const re2 = () => require("re2js") as typeof import("re2js");

/**
 * Compiles `^…$` in RE2's syntax; backreferences and look-around, which need memory of the text, do not exist there.
 * @throws Fault `bad_request` that says what is wrong.
 */
export function compileRegex(source: string): Regex {
  if (!source.startsWith("^") || !source.endsWith("$") || source.length < 2)
    throw refuse("it must begin with ^ and end with $");
  const { RE2JS, RE2JSException } = re2();
  try {
    // Anchored by how it is asked, so that `^a|b$` means what it says inside the anchors: either.
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
