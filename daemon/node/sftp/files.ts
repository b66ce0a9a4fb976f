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

/** File operations with the semantics of OpenSSH's sftp-server. Paths are byte strings, as in the file system. */

/** Converts SFTP `pflags` to flags of open(2). @throws StatusReply `BAD_MESSAGE` for neither reading nor writing. */
export function openFlags(pflags: number): number {
  const { READ, WRITE, APPEND, CREATE, TRUNCATE, EXCLUSIVE } = OPEN;
  const has = (flag: number) => (pflags & flag) !== 0;
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

/** Writes all of `data` at `offset`, or at the file position when that is null. */
export function writeAll(fd: number, data: Uint8Array, offset: number | null): void {
  for (let written = 0; written < data.length; )
    written += writeSync(fd, data, written, data.length - written, offset === null ? null : offset + written);
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

/** Sets attributes without following a symbolic link (`lsetstat`). Linux has no permissions for links. */
export function setAttributesOfLink(path: Buffer, { size, owner, mode, times }: Attributes): void {
  if (size !== undefined) throw statusReply(STATUS.BAD_MESSAGE);
  if (mode !== undefined) {
    if (lstatSync(path).isSymbolicLink()) throw statusReply(STATUS.OP_UNSUPPORTED);
    chmodSync(path, mode);
  }
  if (times !== undefined) lutimesSync(path, times.accessed, times.modified);
  if (owner !== undefined) lchownSync(path, owner.uid, owner.gid);
}

/** Renames without replacing the target, as SSH_FXP_RENAME requires (§6.5). For regular files atomically, by link(2). */
export function renameNoReplace(from: Buffer, to: Buffer): void {
  if (!lstatSync(from).isFile()) return renameIfAbsent(from, to);
  try {
    linkSync(from, to);
  } catch (error) {
    // Some file systems have no hard links.
    if (["EOPNOTSUPP", "ENOSYS", "EPERM", "EXDEV", "EMLINK"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return renameIfAbsent(from, to);
    throw error;
  }
  try {
    unlinkSync(from);
  } catch (error) {
    unlinkSync(to);
    throw error;
  }
}

function renameIfAbsent(from: Buffer, to: Buffer): void {
  if (statSync(to, { throwIfNoEntry: false }) !== undefined) throw statusReply(STATUS.FAILURE, "File exists");
  renameSync(from, to);
}

/** Canonicalizes a path: absolute, without symbolic links. The last component need not exist. */
export function realPath(path: Buffer): Buffer {
  const input = path.length === 0 ? Buffer.from(".") : path;
  try {
    return realpathSync(input, { encoding: "buffer" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const [directory, name] = splitPath(input);
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

/** Expands `~`, `~/x` and `~user/x` as a shell does. @throws StatusReply `NO_SUCH_FILE` for an unknown user. */
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

/** Copies data between open files (`copy-data`). A `length` of 0 copies up to the end of the source. */
export function copyData(
  from: { fd: number; offset: number },
  to: { fd: number; offset: number },
  length: number,
): void {
  const buffer = Buffer.allocUnsafe(CHUNK);
  let [source, target, rest] = [from.offset, to.offset, length === 0 ? Number.MAX_SAFE_INTEGER : length];
  while (rest > 0) {
    const count = readSync(from.fd, buffer, 0, Math.min(rest, CHUNK), source);
    if (count === 0) return;
    writeAll(to.fd, buffer.subarray(0, count), target);
    source += count;
    target += count;
    rest -= count;
  }
}

/** Formats a path for the audit log: absolute; bytes that are not UTF-8 become U+FFFD. */
export function displayPath(path: Buffer): string {
  return resolve(process.cwd(), path.toString());
}
