import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endOfLines, linesBackward, linesForward } from "../../../daemon/audit/lines.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lines-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

const read = async (parts: AsyncGenerator<Buffer[]>) => (await Array.fromAsync(parts)).flat().map(String);

const CHUNK = 256 * 1024;
describe.each([
  ["nothing", ""],
  ["one line", "one\n"],
  ["no line's end", "one"],
  ["an empty line", "\n"],
  ["empty lines about", "\n\na\n\n"],
  ["a rest", "one\ntwo\nthr"],
  ["a line that ends where reading does", `${"x".repeat(CHUNK - 1)}\nnext\n`],
  ["a line that begins there", `${"x".repeat(CHUNK)}\nnext\n`],
  ["a rest longer than is read at once", `one\n${"x".repeat(3 * CHUNK)}`],
  ["lines longer than is read at once", `${"x".repeat(2 * CHUNK)}\n${"y".repeat(3 * CHUNK + 7)}\nz\n`],
  [
    "many of all lengths",
    Array.from({ length: 5000 }, (_, i) => `${String(i % 10).repeat((i * 7919) % 700)}\n`).join(""),
  ],
])("%s", (_name, content) => {
  const lines = content.split("\n").slice(0, -1);
  const path = () => join(dir, "file");

  test("forward, backward, and where they end", async () => {
    writeFileSync(path(), content);
    expect(await read(linesForward(path(), 0, content.length))).toEqual(lines);
    expect(await read(linesBackward(path(), content.length))).toEqual(lines.toReversed());
    expect(endOfLines(path(), content.length)).toBe(content.lastIndexOf("\n") + 1);
  });

  test("only a part, as of a file that grows or shrinks meanwhile", async () => {
    writeFileSync(path(), content);
    const half = Math.floor(content.length / 2);
    const first = content.slice(0, half).split("\n").slice(0, -1);
    expect(await read(linesForward(path(), 0, half))).toEqual(first);
    expect(await read(linesBackward(path(), half))).toEqual(first.toReversed());
    expect(await read(linesForward(path(), 0, content.length + 100))).toEqual(lines);
    const start = content.indexOf("\n") + 1;
    if (start > 0) expect(await read(linesForward(path(), start, content.length))).toEqual(lines.slice(1));
  });
});
