import { describe, expect, test } from "bun:test";
import { isPattern, literal, matcher } from "../../../../cli/ssh/sftp-glob.ts";
import { Packets } from "../../../../cli/ssh/sftp-packets.ts";
import { baseName, type FileReader, type FileWriter, isEntryName } from "../../../../cli/tsh/scp/files.ts";
import { parseLocation } from "../../../../cli/tsh/scp/location.ts";
import { bytes } from "../../../../cli/tsh/scp/progress.ts";
import { TransferStopped, transfer } from "../../../../cli/tsh/scp/transfer.ts";

describe("parseLocation()", () => {
  test.each([
    ["file", undefined, "file"],
    ["./a:b", undefined, "./a:b"],
    ["/dev/x:y", undefined, "/dev/x:y"],
    [":x", undefined, ":x"],
    ["web-1:", { login: undefined, host: "web-1" }, "."],
    ["web-1:a:b", { login: undefined, host: "web-1" }, "a:b"],
    ["root@web-1:/tmp/x", { login: "root", host: "web-1" }, "/tmp/x"],
    ["ann@corp@web-1:~", { login: "ann@corp", host: "web-1" }, "~"],
    ["[::1]:x", { login: undefined, host: "::1" }, "x"],
    ["root@[fe80::1]:x", { login: "root", host: "fe80::1" }, "x"],
    ["web-1:with\nline", { login: undefined, host: "web-1" }, "with\nline"],
  ])("%s", (text, machine, path) => {
    expect(parseLocation(text)).toEqual({ machine, path });
  });

  test.each(["env=prod:x", "@web-1:x", "-oProxyCommand=x:y", "a\0b"])("refuses %j", (text) => {
    expect(() => parseLocation(text)).toThrow();
  });

  test("keeps what is not ASCII as bytes", () => {
    expect(parseLocation("h:é").path).toBe("\xc3\xa9");
  });
});

describe("names", () => {
  test.each([
    ["a/b", "b"],
    ["a/b/", "b"],
    ["b", "b"],
    ["/", ""],
    [".", ""],
    ["a/..", ""],
    ["a/./", ""],
  ])("the last part of %s is %j", (path, name) => expect(baseName(path)).toBe(name));

  test("of a listing are names", () => {
    for (const bad of ["", ".", "..", "/", "a/b", "../x", "/etc/passwd", "x\0y"])
      expect([bad, isEntryName(bad)]).toEqual([bad, false]);
    for (const good of ["a", "...", "..x", ".ssh", "a b", "-rf", "\xff", "a\nb"])
      expect([good, isEntryName(good)]).toEqual([good, true]);
  });
});

describe("patterns", () => {
  test.each([
    ["*.log", "a.log", true],
    ["*.log", "a.log.1", false],
    ["*.log", ".log", false],
    [".*", ".log", true],
    ["\\.*", ".log", true],
    ["*", "", true],
    ["?", "ab", false],
    ["?", "\xc3\xa9", true],
    ["?", "\xe9", true],
    ["a*b*c", "aXbYbZc", true],
    ["a*b*c", "aXbYbZ", false],
    ["[a-c]x", "bx", true],
    ["[a-c]x", "dx", false],
    ["[!a-c]x", "dx", true],
    ["[]a]", "]", true],
    ["[a-]", "-", true],
    ["[ab", "[ab", true],
    ["a\\*", "a*", true],
    ["a\\*", "ab", false],
    ["\\[x]", "[x]", true],
  ])("%s and %j: %p", (pattern, name, expected) => expect(matcher(pattern)(name)).toBe(expected));

  test("take no time that a server could choose", () => {
    expect(matcher(`${"*a".repeat(50)}b`)("a".repeat(20_000))).toBe(false);
  });

  test("are told from plain paths", () => {
    expect([isPattern("a/b"), isPattern("a/*"), isPattern("a\\*")]).toEqual([false, true, true]);
    expect([literal("a"), literal("a\\*b"), literal("a*")]).toEqual(["a", "a*b", undefined]);
  });
});

