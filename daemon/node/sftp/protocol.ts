/** Numbers of draft-ietf-secsh-filexfer-02, version 3. */
export const VERSION = 3;

export const REQUEST = {
  INIT: 1,
  OPEN: 3,
  CLOSE: 4,
  READ: 5,
  WRITE: 6,
  LSTAT: 7,
  FSTAT: 8,
  SETSTAT: 9,
  FSETSTAT: 10,
  OPENDIR: 11,
  READDIR: 12,
  REMOVE: 13,
  MKDIR: 14,
  RMDIR: 15,
  REALPATH: 16,
  STAT: 17,
  RENAME: 18,
  READLINK: 19,
  SYMLINK: 20,
  EXTENDED: 200,
} as const;

export const REPLY = {
  VERSION: 2,
  STATUS: 101,
  HANDLE: 102,
  DATA: 103,
  NAME: 104,
  ATTRS: 105,
  EXTENDED: 201,
} as const;

export const STATUS = {
  OK: 0,
  EOF: 1,
  NO_SUCH_FILE: 2,
  PERMISSION_DENIED: 3,
  FAILURE: 4,
  BAD_MESSAGE: 5,
  OP_UNSUPPORTED: 8,
} as const;
export type Status = (typeof STATUS)[keyof typeof STATUS];

export const OPEN = { READ: 1, WRITE: 2, APPEND: 4, CREATE: 8, TRUNCATE: 16, EXCLUSIVE: 32 } as const;

/** SFTP_MAX_MSG_LENGTH of OpenSSH: the largest packet, without its length. */
export const MAX_PACKET = 256 * 1024;
/** What fits in one packet beside its head. */
export const MAX_DATA = MAX_PACKET - 1024;
/** Files and directories that may be open at a time; the process may have 1024. */
export const MAX_HANDLES = 1000;

/** A reply that says how it went. Thrown by an operation, it is the operation's answer. */
export class StatusReply extends Error {
  readonly status: Status;

  constructor(status: Status, message: string) {
    super(message);
    this.status = status;
  }
}

const TEXTS: Readonly<Record<Status, string>> = {
  [STATUS.OK]: "Success",
  [STATUS.EOF]: "End of file",
  [STATUS.NO_SUCH_FILE]: "No such file",
  [STATUS.PERMISSION_DENIED]: "Permission denied",
  [STATUS.FAILURE]: "Failure",
  [STATUS.BAD_MESSAGE]: "Bad message",
  [STATUS.OP_UNSUPPORTED]: "Operation unsupported",
};

export function statusReply(status: Status, message: string = TEXTS[status]): StatusReply {
  return new StatusReply(status, message);
}

/** System errors as OpenSSH's sftp-server maps them (errno_to_portable). */
const ERRORS: Readonly<Record<string, Status>> = {
  ENOENT: STATUS.NO_SUCH_FILE,
  ENOTDIR: STATUS.NO_SUCH_FILE,
  EBADF: STATUS.NO_SUCH_FILE,
  ELOOP: STATUS.NO_SUCH_FILE,
  EPERM: STATUS.PERMISSION_DENIED,
  EACCES: STATUS.PERMISSION_DENIED,
  EFAULT: STATUS.PERMISSION_DENIED,
  ENAMETOOLONG: STATUS.BAD_MESSAGE,
  EINVAL: STATUS.BAD_MESSAGE,
  ENOSYS: STATUS.OP_UNSUPPORTED,
  EOPNOTSUPP: STATUS.OP_UNSUPPORTED,
};

/** Sentences for what clients would only call "Failure". */
const SENTENCES: Readonly<Record<string, string>> = {
  EEXIST: "File exists",
  ENOTEMPTY: "Directory not empty",
  EISDIR: "Is a directory",
  ENOSPC: "No space left on device",
  EDQUOT: "Disk quota exceeded",
  EROFS: "Read-only file system",
  EXDEV: "Invalid cross-device link",
  EBUSY: "Device or resource busy",
  ETXTBSY: "Text file busy",
  EMFILE: "Too many open files",
  EFBIG: "File too large",
};

/** What went wrong, as the client is told. */
export function statusOf(thrown: unknown): StatusReply {
  if (thrown instanceof StatusReply) return thrown;
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code ?? "";
  // A path with a zero byte, or a number that no file has.
  if (code.startsWith("ERR_")) return statusReply(STATUS.BAD_MESSAGE);
  return statusReply(ERRORS[code] ?? STATUS.FAILURE, SENTENCES[code]);
}
