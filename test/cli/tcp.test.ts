import { afterEach, expect, test } from "bun:test";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { openTcp } from "../../cli/ssh/tcp.ts";
import { blackHole } from "./keycmd/black-hole.ts";

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

async function all(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

test("much goes both ways at once, and not a byte is changed", async () => {
  const sent = pattern(MUCH);
  const heard = Promise.withResolvers<Buffer>();
  const stream = await connected((socket) => {
    socket.write(sent);
    all(socket).then(heard.resolve, heard.reject);
    heard.promise.then(() => socket.end());
  });
  for (let at = 0; at < MUCH; at += 100_000) stream.write(sent.subarray(at, at + 100_000));
  stream.end();
  expect((await all(stream)).equals(sent)).toBe(true);
  expect((await heard.promise).equals(sent)).toBe(true);
  if (!stream.closed) await once(stream, "close");
});

test("who does not read holds the other side back, on either side", async () => {
  const theirs = Promise.withResolvers<Socket>();
  const stream = await connected((socket) => {
    socket.pause();
    theirs.resolve(socket);
  });
  const socket = await theirs.promise;
  const sent = pattern(MUCH);
  expect(stream.write(sent)).toBe(false);
  socket.write(sent);
  // Neither can have gone: no kernel keeps so much.
  await new Promise((later) => setTimeout(later, 50));
  expect(stream.writableLength).toBe(MUCH);
  expect(stream.readableLength).toBeLessThan(2 * 1024 * 1024);
  expect(socket.writableLength).toBeGreaterThan(0);
  stream.end();
  socket.end();
  const [ours, others] = await Promise.all([all(stream), all(socket)]);
  expect(ours.equals(sent) && others.equals(sent)).toBe(true);
});

test("what was sent before the end is read, though nobody read when it came", async () => {
  const stream = await connected((socket) => socket.end(pattern(1_000_000)));
  await once(stream, "readable");
  await new Promise((later) => setTimeout(later, 20));
  expect((await all(stream)).length).toBe(1_000_000);
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
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  const unavailable = (message: string) => expect.objectContaining({ code: "unavailable", message });
  expect(openTcp(`127.0.0.1:${port}`)).rejects.toEqual(
    unavailable(`127.0.0.1:${port} could not be reached: ECONNREFUSED`),
  );
  await using hole = await blackHole();
  await expect(openTcp(`127.0.0.1:${hole.port}`, 100)).rejects.toEqual(
    unavailable(`127.0.0.1:${hole.port} could not be reached: no answer for 0.1 s`),
  );
  await expect(openTcp("proxy.invalid:3023")).rejects.toThrow(/^proxy\.invalid:3023 could not be reached: /);
  expect(() => openTcp("nonsense")).toThrow('"nonsense" is not host:port');
});
