import { readFileSync, readSync } from "node:fs";
import { systemFault } from "./system-error.ts";

/** The text of a file named on the command line; `-` is stdin. @throws Fault that names the file */
export function readInput(file: string): string {
  try {
    return file === "-" ? readStdin() : readFileSync(file, "utf8");
  } catch (error) {
    throw systemFault(error, file === "-" ? "stdin" : file) ?? error;
  }
}

function readStdin(): string {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.alloc(65_536);
    try {
      const length = readSync(0, chunk);
      if (length === 0) return Buffer.concat(chunks).toString("utf8");
      chunks.push(chunk.subarray(0, length));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      // Another process made stdin non-blocking and no data is available: wait synchronously.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
