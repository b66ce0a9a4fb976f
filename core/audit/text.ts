/**
 * Text from outside for the audit log: bounded, and without characters that could move a cursor, begin a
 * line or turn the direction of what a person reads.
 */

/** Characters (UTF-16 units) that one text of an event may have. Commands and paths may be long, nothing else need be. */
export const MAX_TEXT = 1024;
export const MAX_LONG_TEXT = 32_768;
/** Members of one list or of one set of labels. */
export const MAX_MEMBERS = 128;

/** Controls, invisible format characters (bidi, joiners, tags), line separators, halves of surrogate pairs. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The whole of a text that `printable` has made, and of nothing else that could do harm. */
export const PRINTABLE = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u;

/** `text` with what is unsafe written as `\u001b`, and cut with `…` where it is longer than `max`. */
export function printable(text: string, max: number): string {
  // Escaping never makes a text shorter, so the part beyond `max` is not escaped.
  const escaped = text.slice(0, max + 1).replace(UNSAFE, escapeUnits);
  return escaped.length <= max && text.length <= max ? escaped : `${withoutHalf(escaped.slice(0, max - 1))}…`;
}

function escapeUnits(character: string): string {
  let escaped = "";
  for (let i = 0; i < character.length; i++) escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
  return escaped;
}

/** A cut may have parted a surrogate pair. */
function withoutHalf(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, "");
}
