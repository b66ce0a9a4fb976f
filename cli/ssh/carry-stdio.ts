import { closeSync } from "node:fs";
import type { Duplex } from "node:stream";
import { inputChunks } from "./stdio.ts";

/** So much may wait for whoever reads our stdout before the other side is made to wait. */
const HIGH_WATER = 256 * 1024;

/**
 * Carries bytes between this process's stdin and stdout and a stream, each way no faster than it is taken. The end of one
 * direction is passed on and leaves the other open. Resolves when the stream has closed and all it brought is written, or
 * nobody reads it any more. @throws system errors of stdin and stdout.
 *
 * By Bun's own descriptors, which start in no time and carry 1.5 GB/s: `process.stdin` and `process.stdout` cost 11 ms.
 */
export async function carryStdio(stream: Duplex): Promise<void> {
  const output = pour(stream);
  // Its end is not awaited: whoever reads our stdout need never close our stdin.
  await Promise.race([output, feed(stream).then(() => output)]);
}

/** What the stream brings, to stdout, and then the end of it. */
async function pour(stream: Duplex): Promise<void> {
  const stdout = Bun.stdout.writer({ highWaterMark: HIGH_WATER });
  const waiting: Buffer[] = [];
  let [bytes, ended, closed] = [0, false, false];
  let wake = () => {};
  stream.on("data", (chunk: Buffer) => {
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes >= HIGH_WATER) stream.pause();
    wake();
  });
  stream.once("end", () => {
    ended = true;
    wake();
  });
  stream.once("close", () => {
    closed = true;
    wake();
  });
  try {
    for (;;) {
      // What came while the last was written has woken nobody.
      if (waiting.length === 0) {
        if (ended || closed) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      // All packets of one read of the socket go out in one write.
      bytes = 0;
      for (const chunk of waiting.splice(0)) await stdout.write(chunk);
      await stdout.flush();
      stream.resume();
    }
    await stdout.end();
    // Bun keeps it open, and the reader would not see the end before the other direction has ended, too.
    closeSync(1);
    if (!closed) await new Promise<void>((resolve) => stream.once("close", () => resolve()));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
    stream.destroy();
  }
}

/** stdin, to the stream, and then the end of it. */
async function feed(stream: Duplex): Promise<void> {
  let [wake, closed] = [() => {}, false];
  stream.on("drain", () => wake());
  stream.once("close", () => {
    closed = true;
    wake();
  });
  for await (const chunk of inputChunks()) {
    if (!closed && !stream.write(chunk))
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    if (closed) return;
  }
  stream.end();
}
