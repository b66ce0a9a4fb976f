import { afterEach } from "bun:test";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
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
    for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
  });
}

/** A fresh directory that lives as long as the test process. */
export function keptTempDir(): string {
  const dir = makeTempDir();
  process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

function makeTempDir(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "sallyport-test-")));
}
