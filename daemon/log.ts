import { closeSync, openSync, writeSync } from "node:fs";
import { type ConsolaInstance, createConsola, type LogObject } from "consola/core";
import { Fault } from "../core/fault.ts";

/** Fields of a log entry. An `Error` is written with its code and its causes. */
export type Fields = Readonly<Record<string, unknown>>;

/** The operator's log. Entries are written in order. Control characters are escaped, so that input cannot forge lines. */
export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** A log whose entries have the field `role`. */
  child(role: string): Log;
}

export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export const LOG_FORMATS = ["text", "json"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** `stderr`, `stdout`, or the path of a file to append to. */
  readonly output: string;
}

/** A log whose file can be reopened after a rotation. */
export interface OpenLog extends Log {
  reopen(): void;
}

/** @throws Fault `failed` when the file cannot be opened. */
export function openLog(options: LogOptions): OpenLog {
  const sink = openSink(options.output);
  return { ...createLog({ ...options, write: sink.write, colour: sink.colour }), reopen: sink.reopen };
}

/** Creates a log that calls `write` for each line. */
export function createLog(options: {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly write: (line: string) => void;
  readonly colour?: boolean;
}): Log {
  const line = options.format === "json" ? jsonLine : textLine(options.colour ?? false);
  const consola = createConsola({
    level: { error: 0, warn: 1, info: 3, debug: 4 }[options.level],
    // Do not drop repeated entries.
    throttle: -1,
    reporters: [{ log: (entry) => options.write(`${line(entry)}\n`) }],
  });
  return overConsola(consola);
}

function overConsola(consola: ConsolaInstance): Log {
  return {
    debug: (message, fields = {}) => consola.debug(message, fields),
    info: (message, fields = {}) => consola.info(message, fields),
    warn: (message, fields = {}) => consola.warn(message, fields),
    error: (message, fields = {}) => consola.error(message, fields),
    child: (role) => overConsola(consola.withDefaults({ tag: role })),
  };
}

function jsonLine(entry: LogObject): string {
  const [message, fields] = entry.args as [string, Fields];
  const base = {
    time: entry.date.toISOString(),
    level: entry.type,
    ...(entry.tag !== "" && { role: entry.tag }),
    message: bounded(message),
  };
  const rest = Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => flatten(name, value)));
  return escapeControls(json({ ...base, ...rest, ...base }));
}

function textLine(colour: boolean): (entry: LogObject) => string {
  const shade = { error: 31, warn: 33, info: 36, debug: 90 };
  return (entry) => {
    const [message, fields] = entry.args as [string, Fields];
    const level = entry.type.toUpperCase().padEnd(5);
    const painted = colour ? `\x1b[${shade[entry.type as LogLevel]}m${level}\x1b[0m` : level;
    const rest = Object.entries(fields)
      .flatMap(([name, value]) => flatten(name, value))
      .map(([name, value]) => ` ${name}=${bare(value)}`);
    const role = entry.tag === "" ? "" : `${entry.tag}: `;
    return `${entry.date.toISOString()} ${painted} ${role}${escapeControls(bounded(message))}${rest.join("")}`;
  };
}

/** Converts a field to the written fields: an error becomes several, an undefined value none. */
function flatten(name: string, value: unknown): [string, unknown][] {
  if (value === undefined) return [];
  if (value instanceof Error) return describeError(name, value);
  if (value instanceof Date) return [[name, value.toISOString()]];
  if (typeof value === "bigint") return [[name, value.toString()]];
  return [[name, typeof value === "string" ? bounded(value) : value]];
}

function describeError(name: string, error: Error): [string, unknown][] {
  const causes: string[] = [];
  let innermost = error;
  while (innermost.cause instanceof Error && causes.length < 5) {
    innermost = innermost.cause;
    causes.push(bounded(innermost.message));
  }
  // A Fault is an expected failure, so its stack is not useful; any other error is a defect.
  const unexpected = !(innermost instanceof Fault) && (!(error instanceof Fault) || error.code === "internal");
  return [
    [name, bounded(error.message)],
    ...(error instanceof Fault ? [["code", error.code] as [string, unknown]] : []),
    ...(causes.length > 0 ? [["cause", causes.join(": ")] as [string, unknown]] : []),
    ...(unexpected && innermost.stack !== undefined ? [["stack", bounded(innermost.stack)] as [string, unknown]] : []),
  ];
}

function bare(value: unknown): string {
  if (typeof value === "string" && /^[\w.:@/+,%*#[\]-]+$/.test(value)) return value;
  return escapeControls(json(value));
}

/** Serializes an entry. A value that JSON cannot represent is replaced instead of losing the entry silently. */
function json(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_name, part: unknown) => (typeof part === "bigint" ? part.toString() : part)) ?? "null"
    );
  } catch {
    return '{"message":"an entry that cannot be written as JSON"}';
  }
}

const MAX_VALUE = 4096;

function bounded(text: string): string {
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE)}… (${text.length} characters)`;
}

/** Escapes control characters, C1 controls, line separators and bidirectional controls as `\uXXXX`. */
function escapeControls(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

interface Sink {
  write(line: string): void;
  reopen(): void;
  readonly colour: boolean;
}

function openSink(output: string): Sink {
  if (output === "stderr" || output === "stdout") {
    const stream = process[output];
    // A closed pipe must not end the daemon.
    stream.on("error", () => {});
    const colour = stream.isTTY === true && process.env["NO_COLOR"] === undefined;
    return { write: (line) => void stream.write(line), reopen: () => {}, colour };
  }
  let fd = openFile(output);
  /** The last line was written in part only (full disk), so the next one begins with a line end. */
  let isPartial = false;
  return {
    write: (line) => {
      try {
        const text = isPartial ? `\n${line}` : line;
        isPartial = writeSync(fd, text) < Buffer.byteLength(text);
      } catch {
        // A full disk must not end the daemon, and there is no other place to report it.
      }
    },
    reopen: () => {
      const next = openFile(output);
      closeSync(fd);
      fd = next;
    },
    colour: false,
  };
}

function openFile(path: string): number {
  try {
    return openSync(path, "a", 0o600);
  } catch (cause) {
    throw new Fault("failed", `cannot write the log to ${path}: ${(cause as Error).message}`, { cause });
  }
}
