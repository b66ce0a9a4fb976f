import type { EventCheck, EventRow } from "../../core/api/schemas.ts";
import { parseDuration } from "../../core/duration.ts";
import { Fault } from "../../core/fault.ts";
import type { Args } from "../command.ts";
import type { Context } from "../context.ts";
import { table, type View } from "../output.ts";
import { wholeNumber } from "./flags.ts";

/** The filter flags of an audit log search. @param user description of `--user` */
export const searchFlags = (cx: Context, user: string) =>
  ({
    event: { type: "string", valueHint: "name", description: "Only events of this type" },
    user: { type: "string", description: user },
    from: {
      type: "string",
      parse: moment(cx),
      valueHint: "time",
      description: "Start time: RFC 3339, or a duration back such as 24h",
    },
    to: { type: "string", parse: moment(cx), valueHint: "time", description: "End time" },
    limit: {
      type: "string",
      default: "200",
      parse: wholeNumber,
      description: "Maximum number of events; the newest are kept",
    },
  }) as const satisfies Args;

/** The text form of events. */
export const eventsView: View<EventRow[]> = {
  text: (rows, style) =>
    table(
      ["time", "event", "code", "user", "what"],
      rows.map(eventCells),
      // Do not truncate: the reason of a refusal may be at the end.
      { ...style, width: undefined },
    ),
};

/** The text form of a verification result. */
export const checkView: View<EventCheck> = {
  text: ({ ok, records, problem = "", logs }) => {
    if (ok) return `the audit log is intact: ${records} events`;
    const altered = logs.some((log) => !log.ok && log.absent !== true);
    return altered
      ? `the audit log has been altered: ${problem}`
      : `${records} events are intact, but the audit log is incomplete: ${problem}`;
  },
};

/** Parses RFC 3339, or a duration back from now. */
function moment(cx: Context): (text: string) => string {
  return (text) => {
    if (/^\d+[dhms]/.test(text) && !text.includes("-"))
      return new Date(cx.now().getTime() - parseDuration(text) * 1000).toISOString();
    const at = new Date(text);
    if (Number.isNaN(at.getTime()))
      throw new Fault("bad_request", `"${text}" is not a time`, { hint: "2026-01-31T12:00:00Z, or 24h" });
    return at.toISOString();
  };
}

const COMMON = new Set(["event", "code", "time", "user", "uid", "cluster_name", "seq", "prev"]);

export function eventCells(event: EventRow): string[] {
  const rest = Object.entries(event).filter(([name]) => !COMMON.has(name));
  const what = rest.map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return [text(event.time), text(event.event), text(event.code), text(event.user), what.join(" ")];
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
