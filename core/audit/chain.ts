import { createHash } from "node:crypto";
import type { AuditEvent } from "./event.ts";

/**
 * The hash chain of the audit log. Every line is a JSON object that begins with `seq`, counted from 1 over all files,
 * and `prev`, the SHA-256 of the bytes of the line before it (without the line's end), in hex; then the event. A line
 * that is changed, dropped, added or moved contradicts a line after it. The last line has none after it, so the head
 * (its number and hash) is kept elsewhere as a checkpoint. Every auth process writes a chain of its own.
 */

/** The end of a chain after some record: its number and the hash of its line (hex). */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** The head of an empty chain. */
export const GENESIS: Head = { seq: 0, hash: "0".repeat(64) };

/** `event` as the line that follows `after` (without its end), and the head that it makes. */
export function chainLine(event: AuditEvent, after: Head): { readonly line: string; readonly head: Head } {
  const line = `{"seq":${after.seq + 1},"prev":"${after.hash}",${JSON.stringify(event).slice(1)}`;
  return { line, head: { seq: after.seq + 1, hash: hashLine(line) } };
}

export function hashLine(line: string | Uint8Array): string {
  return createHash("sha256").update(line).digest("hex");
}

/** The position that a line claims: its number, and the hash of the line before it. */
export interface ChainPosition {
  readonly seq: number;
  readonly prev: string;
}

/** The position that `line` claims, or undefined when it is not a record. */
export function readPosition(line: Uint8Array): ChainPosition | undefined {
  const record = readJson(line);
  if (record === undefined) return undefined;
  const { seq, prev } = record;
  if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 1) return undefined;
  return typeof prev === "string" && /^[0-9a-f]{64}$/.test(prev) ? { seq, prev } : undefined;
}

/** The event of a line that `chainLine` wrote, or undefined when it is not a record. */
export function readEvent(line: Uint8Array): AuditEvent | undefined {
  const record = readJson(line);
  if (record === undefined) return undefined;
  const { seq: _seq, prev: _prev, ...event } = record;
  return event as unknown as AuditEvent;
}

function readJson(line: Uint8Array): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString());
    return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
