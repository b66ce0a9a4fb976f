import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { Fault } from "../core/fault.ts";
import type { Log } from "./log.ts";
import { lockFile } from "./net/libc.ts";

/** With less free space the audit log cannot be written. Bytes. */
const MIN_FREE = 4 * 1024 * 1024;

/** A clock before this date is not set: the product did not exist then. */
const EARLIEST = Date.UTC(2025, 0, 1);
/** How far the last start may lie in the future before it is logged. Milliseconds. */
const CLOCK_TOLERANCE_MS = 10 * 60_000;

/**
 * Creates the data directory if missing (mode 0700) and locks it for this process, until it exits or calls `release`.
 * @throws Fault `conflict` with the process that holds the lock; `denied` when others own or can write the directory;
 * `failed` when it cannot be used, the disk is full, or the clock is not set.
 */
export function claimDataDir(dir: string, now: Date, log: Log): { release(): void } {
  checkClock(now);
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unusable(dir, "cannot be created", cause);
  }
  // A user who can write here could replace keys and the database.
  const { mode, uid } = statSync(dir);
  if (uid !== 0 && uid !== process.geteuid?.())
    throw new Fault("denied", `the data directory ${dir} belongs to another user`, {
      hint: "run as that user, or choose another directory with --data-dir",
    });
  if ((mode & 0o022) !== 0)
    throw new Fault("denied", `the data directory ${dir} can be written by others`, { hint: `chmod go-w ${dir}` });

  checkSpace(dir);

  const file = join(dir, "lock");
  let fd: number;
  try {
    fd = openSync(file, "a+", 0o600);
  } catch (cause) {
    throw unusable(dir, "cannot be written", cause);
  }
  if (!lockFile(fd)) {
    closeSync(fd);
    const pid = readFileSync(file, "utf8").trim();
    throw new Fault("conflict", `the data directory ${dir} is in use by process ${pid}`, {
      hint: "stop that process first, or choose another directory with --data-dir",
    });
  }
  const lastStart = fstatSync(fd);
  if (lastStart.size > 0 && lastStart.mtimeMs > now.getTime() + CLOCK_TOLERANCE_MS)
    log.warn("the clock is behind the last start; certificates issued then are not valid yet", {
      last_start: lastStart.mtime,
    });
  try {
    ftruncateSync(fd);
    writeSync(fd, `${process.pid}\n`);
  } catch (cause) {
    closeSync(fd);
    throw unusable(dir, "cannot be written", cause);
  }
  return { release: () => closeSync(fd) };
}

function checkClock(now: Date): void {
  if (now.getTime() < EARLIEST)
    throw new Fault("failed", `the clock of this machine is not set: it says ${now.toISOString()}`, {
      hint: "set it before starting, for example with timedatectl set-ntp true: certificates depend on it",
    });
}

function checkSpace(dir: string): void {
  const { bsize, blocks, bfree, bavail } = statfsSync(dir);
  const free = (process.getuid?.() === 0 ? bfree : bavail) * bsize;
  if (blocks > 0 && free < MIN_FREE)
    throw new Fault(
      "failed",
      `the disk of the data directory ${dir} is full: ${Math.floor(free / 1024)} KiB are free`,
      {
        hint: "free some space, or choose another directory with --data-dir",
      },
    );
}

function unusable(dir: string, what: string, cause: unknown): Fault {
  const { code, message } = cause as NodeJS.ErrnoException;
  const denied = code === "EACCES" || code === "EPERM";
  const why = denied ? "permission denied" : code === "ENOSPC" ? "the disk is full" : message;
  return new Fault(denied ? "denied" : "failed", `the data directory ${dir} ${what}: ${why}`, {
    hint: denied ? "run as the user that owns it, or choose another with --data-dir" : undefined,
    cause,
  });
}
