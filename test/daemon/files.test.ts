import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writePrivate } from "../../daemon/files.ts";
import { cleanTemp, tempDir } from "../kit/temp.ts";
import { smallDisk } from "./audit/kit.ts";

cleanTemp();

test("a private file has mode 0600 and its directories 0700", () => {
  const dir = join(tempDir(), "new");
  writePrivate(join(dir, "key"), "first\n");
  writePrivate(join(dir, "key"), "second\n");
  expect(readFileSync(join(dir, "key"), "utf8")).toBe("second\n");
  expect([dir, join(dir, "key")].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600]);
  expect(readdirSync(dir)).toEqual(["key"]);
});

test("a failed rename leaves no temporary file", () => {
  const dir = tempDir();
  mkdirSync(join(dir, "key"));
  expect(() => writePrivate(join(dir, "key"), "a secret\n")).toThrow(`cannot write ${join(dir, "key")}`);
  expect(readdirSync(dir)).toEqual(["key"]);
});

test("a temporary file that cannot be created gives the same error", () => {
  const dir = tempDir();
  writeFileSync(join(dir, "file"), "");
  expect(() => writePrivate(join(dir, "file/key"), "a secret\n")).toThrow(`cannot write ${join(dir, "file/key")}`);
});

test("a disk that is full halfway leaves the previous file", () => {
  const dir = join(tempDir(), "disk");
  const disk = smallDisk(dir);
  if (disk === undefined) return console.log("skipped: a small file system cannot be mounted here");
  try {
    writePrivate(join(dir, "key"), "first\n");
    const half = 8 * 1024;
    const { bavail, bsize } = statfsSync(dir);
    writeFileSync(join(dir, "fill"), Buffer.alloc(bavail * bsize - half));
    expect(() => writePrivate(join(dir, "key"), "x".repeat(2 * half))).toThrow(`cannot write ${join(dir, "key")}`);
    expect(readFileSync(join(dir, "key"), "utf8")).toBe("first\n");
    expect(readdirSync(dir).sort()).toEqual(["fill", "key"]);
  } finally {
    disk.remove();
  }
});
