import { isUtf8 } from "node:buffer";
import type { Path } from "./sftp.ts";

/** One place in a pattern: a character as it is, `?`, `*`, or `[…]`. */
type Step = { readonly kind: "many" } | { readonly kind: "one"; readonly fits: (char: string) => boolean };

/** Whether a path contains glob(7) metacharacters. */
export function isPattern(path: Path): boolean {
  return /[*?[\\]/.test(path);
}

/** The literal text of a path component without backslash escapes; undefined for a pattern. */
export function literal(part: Path): Path | undefined {
  return /[*?[]/.test(part.replaceAll(/\\./gs, "")) ? undefined : part.replaceAll(/\\(.)/gs, "$1");
}

/**
 * A test for one part of a path, as glob(7): names that begin with a dot are matched by patterns that do. Takes time in
 * proportion to name times pattern at most: names come from a server.
 */
export function matcher(pattern: Path): (name: Path) => boolean {
  const steps = stepsOf([...asText(pattern)]);
  const dots = pattern.startsWith(".") || pattern.startsWith("\\.");
  return (name) => (dots || !name.startsWith(".")) && matches(steps, [...asText(name)]);
}

function matches(steps: readonly Step[], chars: readonly string[]): boolean {
  let [at, step] = [0, 0];
  // Position of the last `*` and the end of its match: only the last `*` needs backtracking.
  let [star, reached] = [-1, 0];
  while (at < chars.length) {
    const now = steps[step];
    if (now?.kind === "one" && now.fits(chars[at] ?? "")) {
      at += 1;
      step += 1;
    } else if (now?.kind === "many") {
      star = step;
      reached = at;
      step += 1;
    } else if (star !== -1) {
      reached += 1;
      at = reached;
      step = star + 1;
    } else return false;
  }
  return steps.slice(step).every(({ kind }) => kind === "many");
}

function stepsOf(chars: readonly string[]): Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? "";
    const set = char === "[" ? setAt(chars, at) : undefined;
    if (char === "*") steps.push({ kind: "many" });
    else if (char === "?") steps.push({ kind: "one", fits: () => true });
    else if (set !== undefined) {
      steps.push({ kind: "one", fits: set.fits });
      at = set.end;
    } else {
      if (char === "\\" && at + 1 < chars.length) at += 1;
      const own = chars[at];
      steps.push({ kind: "one", fits: (other) => other === own });
    }
  }
  return steps;
}

/** `[abc]`, `[a-z]`, `[!a]`: undefined where nothing closes it, and `[` is itself. */
function setAt(chars: readonly string[], from: number): { fits: (char: string) => boolean; end: number } | undefined {
  const negated = chars[from + 1] === "!" || chars[from + 1] === "^";
  const start = from + (negated ? 2 : 1);
  const end = chars.indexOf("]", start + 1);
  if (end === -1) return undefined;
  const ranges: [first: string, last: string][] = [];
  for (let at = start; at < end; ) {
    const spans = chars[at + 1] === "-" && at + 2 < end;
    ranges.push([chars[at] ?? "", chars[spans ? at + 2 : at] ?? ""]);
    at += spans ? 3 : 1;
  }
  return { fits: (char) => ranges.some(([first, last]) => first <= char && char <= last) !== negated, end };
}

function asText(path: Path): string {
  const bytes = Buffer.from(path, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : path;
}
