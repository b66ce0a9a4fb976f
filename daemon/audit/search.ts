import { readEvent } from "../../core/audit/chain.ts";
import type { AuditEvent } from "../../core/audit/event.ts";
import { linesBackward } from "./lines.ts";
import type { LogFile } from "./log-files.ts";

/** Events returned when a search gives no limit. */
export const DEFAULT_LIMIT = 1000;

/** Selects events; a condition that is missing matches all. */
export interface EventSearch {
  readonly event?: string | undefined;
  readonly user?: string | undefined;
  /** From this time on. */
  readonly from?: Date | undefined;
  /** Before this time. */
  readonly to?: Date | undefined;
  /** Returns the newest so many; `DEFAULT_LIMIT` if not given. */
  readonly limit?: number | undefined;
}

/** Milliseconds that the clock of a submitting member may be ahead of the log's; its events are still found. */
const AHEAD = 86_400_000;

/** The times of the first and the last event in a file. */
interface Span {
  readonly from: string;
  readonly to: string;
}

/** Searches one log. Keeps the time span of each file that is complete, to skip the file in later searches. */
export class LogSearch {
  readonly #spans = new Map<string, Span>();

  /** The newest events of `files` that match, in the order of writing. */
  async run(files: readonly LogFile[], query: EventSearch): Promise<AuditEvent[]> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const match = matcher(query);
    const found: AuditEvent[] = [];
    for (const file of files.toReversed()) {
      if (found.length >= limit || isBefore(file, query.from)) break;
      if (this.#isOutside(file, query)) continue;
      let span: Span | undefined;
      for await (const lines of linesBackward(file.path, file.size)) {
        for (const line of lines) {
          const time = timeOf(line);
          span = widen(span, time);
          if (found.length < limit && match.time(time) && match.bytes(line)) {
            const event = readEvent(line);
            if (event !== undefined && match.event(event)) found.push(event);
          }
        }
        if (found.length >= limit) break;
      }
      if (found.length < limit && span !== undefined && !file.open) this.#spans.set(file.day, span);
    }
    return found.reverse();
  }

  /** Whether every event of the file is known to be outside of the query's times. */
  #isOutside({ day }: LogFile, { from, to }: EventSearch): boolean {
    const span = this.#spans.get(day);
    if (span === undefined) return false;
    return (from !== undefined && span.to < from.toISOString()) || (to !== undefined && span.from >= to.toISOString());
  }
}

/** An event is not written before it happens, except when a clock is ahead: earlier files cannot hold it. */
function isBefore({ day }: LogFile, from: Date | undefined): boolean {
  return from !== undefined && Date.parse(day) + 86_400_000 + AHEAD <= from.getTime();
}

function widen(span: Span | undefined, time: string): Span {
  if (span === undefined) return { from: time, to: time };
  if (time >= span.from && time <= span.to) return span;
  return { from: time < span.from ? time : span.from, to: time > span.to ? time : span.to };
}

/** `bytes` is a cheap test that passes every match and little else, so that most lines are not parsed. */
function matcher(query: EventSearch) {
  const from = query.from?.toISOString() ?? "";
  const to = query.to?.toISOString() ?? "~";
  const parts = [field("event", query.event), field("user", query.user)].filter((part) => part !== undefined);
  return {
    time: (time: string) => from <= time && time < to,
    bytes: (line: Buffer) => parts.every((part) => line.includes(part)),
    event: (event: AuditEvent) =>
      (query.event === undefined || event.event === query.event) &&
      (query.user === undefined || event.user === query.user),
  };
}

/** The field as `JSON.stringify` writes it. */
function field(name: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : `"${name}":${JSON.stringify(value)}`;
}

/** `Date.toISOString` has a fixed length, and its text order is the time order. Inside a text the quotes would be escaped. */
function timeOf(line: Buffer): string {
  const at = line.indexOf('"time":"');
  return at === -1 ? "" : line.toString("latin1", at + 8, at + 32);
}
