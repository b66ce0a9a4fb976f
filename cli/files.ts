import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** The text of a file, or undefined where there is none. Other failures are thrown as they come. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Writes a file with mode 0600 atomically, and creates missing directories with mode 0700. A pipe or a device is written
 * directly.
 */
export function writePrivate(file: string, content: string): void {
  if (isOpenEnd(file)) return writeFileSync(file, content, { mode: 0o600 });
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.new`;
  try {
    writeFileSync(draft, content, { mode: 0o600, flag: "wx" });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** True for a pipe, a device, or an open descriptor such as /dev/stdout, which must not be replaced by a file. */
function isOpenEnd(file: string): boolean {
  if (/^\/(?:dev\/(?!shm\/)|proc\/)/.test(resolve(file))) return true;
  const there = statSync(file, { throwIfNoEntry: false });
  return there !== undefined && !there.isFile() && !there.isDirectory();
}
