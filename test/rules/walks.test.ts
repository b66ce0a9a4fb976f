import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dir, "../..");
const text = readFileSync(join(ROOT, "daemon/README.md"), "utf8");
const walks = text.slice(text.indexOf("## Four walks"), text.indexOf("## The audit logs"));

test("each of the four walks has at most twelve steps", () => {
  const steps = walks
    .split("### ")
    .slice(1)
    .map((walk) => [...walk.matchAll(/^\d+\. /gm)].length);
  expect(steps.length).toBe(4);
  for (const count of steps) expect(count).toBeWithin(1, 13);
});

test("each file of a walk exists, and has the function that follows it", () => {
  const missing: string[] = [];
  for (const [, file = "", name] of walks.matchAll(/`((?:cli|core|daemon)\/[\w/.-]+\.ts)`(?: → `(\w+)`)?/g)) {
    const path = join(ROOT, file);
    if (!existsSync(path)) missing.push(file);
    else if (name !== undefined && !new RegExp(`\\b${name}\\b`).test(readFileSync(path, "utf8")))
      missing.push(`${file} → ${name}`);
  }
  expect(missing).toEqual([]);
});
