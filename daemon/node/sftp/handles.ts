import { closeSync } from "node:fs";
import { STATUS } from "../../../core/ssh/sftp.ts";
import { statusReply } from "./status.ts";

/** The maximum of open files and directories; the process may open 1024 files. */
export const MAX_HANDLES = 1000;

export interface OpenFile {
  readonly kind: "file";
  readonly fd: number;
  readonly path: Buffer;
  readonly append: boolean;
}
export interface OpenDirectory {
  readonly kind: "directory";
  readonly path: Buffer;
  /** Names that were not sent yet. */
  names: readonly Buffer[];
}
type Open = OpenFile | OpenDirectory;

/** The client's open files and directories. A handle is a 32-bit number. */
export class Handles {
  readonly #open = new Map<number, Open>();
  #next = 0;

  /** Adds an open file or directory. @throws StatusReply `FAILURE` when there are too many, and closes the file. */
  add(open: Open): Buffer {
    if (this.#open.size >= MAX_HANDLES) {
      if (open.kind === "file") closeSync(open.fd);
      throw statusReply(STATUS.FAILURE, "Too many open files");
    }
    const number = this.#next;
    this.#next = (this.#next + 1) >>> 0;
    this.#open.set(number, open);
    const handle = Buffer.allocUnsafe(4);
    handle.writeUInt32BE(number);
    return handle;
  }

  /** @throws StatusReply when the handle is not a file. */
  file(handle: Buffer): OpenFile {
    const open = this.#find(handle);
    if (open.kind !== "file") throw statusReply(STATUS.FAILURE);
    return open;
  }

  /** @throws StatusReply when the handle is not a directory. */
  directory(handle: Buffer): OpenDirectory {
    const open = this.#find(handle);
    if (open.kind !== "directory") throw statusReply(STATUS.FAILURE);
    return open;
  }

  close(handle: Buffer): void {
    const open = this.#find(handle);
    this.#open.delete(handle.readUInt32BE());
    if (open.kind === "file") closeSync(open.fd);
  }

  closeAll(): void {
    for (const open of this.#open.values()) if (open.kind === "file") closeSync(open.fd);
    this.#open.clear();
  }

  #find(handle: Buffer): Open {
    const open = handle.length === 4 ? this.#open.get(handle.readUInt32BE()) : undefined;
    if (open === undefined) throw statusReply(STATUS.FAILURE, "Invalid handle");
    return open;
  }
}
