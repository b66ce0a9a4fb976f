import { closeSync, constants, futimesSync, lstatSync, openSync, unlinkSync } from "node:fs";

/** Facts that are a moment in time (milliseconds): empty files whose time of modification says it. */

/** The moment, or 0 where nothing was ever marked. */
export function timestampOf(file: string): number {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat?.isFile() && stat.uid === process.geteuid?.() ? stat.mtimeMs : 0;
}

/** Moves a mark forward. */
export function advanceTimestamp(file: string, moment: number): void {
  if (timestampOf(file) < moment) setTimestamp(file, moment);
}

/** Moves a mark to where it belongs, be it backward. */
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
