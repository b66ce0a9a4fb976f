import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { chainLine, GENESIS, type Head, hashLine, readEvent, readPosition } from "../../../core/audit/chain.ts";
import { type AuditEvent, newEvent } from "../../../core/audit/event.ts";
import { type LogLine, verifyChain } from "../../../core/audit/verify.ts";

const AT = { now: new Date("2026-01-31T12:00:00Z"), cluster: "c" };
const event = (n: number): AuditEvent =>
  newEvent("user.create", { user: "admin", name: `user-${n}`, roles: ["access"] }, AT);

/** A sound chain of ten records in two files, and where it ends. */
function chain(): { lines: string[]; heads: Head[] } {
  const lines: string[] = [];
  const heads: Head[] = [];
  let head = GENESIS;
  for (let n = 1; n <= 10; n++) {
    const next = chainLine(event(n), head);
    lines.push(next.line);
    heads.push(next.head);
    head = next.head;
  }
  return { lines, heads };
}
const placed = (lines: readonly string[]): LogLine[] =>
  lines.map((text, i) => ({
    file: i < 5 ? "one.jsonl" : "two.jsonl",
    line: (i % 5) + 1,
    bytes: Buffer.from(text),
  }));
const { lines, heads } = chain();
const end = heads.at(-1) as Head;
const check = (changed: readonly string[], checkpoints: readonly Head[] = []) =>
  verifyChain(placed(changed), checkpoints);
const spliced = (at: number, remove: number, ...add: string[]) => lines.toSpliced(at, remove, ...add);
const line = (n: number) => lines[n - 1] as string;
const edit = (n: number, from: string | RegExp, to: string) => spliced(n - 1, 1, line(n).replace(from, to));

describe("a line", () => {
  test("is JSON that begins with its place and holds the event", () => {
    const first = event(1);
    const { line, head } = chainLine(first, GENESIS);
    expect(line).toStartWith(`{"seq":1,"prev":"${"0".repeat(64)}","event":"user.create","code":"T1002I","time":`);
    expect(head).toEqual({ seq: 1, hash: createHash("sha256").update(line).digest("hex") });
    expect(readEvent(Buffer.from(line))).toEqual(first);
    expect(readPosition(Buffer.from(line))).toEqual({ seq: 1, prev: GENESIS.hash });
  });

  test("that is not a record has no position and no event", () => {
    for (const text of ["", "null", "[]", "7", "{", '{"seq":1}', '{"seq":0,"prev":"00"}', '{"seq":1.5,"prev":""}'])
      expect(readPosition(Buffer.from(text))).toBeUndefined();
    expect(readEvent(Buffer.from("{"))).toBeUndefined();
  });
});

