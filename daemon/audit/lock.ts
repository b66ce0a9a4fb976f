import { Database } from "bun:sqlite";
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../core/fault.ts";
import { cannotWrite } from "./append-file.ts";

/**
 * Creates `dir` for its owner only, and locks it against other processes until the lock is released. The lock is SQLite's on
 * an empty database, and thus the kernel's: it ends with the process.
 * @throws Fault `unavailable` when another process holds it.
 */
export function lockDirectory(dir: string): { release(): void } {
  const path = join(dir, "lock");
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    chmodSync(dir, 0o700);
    // Only for a new file: closing any descriptor of it ends this process's lock on it (fcntl(2)).
    if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
  } catch (cause) {
    throw cannotWrite(dir, cause);
  }
  const database = new Database(path);
  try {
    // Nothing is written, so there need not be a journal file.
    database.run("PRAGMA journal_mode = MEMORY");
    database.run("BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    if ((cause as { code?: unknown }).code !== "SQLITE_BUSY") throw cannotWrite(path, cause);
    throw new Fault("unavailable", `another process writes to ${dir}`, {
      hint: "stop the other one first, or give this one a data directory of its own",
      cause,
    });
  }
  return { release: () => database.close() };
}
