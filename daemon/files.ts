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
 * Writes a file that only its owner reads: whole or not at all, and on disk when this returns. (cli/files.ts has the
 * client's, which does not wait for the disk at every login, and whose failures its runner words; neither side may import
 * the other, and core writes no files.) @throws Fault `failed`.
 */
export function writePrivate(file: string, content: string): void {
  const draft = `${file}.${process.pid}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const fd = openSync(draft, "w", 0o600);
    try {
      // A single write may take a part and say no more than how much, as on a disk that is nearly full.
      writeFileSync(fd, content);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(draft, file);
    syncDirectory(dirname(file));
  } catch (cause) {
    if (existsSync(draft)) unlinkSync(draft);
    throw new Fault("failed", `cannot write ${file}: ${(cause as Error).message}`, {
      hint: "check the owner, the permissions and the free space of its directory",
      cause,
    });
  }
}

/** The text of a file, or undefined where there is none. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Fault("failed", `cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}

/** Makes the names in a directory as durable as the files. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
