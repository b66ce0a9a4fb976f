import { writev } from "node:fs";
import { Writable } from "node:stream";

/**
 * A stream onto a descriptor that never blocks this process: what is slow to take makes the sender wait, while the other
 * direction goes on. (`process.stdout` would do, for 8 ms at the start of every command.) A reader that has gone away is
 * reported as the error EPIPE.
 */
export function outputStream(fd: number): Writable {
  return new Writable({
    highWaterMark: 1024 * 1024,
    write: (chunk: Buffer, _encoding, done) => writeBuffers(fd, [chunk], done),
    writev: (chunks, done) => {
      const buffers = chunks.map(({ chunk }) => chunk as Buffer);
      writeBuffers(fd, buffers, done);
    },
  });
}

/** More at once than IOV_MAX is refused by the system. */
const MAX_BUFFERS = 512;
const RETRY_MS = 2;

function writeBuffers(fd: number, buffers: Buffer[], done: (error?: Error | null) => void): void {
  writev(fd, buffers.slice(0, MAX_BUFFERS), (error, written) => {
    // Somebody made the descriptor non-blocking, and it is full.
    if (error?.code === "EAGAIN") setTimeout(() => writeBuffers(fd, buffers, done), RETRY_MS);
    else if (error) done(error);
    else {
      const rest = dropBytes(buffers, written);
      if (rest.length === 0) done();
      else writeBuffers(fd, rest, done);
    }
  });
}

function dropBytes(buffers: readonly Buffer[], count: number): Buffer[] {
  const rest: Buffer[] = [];
  let left = count;
  for (const buffer of buffers) {
    if (left < buffer.length) rest.push(buffer.subarray(left));
    left = Math.max(0, left - buffer.length);
  }
  return rest;
}

/** stdin as it comes; an end at once when it is closed. `process.stdin` costs 3 ms more. */
export async function* inputChunks(): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of Bun.stdin.stream()) yield chunk;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // Closed, or a terminal of which we are a background process.
    if (code !== "EBADF" && code !== "EIO") throw error;
  }
}
