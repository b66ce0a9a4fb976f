import { fstatSync, statSync, writeSync } from "node:fs";
import type { Fault } from "../core/fault.ts";

/**
 * Results go to stdout, messages to stderr. Both are written by plain system calls:
 * `process.stdout` costs 8 ms to set up, more than `tsh version` takes in all.
 */
export const FORMATS = ["text", "json", "yaml", "names"] as const;
export type Format = (typeof FORMATS)[number];

/** The text form of a value, and for lists the word of each row with `--format=names`. */
export interface View<T> {
  readonly text: (value: T, style: Style) => string;
  readonly names?: (value: T) => readonly string[];
}

/** Colours; each leaves its text alone when the output is not a terminal or NO_COLOR is set. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  /** Columns of the terminal; undefined if lines are not limited. */
  readonly width: number | undefined;
}

declare global {
  namespace NodeJS {
    interface Process {
      /** Loads a module of the runtime at the moment it is needed. */
      getBuiltinModule(id: "node:tty"): typeof import("node:tty");
    }
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** True when the descriptor is a terminal; asks node:tty (2 ms) only about character devices that are not /dev/null. */
export function isTerminal(fd: number): boolean {
  try {
    const file = fstatSync(fd);
    if (!file.isCharacterDevice() || file.rdev === statSync("/dev/null", { throwIfNoEntry: false })?.rdev) return false;
    return process.getBuiltinModule("node:tty").isatty(fd);
  } catch {
    return false;
  }
}

/** The style for what is written to `fd`. */
export function styleFor(fd: number, env: Environment): Style {
  const terminal = isTerminal(fd);
  const colour = terminal && !env.NO_COLOR && env.TERM !== "dumb";
  const paint = (code: number, off: number) => (text: string) => (colour ? `\x1b[${code}m${text}\x1b[${off}m` : text);
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    width: terminal ? columns(fd) : undefined,
  };
}

function columns(fd: number): number | undefined {
  const [width] = new (process.getBuiltinModule("node:tty").WriteStream)(fd).getWindowSize();
  return width > 0 ? width : undefined;
}

/** The value in the requested format, without a final newline. */
export async function render<T>(value: T, view: View<T>, format: Format, style: Style): Promise<string> {
  switch (format) {
    case "json":
      // JSON does not escape all terminal control characters; escape them.
      return JSON.stringify(value, null, 2).replace(
        UNPRINTABLE,
        (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
    case "yaml":
      return (await import("../core/yaml.ts")).formatYaml(value).trimEnd();
    case "names":
      return (view.names?.(value) ?? []).map(oneLine).join("\n");
    case "text":
      return view.text(value, style);
  }
}

/** Columns under upper-case heads, two spaces apart; on a terminal, long lines are truncated at the end. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[], style: Style): string {
  const lines = [heads.map((head) => head.toUpperCase()), ...rows.map((row) => row.map(oneLine))];
  const widths = heads.map((_, i) => lines.reduce((most, line) => Math.max(most, Bun.stringWidth(line[i] ?? "")), 0));
  return lines
    .map((line, n) => {
      const cells = line.map((cell, i) =>
        i === heads.length - 1 ? cell : cell + " ".repeat((widths[i] ?? 0) - Bun.stringWidth(cell)),
      );
      const text = shorten(cells.join("  ").trimEnd(), style.width);
      return n === 0 ? style.bold(text) : text;
    })
    .join("\n");
}

/** `Name:   value` lines, the values in one column; rows without a value are left out. */
export function facts(rows: readonly (readonly [name: string, value: string | undefined])[], style: Style): string {
  const given = rows.filter((row): row is readonly [string, string] => row[1] !== undefined);
  const width = Math.max(...given.map(([name]) => name.length)) + 1;
  return given.map(([name, value]) => `${style.dim(`${name}:`.padEnd(width))}  ${printable(value)}`).join("\n");
}

function shorten(text: string, width: number | undefined): string {
  if (width === undefined || Bun.stringWidth(text) <= width) return text;
  let cut = text.slice(0, width);
  while (Bun.stringWidth(cut) > width - 1) cut = cut.slice(0, -1);
  return `${cut}…`;
}

const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Makes server text safe for a terminal: control characters become `?`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, "?");
}

/** Like `printable`, for one line: also replaces tabs and newlines. */
function oneLine(text: string): string {
  return printable(text).replace(/[\t\n]/g, "?");
}

/** `2026-11-20 21:03:05`, in the local time zone. */
export function localTime(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** RFC 3339, UTC, whole seconds: the format of times in JSON. */
export function timestamp(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** A duration in its two largest units: `11h42m`, `42m`, `30s`. */
export function shortDuration(seconds: number): string {
  const units = [
    ["d", 86_400],
    ["h", 3_600],
    ["m", 60],
    ["s", 1],
  ] as const;
  const at = units.findIndex(([, size]) => Math.abs(seconds) >= size);
  if (at === -1) return "0s";
  let rest = Math.floor(Math.abs(seconds));
  return units
    .slice(at, at + 2)
    .map(([unit, size]) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count > 0 ? `${count}${unit}` : "";
    })
    .join("");
}

/**
 * Writes all of `data`, also to a slow reader. On EPIPE at stdout the process exits with 0; write errors at stderr are
 * ignored.
 */
export function writeAll(fd: number, data: string | Uint8Array): void {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (fd === 2 && code !== "EAGAIN") return;
      if (code === "EPIPE") process.exit(0);
      if (code !== "EAGAIN") throw error;
      // Another process made the pipe non-blocking and it is full: wait synchronously.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** The text of a failure: two lines for a person, one JSON object for a program. */
export function renderFault(tool: string, fault: Fault, format: Format, style: Style): string {
  if (format === "json") return JSON.stringify({ error: fault });
  const lines = [`${style.red(`${tool}: error:`)} ${printable(fault.message)}`];
  if (fault.hint !== undefined) lines.push(`${style.bold("hint:")} ${printable(fault.hint)}`);
  return lines.join("\n");
}