describe("Packets", () => {
  const packet = (text: string) => Buffer.concat([Buffer.of(0, 0, 0, text.length), Buffer.from(text)]);

  test("come out whole, however the stream was cut", () => {
    const stream = Buffer.concat(["one", "two", "x".repeat(200), "four"].map(packet));
    for (const size of [1, 2, 3, 5, 64, 1000]) {
      const packets = new Packets();
      const seen: string[] = [];
      for (let at = 0; at < stream.length; at += size)
        packets.push(stream.subarray(at, at + size), (one) => seen.push(one.toString()));
      expect(seen).toEqual(["one", "two", "x".repeat(200), "four"]);
    }
  });

  test.each([
    ["none", 0],
    ["too long", 256 * 1024 + 1],
    ["text", 0x57656c63],
  ])("of %s are refused", (_, length) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(length);
    expect(() => new Packets().push(head, () => {})).toThrow("does not speak SFTP");
  });
});

describe("transfer()", () => {
  const BLOCK = 10;

  /** A file in memory. */
  function source(content: Buffer, more: Partial<FileReader> & { short?: number } = {}): FileReader {
    return {
      block: BLOCK,
      read: async (offset, length) => content.subarray(offset, offset + Math.min(length, more.short ?? length)),
      close: () => {},
      ...more,
    };
  }

  class Target implements FileWriter {
    readonly block = BLOCK;
    content = Buffer.alloc(0);
    async write(offset: number, data: Uint8Array): Promise<void> {
      if (this.content.length < offset + data.length)
        this.content = Buffer.concat([this.content, Buffer.alloc(offset + data.length - this.content.length)]);
      this.content.set(data, offset);
    }
    async finish() {}
    abandon() {}
  }

  const content = Buffer.from(Array.from({ length: 95 }, (_, i) => i));

  test.each([
    ["as long as expected", 95],
    ["grown meanwhile", 31],
    ["shrunk meanwhile", 200],
    ["of a kind that has no size", 0],
    ["of whole blocks", 90],
  ])("copies a file that is %s", async (_, size) => {
    const target = new Target();
    let moved = 0;
    await transfer(source(content), target, size, (count) => {
      moved += count;
    });
    expect(target.content).toEqual(content);
    expect(moved).toBe(95);
  });

  test("asks again for what an answer left out", async () => {
    const target = new Target();
    await transfer(source(content, { short: 3 }), target, 95, () => {});
    expect(target.content).toEqual(content);
  });

  test("says how far it came without a gap, and on which side it stopped, when nothing is under way any more", async () => {
    let open = 0;
    const late = async <T>(value: T, turns: number): Promise<T> => {
      open += 1;
      for (let i = 0; i < turns; i++) await Promise.resolve();
      open -= 1;
      return value;
    };
    const failing = source(content, {
      read: async (offset, length) => {
        if (offset === 40) throw new Error("gone");
        return late(content.subarray(offset, offset + length), offset);
      },
    });
    const outcome = await transfer(failing, new Target(), 95, () => {}).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(TransferStopped);
    expect(outcome).toMatchObject({ at: 40, side: "source", cause: { message: "gone" } });
    expect(open).toBe(0);

    const full = new Target();
    full.write = async (offset) => {
      if (offset >= 20) throw new Error("full");
    };
    const second = await transfer(source(content), full, 95, () => {}).catch((error: unknown) => error);
    expect(second).toMatchObject({ at: 20, side: "target", cause: { message: "full" } });
  });
});

test("sizes are told in three digits", () => {
  expect([0, 999, 1000, 1500, 99_949, 99_950, 999_499, 999_500, 12_345_678_901].map(bytes)).toEqual([
    "0 B",
    "999 B",
    "1.0 KB",
    "1.5 KB",
    "99.9 KB",
    "100 KB",
    "999 KB",
    "1.0 MB",
    "12.3 GB",
  ]);
});
