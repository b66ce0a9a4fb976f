import { closeSync, constants, existsSync, openSync, writeSync } from "node:fs";

/** `info` for what happens every day, such as a key that the escrow does not know; `notice` for all else. */
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

/**
 * As the C library's syslog(3) does it, but for one thing: that one waits when whoever reads the log does not, and with it would
 * everybody who logs in. Foreign functions are loaded only when there is somebody to hear: they take half a millisecond.
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
  // The local time: by the C library, because a Date takes 5 ms to learn where it is.
  const time = Buffer.alloc(32);
  const now = new BigInt64Array([BigInt(Math.floor(Date.now() / 1000))]);
  const length = c.strftime(ptr(time), time.length, ptr(Buffer.from("%b %e %H:%M:%S\0")), c.localtime(ptr(now)));
  const head = `<${LOG_AUTH | PRIORITY[level]}>${time.toString("latin1", 0, Number(length))}`;
  const message = Buffer.from(`${head} sallyport-keycmd[${process.pid}]: ${line}`);
  const address = Buffer.from(`\0\0${JOURNAL}\0`);
  address.writeUInt16LE(AF_UNIX);
  // Closed by the end of the process, which is near.
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
