import { closeSync, constants, existsSync, openSync, writeSync } from "node:fs";

/** `info` for expected events such as an unknown key; `notice` for all others. */
export type Level = "info" | "notice";

// <syslog.h>, <sys/socket.h> and <sys/un.h> of Linux on x64 and arm64.
const LOG_AUTH = 4 << 3;
const PRIORITY = { info: 6, notice: 5 } as const;
const AF_UNIX = 1;
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0o4000 | 0o2000000;
const MSG_NOSIGNAL = 0x4000;

const JOURNAL = "/dev/log";

const MAX_LENGTH = 1000;

/**
 * Writes one line to syslog or a file, and to stderr. Quoted text is untrusted: all characters except printable ASCII are
 * escaped, so that no line can be forged. Never throws: a full disk must not stop a login.
 */
export function writeLog(target: string, level: Level, text: string): void {
  const line = escaped(text);
  attempt(() => writeSync(2, `keycmd: ${line}\n`));
  if (target !== "syslog" && attempt(() => append(target, line))) return;
  attempt(() => syslog(level, target === "syslog" ? line : `${line} (${escaped(target)} cannot be written to)`));
}

/** Escapes all characters except printable ASCII as JSON does. */
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

/**
 * Like syslog(3) of the C library, but without blocking: syslog(3) would delay logins while the log reader hangs. Foreign
 * functions take 0.5 ms to load, and are loaded only if the journal socket exists.
 */
function syslog(level: Level, line: string): void {
  if (!existsSync(JOURNAL)) return;
  const { dlopen, ptr } = require("bun:ffi") as typeof import("bun:ffi");
  const { symbols: c } = dlopen("libc.so.6", {
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    sendto: { args: ["i32", "ptr", "u64", "i32", "ptr", "u32"], returns: "i64" },
    localtime: { args: ["ptr"], returns: "ptr" },
    strftime: { args: ["ptr", "u64", "ptr", "ptr"], returns: "u64" },
  });
  // Local time by the C library: a Date takes 5 ms to load the time zone.
  const time = Buffer.alloc(32);
  const now = new BigInt64Array([BigInt(Math.floor(Date.now() / 1000))]);
  const length = c.strftime(ptr(time), time.length, ptr(Buffer.from("%b %e %H:%M:%S\0")), c.localtime(ptr(now)));
  const head = `<${LOG_AUTH | PRIORITY[level]}>${time.toString("latin1", 0, Number(length))}`;
  const message = Buffer.from(`${head} sallyport-keycmd[${process.pid}]: ${line}`);
  const address = Buffer.from(`\0\0${JOURNAL}\0`);
  address.writeUInt16LE(AF_UNIX);
  // The socket closes with the process.
  const socket = c.socket(AF_UNIX, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
  c.sendto(socket, ptr(message), message.length, MSG_NOSIGNAL, ptr(address), address.length);
}

function attempt(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}
