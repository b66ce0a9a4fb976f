import { Fault } from "./fault.ts";

/**
 * Regular expressions that take time in proportion to the text, whatever the expression: all the states that a text can
 * reach are followed side by side (Thompson 1968), and nothing is ever tried twice. Label values come from machines and
 * patterns from administrators, and neither may be able to hang a server that decides about both.
 */
export interface Regex {
  /** Whether the whole of `text` matches. */
  test(text: string): boolean;
}

/** Program steps; a machine of this size goes through a value of 1,024 letters in a few milliseconds at worst. */
const MAX_STEPS = 2000;
const LAST_POINT = 0x10ffff;

type Range = readonly [from: number, to: number];
type Tree =
  | { readonly kind: "set"; readonly ranges: readonly Range[] }
  | { readonly kind: "sequence"; readonly parts: readonly Tree[] }
  | { readonly kind: "choice"; readonly parts: readonly Tree[] }
  | { readonly kind: "repeat"; readonly part: Tree; readonly least: number; readonly most: number };

/** One step: consume a letter of a set, go on in two places, go on elsewhere, or be done. */
type Step =
  | { op: "set"; ranges: readonly Range[] }
  | { op: "split"; to: number; or: number }
  | { op: "jump"; to: number }
  | { op: "done" };

const DIGIT: readonly Range[] = [["0", "9"]].map(range);
const WORD: readonly Range[] = [
  ["0", "9"],
  ["A", "Z"],
  ["_", "_"],
  ["a", "z"],
].map(range);
const SPACE: readonly Range[] = [
  ["\t", "\r"],
  [" ", " "],
  ["\u00a0", "\u00a0"],
].map(range);
const CLASSES: Readonly<Record<string, readonly Range[]>> = {
  d: DIGIT,
  D: complement(DIGIT),
  w: WORD,
  W: complement(WORD),
  s: SPACE,
  S: complement(SPACE),
};

/**
 * Compiles `^…$`. Letters, `.`, classes, groups, `|` inside a group, `* + ? {m,n}` and `\d \w \s` mean what they mean
 * everywhere; what needs memory of the text (backreferences, look-around) does not exist here, as in RE2.
 * @throws Fault `bad_request` that says what is wrong.
 */
export function compileRegex(source: string): Regex {
  if (!source.startsWith("^") || !source.endsWith("$") || source.length < 2)
    throw refuse("it must begin with ^ and end with $");
  const steps = assemble(new Parser(source.slice(1, -1)).parse());
  return { test: (text) => run(steps, text) };
}

function refuse(why: string): Fault {
  return new Fault("bad_request", `not a valid regular expression: ${why}`);
}

