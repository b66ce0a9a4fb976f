import { Fault } from "../../core/fault.ts";

/** Converts an error of SQLite or the file system to a Fault with the database's path and a hint for the operator. */
export function databaseFault(path: string, thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const { code = "", message } = thrown as { code?: string; message: string };
  const kind = KINDS.find(({ codes }) => codes.test(code));
  if (kind === undefined) return new Fault("failed", `the database ${path} failed: ${message}`, { cause: thrown });
  return new Fault(kind.fault, `the database ${path} ${kind.text}`, { hint: kind.hint, cause: thrown });
}

const KINDS = [
  {
    codes: /^(SQLITE_FULL|ENOSPC|EDQUOT)/,
    fault: "failed",
    text: "cannot be written: the disk is full",
    hint: "free some space; everything already stored is safe",
  },
  {
    codes: /^SQLITE_(BUSY|LOCKED)/,
    fault: "unavailable",
    text: "is locked by another program",
    hint: "end the program that locks it, such as a sqlite3 shell or a copy in progress, and try again",
  },
  {
    codes: /^SQLITE_NOTADB/,
    fault: "failed",
    text: "is not a database",
    hint: "another file has its name: check the data directory, or restore a backup",
  },
  {
    codes: /^SQLITE_CORRUPT/,
    fault: "failed",
    text: "is damaged",
    hint: "keep a copy of the file, then restore a backup",
  },
  {
    codes: /^(SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|EACCES|EPERM|EROFS|ENOTDIR|EISDIR)/,
    fault: "failed",
    text: "cannot be opened for writing",
    hint: "check the owner and the permissions of the file and of its directory",
  },
  {
    codes: /^(SQLITE_IOERR|EIO)/,
    fault: "failed",
    text: "cannot be read or written: the disk failed",
    hint: "check the disk and the kernel's log",
  },
] as const;
