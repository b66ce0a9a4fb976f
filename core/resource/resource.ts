import { z } from "zod";
import { Fault } from "../fault.ts";

/** Labels of a machine or application: names to values. */
export const labels = z.record(
  z.string().regex(/^[A-Za-z0-9_.:/-]{1,128}$/, "expected a label name"),
  z.string().max(1024),
);
export type Labels = Readonly<Record<string, string>>;

/** A moment in RFC 3339, UTC, with `Z`. */
export const instant = z.iso.datetime();

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
      revision: z.string().optional(),
    }),
    spec,
    // Facts that the cluster adds. Accepted so that what was read can be written back, and ignored.
    status: z.unknown().optional(),
  });
}

/** Parses at the door. @throws Fault `bad_request` that names the path and what was expected there. */
export function parse<S extends z.ZodType>(schema: S, value: unknown, what = "request"): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Fault("bad_request", `${what}: ${explain(result.error)}`);
}

/** The first thing wrong: `spec.allow.logins[1]: expected a Unix login name`. */
export function explain(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return "invalid";
  const keys = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const path = pathText([...issue.path, ...keys]);
  const text = issue.code === "unrecognized_keys" ? "unknown field" : issue.message.replace(/^Invalid input: /, "");
  return path === "" ? text : `${path}: ${text}`;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map((p, i) => (typeof p === "number" ? `[${p}]` : `${i === 0 ? "" : "."}${String(p)}`)).join("");
}
