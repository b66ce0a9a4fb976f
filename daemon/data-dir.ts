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

/** Below this nothing that matters can be written down, the audit log first of all. Bytes. */
const LEAST_FREE = 4 * 1024 * 1024;

/** Before this no certificate of ours can have been made: a clock that says so is not set. */
const EARLIEST = Date.UTC(2025, 0, 1);
const TOLERANCE = 10 * 60_000;

/**
 * Makes the data directory if need be (0700) and takes it for this process, until that ends or releases it.
 * @throws Fault `conflict` naming the process that has it; `denied` or `failed` saying what is wrong with it; `failed`
 * when the clock cannot be right.
 */
export function claimDataDir(dir: string, now: Date, log: Log): { release(): void } {
  checkClock(now);
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unusable(dir, "cannot be made", cause);
  }
  // Whoever can put files here can put a key or a database of their own.
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
      hint: "stop that one first, or give this one its own with --data-dir",
    });
  }
  const before = fstatSync(fd);
  if (before.size > 0 && before.mtimeMs > now.getTime() + TOLERANCE)
    log.warn("the clock is behind the last start; certificates issued then are not valid yet", {
      last_start: before.mtime,
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
    throw new Fault("failed", `the clock of this machine says ${now.toISOString()}`, {
      hint: "set it before starting, for instance with timedatectl set-ntp true: certificates depend on it",
    });
}

function checkSpace(dir: string): void {
  const { bsize, blocks, bfree, bavail } = statfsSync(dir);
  const free = (process.getuid?.() === 0 ? bfree : bavail) * bsize;
  if (blocks > 0 && free < LEAST_FREE)
    throw new Fault(
      "failed",
      `the disk of the data directory ${dir} is full: ${Math.floor(free / 1024)} KiB are free`,
      {
        hint: "make room on it, or choose another directory with --data-dir",
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
