import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { Fault } from "../../../core/fault.ts";

/** Maximum size of a cache file in bytes. */
const MAX_BYTES = 65_536;

/** The content of a file and its change time in milliseconds (ctime, set by the kernel only). */
export interface StoredFile {
  readonly text: string;
  readonly changed: number;
}

/** @throws Fault `denied` unless this is a directory of mode 0700 that belongs to this user */
export function checkDirectory(dir: string): void {
  const stat = lstatSync(dir, { throwIfNoEntry: false });
  if (stat === undefined) throw unsafe(dir, "there is no such directory");
  if (!stat.isDirectory()) throw unsafe(dir, "it is not a directory");
  if (stat.uid !== process.geteuid?.()) throw unsafe(dir, `it belongs to the user ${stat.uid}`);
  if ((stat.mode & 0o077) !== 0) throw unsafe(dir, "others may use it; its mode should be 0700");
}

/** Creates the directory if missing. @returns whether it was created. @throws Fault `denied` if an existing one is unsafe. */
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

/** Reads a cache file. @throws Fault `denied` for a link, a device, a hard link, or a file of another user. */
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
