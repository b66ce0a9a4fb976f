import { Database } from "bun:sqlite";
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../core/fault.ts";
import { cannotWrite } from "./append-file.ts";

/**
 * Makes `dir`, for its owner only, and keeps every other process from writing there until it is released. The lock is
 * SQLite's on an empty database: the kernel's, so it ends with the process, however that ends.
 * @throws Fault `unavailable` when another process holds it.
 */
export function lockDirectory(dir: string): { release(): void } {
  const path = join(dir, "lock");
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    chmodSync(dir, 0o700);
    // Only when it is new: closing any descriptor of it would end this process's lock on it.
    if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
  } catch (cause) {
    throw cannotWrite(dir, cause);
  }
  const database = new Database(path);
  try {
    // Nothing is ever written, so no journal need stand beside it.
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
