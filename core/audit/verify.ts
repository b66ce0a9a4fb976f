import { type ChainPosition, GENESIS, type Head, hashLine, readPosition } from "./chain.ts";

/** A line of a log file; lines are counted from 1 in each file. */
export interface LogLine {
  readonly file: string;
  readonly line: number;
  readonly bytes: Uint8Array;
}

export type Tampering = "edited" | "missing" | "reordered" | "repeated" | "cut";

/** The first record that is not as it was written: its number, its file and line, and the kind of change. */
export interface ChainProblem {
  readonly file: string;
  readonly line: number;
  readonly seq: number;
  readonly what: Tampering;
  /** All of this as one sentence. */
  readonly message: string;
}

/** The result of verifying one chain. */
export interface ChainReport {
  readonly ok: boolean;
  /** Sound records, counted from the first. */
  readonly records: number;
  /** The sentence of the first problem, and its parts. */
  readonly problem?: string;
  readonly at?: Omit<ChainProblem, "message">;
}

interface RecordLocation {
  readonly file: string;
  readonly line: number;
  readonly seq: number;
}

/** Explains a contradiction with the help of the lines after it: called for each of them, then once without at the end. */
type Diagnosis = (next: (ChainPosition & { readonly at: LogLine }) | undefined) => ChainProblem | undefined;

/** Verifies that lines, pushed in order, are an unbroken chain from the first record on. */
export class ChainCheck {
  readonly #checkpoints: ReadonlyMap<number, string>;
  readonly #last: number;
  #head: Head = GENESIS;
  #previous: RecordLocation | undefined;
  #diagnosis: Diagnosis | undefined;
  #problem: ChainProblem | undefined;

  /** `checkpoints` are heads that the chain had when they were saved. */
  constructor(checkpoints: readonly Head[] = []) {
    this.#checkpoints = new Map(checkpoints.map(({ seq, hash }) => [seq, hash]));
    this.#last = Math.max(0, ...this.#checkpoints.keys());
  }

  push(at: LogLine): void {
    if (this.#problem !== undefined) return;
    const position = readPosition(at.bytes);
    if (this.#diagnosis !== undefined) this.#problem = this.#diagnosis({ seq: 0, prev: "", ...position, at });
    else this.#problem = this.#follow(at, position);
  }

  /** The report, after the last line. */
  finish(): ChainReport {
    const problem = this.#problem ?? this.#diagnosis?.(undefined) ?? this.#cut();
    if (problem === undefined) return { ok: true, records: this.#head.seq };
    const { message, ...at } = problem;
    return { ok: false, records: Math.min(this.#head.seq, at.seq - 1), problem: message, at };
  }

  #follow(at: LogLine, position: ChainPosition | undefined): ChainProblem | undefined {
    const { seq: last, hash: prev } = this.#head;
    const seq = last + 1;
    const here: RecordLocation = { file: at.file, line: at.line, seq };
    if (position === undefined) return edited(here);
    if (position.seq !== seq) {
      if (position.prev === prev) return edited(here);
      if (position.seq < seq) return repeated({ ...here, seq: position.seq });
      this.#diagnosis = (next) => {
        if (next?.seq === seq) return reordered(here, next.at);
        return next === undefined ? missing(here, position.seq) : undefined;
      };
      return undefined;
    }

    const hash = hashLine(at.bytes);
    const checkpoint = this.#checkpoints.get(seq);
    if (position.prev !== prev) {
      const previous = this.#previous;
      // Either the previous record was changed or the hash of it in this one. The next record has the hash of this one.
      if (previous === undefined || (checkpoint !== undefined && checkpoint !== hash)) return edited(here);
      this.#diagnosis = (next) => edited(next === undefined || next.prev === hash ? previous : here);
      return undefined;
    }
    if (checkpoint !== undefined && checkpoint !== hash)
      return edited(here, ", or records before it were, and all after it rewritten");
    this.#head = { seq, hash };
    this.#previous = here;
    return undefined;
  }

  #cut(): ChainProblem | undefined {
    if (this.#head.seq >= this.#last) return undefined;
    const { file, line, seq } = this.#previous ?? { file: "", line: 0, seq: 0 };
    const end = seq === 0 ? "the log is empty" : `the log ends with record ${seq} (${file}, line ${line})`;
    return { file, line, seq: seq + 1, what: "cut", message: `${end}, but record ${this.#last} had been written` };
  }
}

/** Verifies a whole chain. `checkpoints` are heads that it had when they were saved. */
export function verifyChain(lines: Iterable<LogLine>, checkpoints: readonly Head[] = []): ChainReport {
  const check = new ChainCheck(checkpoints);
  for (const line of lines) check.push(line);
  return check.finish();
}

const locationText = ({ file, line }: { file: string; line: number }) => `${file}, line ${line}`;

function edited(at: RecordLocation, more = ""): ChainProblem {
  return { ...at, what: "edited", message: `record ${at.seq} (${locationText(at)}) was changed${more}` };
}

function repeated(at: RecordLocation): ChainProblem {
  return { ...at, what: "repeated", message: `record ${at.seq} stands a second time (${locationText(at)})` };
}

function missing(at: RecordLocation, found: number): ChainProblem {
  const range = found - at.seq === 1 ? `record ${at.seq} is` : `records ${at.seq} to ${found - 1} are`;
  return { ...at, what: "missing", message: `${range} missing before record ${found} (${locationText(at)})` };
}

function reordered(at: RecordLocation, found: LogLine): ChainProblem {
  return {
    ...at,
    what: "reordered",
    message: `record ${at.seq} is not in its place (${locationText(at)}) but at ${locationText(found)}`,
  };
}
