import { closeSync } from "node:fs";
import { STATUS } from "../../../core/ssh/sftp.ts";
import { statusReply } from "./status.ts";

/** Files and directories that may be open at a time; the process may have 1024. */
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
  /** Names that were not told yet. */
  names: readonly Buffer[];
}
type Open = OpenFile | OpenDirectory;

/** What the client has open, by handles that are only numbers. */
export class Handles {
  readonly #open = new Map<number, Open>();
  #next = 0;

  /** @throws StatusReply when there are too many; a file is closed then. */
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

  /** @throws StatusReply for a handle that is not a file's. */
  file(handle: Buffer): OpenFile {
    const open = this.#find(handle);
    if (open.kind !== "file") throw statusReply(STATUS.FAILURE);
    return open;
  }

  /** @throws StatusReply for a handle that is not a directory's. */
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
