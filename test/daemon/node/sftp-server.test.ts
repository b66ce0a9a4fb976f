import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childCommand, environmentWithSpec } from "../../../daemon/node/program/child-spec.ts";

const dir = mkdtempSync(join(tmpdir(), "sallyport-sftp-"));
// For whoever the server runs as.
chmodSync(dir, 0o777);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const uid = process.geteuid?.() === 0 ? 65_534 : (process.geteuid?.() ?? 0);
const gid = process.getegid?.() === 0 && uid === 65_534 ? 65_534 : (process.getegid?.() ?? 0);
/** Whoever it is that these bytes are tried on can do little harm. */
const account = { name: "nobody", uid, gid, home: dir, shell: "/bin/sh" };

const u32 = (...numbers: number[]) => {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [i, n] of numbers.entries()) bytes.writeUInt32BE(n >>> 0, 4 * i);
  return bytes;
};
const text = (value: string | Buffer) => Buffer.concat([u32(Buffer.byteLength(value)), Buffer.from(value)]);
const packet = (type: number, ...parts: Buffer[]) => {
  const body = Buffer.concat([Buffer.of(type), ...parts]);
  return Buffer.concat([u32(body.length), body]);
};
const INIT = packet(1, u32(3));

/** Everything that the server answers to these bytes, and how it ends. */
async function answers(...sent: Buffer[]): Promise<{ replies: Buffer[]; code: number; stderr: string }> {
  const server = Bun.spawn(childCommand("__session"), {
    env: environmentWithSpec({ become: "sftp", account, env: {} }),
    stdin: Buffer.concat(sent),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [output, stderr] = await Promise.all([
    new Response(server.stdout).bytes(),
    new Response(server.stderr).text(),
    server.exited,
  ]);
  const replies: Buffer[] = [];
  for (let at = 0; at + 4 <= output.length; ) {
    const size = Buffer.from(output).readUInt32BE(at);
    replies.push(Buffer.from(output.subarray(at + 4, at + 4 + size)));
    at += 4 + size;
  }
  return { replies, code: await server.exited, stderr };
}

/** Type, id and, of a status, its number. */
const short = (reply: Buffer | undefined) =>
  reply === undefined ? [] : [reply[0], reply.readUInt32BE(1), ...(reply[0] === 101 ? [reply.readUInt32BE(5)] : [])];

describe("the SFTP server", () => {
  test("replies to INIT with version 3 and its extensions, for any requested version", async () => {
    const { replies, code } = await answers(packet(1, u32(6)));
    expect(code).toBe(0);
    expect(replies[0]?.subarray(0, 5)).toEqual(Buffer.from([2, 0, 0, 0, 3]));
    expect(replies[0]?.toString("latin1")).toContain("posix-rename@openssh.com");
  });

  test("answers in order with each request's id, for input split at any byte", async () => {
    writeFileSync(join(dir, "f"), "text", { mode: 0o644 });
    const path = text(join(dir, "f"));
    const stat = (id: number) => packet(17, u32(id), path);
    const bytes = Buffer.concat([INIT, ...Array.from({ length: 500 }, (_, i) => stat(i))]);
    const { replies } = await answers(bytes);
    expect(replies.slice(1).map((reply) => reply.readUInt32BE(1))).toEqual(Array.from({ length: 500 }, (_, i) => i));
    expect(new Set(replies.slice(1).map((reply) => reply[0]))).toEqual(new Set([105]));
  });

  test("accepts only handles that it issued", async () => {
    const open = packet(3, u32(1), text(join(dir, "g")), u32(0x1a, 0));
    const { replies } = await answers(
      ...[INIT, open],
      packet(6, u32(2), text(u32(0)), u32(0, 3), text("abc")),
      packet(5, u32(3), text(u32(0)), u32(0, 0, 10)),
      packet(5, u32(4), text(u32(7)), u32(0, 0, 10)),
      packet(5, u32(5), text("0"), u32(0, 0, 10)),
      packet(12, u32(6), text(u32(0))),
      packet(4, u32(7), text(u32(0))),
      packet(4, u32(8), text(u32(0))),
    );
    expect(replies.slice(1).map(short)).toEqual([
      [102, 1],
      [101, 2, 0],
      // Opened for writing only.
      [101, 3, 2],
      ...[4, 5, 6].map((id) => [101, id, 4]),
      [101, 7, 0],
      [101, 8, 4],
    ]);
  });

  test("rejects malformed and unknown requests with their status", async () => {
    const { replies, code } = await answers(
      ...[INIT, packet(17, u32(1)), packet(17, u32(2), u32(100), Buffer.from("short"))],
      packet(17, u32(3), text("a\0b")),
      packet(3, u32(4), text(join(dir, "x")), u32(0, 0)),
      packet(99, u32(5)),
      packet(200, u32(6), text("no@such.extension")),
      packet(5, u32(7), text(u32(0)), u32(0xffffffff, 0, 1)),
    );
    expect(code).toBe(0);
    expect(replies.slice(1).map(short)).toEqual([
      ...[1, 2, 3, 4].map((id) => [101, id, 5]),
      [101, 5, 8],
      [101, 6, 8],
      [101, 7, 4],
    ]);
  });

  test("closes at once when the client speaks another protocol", async () => {
    for (const bytes of [
      Buffer.from("GET / HTTP/1.1\r\n\r\n"),
      packet(17, u32(1), text("/")),
      u32(0, 0),
      u32(256 * 1024 + 1),
    ]) {
      const { replies, code, stderr } = await answers(bytes);
      expect({ replies, code, stderr }).toEqual({
        replies: [],
        code: 1,
        stderr: "",
      });
    }
  });

  test("reads the requested length up to the packet size, then returns EOF", async () => {
    writeFileSync(join(dir, "big"), Buffer.alloc(300_000, 7), { mode: 0o644 });
    const read = (id: number, at: number, length: number) => packet(5, u32(id), text(u32(0)), u32(0, at, length));
    const { replies } = await answers(
      ...[INIT, packet(3, u32(0), text(join(dir, "big")), u32(1, 0))],
      ...[read(1, 0, 100), read(2, 299_990, 100), read(3, 300_000, 1), read(4, 0, 0xffffffff), read(5, 0, 0)],
    );
    const lengths = replies.slice(2).map((reply) => (reply[0] === 103 ? reply.readUInt32BE(5) : short(reply)));
    expect(lengths).toEqual([100, 10, [101, 3, 1], 256 * 1024 - 1024, 0]);
  });

  test("answers or closes on random bytes", async () => {
    let seed = 20_261_120;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      return seed % below;
    };
    const valid = [
      packet(3, u32(1), text(join(dir, "fuzz")), u32(0x1b, 4, 0o600)),
      packet(6, u32(2), text(u32(0)), u32(0, 0), text("data")),
      packet(9, u32(3), text(join(dir, "fuzz")), u32(0xf), u32(0, 1, 1, 1, 0o600, 1, 1)),
      packet(11, u32(4), text(dir)),
      packet(12, u32(5), text(u32(1))),
      packet(18, u32(6), text(join(dir, "fuzz")), text(join(dir, "fuzz2"))),
      packet(200, u32(7), text("statvfs@openssh.com"), text(dir)),
      packet(200, u32(8), text("users-groups-by-id@openssh.com"), text(u32(0, 1)), text(u32(0))),
      packet(200, u32(9), text("copy-data"), text(u32(0)), u32(0, 0, 0, 9), text(u32(0)), u32(0, 0)),
      packet(10, u32(10), text(u32(0)), u32(0x80000001), u32(0, 0), u32(1), text("a"), text("b")),
    ];
    const mutated = () => {
      const bytes = Buffer.from(valid[random(valid.length)] ?? INIT);
      // Not its length, so that what follows is still read as packets.
      for (let i = random(4); i > 0; i--) bytes[4 + random(bytes.length - 4)] = random(256);
      return bytes;
    };
    const runs = Array.from({ length: 12 }, () => [INIT, ...Array.from({ length: 300 }, mutated)]);
    for (const run of runs) {
      const { replies, code, stderr } = await answers(...run);
      expect(code).toBe(0);
      expect(replies.length).toBe(301);
      for (const line of stderr.split("\n")) if (line !== "") expect(JSON.parse(line)).toHaveProperty("action");
    }
    const noise = Buffer.from(Array.from({ length: 50_000 }, () => random(256)));
    expect([0, 1]).toContain((await answers(INIT, noise)).code);
  });
});
