import type { Fault } from "../fault.ts";

/** UTF-16 code units; longer than any message of the product, shorter than a screen. */
const MAX_LENGTH = 1000;

/**
 * Makes text from a peer, or an error that quotes a peer, safe for a terminal: one line of at most 1,000 code units. Each
 * run of white space, control characters, line ends and bidirectional overrides becomes one space.
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
