import { Fault, type FaultCode } from "../core/fault.ts";

/** Control-C at a prompt: the runner exits with 130 without a message. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** Messages for common errors of system calls. */
const WORDS: Readonly<Record<string, readonly [code: FaultCode, words: string, hint?: string]>> = {
  ENOENT: ["failed", "no such file or directory"],
  EACCES: ["failed", "permission denied"],
  EPERM: ["failed", "not permitted"],
  EISDIR: ["failed", "is a directory"],
  ENOTDIR: ["failed", "is not a directory"],
  EEXIST: ["conflict", "exists already"],
  ENOSPC: ["failed", "the disk is full"],
  EDQUOT: ["failed", "the disk quota is used up"],
  EROFS: ["failed", "the file system is read-only"],
  EMFILE: ["failed", "too many open files", "raise the limit with ulimit -n"],
  ELOOP: ["failed", "too many symbolic links"],
  ENAMETOOLONG: ["failed", "the name is too long"],
  EADDRINUSE: ["failed", "the address is in use already"],
  ECONNREFUSED: [
    "unavailable",
    "connection refused",
    "nothing listens there; check the address and that the server runs",
  ],
  ECONNRESET: ["unavailable", "the connection was cut"],
  ETIMEDOUT: ["unavailable", "no answer"],
  EHOSTUNREACH: ["unavailable", "no route to the host"],
  ENETUNREACH: ["unavailable", "the network is unreachable"],
  ENOTFOUND: ["unavailable", "no such host name", "check the spelling, and the resolver"],
  EAI_AGAIN: ["unavailable", "the name cannot be resolved at the moment"],
};

/** The Fault of a failed system call; undefined for other errors. */
export function systemFault(thrown: unknown, about?: string): Fault | undefined {
  if (thrown instanceof Fault || !(thrown instanceof Error)) return undefined;
  const { code, path, address, port, hostname } = thrown as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
    hostname?: string;
  };
  const known = code === undefined ? undefined : WORDS[code];
  if (known === undefined) return undefined;
  const place = about ?? path ?? (address === undefined ? hostname : `${address}:${port ?? ""}`);
  return new Fault(known[0], place === undefined ? known[1] : `${place}: ${known[1]}`, {
    hint: known[2],
    cause: thrown,
  });
}