/** Recursive descent over the letters between `^` and `$`. */
class Parser {
  readonly #letters: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#letters = [...text];
  }

  parse(): Tree {
    const tree = this.#choice();
    if (this.#at < this.#letters.length) throw refuse('a ")" without its "("');
    // `^a|b$` is `^a` or `b$` to some and `^(a|b)$` to others.
    if (tree.kind === "choice") throw refuse("put the alternatives in brackets, as in ^(a|b)$");
    return tree;
  }

  #choice(): Tree {
    const parts = [this.#sequence()];
    while (this.#take("|")) parts.push(this.#sequence());
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "choice", parts };
  }

  #sequence(): Tree {
    const parts: Tree[] = [];
    for (let next = this.#peek(); next !== undefined && next !== "|" && next !== ")"; next = this.#peek())
      parts.push(this.#quantified());
    return { kind: "sequence", parts };
  }

  #quantified(): Tree {
    const part = this.#atom();
    const range = this.#quantifier();
    if (range === undefined) return part;
    this.#take("?"); // "as few as possible" makes no difference to whether the whole matches
    return { kind: "repeat", part, least: range[0], most: range[1] };
  }

  #quantifier(): readonly [number, number] | undefined {
    if (this.#take("*")) return [0, Number.POSITIVE_INFINITY];
    if (this.#take("+")) return [1, Number.POSITIVE_INFINITY];
    if (this.#take("?")) return [0, 1];
    if (!this.#take("{")) return undefined;
    const end = this.#letters.indexOf("}", this.#at);
    const inside = end === -1 ? "" : this.#letters.slice(this.#at, end).join("");
    const match = /^(\d{1,3})(?:(,)(\d{1,3})?)?$/.exec(inside);
    if (match === null) throw refuse('"{" begins a repetition such as {2,5}; write \\{ for the letter');
    this.#at = end + 1;
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === undefined ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (most < least) throw refuse(`{${inside}} counts backwards`);
    return [least, most];
  }

  #atom(): Tree {
    const letter = this.#next();
    switch (letter) {
      case "(":
        return this.#group();
      case "[":
        return { kind: "set", ranges: this.#class() };
      case ".":
        return { kind: "set", ranges: [[0, LAST_POINT]] };
      case "\\":
        return { kind: "set", ranges: this.#escape() };
      case "^":
      case "$":
        throw refuse(`"${letter}" may stand at the ${letter === "^" ? "beginning" : "end"} only`);
      case "*":
      case "+":
      case "?":
        throw refuse(`"${letter}" has nothing to repeat`);
      case "{":
      case "}":
      case "]":
        throw refuse(`write \\${letter} for the letter ${letter}`);
      default:
        return { kind: "set", ranges: [[point(letter), point(letter)]] };
    }
  }

  #group(): Tree {
    if (++this.#depth > 100) throw refuse("groups are nested too deeply");
    if (this.#take("?") && !this.#take(":")) throw refuse("of the groups that begin with (? only (?: is known here");
    const tree = this.#choice();
    if (!this.#take(")")) throw refuse('a "(" without its ")"');
    this.#depth--;
    return tree;
  }

  #class(): readonly Range[] {
    const negated = this.#take("^");
    const ranges: Range[] = [];
    for (let letter = this.#next(); letter !== "]" || ranges.length === 0; letter = this.#next()) {
      if (letter === "[" && this.#peek() === ":") throw refuse("named classes such as [:alpha:] are not known here");
      const from = letter === "\\" ? this.#escape() : [[point(letter), point(letter)] as Range];
      if (this.#peek() !== "-" || this.#letters[this.#at + 1] === "]") {
        ranges.push(...from);
        continue;
      }
      this.#at++;
      const last = this.#next();
      const to = last === "\\" ? this.#escape() : [[point(last), point(last)] as Range];
      const [low] = from[0] ?? [];
      const [high] = to[0] ?? [];
      const single = (range: readonly Range[]): boolean => range.length === 1 && range[0]?.[0] === range[0]?.[1];
      if (low === undefined || high === undefined || !single(from) || !single(to) || high < low)
        throw refuse("a range in a class goes from one letter to a later one");
      ranges.push([low, high]);
    }
    return negated ? complement(ranges) : ranges;
  }

  #escape(): readonly Range[] {
    const letter = this.#next();
    const known = CLASSES[letter];
    if (known !== undefined) return known;
    if (/[A-Za-z0-9]/.test(letter)) throw refuse(`\\${letter} is not known here`);
    return [[point(letter), point(letter)]];
  }

  #peek(): string | undefined {
    return this.#letters[this.#at];
  }

  #take(letter: string): boolean {
    if (this.#peek() !== letter) return false;
    this.#at++;
    return true;
  }

  #next(): string {
    const letter = this.#letters[this.#at++];
    if (letter === undefined) throw refuse("it ends too early");
    return letter;
  }
}

/** Lays the tree out as steps. Repetitions are written out, so they count against the limit. */
function assemble(tree: Tree): readonly Step[] {
  const steps: Step[] = [];
  let visits = 0;
  const put = <S extends Step>(step: S): S => {
    if (steps.push(step) > MAX_STEPS) throw refuse("it is too large");
    return step;
  };
  const lay = (part: Tree): void => {
    // Repetitions of nothing put no step, and must end all the same.
    if (++visits > 4 * MAX_STEPS) throw refuse("it is too large");
    switch (part.kind) {
      case "set":
        put({ op: "set", ranges: part.ranges });
        return;
      case "sequence":
        for (const each of part.parts) lay(each);
        return;
      case "choice": {
        const ends = part.parts.map((each, i) => {
          const split = i < part.parts.length - 1 ? put({ op: "split", to: steps.length + 1, or: 0 }) : undefined;
          lay(each);
          const end = put({ op: "jump", to: 0 });
          if (split !== undefined) split.or = steps.length;
          return end;
        });
        for (const end of ends) end.to = steps.length;
        return;
      }
      case "repeat": {
        for (let i = 0; i < part.least; i++) lay(part.part);
        if (part.most === Number.POSITIVE_INFINITY) {
          const again = steps.length;
          const split = put({ op: "split", to: again + 1, or: 0 });
          lay(part.part);
          put({ op: "jump", to: again });
          split.or = steps.length;
          return;
        }
        const splits: { or: number }[] = [];
        for (let i = part.least; i < part.most; i++) {
          splits.push(put({ op: "split", to: steps.length + 1, or: 0 }));
          lay(part.part);
        }
        for (const split of splits) split.or = steps.length;
      }
    }
  };
  lay(tree);
  put({ op: "done" });
  return steps;
}

/** Follows every state that the text so far can have led to; each is entered once for a letter. */
function run(steps: readonly Step[], text: string): boolean {
  const entered = new Int32Array(steps.length).fill(-1);
  let round = 0;
  let matched = false;
  const enter = (start: number, into: number[]): void => {
    const pending = [start];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      const step = steps[at];
      if (step === undefined || entered[at] === round) continue;
      entered[at] = round;
      if (step.op === "set") into.push(at);
      else if (step.op === "jump") pending.push(step.to);
      else if (step.op === "split") pending.push(step.or, step.to);
      else matched = true;
    }
  };

  let here: number[] = [];
  enter(0, here);
  for (const letter of text) {
    const code = point(letter);
    const there: number[] = [];
    round++;
    matched = false;
    for (const at of here) {
      const step = steps[at];
      if (step?.op === "set" && step.ranges.some(([from, to]) => from <= code && code <= to)) enter(at + 1, there);
    }
    if (there.length === 0 && !matched) return false;
    here = there;
  }
  return matched;
}

function complement(ranges: readonly Range[]): readonly Range[] {
  const gaps: Range[] = [];
  let free = 0;
  for (const [from, to] of [...ranges].sort(([a], [b]) => a - b)) {
    if (from > free) gaps.push([free, from - 1]);
    free = Math.max(free, to + 1);
  }
  return free > LAST_POINT ? gaps : [...gaps, [free, LAST_POINT]];
}

function range([from = "", to = ""]: readonly string[]): Range {
  return [point(from), point(to)];
}

function point(letter: string): number {
  return letter.codePointAt(0) ?? 0;
}
