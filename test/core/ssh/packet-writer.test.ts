import { expect, test } from "bun:test";
import { Duplex } from "node:stream";
import { makePacketWriter } from "../../../core/ssh/packet-writer.ts";

/** Keeps what is written until `drain`. `socket`: it looks like a socket, which holds nothing once it has been written. */
function makeStream({ socket = false, reads = true } = {}) {
  const chunks: Buffer[] = [];
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      if (reads) done();
    },
    writev(all, done) {
      chunks.push(Buffer.concat(all.map(({ chunk }) => chunk as Buffer)));
      if (reads) done();
    },
  });
  stream.on("error", () => {});
  if (socket) Object.assign(stream, { setNoDelay() {} });
  return { stream, chunks };
}

const part = (length: number, byte: number) => Buffer.alloc(length, byte);
const turn = () => new Promise<void>((done) => process.nextTick(done));

test("the parts of a packet are written in one piece", () => {
  for (const socket of [false, true]) {
    const { stream, chunks } = makeStream({ socket });
    const write = makePacketWriter(stream);
    write(part(4, 1), part(32_000, 2), part(16, 3));
    expect(chunks).toEqual([Buffer.concat([part(4, 1), part(32_000, 2), part(16, 3)])]);
    write(part(5000, 4));
    write(part(100_000, 5));
    expect(chunks.slice(1)).toEqual([part(5000, 4), part(100_000, 5)]);
  }
});

test("small packets of one turn leave together, in order with large ones", async () => {
  const { stream, chunks } = makeStream();
  const write = makePacketWriter(stream);
  for (const byte of [1, 2, 3]) write(part(10, byte));
  expect(chunks).toEqual([]);
  await turn();
  expect(chunks).toEqual([Buffer.concat([part(10, 1), part(10, 2), part(10, 3)])]);
  write(part(10, 4));
  write(part(5000, 5));
  expect(chunks.slice(1)).toEqual([part(10, 4), part(5000, 5)]);
});

test("a packet that waits is not overwritten by the next one", async () => {
  const { stream, chunks } = makeStream({ socket: true });
  // Where the ciphers put all their packets.
  const shared = part(8000, 0);
  const write = makePacketWriter(stream);
  stream.cork();
  for (const byte of [1, 2, 3]) write(shared.fill(byte));
  shared.fill(0);
  stream.uncork();
  await turn();
  expect(Buffer.concat(chunks)).toEqual(Buffer.concat([part(8000, 1), part(8000, 2), part(8000, 3)]));
});

test("a peer that does not read is cut off at 4 MiB", () => {
  const { stream } = makeStream({ reads: false });
  const write = makePacketWriter(stream);
  let written = 0;
  for (; !stream.destroyed && written < 8 * 1024 * 1024; written += 32_768) write(part(32_768, 1));
  expect(stream.errored?.message).toBe("The peer does not read");
  expect(written).toBeLessThan(4.2 * 1024 * 1024);
});

test("nothing is written to a stream that has ended", () => {
  const { stream, chunks } = makeStream();
  const write = makePacketWriter(stream);
  stream.push(null);
  write(part(5000, 1));
  expect(chunks).toEqual([]);
});
