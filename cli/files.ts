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
 * Writes a file that only its owner may read: whole or not at all. Directories on the way are made 0700. A pipe or a
 * device is written to.
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

/** Whether the name leads to something that is no file, or stands for what is open already, as /dev/stdout does: nothing may take its place. */
function isOpenEnd(file: string): boolean {
  if (/^\/(?:dev\/(?!shm\/)|proc\/)/.test(resolve(file))) return true;
  const there = statSync(file, { throwIfNoEntry: false });
  return there !== undefined && !there.isFile() && !there.isDirectory();
}
