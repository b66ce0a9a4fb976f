import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Entry, type StatementSubject } from "./entry.ts";
import { checkDirectory } from "./private-file.ts";
import { removeIfPresent, setTimestamp, timestampOf } from "./timestamp-file.ts";

/** How long a server that did not answer is taken for dead. */
const DEAD_MS = 15_000;
/** What was not changed for so long counts no more, whatever `max_stale` says: a day at most. */
const FORGET_MS = 2 * 86_400_000;
/** Entries that are looked at when a new one is made, so that there are never many that are of no use. */
const LOOKED_AT = 16;

/** The directory of a host's statements. Belongs to the user that sshd runs keycmd as. */
export class Cache {
  readonly #dir: string;
  readonly #down: string;

  /** @throws Fault `denied` for a directory that is missing, somebody else's, or open to others. */
  constructor(dir: string) {
    checkDirectory(dir);
    this.#dir = dir;
    this.#down = join(dir, "down");
  }

  entry(url: URL, about: StatementSubject): Entry {
    return new Entry(this.#dir, url, about);
  }

  /** Whether the server was found dead a moment ago. */
  isDown(now: number): boolean {
    const since = now - timestampOf(this.#down);
    return since >= 0 && since < DEAD_MS;
  }

  markDown(now: number): void {
    setTimestamp(this.#down, now);
  }

  markUp(): void {
    removeIfPresent(this.#down);
  }

  /** Removes some of what is of no more use: called when something new came, so that old and new keep in balance. */
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
