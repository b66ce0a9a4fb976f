import { describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "../../core/fault.ts";
import { createLog, type LogFormat, type LogLevel, openLog } from "../../daemon/log.ts";
import { cleanTemp, tempDir } from "../kit/temp.ts";
import { smallDisk } from "./audit/kit.ts";

cleanTemp();

function capture(format: LogFormat, level: LogLevel = "info") {
  const lines: string[] = [];
  return { lines, log: createLog({ level, format, write: (line) => lines.push(line) }) };
}

const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /;

describe("text", () => {
  test("is one line with time, level, role, message and fields", () => {
    const { lines, log } = capture("text");
    log
      .child("proxy")
      .info("connection refused", { address: "10.0.0.9", reason: "too many", tries: 3, none: undefined });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(stamp);
    expect(lines[0]?.replace(stamp, "")).toBe(
      'INFO  proxy: connection refused address=10.0.0.9 reason="too many" tries=3\n',
    );
  });

  test("escapes line ends, bidirectional controls and terminal sequences", () => {
    const { lines, log } = capture("text");
    log.warn("login as x\n2026-01-01T00:00:00.000Z INFO  forged", { user: "a\r\nb\x1b[2J\u202ec\u2028d\x9b" });
    expect(lines.join("").match(/[\r\n]/g)).toEqual(["\n"]);
    expect(lines[0]).not.toMatch(/[\x1b\x9b\u202e\u2028]/);
    expect(lines[0]).toContain("login as x\\u000a2026");
  });
});

describe("json", () => {
  test("is one object for each line; fields cannot overwrite its own keys", () => {
    const { lines, log } = capture("json");
    log.child("auth").error("x\ny", { message: "forged", level: "debug", extra: [1, { a: "\u009b" }], n: 5n });
    expect(lines[0]).not.toContain("\u009b");
    expect(lines[0]?.indexOf("\n")).toBe((lines[0]?.length ?? 0) - 1);
    const { time, ...rest } = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
    expect(rest).toEqual({ level: "error", role: "auth", message: "x\ny", extra: [1, { a: "\u009b" }], n: "5" });
    expect(new Date(String(time)).toISOString()).toBe(String(time));
  });

  test("an error has its code and causes, and a stack only if it is unexpected", () => {
    const { lines, log } = capture("json");
    log.error("a", { error: new Fault("unavailable", "no auth", { cause: new Fault("failed", "no route") }) });
    log.error("b", { error: new Fault("internal", "internal error", { cause: new TypeError("x is undefined") }) });
    const [foreseen, bug] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(foreseen).toMatchObject({ error: "no auth", code: "unavailable", cause: "no route" });
    expect(foreseen).not.toHaveProperty("stack");
    expect(bug).toMatchObject({ error: "internal error", cause: "x is undefined" });
    expect(bug?.["stack"]).toContain("log.test.ts");
  });

  test("a value that JSON cannot represent does not throw", () => {
    const { lines, log } = capture("json");
    const ring: Record<string, unknown> = { n: 1n };
    ring["self"] = ring;
    log.info("a", { ring });
    log.info("b", { many: [1n] });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ message: "an entry that cannot be written as JSON" }),
      expect.objectContaining({ message: "b", many: ["1"] }),
    ]);
  });

  test("a long value is truncated", () => {
    const { lines, log } = capture("json");
    log.info("a", { value: "x".repeat(100_000) });
    expect(lines[0]?.length).toBeLessThan(5000);
  });
});

test("entries below the level are dropped", () => {
  const { lines, log } = capture("text", "warn");
  log.debug("1");
  log.info("2");
  log.warn("3");
  log.error("4");
  expect(lines.map((line) => line.trim().at(-1))).toEqual(["3", "4"]);
});

test("repeated entries are all written", () => {
  const { lines, log } = capture("text");
  for (let i = 0; i < 50; i++) log.info("again");
  expect(lines).toHaveLength(50);
});

test("a file is appended to, and reopened after a rotation", () => {
  const dir = mkdtempSync(join(tmpdir(), "sallyport-log-"));
  try {
    const file = join(dir, "log");
    const log = openLog({ level: "info", format: "text", output: file });
    log.info("one");
    renameSync(file, `${file}.1`);
    log.info("two");
    log.reopen();
    log.info("three");
    expect(readFileSync(`${file}.1`, "utf8")).toMatch(/one\n.*two\n$/);
    expect(readFileSync(file, "utf8")).toMatch(/three\n$/);
    expect(() => openLog({ level: "info", format: "text", output: join(dir, "no", "log") })).toThrow(
      "cannot write the log",
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test("after a partial line on a full disk, the next entry begins a new line", () => {
  const dir = join(tempDir(), "disk");
  const disk = smallDisk(dir);
  if (disk === undefined) return console.log("skipped: a small file system cannot be mounted here");
  try {
    const output = join(dir, "log");
    const log = openLog({ level: "info", format: "json", output });
    const fill = join(dir, "fill");
    log.info("first");
    writeFileSync(fill, Buffer.alloc(statfsSync(dir).bavail * statfsSync(dir).bsize));
    // As long as the rest of the page: some line is cut, the others are lost.
    for (let i = 0; i < 10; i++) log.info("x".repeat(1000));
    rmSync(fill);
    log.info("last");
    const lines = readFileSync(output, "utf8").trimEnd().split("\n");
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ message: "last" });
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ message: "first" });
    expect(() => JSON.parse(lines.at(-2) ?? "")).toThrow();
  } finally {
    disk.remove();
  }
});
