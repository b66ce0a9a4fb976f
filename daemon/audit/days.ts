import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** One file of the log. */
export interface Day {
  /** `2026-01-31`, UTC: when it was written. Events of other machines may be older. */
  readonly day: string;
  readonly name: string;
  readonly path: string;
  /** Bytes to read. */
  readonly size: number;
  /** It is still being written. */
  readonly open?: boolean;
}

export const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

/** The files in `dir`, oldest first. */
export function listDays(dir: string): Day[] {
  return readdirSync(dir)
    .filter((name) => /^\d{4}-\d{2}-\d{2}\.jsonl$/.test(name))
    .sort()
    .map((name) => {
      const path = join(dir, name);
      return { day: name.slice(0, 10), name, path, size: statSync(path).size };
    });
}
