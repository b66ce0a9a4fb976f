import { Fault } from "./fault.ts";

const UNITS = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;
const WORD = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/** Seconds of `90s`, `30m`, `12h`, `7d` or a sum such as `8h30m`. @throws Fault `bad_request`. */
export function parseDuration(text: string): number {
  const match = text === "" ? null : WORD.exec(text);
  if (match === null)
    throw new Fault("bad_request", `${quote(text)} is not a duration`, { hint: "write it as 90s, 30m, 12h or 7d" });
  const [, d = "0", h = "0", m = "0", s = "0"] = match;
  const seconds = Number(d) * UNITS.d + Number(h) * UNITS.h + Number(m) * UNITS.m + Number(s);
  if (!Number.isSafeInteger(seconds) || seconds > 1e10)
    throw new Fault("bad_request", `the duration ${quote(text)} is too long`);
  return seconds;
}

/** The shortest words for whole seconds: 43200 is `12h`, 5400 is `1h30m`, 0 is `0s`. */
export function formatDuration(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds));
  let text = "";
  for (const [unit, size] of Object.entries(UNITS)) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text || "0s";
}

/** What was typed, on one line and not for pages. */
function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
