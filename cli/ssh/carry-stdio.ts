import type { Duplex } from "node:stream";
import { inputChunks } from "./stdio.ts";

/** So much may wait for whoever reads our stdout before the other side is made to wait. */
const HIGH_WATER = 256 * 1024;

/**
 * Carries bytes between this process's stdin and stdout and a stream, each way no faster than it is taken. The end of
 * stdin is passed on and leaves the other direction open. Resolves when the stream has closed and all it brought is
 * written, or nobody reads it any more.
 *
 * Bun's own descriptors, because they start in no time and carry 1.5 GB/s; `process.stdin` and `process.stdout` cost 11 ms.
 */
export async function carryStdio(stream: Duplex): Promise<void> {
  const closed = new Promise<void>((resolve) => stream.once("close", () => resolve()));
  const output = pour(stream, closed);
  // Its end is not awaited: whoever reads our stdout need never close our stdin.
  const input = feed(stream);
  await Promise.race([output, input.then(() => output)]);
}

/** What the stream brings, to stdout. Resolves at its end, or when nobody reads any more. */
function pour(stream: Duplex, closed: Promise<void>): Promise<void> {
  const stdout = Bun.stdout.writer({ highWaterMark: HIGH_WATER });
  const { promise: gone, reject: leave } = Promise.withResolvers<never>();
  let flushing = false;
  const flush = async () => {
    flushing = true;
    // All packets of one read of the socket go out in one write.
    await Promise.resolve();
    const written = stdout.flush();
    if (written instanceof Promise) {
      stream.pause();
      await written;
      stream.resume();
    }
    flushing = false;
  };
  stream.on("data", (chunk: Buffer) => {
    stdout.write(chunk);
    if (!flushing) flush().catch(leave);
  });
  const done = closed.then(async () => void (await stdout.end()));
  return Promise.race([done, gone]).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    stream.destroy();
  });
}

/** stdin, to the stream, and then the end of it. */
async function feed(stream: Duplex): Promise<void> {
  let wake = () => {};
  stream.on("drain", () => wake());
  stream.once("close", () => wake());
  for await (const chunk of inputChunks()) {
    if (stream.destroyed) return;
    if (!stream.write(chunk)) await new Promise<void>((resolve) => (wake = resolve));
  }
  stream.end();
}
