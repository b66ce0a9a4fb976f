import {
  Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  stringify,
  visit,
} from "yaml";
import { Fault } from "./fault.ts";

/** A position in a text; both numbers count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface YamlDocument {
  /** Plain objects, arrays, strings, numbers, booleans and null; keys are always strings. `yes` and `no` are strings. */
  readonly value: unknown;
  /** The position of the value at `path`, or of its nearest existing parent. */
  locate(path: readonly PropertyKey[]): Position | undefined;
}

/** UTF-16 code units. Files that people write are far smaller; a larger text is rejected before parsing. */
const MAX_TEXT = 8 * 1024 * 1024;

/**
 * Parses YAML 1.2 (and JSON, which is a subset) with at most one document; an empty text is `null`.
 * @throws Fault `bad_request` whose message begins with `file:line:column:`; `too_large` above 8 MiB.
 */
export function parseYaml(text: string, file: string): YamlDocument {
  const [first, second] = parseYamlDocuments(text, file);
  if (second !== undefined) {
    const start = second.locate([]);
    throw new Fault("bad_request", `${file}:${start?.line ?? 1}:${start?.column ?? 1}: expected a single document`);
  }
  return first ?? { value: null, locate: () => undefined };
}

/** Parses any number of documents separated by `---`; empty documents are skipped. @throws Fault as `parseYaml`. */
export function parseYamlDocuments(text: string, file: string): YamlDocument[] {
  if (text.length > MAX_TEXT) throw new Fault("too_large", `${file}: larger than 8 MiB`);
  const lines = new LineCounter();
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const refuse = (offset: number, reason: string, cause?: unknown): Fault => {
    const { line, column } = positionAt(offset);
    return new Fault("bad_request", `${file}:${line}:${column}: ${reason}`, { cause });
  };

  let documents: readonly Document.Parsed[];
  try {
    documents = [
      // The library finds duplicate keys in quadratic time; `check` below does it in linear time.
      ...parseAllDocuments(text, {
        lineCounter: lines,
        prettyErrors: false,
        stringKeys: true,
        uniqueKeys: false,
        resolveKnownTags: false,
      }),
    ];
  } catch (cause) {
    throw refuse(0, cause instanceof RangeError ? "nested too deeply" : "not YAML", cause);
  }

  return documents.flatMap((document) => {
    const error = document.errors[0] ?? document.warnings[0];
    if (error !== undefined) throw refuse(error.pos[0], error.message, error);
    if (document.contents === null) return [];
    try {
      check(document, refuse);
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      return value === null ? [] : [{ value, locate: (path) => locate(document, path, positionAt) }];
    } catch (cause) {
      if (cause instanceof Fault) throw cause;
      const reason = cause instanceof RangeError ? "nested too deeply" : "aliases are used too often";
      throw refuse(document.range[0], reason, cause);
    }
  });
}

/** Formats a value as YAML that YAML 1.1 parsers read as the same strings, too. */
export function formatYaml(value: unknown): string {
  const text = stringify(value, FORMAT);
  return text.search(UNPRINTABLE) === -1 ? text : escaped(value);
}

const FORMAT = { lineWidth: 0, aliasDuplicateObjects: false, compat: "yaml-1.1" } as const;

/** C1 controls, which YAML requires to be escaped, and bidirectional controls, which change what a terminal shows. */
const UNPRINTABLE = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Formats a value with escapes for unprintable characters, which the library does not escape. */
function escaped(value: unknown): string {
  const document = new Document(value, FORMAT);
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === "string" && node.value.search(UNPRINTABLE) !== -1) node.type = "QUOTE_DOUBLE";
    },
  });
  return document
    .toString(FORMAT)
    .replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Rejects what the library accepts: duplicate keys, aliases without an anchor, and aliases to a parent. */
function check(document: Document, refuse: (offset: number, reason: string) => Fault): void {
  const anchors = new Map<string, unknown>();
  visit(document, (_key, node, path) => {
    if (isNode(node) && !isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) throw refuse(offsetOf(node) ?? 0, `no anchor "${node.source}" before this alias`);
      if (path.some((parent) => parent === target))
        throw refuse(offsetOf(node) ?? 0, `the alias "${node.source}" is inside its own anchor`);
    }
    if (!isMap(node)) return;
    const seen = new Set<unknown>();
    for (const pair of node.items) {
      const key = keyOf(pair);
      if (seen.has(key)) throw refuse(offsetOf(pair.key) ?? 0, `the key "${String(key)}" appears twice`);
      seen.add(key);
    }
  });
}

function locate(
  document: Document,
  path: readonly PropertyKey[],
  positionAt: (offset: number) => Position,
): Position | undefined {
  let node: unknown = document.contents;
  let found = offsetOf(node);
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find((item) => keyOf(item) === String(step));
      if (pair === undefined) break;
      found = offsetOf(pair.key) ?? found;
      node = pair.value;
    } else if (isSeq(node) && typeof step === "number" && step < node.items.length) {
      node = node.items[step];
      found = offsetOf(node) ?? found;
    } else break;
  }
  return found === undefined ? undefined : positionAt(found);
}

function keyOf(pair: Pair): unknown {
  return isScalar(pair.key) ? pair.key.value : pair.key;
}

function offsetOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
