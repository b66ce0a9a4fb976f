import { afterEach } from "bun:test";
import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made: string[] = [];

/** A fresh directory, 0700, removed after the test that asked for it. Call `cleanTemp()` once in the file. */
export function tempDir(): string {
  const dir = makeTempDir();
  made.push(dir);
  return dir;
}

/** Registers the removal of every `tempDir()` after each test. */
export function cleanTemp(): void {
  afterEach(() => {
    for (const dir of made.splice(0)) remove(dir);
  });
}

const kept: string[] = [];

/** A fresh directory that lives until the last test of the run has ended. */
export function keptTempDir(): string {
  const dir = makeTempDir();
  kept.push(dir);
  return dir;
}

/** Registered in test/setup.ts, where "after all" means all files. */
export function removeKeptDirs(): void {
  for (const dir of kept.splice(0)) remove(dir);
}

function makeTempDir(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "sallyport-test-")));
}

/** Also what a test has made unwritable, which keeps everybody but root from removing what is in it. */
function remove(dir: string): void {
  try {
    rmSync(dir, { recursive: true, force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
    makeWritable(dir);
    rmSync(dir, { recursive: true, force: true });
  }
}

function makeWritable(dir: string): void {
  chmodSync(dir, 0o700);
  for (const entry of readdirSync(dir, { withFileTypes: true }))
    if (entry.isDirectory()) makeWritable(join(dir, entry.name));
}
