import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** One file of a log. */
export interface LogFile {
  /** `2026-01-31`, UTC: the day of writing. Events that a member kept back may be older. */
  readonly day: string;
  readonly name: string;
  readonly path: string;
  /** Bytes to read. */
  readonly size: number;
  /** The file is still being written. */
  readonly open?: boolean;
}

export const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

/** The files in `dir`, oldest first. */
export function listLogFiles(dir: string): LogFile[] {
  return readdirSync(dir)
    .filter((name) => /^\d{4}-\d{2}-\d{2}\.jsonl$/.test(name))
    .sort()
    .map((name) => {
      const path = join(dir, name);
      return { day: name.slice(0, 10), name, path, size: statSync(path).size };
    });
}
