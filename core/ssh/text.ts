import type { Fault } from "../fault.ts";

/** Longer than any sentence of ours, shorter than a screen. */
const MAX_LENGTH = 1000;

/**
 * One line that is safe on a terminal: what the other side sends, or caused us to say, may hold escape sequences.
 * Runs of white space, control characters, line ends and bidirectional overrides become one space.
 */
export function oneLine(text: string): string {
  return text
    .slice(0, MAX_LENGTH)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Z}]+/gu, " ")
    .trim();
}

/** A failure on one line: the message, and the hint in brackets where there is one. */
export function faultLine({ message, hint }: Fault): string {
  return oneLine(hint === undefined ? message : `${message} (${hint})`);
}
