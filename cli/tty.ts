import { closeSync, openSync, readSync } from "node:fs";
import { Fault } from "../core/fault.ts";
import { readInput } from "./input.ts";
import { writeAll } from "./output.ts";
import { Interrupted } from "./system-error.ts";

/** Questions go to the terminal itself, so that stdin and stdout stay what the command is given and asked for. */
export class Terminal {
  readonly #fd: number;
  readonly #raw: { setRawMode(on: boolean): unknown };

  private constructor(fd: number) {
    this.#fd = fd;
    this.#raw = new (process.getBuiltinModule("node:tty").ReadStream)(fd);
  }

  /** The terminal of this process, or undefined where it has none (cron, CI, a pipe over ssh). */
  static open(): Terminal | undefined {
    try {
      return new Terminal(openSync("/dev/tty", "r+"));
    } catch {
      return undefined;
    }
  }

  /** A line of text; what is typed is shown. */
  ask(question: string): string {
    return this.#read(question, true);
  }

  /** A line of text that stays unseen. */
  askSecret(question: string): string {
    return this.#read(question, false);
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Reads in raw mode, a byte at a time: cooked mode would need the terminal's flags, which only stty(1) can change. */
  #read(question: string, shown: boolean): string {
    // First this, so that not even what is typed ahead of the question shows.
    this.#raw.setRawMode(true);
    writeAll(this.#fd, question);
    const typed: number[] = [];
    try {
      for (const byte = Buffer.alloc(1); readSync(this.#fd, byte) === 1; ) {
        const key = byte[0] ?? 0;
        if (key === 0x0d || key === 0x0a) return Buffer.from(typed).toString("utf8");
        if (key === 0x03) throw new Interrupted();
        if (key === 0x04 && typed.length === 0) break;
        this.#edit(typed, key, shown);
      }
      throw new Fault("bad_request", "no answer was given");
    } finally {
      this.#raw.setRawMode(false);
      writeAll(this.#fd, "\n");
    }
  }

  #edit(typed: number[], key: number, shown: boolean): void {
    if (key === 0x7f || key === 0x08) this.#erase(typed, 1, shown);
    else if (key === 0x15) this.#erase(typed, typed.length, shown);
    else if (key >= 0x20) {
      typed.push(key);
      if (shown) writeAll(this.#fd, Buffer.from([key]));
    }
  }

  /** Takes back characters; one of several bytes goes as a whole. */
  #erase(typed: number[], count: number, shown: boolean): void {
    for (let n = 0; n < count && typed.length > 0; n++) {
      while (((typed.pop() ?? 0) & 0xc0) === 0x80) continue;
      if (shown) writeAll(this.#fd, "\b \b");
    }
  }
}

/** Asks on the terminal. @throws Fault `bad_request` that names the flag to use where there is no terminal. */
export function ask(question: string, flag: string, how: "shown" | "secret" = "shown"): string {
  const terminal = Terminal.open();
  if (terminal === undefined) {
    const what = question.replace(/[:?] *$/, "").replace(/^./, (first) => first.toLowerCase());
    throw new Fault("bad_request", `there is no terminal to ask for ${what} on`, { hint: `give it with ${flag}` });
  }
  try {
    return how === "secret" ? terminal.askSecret(question) : terminal.ask(question);
  } finally {
    terminal.close();
  }
}

/** The first line of a file, or of stdin for `-`. @throws Fault `failed` when it cannot be read or is empty. */
export function secretFromFile(file: string): string {
  const line = readInput(file).split(/\r?\n/, 1)[0] ?? "";
  if (line === "") throw new Fault("failed", file === "-" ? "nothing came on stdin" : `${file} is empty`);
  return line;
}

/** A password from `--password-file`, or from a prompt. */
export function readPassword(file: string | undefined, question: string): string {
  return file === undefined ? ask(question, "--password-file", "secret") : secretFromFile(file);
}
