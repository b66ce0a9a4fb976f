import { STATUS } from "../../../core/ssh/sftp.ts";

export type Status = (typeof STATUS)[keyof typeof STATUS];

/** A STATUS reply. An operation throws it to end with that reply. */
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

/** Status codes of system errors, as in errno_to_portable of OpenSSH's sftp-server. */
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

/** Messages for errors that clients would otherwise show as "Failure". */
const MESSAGES: Readonly<Record<string, string>> = {
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

/** Converts an error to the reply for the client. */
export function statusOf(thrown: unknown): StatusReply {
  if (thrown instanceof StatusReply) return thrown;
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code ?? "";
  // The runtime rejected an argument, such as a path with a zero byte or an invalid number.
  if (code.startsWith("ERR_")) return statusReply(STATUS.BAD_MESSAGE);
  return statusReply(ERRORS[code] ?? STATUS.FAILURE, MESSAGES[code]);
}
