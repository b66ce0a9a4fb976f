import { expect } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const GOLDEN = resolve(import.meta.dir, "../golden");

/** Compares with `test/golden/NAME`; `UPDATE=1 bun test` rewrites it. Scripts rely on these outputs. */
export function golden(name: string, text: string): void {
  const file = join(GOLDEN, name);
  if (process.env.UPDATE === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, "utf8"));
}
