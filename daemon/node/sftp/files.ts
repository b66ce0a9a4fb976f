import {
  chmodSync,
  chownSync,
  constants,
  fchmodSync,
  fchownSync,
  ftruncateSync,
  futimesSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  readSync,
  realpathSync,
  renameSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { resolve } from "node:path";
import { OPEN, STATUS } from "../../../core/ssh/sftp.ts";
import type { Attributes } from "./attributes.ts";
import { homeOf } from "./names.ts";
import { statusReply } from "./status.ts";

/** What the operations do to files, as OpenSSH's sftp-server does it. Paths are bytes, as on disk. */

/** Flags for open(2). @throws StatusReply for neither reading nor writing. */
export function openFlags(asked: number): number {
  const { READ, WRITE, APPEND, CREATE, TRUNCATE, EXCLUSIVE } = OPEN;
  const has = (flag: number) => (asked & flag) !== 0;
  if (!has(READ) && !has(WRITE)) throw statusReply(STATUS.BAD_MESSAGE);
  const access = has(READ) && has(WRITE) ? constants.O_RDWR : has(WRITE) ? constants.O_WRONLY : constants.O_RDONLY;
  return (
    access |
    (has(APPEND) ? constants.O_APPEND : 0) |
    (has(CREATE) ? constants.O_CREAT : 0) |
    (has(TRUNCATE) ? constants.O_TRUNC : 0) |
    (has(EXCLUSIVE) ? constants.O_EXCL : 0)
  );
}

/** The whole of `data`, however often that takes. `at` is ignored where everything is appended. */
export function writeAll(fd: number, data: Uint8Array, at: number | null): void {
  for (let done = 0; done < data.length; )
    done += writeSync(fd, data, done, data.length - done, at === null ? null : at + done);
}

export function setAttributes(path: Buffer, { size, owner, mode, times }: Attributes): void {
  if (size !== undefined) truncateSync(path as unknown as string, size);
  if (mode !== undefined) chmodSync(path, mode);
  if (times !== undefined) utimesSync(path, times.accessed, times.modified);
  if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
}

export function setAttributesOfOpen(fd: number, { size, owner, mode, times }: Attributes): void {
  if (size !== undefined) ftruncateSync(fd, size);
  if (mode !== undefined) fchmodSync(fd, mode);
  if (times !== undefined) futimesSync(fd, times.accessed, times.modified);
  if (owner !== undefined) fchownSync(fd, owner.uid, owner.gid);
}

/** The same for a link itself. Linux keeps no permissions for one. */
export function setAttributesOfLink(path: Buffer, { size, owner, mode, times }: Attributes): void {
  if (size !== undefined) throw statusReply(STATUS.BAD_MESSAGE);
  if (mode !== undefined) {
    if (lstatSync(path).isSymbolicLink()) throw statusReply(STATUS.OP_UNSUPPORTED);
    chmodSync(path, mode);
  }
  if (times !== undefined) lutimesSync(path, times.accessed, times.modified);
  if (owner !== undefined) lchownSync(path, owner.uid, owner.gid);
}

/** Renames without replacing anything: for plain files without a race, by a second name. */
export function renameCarefully(from: Buffer, to: Buffer): void {
  if (!lstatSync(from).isFile()) return renameUnlessThere(from, to);
  try {
    linkSync(from, to);
  } catch (error) {
    // Some file systems have no second names.
    if (["EOPNOTSUPP", "ENOSYS", "EPERM", "EXDEV", "EMLINK"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return renameUnlessThere(from, to);
    throw error;
  }
  try {
    unlinkSync(from);
  } catch (error) {
    unlinkSync(to);
    throw error;
  }
}

function renameUnlessThere(from: Buffer, to: Buffer): void {
  if (statSync(to, { throwIfNoEntry: false }) !== undefined) throw statusReply(STATUS.FAILURE, "File exists");
  renameSync(from, to);
}

/** The absolute path without links. The last name need not exist. */
export function realPath(path: Buffer): Buffer {
  const asked = path.length === 0 ? Buffer.from(".") : path;
  try {
    return realpathSync(asked, { encoding: "buffer" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const [directory, name] = splitPath(asked);
    if (name.length === 0 || name.equals(Buffer.from(".")) || name.equals(Buffer.from(".."))) throw error;
    const parent = realpathSync(directory, { encoding: "buffer" });
    const slash = Buffer.from(parent.equals(SLASH) ? "" : "/");
    return Buffer.concat([parent, slash, name]);
  }
}

const SLASH = Buffer.from("/");

function splitPath(path: Buffer): [Buffer, Buffer] {
  let end = path.length;
  while (end > 1 && path[end - 1] === 0x2f) end--;
  const slash = path.lastIndexOf(0x2f, end - 1);
  if (slash === -1) return [Buffer.from("."), path.subarray(0, end)];
  return [slash === 0 ? SLASH : path.subarray(0, slash), path.subarray(slash + 1, end)];
}

/** `~`, `~/x` and `~user/x` as a shell reads them. @throws StatusReply for a user who is not known. */
export function expandHome(path: Buffer, home: string): Buffer {
  if (path[0] !== 0x7e) return path;
  const slash = path.indexOf(0x2f);
  const end = slash === -1 ? path.length : slash;
  const user = path.subarray(1, end).toString();
  const directory = user === "" ? home : homeOf(user);
  if (directory === undefined) throw statusReply(STATUS.NO_SUCH_FILE);
  return Buffer.concat([Buffer.from(directory), path.subarray(end)]);
}

const CHUNK = 256 * 1024;

/** Copies from one open file to another; `length` 0 is everything up to the end. */
export function copyData(from: { fd: number; at: number }, to: { fd: number; at: number }, length: number): void {
  const buffer = Buffer.allocUnsafe(CHUNK);
  let [source, target, left] = [from.at, to.at, length === 0 ? Number.MAX_SAFE_INTEGER : length];
  while (left > 0) {
    const got = readSync(from.fd, buffer, 0, Math.min(left, CHUNK), source);
    if (got === 0) return;
    writeAll(to.fd, buffer.subarray(0, got), target);
    source += got;
    target += got;
    left -= got;
  }
}

/** For people and logs: absolute, and text even where the bytes are none. */
export function shownPath(path: Buffer): string {
  return resolve(process.cwd(), path.toString());
}
