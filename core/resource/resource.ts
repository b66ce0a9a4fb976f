import { z } from "zod";
import { Fault } from "../fault.ts";
import { SHOWABLE } from "../names.ts";

/** Labels of a machine or application: names to values. */
export const labels = z.record(
  z.string().regex(/^[A-Za-z0-9_.:/-]{1,128}$/, "expected a label name (letters, digits, . _ : / -)"),
  z.string().max(1024).regex(SHOWABLE, "expected text without control characters"),
);
export type Labels = Readonly<Record<string, string>>;

/** A moment in RFC 3339, UTC, with `Z`. */
export const instant = z.iso.datetime("expected a time such as 2031-05-01T08:00:00Z");

/** What every resource has around its spec. `revision` is the one read, and makes a write conditional. */
export function envelope<K extends string, N extends z.ZodType<string>, S extends z.ZodType>(
  kind: K,
  name: N,
  spec: S,
) {
  return z.strictObject({
    kind: z.literal(kind),
    version: z.literal("v1").default("v1"),
    metadata: z.strictObject({
      name,
      labels: labels.optional(),
      expires: instant.optional(),
      revision: z.string().max(128).optional(),
    }),
    spec,
    // Facts that the cluster adds. Accepted so that what was read can be written back, and ignored.
    status: z.unknown().optional(),
  });
}

/** A check for `superRefine`, made of a reader that throws a Fault: what it says becomes the issue. */
export function must<T>(read: (value: T) => unknown): (value: T, context: z.RefinementCtx<T>) => void {
  return (value, context) => {
    try {
      read(value);
    } catch (thrown) {
      context.addIssue({ code: "custom", message: Fault.from(thrown).message });
    }
  };
}

/** Parses at the door. @throws Fault `bad_request` that names the path and what was expected there. */
export function parse<S extends z.ZodType>(schema: S, value: unknown, what = "request"): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Fault("bad_request", `${what}: ${explain(result.error)}`);
}

/** The first thing wrong: `spec.allow.logins[1]: expected a Unix login name`. */
export function explain(error: z.ZodError): string {
  const { path, message } = problem(error.issues);
  return path.length === 0 ? message : `${pathText(path)}: ${message}`;
}

type Issue = z.core.$ZodIssue;
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The first thing wrong: where, and what was expected there. */
export function problem(issues: readonly Issue[]): Problem {
  const [issue] = issues;
  if (issue === undefined) return { path: [], message: "invalid" };
  switch (issue.code) {
    case "unrecognized_keys":
      return { path: [...issue.path, ...issue.keys.slice(0, 1)], message: "unknown field" };
    case "invalid_key":
      return { path: issue.path, message: problem(issue.issues).message };
    case "invalid_union":
      return inUnion(issue.path, issue.errors);
    default:
      return { path: issue.path, message: plain(issue.message) };
  }
}

/** The alternative that was meant is the one whose type fits; where none does, all are named. */
function inUnion(path: readonly PropertyKey[], alternatives: readonly (readonly Issue[])[]): Problem {
  const meant = alternatives.find(([issue]) => issue?.code !== "invalid_type" || issue.path.length > 0);
  if (meant !== undefined) {
    const found = problem(meant);
    return { path: [...path, ...found.path], message: found.message };
  }
  const types = alternatives.map((issues) => problem(issues).message.replace(/^expected |, .*$/g, ""));
  return { path, message: `expected ${types.join(" or ")}` };
}

function plain(message: string): string {
  return message
    .replace(/^Invalid (?:input|option): /, "")
    .replace(/^Too (?:big|small): /, "")
    .replace(/, received undefined$/, ", but it is missing");
}

/** How a place is written: `spec.allow.logins[1]`. */
export function pathText(path: readonly PropertyKey[]): string {
  const step = (p: PropertyKey, i: number): string => {
    if (typeof p === "number") return `[${p}]`;
    const name = String(p);
    // A name of the sender's making must not write on anybody's terminal.
    if (!/^[\w.*:/@+-]{1,128}$/.test(name)) return `[${JSON.stringify(name.slice(0, 40))}]`;
    return i === 0 ? name : `.${name}`;
  };
  return path.map(step).join("");
}
