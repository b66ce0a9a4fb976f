import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { Fault } from "../../../core/fault.ts";

/** Bytes of a file of ours. */
const MAX_BYTES = 65_536;

/** What was read, and since when the file has been as it is: only the kernel sets that time (milliseconds). */
export interface StoredFile {
  readonly text: string;
  readonly changed: number;
}

/** @throws Fault `denied` unless this is a directory that nobody but this user can look into or write to. */
export function checkDirectory(dir: string): void {
  const stat = lstatSync(dir, { throwIfNoEntry: false });
  if (stat === undefined) throw unsafe(dir, "there is no such directory");
  if (!stat.isDirectory()) throw unsafe(dir, "it is not a directory");
  if (stat.uid !== process.geteuid?.()) throw unsafe(dir, `it belongs to the user ${stat.uid}`);
  if ((stat.mode & 0o077) !== 0) throw unsafe(dir, "others may use it; its mode should be 0700");
}

/** Makes a directory where there is none. @returns whether it was made. @throws Fault `denied` where what is there is not safe. */
export function ownDirectory(dir: string): boolean {
  try {
    mkdirSync(dir, { mode: 0o700 });
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw thrown;
    checkDirectory(dir);
    return false;
  }
}

/** Reads a file of ours. @throws Fault `denied` for a link, a file of somebody else or with a second name, and a device. */
export function readOwn(file: string): StoredFile {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
  let fd: number;
  try {
    fd = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (thrown) {
    throw unsafe(file, `it cannot be opened (${(thrown as NodeJS.ErrnoException).code})`);
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.nlink !== 1 || stat.size > MAX_BYTES) throw unsafe(file, "it is not a plain small file");
    if (stat.uid !== process.geteuid?.()) throw unsafe(file, `it belongs to the user ${stat.uid}`);
    if ((stat.mode & 0o077) !== 0) throw unsafe(file, "others may read or write it");
    return { text: readFileSync(fd, "utf8"), changed: stat.ctimeMs };
  } finally {
    closeSync(fd);
  }
}

function unsafe(path: string, why: string): Fault {
  return new Fault("denied", `the cache is not used: ${path}: ${why}`);
}
