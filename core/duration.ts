import { Fault } from "./fault.ts";

const UNITS = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;
const WORD = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/** Parses `90s`, `30m`, `12h`, `7d` or a sum such as `8h30m` to seconds. @throws Fault `bad_request`. */
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

/** The input for an error message: quoted, on one line, at most 40 characters. */
function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
