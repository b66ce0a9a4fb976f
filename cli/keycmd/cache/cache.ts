import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Entry, type StatementSubject } from "./entry.ts";
import { checkDirectory } from "./private-file.ts";
import { removeIfPresent, setTimestamp, timestampOf } from "./timestamp-file.ts";

/** How long a server counts as down after a failed connection. */
const DOWN_MS = 15_000;
/** Entries older than this are removed: `max_stale` is at most one day. */
const FORGET_MS = 2 * 86_400_000;
/** Number of entries checked for expiry whenever a new one is created. */
const LOOKED_AT = 16;

/** The cache directory of a host. It belongs to the AuthorizedKeysCommandUser. */
export class Cache {
  readonly #dir: string;
  readonly #down: string;

  /** @throws Fault `denied` for a directory that is missing, belongs to another user, or is accessible to others */
  constructor(dir: string) {
    checkDirectory(dir);
    this.#dir = dir;
    this.#down = join(dir, "down");
  }

  entry(url: URL, about: StatementSubject): Entry {
    return new Entry(this.#dir, url, about);
  }

  /** Whether the server was found down within the last seconds. */
  isDown(now: number): boolean {
    const since = now - timestampOf(this.#down);
    return since >= 0 && since < DOWN_MS;
  }

  markDown(now: number): void {
    setTimestamp(this.#down, now);
  }

  markUp(): void {
    removeIfPresent(this.#down);
  }

  /** Removes some expired entries. Called for every new entry, so that the directory does not grow without bound. */
  tidy(now: number): void {
    const names = readdirSync(this.#dir).filter((name) => /^[0-9a-f]{64}$/.test(name));
    const from = Math.floor(Math.random() * names.length);
    for (let i = 0; i < Math.min(LOOKED_AT, names.length); i++) {
      const entry = join(this.#dir, names[(from + i) % names.length] ?? "");
      const changed = lstatSync(entry, { throwIfNoEntry: false })?.mtimeMs ?? now;
      if (now - changed > FORGET_MS) rmSync(entry, { recursive: true, force: true });
    }
  }
}
