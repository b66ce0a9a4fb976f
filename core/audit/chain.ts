import { createHash } from "node:crypto";
import type { AuditEvent } from "./event.ts";

/**
 * The hash chain of the audit log. Every line is a JSON object that begins with `seq`, counted from 1 over all files,
 * and `prev`, the SHA-256 of the bytes of the line before it (without the line's end), in hex; then the event. So no
 * line can be changed, dropped, added or moved without a contradiction in what follows. What follows the last line
 * is nothing, which is why its number and hash (the head) are noted elsewhere from time to time.
 */

/** A place in the chain: a record's number and the hash of its line. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** Where every chain begins. */
export const GENESIS: Head = { seq: 0, hash: "0".repeat(64) };

/** `event` as the line that follows `after` (without its end), and the head that it makes. */
export function chainLine(event: AuditEvent, after: Head): { readonly line: string; readonly head: Head } {
  const line = `{"seq":${after.seq + 1},"prev":"${after.hash}",${JSON.stringify(event).slice(1)}`;
  return { line, head: { seq: after.seq + 1, hash: hashLine(line) } };
}

export function hashLine(line: string | Uint8Array): string {
  return createHash("sha256").update(line).digest("hex");
}

/** What a line says of its place, or undefined where it is no record. */
export function readPlace(line: Uint8Array): { readonly seq: number; readonly prev: string } | undefined {
  const record = readJson(line);
  if (record === undefined) return undefined;
  const { seq, prev } = record;
  if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 1) return undefined;
  return typeof prev === "string" && /^[0-9a-f]{64}$/.test(prev) ? { seq, prev } : undefined;
}

/** The event of a line of ours, or undefined where it is no record. */
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
