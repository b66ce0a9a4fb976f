import { Fault } from "../../../core/fault.ts";
import type { Node } from "../../../core/resource/node.ts";
import { mentions } from "./node-filter.ts";

type Test = (node: Node) => boolean;
type Text = (node: Node) => string;

/**
 * Parses Teleport's `--query` language: `==` and `!=` on `name`, `labels["env"]`, `labels.env` and quoted texts,
 * `search("a", "b")`, `hasPrefix(x, "web")`, `exists(labels.env)`, combined with `&&`, `||`, `!` and parentheses.
 * @throws Fault `bad_request` with the position and the expected token
 */
export function parseQuery(text: string): Test {
  return new QueryParser(text).all();
}

const TOKEN =
  /\s*(?:(&&|\|\||==|!=|[!()[\].,])|([A-Za-z_][A-Za-z0-9_-]*)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S))/y;

interface Token {
  readonly kind: "mark" | "word" | "text" | "end";
  readonly text: string;
  readonly at: number;
}

/** Maximum nesting depth; bounds the recursion. */
const MAX_DEPTH = 64;

class QueryParser {
  readonly #tokens: Token[];
  #next = 0;
  #depth = 0;

  constructor(query: string) {
    this.#tokens = tokensOf(query);
  }

  all(): Test {
    const test = this.#either();
    if (this.#peek().kind !== "end") throw this.#expected("&& or ||");
    return test;
  }

  #either(): Test {
    if (++this.#depth > MAX_DEPTH) throw new Fault("bad_request", "the query is nested too deeply");
    let left = this.#both();
    while (this.#take("||")) {
      const [a, b] = [left, this.#both()];
      left = (node) => a(node) || b(node);
    }
    this.#depth--;
    return left;
  }

  #both(): Test {
    let left = this.#one();
    while (this.#take("&&")) {
      const [a, b] = [left, this.#one()];
      left = (node) => a(node) && b(node);
    }
    return left;
  }

  #one(): Test {
    if (this.#take("!")) {
      const test = this.#one();
      return (node) => !test(node);
    }
    if (this.#take("(")) {
      const test = this.#either();
      this.#need(")");
      return test;
    }
    const { kind, text } = this.#peek();
    if (kind === "word" && Object.hasOwn(CALLS, text) && this.#tokens[this.#next + 1]?.text === "(")
      return this.#call(text);
    const left = this.#text();
    const equal = this.#take("==");
    if (!equal) this.#need("!=", "== or !=");
    const right = this.#text();
    return (node) => (left(node) === right(node)) === equal;
  }

  #call(name: string): Test {
    const call = CALLS[name];
    this.#next += 1;
    const given: Text[] = [];
    this.#need("(");
    do given.push(this.#text());
    while (this.#take(","));
    this.#need(")");
    if (call === undefined || (call.takes !== undefined && given.length !== call.takes))
      throw new Fault("bad_request", `${name} takes ${call?.takes} arguments`);
    return (node) => call.test(node, given);
  }

  #text(): Text {
    const { kind, text } = this.#peek();
    if (kind === "text") {
      this.#next += 1;
      return () => text;
    }
    if (kind !== "word") throw this.#expected('name, labels["…"] or a text in quotes');
    if (text === "name") {
      this.#next += 1;
      return (node) => node.spec.hostname;
    }
    if (text !== "labels") throw this.#expected("name or labels");
    this.#next += 1;
    const label = this.#labelName();
    return ({ metadata: { labels = {} } }) => (Object.hasOwn(labels, label) ? (labels[label] ?? "") : "");
  }

  #labelName(): string {
    if (this.#take(".")) {
      const { kind, text } = this.#peek();
      if (kind !== "word") throw this.#expected("the name of a label");
      this.#next += 1;
      return text;
    }
    this.#need("[", '["…"] or .NAME');
    const { kind, text } = this.#peek();
    if (kind !== "text") throw this.#expected("the name of a label in quotes");
    this.#next += 1;
    this.#need("]");
    return text;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: "end", text: "", at: 0 };
  }

  #take(mark: string): boolean {
    const { kind, text } = this.#peek();
    if (kind !== "mark" || text !== mark) return false;
    this.#next += 1;
    return true;
  }

  #need(mark: string, expected = `"${mark}"`): void {
    if (!this.#take(mark)) throw this.#expected(expected);
  }

  #expected(what: string): Fault {
    const { kind, text, at } = this.#peek();
    return new Fault(
      "bad_request",
      `expected ${what} at column ${at + 1}, not ${kind === "end" ? "the end" : `"${text}"`}`,
      {
        hint: `such as: labels["env"] == "prod" && search("web")`,
      },
    );
  }
}

const CALLS: Readonly<Record<string, { takes?: number; test: (node: Node, given: readonly Text[]) => boolean }>> = {
  search: { test: (node, given) => given.every((text) => mentions(node, text(node))) },
  hasPrefix: { takes: 2, test: (node, [a, b]) => (a?.(node) ?? "").startsWith(b?.(node) ?? "") },
  exists: { takes: 1, test: (node, [a]) => a?.(node) !== "" },
};

function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(query); found !== null; found = TOKEN.exec(query)) {
    const [whole, mark, word, double, single, other] = found;
    const at = found.index + whole.length - whole.trimStart().length;
    const quoted = double ?? single;
    if (mark !== undefined) tokens.push({ kind: "mark", text: mark, at });
    else if (word !== undefined) tokens.push({ kind: "word", text: word, at });
    else if (quoted !== undefined) tokens.push({ kind: "text", text: quoted.replaceAll(/\\(.)/g, "$1"), at });
    else throw new Fault("bad_request", `"${other}" at column ${at + 1} has no meaning in a query`);
  }
  tokens.push({ kind: "end", text: "", at: query.length });
  return tokens;
}
