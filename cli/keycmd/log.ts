import { closeSync, constants, openSync, writeSync } from "node:fs";

/** `info` for what happens every day, such as a key that the escrow does not know; `notice` for all else. */
export type Level = "info" | "notice";

// <syslog.h>
const LOG_AUTH = 4 << 3;
const PRIORITY = { info: 6, notice: 5 } as const;
const LOG_PID = 1;

const MAX_LENGTH = 1000;

/**
 * One line in syslog or at the end of a file, and on stderr for people who try the command. What it quotes may come from
 * anywhere: only printable ASCII is left as it is, so that no line can be forged. Never throws: a full disk stops no login.
 */
export function writeLog(target: string, level: Level, text: string): void {
  const line = escaped(text);
  attempt(() => writeSync(2, `keycmd: ${line}\n`));
  if (target !== "syslog" && attempt(() => append(target, line))) return;
  attempt(() => syslog(level, target === "syslog" ? line : `${line} (${escaped(target)} cannot be written to)`));
}

/** Printable ASCII as it is, and the rest as JSON would write it. */
function escaped(text: string): string {
  const safe = text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return safe.length > MAX_LENGTH ? `${safe.slice(0, MAX_LENGTH)}...` : safe;
}

function append(file: string, line: string): void {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  const fd = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    writeSync(fd, `${new Date().toISOString()} keycmd[${process.pid}]: ${line}\n`);
  } finally {
    closeSync(fd);
  }
}

/** By the C library, which knows where the log is. Loaded only when there is something to say: it takes half a millisecond. */
function syslog(level: Level, line: string): void {
  const { dlopen, ptr } = require("bun:ffi") as typeof import("bun:ffi");
  const { symbols } = dlopen("libc.so.6", {
    openlog: { args: ["ptr", "i32", "i32"], returns: "void" },
    syslog: { args: ["i32", "ptr", "ptr"], returns: "void" },
  });
  const text = (value: string) => Buffer.from(`${value}\0`);
  const [name, format, message] = [text("sallyport-keycmd"), text("%s"), text(line)];
  symbols.openlog(ptr(name), LOG_PID, LOG_AUTH);
  symbols.syslog(LOG_AUTH | PRIORITY[level], ptr(format), ptr(message));
}

function attempt(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}
