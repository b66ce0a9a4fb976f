import { closeSync, openSync, readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** Bytes of one read: large enough to be fast, small enough not to hold the event loop. */
const CHUNK = 256 * 1024;
const NEWLINE = 10;

/** The complete lines between `start` and `end` of a file, without line ends, in order, several at a time. */
export async function* linesForward(path: string, start: number, end: number): AsyncGenerator<Buffer[]> {
  await using file = await open(path, "r");
  let rest: Buffer = Buffer.alloc(0);
  for (let at = start; at < end; ) {
    const chunk = await readAt(file, at, Math.min(CHUNK, end - at));
    if (chunk.length === 0) return;
    at += chunk.length;
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const lines: Buffer[] = [];
    let from = 0;
    // `rest` has no line end.
    for (let to = bytes.indexOf(NEWLINE, rest.length); to !== -1; to = bytes.indexOf(NEWLINE, from)) {
      lines.push(bytes.subarray(from, to));
      from = to + 1;
    }
    rest = bytes.subarray(from);
    if (lines.length > 0) yield lines;
  }
}

/** The complete lines in the first `end` bytes, last to first. Bytes after the last line end are skipped. */
export async function* linesBackward(path: string, end: number): AsyncGenerator<Buffer[]> {
  await using file = await open(path, "r");
  /** The bytes before the earliest line seen so far; undefined until the last line end is found. */
  let rest: Buffer | undefined;
  for (let at = end; at > 0; ) {
    const size = Math.min(CHUNK, at);
    at -= size;
    const chunk = await readAt(file, at, size);
    const bytes: Buffer = rest === undefined ? chunk : Buffer.concat([chunk, rest]);
    const lines: Buffer[] = [];
    let to = rest === undefined ? chunk.lastIndexOf(NEWLINE) : bytes.length;
    if (to === -1) continue;
    for (let before = lastNewline(bytes, to); before !== -1; before = lastNewline(bytes, to)) {
      lines.push(bytes.subarray(before + 1, to));
      to = before;
    }
    rest = bytes.subarray(0, to);
    if (lines.length > 0) yield lines;
  }
  if (rest !== undefined) yield [rest];
}

/** The number of bytes of complete lines among the first `size` bytes of a file. */
export function endOfLines(path: string, size: number): number {
  const fd = openSync(path, "r");
  const chunk = Buffer.alloc(64 * 1024);
  try {
    for (let end = size; end > 0; ) {
      const start = Math.max(0, end - chunk.length);
      const newline = chunk.subarray(0, readSync(fd, chunk, 0, end - start, start)).lastIndexOf(NEWLINE);
      if (newline !== -1) return start + newline + 1;
      end = start;
    }
    return 0;
  } finally {
    closeSync(fd);
  }
}

function lastNewline(bytes: Buffer, before: number): number {
  return before === 0 ? -1 : bytes.lastIndexOf(NEWLINE, before - 1);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}
