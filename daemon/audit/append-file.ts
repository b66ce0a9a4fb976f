import {
  closeSync,
  constants,
  fchmodSync,
  fdatasync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { Fault } from "../../core/fault.ts";
import { syncDirectory } from "../files.ts";

const sync = promisify(fdatasync);

/** A file that grows by blocks. A block is on disk as a whole when `append` resolves, or not in the file at all. */
export class AppendFile {
  readonly path: string;
  readonly #fd: number;
  #size: number;
  /** The file may have bytes after `#size`. */
  #dirty = false;

  /** Opens or creates `path`, readable by its owner only, and truncates it to `keep` bytes. @throws Fault `failed` */
  constructor(path: string, keep?: number) {
    this.path = path;
    try {
      // Without O_APPEND: Linux would ignore positions, and a block must start exactly where the last one ended.
      this.#fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
      fchmodSync(this.#fd, 0o600);
      this.#size = keep ?? fstatSync(this.#fd).size;
      if (keep !== undefined) ftruncateSync(this.#fd, keep);
      fsyncSync(this.#fd);
      syncDirectory(dirname(path));
    } catch (cause) {
      throw cannotWrite(path, cause);
    }
  }

  /** Bytes that are on disk. */
  get size(): number {
    return this.#size;
  }

  /** One at a time. @throws Fault `failed` when the disk is full or broken; the file is then as before. */
  async append(block: Uint8Array): Promise<void> {
    try {
      this.#restore();
      this.#dirty = true;
      for (let done = 0; done < block.length; )
        done += writeSync(this.#fd, block, done, block.length - done, this.#size + done);
      await sync(this.#fd);
      this.#size += block.length;
      this.#dirty = false;
    } catch (cause) {
      // Now, since half a block would keep a full disk full.
      try {
        this.#restore();
      } catch {
        // The next append tries again first, and fails as long as this fails.
      }
      throw cannotWrite(this.path, cause);
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  #restore(): void {
    if (!this.#dirty) return;
    ftruncateSync(this.#fd, this.#size);
    this.#dirty = false;
  }
}

/** The fault of a failed write to `path`. */
export function cannotWrite(path: string, cause: unknown): Fault {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new Fault("failed", `the disk is full: ${path} cannot be written`, {
      hint: "free some space; nothing is done as long as it cannot be recorded",
      cause,
    });
  return new Fault("failed", `cannot write ${path}: ${message}`, {
    hint: "check the owner, the permissions and the state of the disk",
    cause,
  });
}
