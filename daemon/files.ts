import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { Fault } from "../core/fault.ts";

/**
 * Writes a file atomically with mode 0600, and waits until it is on disk. (cli/files.ts has the client's counterpart,
 * which does not wait for the disk; daemon and cli may not import one another, and core does no I/O.)
 * @throws Fault `failed` with a hint.
 */
export function writePrivate(file: string, content: string): void {
  const tempFile = `${file}.${process.pid}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const fd = openSync(tempFile, "w", 0o600);
    try {
      // One write(2) may write a part only, such as on a nearly full disk; writeFileSync writes all or throws.
      writeFileSync(fd, content);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(tempFile, file);
    syncDirectory(dirname(file));
  } catch (cause) {
    if (existsSync(tempFile)) unlinkSync(tempFile);
    throw new Fault("failed", `cannot write ${file}: ${(cause as Error).message}`, {
      hint: "check the owner, the permissions and the free space of its directory",
      cause,
    });
  }
}

/** Reads a text file; undefined when it does not exist. @throws Fault `failed` for other errors. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Fault("failed", `cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}

/** Flushes a directory, so that renamed and created entries are durable (fsync(2)). */
export function syncDirectory(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
