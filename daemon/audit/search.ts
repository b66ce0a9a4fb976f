import { readEvent } from "../../core/audit/chain.ts";
import type { AuditEvent } from "../../core/audit/event.ts";
import type { Day } from "./days.ts";
import { linesBackward } from "./lines.ts";

/** Which events; what is missing matches all. */
export interface EventSearch {
  readonly event?: string | undefined;
  readonly user?: string | undefined;
  /** From this time on. */
  readonly from?: Date | undefined;
  /** Before this time. */
  readonly to?: Date | undefined;
  /** The newest so many; 1,000 if not given. */
  readonly limit?: number | undefined;
}

/** By how much the clock of a machine that submits events may be ahead of the log's for its events to be found. */
const AHEAD = 86_400_000;

/** The times of the first and the last event in a file. */
interface Span {
  readonly from: string;
  readonly to: string;
}

/** Searches of one log. What it learns of a file that is written no more it keeps, to pass over the file later. */
export class Search {
  readonly #spans = new Map<string, Span>();

  /** The newest events of `days` that match, newest last. */
  async run(days: readonly Day[], query: EventSearch): Promise<AuditEvent[]> {
    const limit = query.limit ?? 1000;
    const match = matcher(query);
    const found: AuditEvent[] = [];
    for (const day of days.toReversed()) {
      if (found.length >= limit || isBefore(day, query.from)) break;
      if (this.#apart(day, query)) continue;
      let span: Span | undefined;
      for await (const lines of linesBackward(day.path, day.size)) {
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
      if (found.length < limit && span !== undefined && !day.open) this.#spans.set(day.day, span);
    }
    return found.reverse();
  }

  /** Whether all of a file is known to lie outside of the times asked for. */
  #apart({ day }: Day, { from, to }: EventSearch): boolean {
    const span = this.#spans.get(day);
    if (span === undefined) return false;
    return (from !== undefined && span.to < from.toISOString()) || (to !== undefined && span.from >= to.toISOString());
  }
}

/** An event is never written before it happens: no earlier file can hold it, but for a clock that is ahead. */
function isBefore({ day }: Day, from: Date | undefined): boolean {
  return from !== undefined && Date.parse(day) + 86_400_000 + AHEAD <= from.getTime();
}

function widen(span: Span | undefined, time: string): Span {
  if (span === undefined) return { from: time, to: time };
  if (time >= span.from && time <= span.to) return span;
  return { from: time < span.from ? time : span.from, to: time > span.to ? time : span.to };
}

/** `bytes` is a cheap test that passes all that match and little else: most lines need not be parsed. */
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

/** As `JSON.stringify` has written it. */
function field(name: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : `"${name}":${JSON.stringify(value)}`;
}

/** `Date.toISOString` has a fixed length, and order. Inside of a text the quotes would be escaped. */
function timeOf(line: Buffer): string {
  const at = line.indexOf('"time":"');
  return at === -1 ? "" : line.toString("latin1", at + 8, at + 32);
}
