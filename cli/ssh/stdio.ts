import { Writable } from "node:stream";

/** Bytes written in one system call. */
const AT_ONCE = 256 * 1024;

/**
 * A stream to stdout (1) or stderr (2) with backpressure that never blocks this process. (`process.stdout` costs 8 ms at
 * the start of every command.) A closed reader is reported as the error EPIPE.
 */
export function outputStream(fd: 1 | 2): Writable {
  const sink = (fd === 1 ? Bun.stdout : Bun.stderr).writer({ highWaterMark: AT_ONCE });
  const put = async (chunks: readonly Uint8Array[]) => {
    for (const chunk of chunks) {
      const written = sink.write(chunk);
      if (written instanceof Promise) await written;
    }
    await sink.flush();
  };
  return new Writable({
    highWaterMark: 1024 * 1024,
    write: (chunk: Uint8Array, _encoding, done) => void put([chunk]).then(() => done(), done),
    writev: (chunks, done) => void put(chunks.map(({ chunk }) => chunk as Uint8Array)).then(() => done(), done),
  });
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
