import { expect, test } from "bun:test";
import { closeSync, lstatSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writePrivate } from "../../cli/files.ts";
import { runProgram } from "../kit/run.ts";
import { cleanTemp, tempDir } from "../kit/temp.ts";

cleanTemp();

test("a pipe is written to, and stays a pipe", async () => {
  const pipe = join(tempDir(), "pipe");
  await runProgram(["mkfifo", pipe]);
  const reader = Bun.spawn(["cat", pipe], { stdout: "pipe", stderr: "inherit" });
  writePrivate(pipe, "an identity\n");
  expect(await new Response(reader.stdout).text()).toBe("an identity\n");
  expect(lstatSync(pipe).isFIFO()).toBe(true);
});

test("a name of what is open already is written to, be it a file", () => {
  const file = join(tempDir(), "out");
  const fd = openSync(file, "w");
  try {
    writePrivate(`/proc/self/fd/${fd}`, "an identity\n");
    expect(readFileSync(file, "utf8")).toBe("an identity\n");
  } finally {
    closeSync(fd);
  }
});

test("no directory gives way to a file", () => {
  const dir = join(tempDir(), "here");
  mkdirSync(dir);
  expect(() => writePrivate(dir, "an identity\n")).toThrow(/EISDIR/);
});
