import { z } from "zod";
import { Fault } from "../fault.ts";
import { SHOWABLE } from "../names.ts";

/** Labels of a machine or application: label names to values. */
export const labels = z.record(
  z.string().regex(/^[A-Za-z0-9_.:/-]{1,128}$/, "expected a label name (letters, digits, . _ : / -)"),
  z.string().max(1024).regex(SHOWABLE, "expected text without control characters"),
);
export type Labels = Readonly<Record<string, string>>;

/** A UTC timestamp in RFC 3339 with `Z`. */
export const instant = z.iso.datetime("expected a time such as 2031-05-01T08:00:00Z");

/** The fields around every resource's spec. A write with `revision` fails unless that revision is the current one. */
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
    // Read-only facts that the cluster adds. Accepted and ignored, so that the output of a read can be written back.
    status: z.unknown().optional(),
  });
}

/**
 * The expiry of a resource that is written at `now`; undefined without one.
 * @throws Fault `bad_request` when it is in the past.
 */
export function futureExpiry(
  {
    kind,
    metadata: { expires },
  }: { readonly kind: string; readonly metadata: { readonly expires?: string | undefined } },
  now: Date,
): Date | undefined {
  if (expires === undefined) return undefined;
  const expiry = new Date(expires);
  if (expiry <= now) throw new Fault("bad_request", `${kind}: metadata.expires: ${expires} is past`);
  return expiry;
}

/** Converts a parser that throws a Fault to a check for `superRefine`: the Fault's message becomes the issue. */
export function parsesWith<T>(parser: (value: T) => unknown): (value: T, context: z.RefinementCtx<T>) => void {
  return (value, context) => {
    try {
      parser(value);
    } catch (thrown) {
      context.addIssue({ code: "custom", message: Fault.from(thrown).message });
    }
  };
}

/** Parses external input. @throws Fault `bad_request` with the path and what was expected there; `what` names the input. */
export function parse<S extends z.ZodType>(schema: S, value: unknown, what = "request"): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Fault("bad_request", `${what}: ${explain(result.error)}`);
}

/** Formats the first issue: `spec.allow.logins[1]: expected a Unix login name`. */
export function explain(error: z.ZodError): string {
  const { path, message } = problem(error.issues);
  return path.length === 0 ? message : `${pathText(path)}: ${message}`;
}

type Issue = z.core.$ZodIssue;
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The path and message of the first issue. */
export function problem(issues: readonly Issue[]): Problem {
  const [issue] = issues;
  if (issue === undefined) return { path: [], message: "invalid" };
  switch (issue.code) {
    case "unrecognized_keys":
      return { path: [...issue.path, ...issue.keys.slice(0, 1)], message: "unknown field" };
    case "invalid_key":
      return { path: issue.path, message: problem(issue.issues).message };
    case "invalid_union":
      return unionProblem(issue.path, issue.errors);
    default:
      return { path: issue.path, message: withoutPrefix(issue.message) };
  }
}

/** Reports the issue of the union member whose type matches the value; when none matches, lists all expected types. */
function unionProblem(path: readonly PropertyKey[], alternatives: readonly (readonly Issue[])[]): Problem {
  const matching = alternatives.find(([issue]) => issue?.code !== "invalid_type" || issue.path.length > 0);
  if (matching !== undefined) {
    const inner = problem(matching);
    return { path: [...path, ...inner.path], message: inner.message };
  }
  const types = alternatives.map((issues) => problem(issues).message.replace(/^expected |, .*$/g, ""));
  return { path, message: `expected ${types.join(" or ")}` };
}

function withoutPrefix(message: string): string {
  return message
    .replace(/^Invalid (?:input|option): /, "")
    .replace(/^Too (?:big|small): /, "")
    .replace(/, received undefined$/, ", but it is missing");
}

/** Formats a path: `spec.allow.logins[1]`. */
export function pathText(path: readonly PropertyKey[]): string {
  const formatKey = (key: PropertyKey, i: number): string => {
    if (typeof key === "number") return `[${key}]`;
    const name = String(key);
    // The sender chooses the key. Quoting keeps escape sequences from the terminal.
    if (!/^[\w.*:/@+-]{1,128}$/.test(name)) return `[${JSON.stringify(name.slice(0, 40))}]`;
    return i === 0 ? name : `.${name}`;
  };
  return path.map(formatKey).join("");
}
