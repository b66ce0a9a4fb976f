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

/** A place in a text, both numbers from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlDocument {
  /** Plain objects, arrays, strings, numbers, booleans and null; keys are always strings. `yes` and `no` are strings. */
  readonly value: unknown;
  /** Where the value at `path` was written; where its nearest parent was, when the path is not there. */
  locate(path: readonly PropertyKey[]): Place | undefined;
}

/** A file written by hand is far below this; a hostile one is refused before it costs anything. */
const MAX_TEXT = 8 * 1024 * 1024;

/**
 * Reads YAML 1.2, and so JSON, that holds one document (an empty text is `null`).
 * @throws Fault `bad_request` that begins with `file:line:column:`; `too_large` above 8 MiB.
 */
export function parseYaml(text: string, file: string): YamlDocument {
  const [first, second] = parseYamlDocuments(text, file);
  if (second !== undefined) {
    const at = second.locate([]);
    throw new Fault("bad_request", `${file}:${at?.line ?? 1}:${at?.column ?? 1}: expected a single document`);
  }
  return first ?? { value: null, locate: () => undefined };
}

/** Reads any number of documents parted by `---`; empty ones are left out. @throws as `parseYaml`. */
export function parseYamlDocuments(text: string, file: string): YamlDocument[] {
  if (text.length > MAX_TEXT) throw new Fault("too_large", `${file}: larger than 8 MiB`);
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const refuse = (offset: number, why: string, cause?: unknown): Fault => {
    const { line, column } = at(offset);
    return new Fault("bad_request", `${file}:${line}:${column}: ${why}`, { cause });
  };

  let documents: readonly Document.Parsed[];
  try {
    documents = [
      // The library looks for duplicate keys by comparing each with all; `check` below does it in linear time.
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
    const wrong = document.errors[0] ?? document.warnings[0];
    if (wrong !== undefined) throw refuse(wrong.pos[0], wrong.message, wrong);
    if (document.contents === null) return [];
    try {
      check(document, refuse);
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      return value === null ? [] : [{ value, locate: (path) => locate(document, path, at) }];
    } catch (cause) {
      if (cause instanceof Fault) throw cause;
      const why = cause instanceof RangeError ? "nested too deeply" : "aliases are used too often";
      throw refuse(document.range[0], why, cause);
    }
  });
}

/** The text of a value, such that other readers (YAML 1.1 too) see the same strings. */
export function formatYaml(value: unknown): string {
  const text = stringify(value, FORMAT);
  return text.search(UNPRINTABLE) === -1 ? text : escaped(value);
}

const FORMAT = { lineWidth: 0, aliasDuplicateObjects: false, compat: "yaml-1.1" } as const;

/** What YAML does not let stand as it is, and what turns a line of text round: with a terminal they play games. */
const UNPRINTABLE = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The same, with escapes for such characters, which the library leaves as they are. */
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

/** What the library does not refuse by itself: a key that is there twice, an alias to nothing or to what holds it. */
function check(document: Document, refuse: (offset: number, why: string) => Fault): void {
  const anchors = new Map<string, unknown>();
  visit(document, (_key, node, path) => {
    if (isNode(node) && !isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) throw refuse(offsetOf(node) ?? 0, `no anchor "${node.source}" before this alias`);
      if (path.some((parent) => parent === target))
        throw refuse(offsetOf(node) ?? 0, `the alias "${node.source}" is inside what it stands for`);
    }
    if (!isMap(node)) return;
    const seen = new Set<unknown>();
    for (const pair of node.items) {
      const key = keyOf(pair);
      if (seen.has(key)) throw refuse(offsetOf(pair.key) ?? 0, `the key "${String(key)}" is there twice`);
      seen.add(key);
    }
  });
}

function locate(document: Document, path: readonly PropertyKey[], at: (offset: number) => Place): Place | undefined {
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
  return found === undefined ? undefined : at(found);
}

function keyOf(pair: Pair): unknown {
  return isScalar(pair.key) ? pair.key.value : pair.key;
}

function offsetOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
