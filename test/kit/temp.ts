import { afterEach } from "bun:test";
import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made: string[] = [];

/** A new directory with mode 0700, removed after the test. The file must call `cleanTemp()` once. */
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

/** A new directory that exists until the end of the test run. */
export function keptTempDir(): string {
  const dir = makeTempDir();
  kept.push(dir);
  return dir;
}

/** Registered in test/setup.ts, where `afterAll` applies to all files. */
export function removeKeptDirs(): void {
  for (const dir of kept.splice(0)) remove(dir);
}

function makeTempDir(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "sallyport-test-")));
}

/** Removes a directory, also with files that a test made unwritable. */
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
