/** One short line of a text from the client, safe for a terminal and a log. */
export function asShown(text: string): string {
  const line = text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "?");
  return line.length > 64 ? `${line.slice(0, 64)}…` : line;
}
