import type { EventRow } from "../../core/api/client.ts";
import { parseDuration } from "../../core/duration.ts";
import { Fault } from "../../core/fault.ts";
import type { Context } from "../context.ts";

/** RFC 3339, or a duration that lies back. */
export function moment(cx: Context): (text: string) => string {
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
