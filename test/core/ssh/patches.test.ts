import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build, readSeries, SERIES, WHOLE, writePristine } from "../../../.ci/ssh2-patch.ts";
import { keptTempDir } from "../../kit/temp.ts";

const ROOT = resolve(import.meta.dir, "../../..");
const series = readSeries(SERIES);
const readme = readFileSync(join(SERIES, "README.md"), "utf8");

const FIELDS = ["Subject", "Why", "Inside", "Tested by", "Upstream"];

/** The fields of a head, in order. A field goes on in lines that are indented. */
function fieldsOf(head: string): Map<string, string> {
  const fields = [...head.matchAll(/^(\S[^:\n]*):((?:[^\n]*\n)(?: [^\n]*\n)*)/gm)];
  return new Map(fields.map(([, name = "", text = ""]) => [name, text.replaceAll(/\n {2}/g, "\n").trim()]));
}

test("the series makes ssh2.patch, and every patch applies alone, in order and where it says", () => {
  const dir = join(keptTempDir(), "ssh2");
  writePristine(dir);
  const built = build(dir, series);
  // git writes where a patch was applied: a line that has moved, or a context that has changed, makes another patch.
  for (const [i, { name, body }] of series.entries())
    expect({ name, body }).toEqual({ name, body: built.series[i]?.body ?? "" });
  expect(readFileSync(WHOLE, "utf8")).toBe(built.whole);
});

test("the patches are numbered without a gap, and the README lists each with its subject", () => {
  const rows = [...readme.matchAll(/^\| (\d\d-[\w-]+) \| (.+) \|$/gm)].map(([, name, subject]) => [name, subject]);
  expect(rows).toEqual(
    series.map(({ name, head }) => [
      name.replace(/\.patch$/, ""),
      fieldsOf(head).get("Subject")?.replaceAll("\n", " ").replace(/\.$/, ""),
    ]),
  );
  expect(series.map(({ name }) => name.slice(0, 3))).toEqual(
    series.map((_, i) => `${String(i + 1).padStart(2, "0")}-`),
  );
});

describe.each(series.map(({ name, head }) => [name, head] as const))("%s", (_name, head) => {
  const fields = fieldsOf(head);

  test("says what it does, why, why in ssh2, how it is tested, and what upstream says", () => {
    expect([...fields.keys()]).toEqual(FIELDS);
    for (const text of fields.values()) expect(text).not.toBe("");
    // Nothing is outside of a field.
    expect(head).toMatch(/^(?:\S[^\n]*\n(?: {2}[^\n]*\n)*)+\n$/);
  });

  test("names tests that exist", () => {
    const lines = fields.get("Tested by")?.split("\n") ?? [];
    for (const line of lines) {
      const [, file = "", title] = /^(\S+?\.test\.ts)(?:: "(.+)")?$/.exec(line) ?? [];
      expect([line, existsSync(join(ROOT, file))]).toEqual([line, true]);
      if (title !== undefined) expect(readFileSync(join(ROOT, file), "utf8")).toContain(`"${title}"`);
    }
  });
});
