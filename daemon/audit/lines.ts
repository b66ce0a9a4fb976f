import { closeSync, openSync, readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** Bytes read at once: enough to be fast, too few to hold up the event loop. */
const CHUNK = 256 * 1024;
const NEWLINE = 10;

/** The whole lines in the first `end` bytes of a file, without their ends, some at a time, first to last. */
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
    // What was left over has no end in it.
    for (let to = bytes.indexOf(NEWLINE, rest.length); to !== -1; to = bytes.indexOf(NEWLINE, from)) {
      lines.push(bytes.subarray(from, to));
      from = to + 1;
    }
    rest = bytes.subarray(from);
    if (lines.length > 0) yield lines;
  }
}

/** The same lines, last to first. Bytes after the last line's end are passed over. */
export async function* linesBackward(path: string, end: number): AsyncGenerator<Buffer[]> {
  await using file = await open(path, "r");
  /** What stands before the earliest line seen so far; undefined until the last line's end is found. */
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

/** How many of the first `size` bytes of a file are whole lines. */
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
