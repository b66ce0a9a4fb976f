import { printable, shortDuration, writeAll } from "../../output.ts";
import type { TransferWatch } from "./copy.ts";

/** Interval of the progress line in milliseconds. */
const EVERY_MS = 100;

/** The progress line of a terminal. A completed file keeps its own line. */
export class Progress {
  readonly #columns: number;
  readonly #now: () => Date;
  readonly #under = new Set<FileProgress>();
  #drawn = 0;

  constructor(columns: number, now: () => Date) {
    this.#columns = columns;
    this.#now = now;
  }

  watch(name: string, size: number): TransferWatch {
    const row: FileProgress = { name: printable(name), size, moved: 0, since: this.#now().getTime() };
    this.#under.add(row);
    return {
      moved: (bytes) => {
        row.moved += bytes;
        this.#draw();
      },
      done: (whole) => {
        this.#under.delete(row);
        if (whole) writeAll(2, `\r${this.#line(row, true)}\n`);
      },
    };
  }

  /** Erases the unfinished line before other output. */
  clear(): void {
    if (this.#drawn !== 0) writeAll(2, "\r\x1b[K");
    this.#drawn = 0;
  }

  #draw(): void {
    const now = this.#now().getTime();
    const [row] = this.#under;
    if (row === undefined || now - this.#drawn < EVERY_MS) return;
    this.#drawn = now;
    writeAll(2, `\r${this.#line(row, false)}`);
  }

  #line({ name, size, moved, since }: FileProgress, over: boolean): string {
    const seconds = Math.max((this.#now().getTime() - since) / 1000, 0.001);
    const rate = moved / seconds;
    const share = size === 0 ? 100 : Math.min(100, Math.floor((moved / size) * 100));
    const time = over ? seconds : (size - moved) / rate;
    const figures = [
      `${over ? 100 : share}%`.padStart(4),
      bytes(moved).padStart(8),
      `${bytes(rate)}/s`.padStart(10),
      `${Number.isFinite(time) && time >= 0 ? shortDuration(time) : "-"}${over ? "    " : " ETA"}`.padStart(10),
    ].join(" ");
    const room = Math.max(this.#columns - figures.length - 2, 8);
    const shown = Bun.stringWidth(name) > room ? `…${name.slice(-(room - 1))}` : name;
    return `${shown}${" ".repeat(Math.max(room - Bun.stringWidth(shown), 0))} ${figures}\x1b[K`;
  }
}

interface FileProgress {
  readonly name: string;
  readonly size: number;
  moved: number;
  readonly since: number;
}

/** A size with up to three digits: `980 B`, `1.5 MB`. */
export function bytes(count: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
