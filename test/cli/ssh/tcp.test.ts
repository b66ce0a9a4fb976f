import { afterEach, expect, test } from "bun:test";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { openTcp } from "../../../cli/ssh/tcp.ts";
import { freePort } from "../../kit/free-port.ts";
import { blackHole } from "../keycmd/black-hole.ts";

const MUCH = 32 * 1024 * 1024;

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A connection to a server that does `serve` with its end. */
async function connected(serve: (socket: Socket) => void): Promise<Duplex> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    stops.push(() => socket.destroy());
    socket.on("error", () => {});
    serve(socket);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  stops.push(() => server.close());
  const stream = await openTcp(`localhost:${(server.address() as AddressInfo).port}`);
  stops.push(() => stream.destroy());
  return stream;
}

/** Bytes of which each block of 251 is the same, and none is like its neighbour. */
function pattern(bytes: number): Buffer {
  return Buffer.alloc(bytes, Buffer.from(Array.from({ length: 251 }, (_, i) => i)));
}

/** The next MUCH bytes, or all there are until the end. */
function much(stream: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve) => {
    stream.once("end", () => resolve(Buffer.concat(chunks)));
    stream.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MUCH) resolve(Buffer.concat(chunks));
    });
    stream.resume();
  });
}

test("much goes both ways at once, and not a byte is changed", async () => {
  const sent = pattern(MUCH);
  const other = Promise.withResolvers<Socket>();
  const stream = await connected(other.resolve);
  const socket = await other.promise;
  socket.write(sent);
  for (let at = 0; at < MUCH; at += 100_000) stream.write(sent.subarray(at, at + 100_000));
  const [ours, theirs] = await Promise.all([much(stream), much(socket)]);
  expect(ours.equals(sent)).toBe(true);
  expect(theirs.equals(sent)).toBe(true);
  socket.end();
  if (!stream.closed) await once(stream, "close");
});

test("who does not read holds the other side back, on either side", async () => {
  const other = Promise.withResolvers<Socket>();
  const stream = await connected((socket) => {
    socket.pause();
    other.resolve(socket);
  });
  const socket = await other.promise;
  const sent = pattern(MUCH);
  expect(stream.write(sent)).toBe(false);
  socket.write(sent);
  // Neither can have gone: no kernel keeps so much.
  await new Promise((later) => setTimeout(later, 50));
  expect(stream.writableLength).toBe(MUCH);
  expect(stream.readableLength).toBeLessThan(2 * 1024 * 1024);
  expect(socket.writableLength).toBeGreaterThan(0);
  const [ours, theirs] = await Promise.all([much(stream), much(socket)]);
  expect(ours.equals(sent)).toBe(true);
  expect(theirs.equals(sent)).toBe(true);
});

test("what was sent before the end is read, though nobody read when it came", async () => {
  const stream = await connected((socket) => socket.end(pattern(MUCH)));
  await once(stream, "readable");
  await new Promise((later) => setTimeout(later, 20));
  expect((await much(stream)).length).toBe(MUCH);
  if (!stream.closed) await once(stream, "close");
});

test("a connection that is cut is an error, and writing to it does no harm", async () => {
  const stream = await connected((socket) => {
    socket.once("data", () => socket.resetAndDestroy());
  });
  const failed = once(stream, "error");
  stream.resume();
  stream.write("x");
  expect(((await failed)[0] as NodeJS.ErrnoException).code).toBe("ECONNRESET");
  stream.write("y", (error) => expect(error).toBeDefined());
  expect(stream.destroyed).toBe(true);
});

test("destroying it hangs up", async () => {
  const over = Promise.withResolvers<void>();
  const stream = await connected((socket) => {
    socket.resume();
    socket.once("end", over.resolve).once("close", over.resolve);
  });
  stream.destroy();
  await over.promise;
});

test("where nobody listens, nobody answers, or there is no such host, the address is named with the reason", async () => {
  const port = await freePort();
  const unavailable = (message: string) => expect.objectContaining({ code: "unavailable", message });
  await expect(openTcp(`127.0.0.1:${port}`)).rejects.toEqual(
    unavailable(`127.0.0.1:${port} could not be reached: ECONNREFUSED`),
  );
  await using hole = await blackHole();
  await expect(openTcp(`127.0.0.1:${hole.port}`, 100)).rejects.toEqual(
    unavailable(`127.0.0.1:${hole.port} could not be reached: no answer for 0.1 s`),
  );
  await expect(openTcp("proxy.invalid:3023")).rejects.toThrow(/^proxy\.invalid:3023 could not be reached: /);
  expect(() => openTcp("nonsense")).toThrow('"nonsense" is not host:port');
});
