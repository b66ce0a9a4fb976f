import { readSync, writeSync } from "node:fs";
import { Packets } from "../../../../cli/ssh/sftp-packets.ts";
import { Reader, Writer } from "../../../../core/cert/wire.ts";
import { REPLY, REQUEST, STATUS } from "../../../../core/ssh/sftp.ts";

/**
 * An SFTP server that means harm, as sshd's subsystem: `bun hostile-sftp.ts STORY`. Every directory of it lists what the
 * story says, every other path is a file that holds its own path.
 */
const story = process.argv[2] ?? "";

const [DIRECTORY, FILE] = [0o040755, 0o100644];

/** What `/tree` holds. */
const LISTINGS: Readonly<Record<string, readonly (readonly [name: string, mode: number])[]>> = {
  names: [
    [".", DIRECTORY],
    ["..", DIRECTORY],
    ["../escaped", FILE],
    ["/tmp/escaped-by-tsh-scp", FILE],
    ["a/../../escaped", FILE],
    ["", FILE],
    ["zero\0", FILE],
    ["\x1b]0;owned\x07", FILE],
    ["../x\ntsh: all is well", FILE],
    ["../sub", DIRECTORY],
    ["good", FILE],
  ],
  patterns: [
    ["a.log", FILE],
    ["../b.log", FILE],
    ["/tmp/escaped-by-tsh-scp.log", FILE],
    [".bashrc", FILE],
    ["extra", FILE],
  ],
  deep: [["down", DIRECTORY]],
  modes: [["tool", 0o106777]],
  sizes: [["large", FILE]],
};

function attributes(mode: number, size = 5n): Buffer {
  return new Writer()
    .uint32(1 | 4)
    .uint64(size)
    .uint32(mode)
    .done();
}

function isDirectory(path: string): boolean {
  return path === "." || path.endsWith("/tree") || path.endsWith("/sub") || path.endsWith("/down");
}

function send(type: number, body: Writer): void {
  const bytes = body.done();
  const packet = new Writer()
    .uint32(bytes.length + 1)
    .byte(type)
    .raw(bytes)
    .done();
  for (let at = 0; at < packet.length; ) at += writeSync(1, packet, at);
}

function status(id: number, code: number): void {
  send(REPLY.STATUS, new Writer().uint32(id).uint32(code).string("\x1b[31mred\r\n").string(""));
}

const listed = new Set<string>();
let batches = 0;

function answer(packet: Buffer): void {
  const fields = new Reader(packet);
  const type = fields.byte();
  if (type === REQUEST.INIT) {
    send(REPLY.VERSION, new Writer().uint32(3));
    return;
  }
  const id = fields.uint32();
  const path = fields.string().toString("latin1");
  switch (type) {
    case REQUEST.STAT:
    case REQUEST.LSTAT: {
      const size = story === "sizes" ? 2n ** 63n : 5n;
      const mode = isDirectory(path) ? DIRECTORY : story === "modes" ? 0o106777 : FILE;
      return send(REPLY.ATTRS, new Writer().uint32(id).raw(attributes(mode, isDirectory(path) ? 0n : size)));
    }
    case REQUEST.REALPATH:
      return send(REPLY.NAME, new Writer().uint32(id).uint32(1).string(path).string("").raw(attributes(FILE)));
    case REQUEST.OPENDIR:
    case REQUEST.OPEN:
      if (story === "strange") return send(REPLY.HANDLE, new Writer().uint32(id + 1000).string(path));
      if (story === "vanish" && type === REQUEST.OPEN) return process.exit(1);
      listed.delete(path);
      return send(REPLY.HANDLE, new Writer().uint32(id).string(path));
    case REQUEST.READDIR: {
      if (story === "endless") {
        const names = new Writer().uint32(id).uint32(2000);
        for (let i = 0; i < 2000; i++) names.string(`${batches}-${i}`).string("").raw(attributes(FILE));
        batches += 1;
        return send(REPLY.NAME, names);
      }
      if (listed.has(path)) return status(id, STATUS.EOF);
      listed.add(path);
      const rows = LISTINGS[story] ?? [];
      const names = new Writer().uint32(id).uint32(rows.length);
      for (const [name, mode] of rows)
        names
          .string(Buffer.from(name, "latin1"))
          .string("")
          .raw(attributes(mode, story === "sizes" ? 2n ** 63n : 5n));
      return send(REPLY.NAME, names);
    }
    case REQUEST.READ: {
      const offset = Number(fields.uint64());
      const length = fields.uint32();
      if (story === "more") return send(REPLY.DATA, new Writer().uint32(id).string("x".repeat(length + 1)));
      if (story === "denied" && offset > 0) return status(id, STATUS.PERMISSION_DENIED);
      const data = Buffer.from("evil\n").subarray(offset);
      return data.length === 0 ? status(id, STATUS.EOF) : send(REPLY.DATA, new Writer().uint32(id).string(data));
    }
    default:
      return status(id, STATUS.OK);
  }
}

if (story === "talk") writeSync(1, "Welcome to this machine!\n");
const packets = new Packets();
const buffer = Buffer.allocUnsafe(65_536);
for (let got = readSync(0, buffer); got > 0; got = readSync(0, buffer))
  packets.push(Buffer.from(buffer.subarray(0, got)), answer);
