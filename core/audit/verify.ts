import { GENESIS, type Head, hashLine, readPlace } from "./chain.ts";

/** A line and where it stands; lines are counted from 1 in each file. */
export interface Line {
  readonly file: string;
  readonly line: number;
  readonly bytes: Uint8Array;
}

export type Tampering = "edited" | "missing" | "reordered" | "repeated" | "cut";

/** The first record that is not as it was written: which, where, and what became of it. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly seq: number;
  readonly what: Tampering;
  /** A sentence that says all of this. */
  readonly message: string;
}

export interface Verdict {
  readonly ok: boolean;
  /** How many are sound, from the first on. */
  readonly records: number;
  /** The sentence of the first problem, and its parts. */
  readonly problem?: string;
  readonly at?: Omit<Problem, "message">;
}

interface Seen {
  readonly file: string;
  readonly line: number;
  readonly seq: number;
}

/** A contradiction that the lines after it explain. It is asked about each, then once more at the end. */
type Doubt = (
  next: { readonly seq: number; readonly prev: string; readonly at: Line } | undefined,
) => Problem | undefined;

/** Whether lines, given one after another, are an unbroken chain from the first record on. */
export class ChainCheck {
  readonly #heads: ReadonlyMap<number, string>;
  readonly #last: number;
  #head: Head = GENESIS;
  #before: Seen | undefined;
  #doubt: Doubt | undefined;
  #problem: Problem | undefined;

  /** `heads` are places that the chain was noted to have reached. */
  constructor(heads: readonly Head[] = []) {
    this.#heads = new Map(heads.map(({ seq, hash }) => [seq, hash]));
    this.#last = Math.max(0, ...this.#heads.keys());
  }

  push(at: Line): void {
    if (this.#problem !== undefined) return;
    const place = readPlace(at.bytes);
    if (this.#doubt !== undefined) this.#problem = this.#doubt({ seq: 0, prev: "", ...place, at });
    else this.#problem = this.#follow(at, place);
  }

  /** The verdict, after the last line. */
  finish(): Verdict {
    const problem = this.#problem ?? this.#doubt?.(undefined) ?? this.#cut();
    if (problem === undefined) return { ok: true, records: this.#head.seq };
    const { message, ...at } = problem;
    return { ok: false, records: Math.min(this.#head.seq, at.seq - 1), problem: message, at };
  }

  #follow(at: Line, place: { seq: number; prev: string } | undefined): Problem | undefined {
    const { seq: last, hash: prev } = this.#head;
    const seq = last + 1;
    const here: Seen = { file: at.file, line: at.line, seq };
    if (place === undefined) return edited(here);
    if (place.seq !== seq) {
      if (place.prev === prev) return edited(here);
      if (place.seq < seq) return repeated({ ...here, seq: place.seq });
      this.#doubt = (next) => {
        if (next?.seq === seq) return reordered(here, next.at);
        return next === undefined ? missing(here, place.seq) : undefined;
      };
      return undefined;
    }

    const hash = hashLine(at.bytes);
    const noted = this.#heads.get(seq);
    if (place.prev !== prev) {
      const before = this.#before;
      // Either the record before was changed, or what this one says of it. The next record knows this one's hash.
      if (before === undefined || (noted !== undefined && noted !== hash)) return edited(here);
      this.#doubt = (next) => edited(next === undefined || next.prev === hash ? before : here);
      return undefined;
    }
    if (noted !== undefined && noted !== hash)
      return edited(here, ", or records before it were, and all after it rewritten");
    this.#head = { seq, hash };
    this.#before = here;
    return undefined;
  }

  #cut(): Problem | undefined {
    if (this.#head.seq >= this.#last) return undefined;
    const { file, line, seq } = this.#before ?? { file: "", line: 0, seq: 0 };
    const end = seq === 0 ? "the log is empty" : `the log ends with record ${seq} (${file}, line ${line})`;
    return { file, line, seq: seq + 1, what: "cut", message: `${end}, but record ${this.#last} had been written` };
  }
}

/** The verdict on a whole chain. `heads` are places that it was noted to have reached. */
export function verifyChain(lines: Iterable<Line>, heads: readonly Head[] = []): Verdict {
  const check = new ChainCheck(heads);
  for (const line of lines) check.push(line);
  return check.finish();
}

const where = ({ file, line }: { file: string; line: number }) => `${file}, line ${line}`;

function edited(at: Seen, more = ""): Problem {
  return { ...at, what: "edited", message: `record ${at.seq} (${where(at)}) was changed${more}` };
}

function repeated(at: Seen): Problem {
  return { ...at, what: "repeated", message: `record ${at.seq} stands a second time (${where(at)})` };
}

function missing(at: Seen, found: number): Problem {
  const range = found - at.seq === 1 ? `record ${at.seq} is` : `records ${at.seq} to ${found - 1} are`;
  return { ...at, what: "missing", message: `${range} missing before record ${found} (${where(at)})` };
}

function reordered(at: Seen, found: Line): Problem {
  return {
    ...at,
    what: "reordered",
    message: `record ${at.seq} is not in its place (${where(at)}) but at ${where(found)}`,
  };
}