describe("verifyChain()", () => {
  test("passes what was never touched", () => {
    expect(check(lines)).toEqual({ ok: true, records: 10 });
    expect(check(lines, [heads[3] as Head, end])).toEqual({ ok: true, records: 10 });
    expect(check([])).toEqual({ ok: true, records: 0 });
  });

  const flip = (text: string, at: number) =>
    text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);

  test.each([
    ["one character of an event", edit(4, "user-4", "user-9"), 4, "edited", 3, "one.jsonl"],
    ["a record that ends a file", edit(5, "user-5", "mallory"), 5, "edited", 4, "one.jsonl"],
    ["the first record", edit(1, "user-1", "user-9"), 1, "edited", 0, "one.jsonl"],
    ["a record's number", edit(4, '"seq":4', '"seq":6'), 4, "edited", 3, "one.jsonl"],
    ["what a record says of the one before", edit(4, /"prev":"./, '"prev":"g'), 4, "edited", 3, "one.jsonl"],
    ["another hash in it", spliced(3, 1, flip(line(4), 22)), 4, "edited", 3, "one.jsonl"],
    ["a record that is no JSON any more", edit(7, "{", "["), 7, "edited", 6, "two.jsonl"],
    ["an empty line", spliced(3, 1, ""), 4, "edited", 3, "one.jsonl"],
    ["a record dropped", spliced(3, 1), 4, "missing", 3, "one.jsonl"],
    ["the first dropped", spliced(0, 1), 1, "missing", 0, "one.jsonl"],
    ["many dropped", spliced(2, 5), 3, "missing", 2, "one.jsonl"],
    ["two swapped", spliced(3, 2, line(5), line(4)), 4, "reordered", 3, "one.jsonl"],
    ["one moved to the end", [...spliced(1, 1), line(2)], 2, "reordered", 1, "one.jsonl"],
    ["one moved to the front", [line(9), ...spliced(8, 1)], 1, "reordered", 0, "one.jsonl"],
    ["one written twice", spliced(4, 0, line(4)), 4, "repeated", 3, "one.jsonl"],
  ] as const)("names the record: %s", (_name, changed, seq, what, records, file) => {
    for (const checkpoints of [[], [end]]) {
      const report = check(changed, checkpoints);
      expect(report).toMatchObject({ ok: false, records, at: { seq, what, file } });
      expect(report.problem).toContain(`record${what === "missing" && seq === 3 ? "s" : ""} ${seq}`);
    }
  });

  test("says which records are missing, in one sentence", () => {
    expect(check(spliced(2, 5)).problem).toBe("records 3 to 7 are missing before record 8 (one.jsonl, line 3)");
    expect(check(spliced(3, 1)).problem).toBe("record 4 is missing before record 5 (one.jsonl, line 4)");
    expect(check(spliced(3, 2, line(5), line(4))).problem).toBe(
      "record 4 is not in its place (one.jsonl, line 4) but at one.jsonl, line 5",
    );
  });

  test("every single bit counts", () => {
    for (const n of [1, 5, 10])
      for (let at = 0; at < line(n).length; at++) {
        const report = check(spliced(n - 1, 1, flip(line(n), at)), [end]);
        expect([n, at, report.ok, report.at?.seq]).toEqual([n, at, false, n]);
      }
  });

  test("bytes that are no UTF-8 are not taken for what they are shown as", () => {
    const original = chainLine(newEvent("user.delete", { user: "a", name: "\ufffd" }, AT), GENESIS);
    const second = chainLine(event(2), original.head);
    const forged = Buffer.from(original.line.replace("\ufffd", "?"));
    forged[forged.indexOf("?")] = 0xff;
    const bytes = [forged, Buffer.from(second.line)];
    const report = verifyChain(bytes.map((bytes, i) => ({ file: "f", line: i + 1, bytes })));
    expect(report).toMatchObject({ ok: false, at: { seq: 1, what: "edited" } });
  });

  test("a tail that was cut shows only against a checkpoint", () => {
    expect(check(lines.slice(0, 8))).toEqual({ ok: true, records: 8 });
    expect(check(lines.slice(0, 8), [end])).toEqual({
      ok: false,
      records: 8,
      problem: "the log ends with record 8 (two.jsonl, line 3), but record 10 had been written",
      at: { file: "two.jsonl", line: 3, seq: 9, what: "cut" },
    });
    expect(check([], [end])).toMatchObject({ ok: false, records: 0, at: { seq: 1, what: "cut" } });
  });

  test("so does an edited last record, and one after which all was forged anew", () => {
    const last = edit(10, "user-10", "user-99");
    expect(check(last).ok).toBe(true);
    expect(check(last, [end])).toMatchObject({ ok: false, at: { seq: 10, what: "edited" } });

    let head = heads[3] as Head;
    const forged = lines.slice(0, 4);
    for (let n = 5; n <= 12; n++) {
      const next = chainLine(event(n), head);
      forged.push(next.line);
      head = next.head;
    }
    expect(verifyChain(placed(forged)).ok).toBe(true);
    expect(verifyChain(placed(forged), [end])).toMatchObject({ ok: false, at: { seq: 10, what: "edited" } });
  });

  test("hashes are those of any other tool", () => {
    expect(hashLine("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});
