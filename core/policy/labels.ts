import { type Pattern, parsePattern } from "../resource/pattern.ts";
import type { Labels } from "../resource/resource.ts";
import type { LabelPatterns } from "../resource/role.ts";
import type { Traits } from "../resource/user.ts";
import { fill } from "./template.ts";

/** One label of a role: a machine must have it with one of these values. */
interface Line {
  readonly label: string;
  readonly patterns: readonly Pattern[];
}

/** Parsed patterns of each role: decisions are far more frequent than changes. */
const read = new WeakMap<LabelPatterns, readonly Line[]>();

/**
 * Whether `labels` of a machine match `patterns`: every label (AND), by any of its values (OR). `'*': '*'` matches every
 * machine; an empty record matches none. `*` is any value of a label that is there, `^…$` a regular expression,
 * anything else is compared letter by letter. A value from a template is only ever a value, never a pattern.
 */
export function matchLabels(patterns: LabelPatterns, labels: Labels, traits: Traits = {}): boolean {
  const lines = linesOf(patterns);
  return lines.length > 0 && lines.every((line) => fits(line, labels, traits));
}

/** The reason why `labels` do not match, for an administrator; undefined when they match. */
export function mismatch(patterns: LabelPatterns, labels: Labels, traits: Traits = {}): string | undefined {
  const lines = linesOf(patterns);
  if (lines.length === 0) return "it names no labels, and so no node";
  const line = lines.find((each) => !fits(each, labels, traits));
  if (line === undefined) return undefined;
  const wanted = `${line.label} must be ${[patterns[line.label] ?? []].flat().join(" or ")}`;
  return Object.hasOwn(labels, line.label)
    ? `${wanted}, and is ${JSON.stringify(labels[line.label])}`
    : `${wanted}, and there is no such label`;
}

function linesOf(patterns: LabelPatterns): readonly Line[] {
  let lines = read.get(patterns);
  if (lines === undefined) {
    lines = Object.entries(patterns).map(([label, values]) => ({ label, patterns: [values].flat().map(parsePattern) }));
    read.set(patterns, lines);
  }
  return lines;
}

function fits({ label, patterns }: Line, labels: Labels, traits: Traits): boolean {
  if (label === "*") return patterns.some(({ kind }) => kind === "any");
  const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
  return value !== undefined && patterns.some((pattern) => accepts(pattern, value, traits));
}

function accepts(pattern: Pattern, value: string, traits: Traits): boolean {
  switch (pattern.kind) {
    case "any":
      return true;
    case "exact":
      return pattern.value === value;
    case "regex":
      return pattern.regex.test(value);
    case "template":
      return fill(pattern.template, traits).includes(value);
  }
}
