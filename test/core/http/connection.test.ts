import { expect, test } from "bun:test";
import { Duplex, PassThrough } from "node:stream";
import { ConnectionLost, formatHead, HttpConnection } from "../../../core/http/connection.ts";
import { MalformedMessage, REQUEST } from "../../../core/http/head.ts";

const HEAD = "POST /v1/x HTTP/1.1\r\nhost: auth\r\ntransfer-encoding: chunked\r\n\r\n";

/** A connection, and the other side of it. */
function connect() {
  const [up, down] = [new PassThrough(), new PassThrough()];
  const connection = new HttpConnection(Duplex.from({ readable: up, writable: down }), REQUEST);
  // The connection is closed as it likes.
  const peer = Duplex.from({ readable: down, writable: up }).on("error", () => {});
  return { connection, peer };
}

async function lengthOf(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const piece of pieces) length += piece.length;
  return length;
}

test("many small chunks that wait are read, wherever the reader begins", async () => {
  // More than is received ahead, so that the stream is paused in the middle of some line.
  const count = 150_000;
  const body = Buffer.from(`${"1\r\nx\r\n".repeat(count)}0\r\n\r\n`);
  for (const size of [1021, 4096, 65_537]) {
    const { connection, peer } = connect();
    peer.write(HEAD);
    await connection.head();
    const sending = (async () => {
      for (let at = 0; at < body.length; at += size)
        if (!peer.write(body.subarray(at, at + size))) await new Promise((resolve) => peer.once("drain", resolve));
    })();
    await Bun.sleep(20);
    expect(await lengthOf(connection.body())).toBe(count);
    await sending;
  }
});

test("what waits for a connection that is lost is told so", async () => {
  const { connection, peer } = connect();
  peer.write(HEAD);
  await connection.head();
  const reading = connection.read();
  const writing = (async () => {
    for (;;) await connection.write(Buffer.alloc(65_536));
  })();
  await Bun.sleep(5);
  connection.destroy();
  expect(await reading.catch((error: unknown) => error)).toBeInstanceOf(ConnectionLost);
  expect(await writing.catch((error: unknown) => error)).toBeInstanceOf(ConnectionLost);
  expect(connection.closed.aborted).toBe(true);
});

test("a field cannot end its line", () => {
  for (const value of ["a\r\nx: y", "a\nb", "a\rb", "a\0", "\u2028"])
    expect(() => formatHead("GET / HTTP/1.1", { x: value })).toThrow(MalformedMessage);
  expect(() => formatHead("GET / HTTP/1.1\r\nx: y", {})).toThrow(MalformedMessage);
});
