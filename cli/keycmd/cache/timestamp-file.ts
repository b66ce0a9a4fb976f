import { closeSync, constants, futimesSync, lstatSync, openSync, unlinkSync } from "node:fs";

/** Times in milliseconds, stored as the modification times of empty files. */

/** The stored time, or 0 if there is none. */
export function timestampOf(file: string): number {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat?.isFile() && stat.uid === process.geteuid?.() ? stat.mtimeMs : 0;
}

/** Sets the time if it is later than the stored one. */
export function advanceTimestamp(file: string, moment: number): void {
  if (timestampOf(file) < moment) setTimestamp(file, moment);
}

/** Sets the time, also to an earlier one. */
export function setTimestamp(file: string, moment: number): void {
  const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  const fd = openSync(file, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    futimesSync(fd, moment / 1000, moment / 1000);
  } finally {
    closeSync(fd);
  }
}

export function removeIfPresent(file: string): void {
  try {
    unlinkSync(file);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw thrown;
  }
}
