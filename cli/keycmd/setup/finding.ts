import type { Style } from "../../output.ts";
import { printable } from "../../output.ts";

/** The result of one check. A warning works, but should be fixed. */
export interface Finding {
  readonly about: string;
  readonly status: "ok" | "warning" | "failed";
  readonly message: string;
  readonly remedy: string | null;
}

export function passed(about: string, message: string): Finding {
  return { about, status: "ok", message, remedy: null };
}

export function warning(about: string, message: string, remedy: string): Finding {
  return { about, status: "warning", message, remedy };
}

export function failed(about: string, message: string, remedy: string): Finding {
  return { about, status: "failed", message, remedy };
}

/** One line for each finding, followed by its remedy. */
export function findingsText(findings: readonly Finding[], style: Style): string {
  const width = Math.max(...findings.map(({ about }) => about.length));
  const paint = { ok: style.green, warning: style.yellow, failed: style.red };
  return findings
    .flatMap(({ about, status, message, remedy }) => {
      const head = `${paint[status](status.padEnd(7))}  ${about.padEnd(width)}  ${printable(message)}`;
      return remedy === null ? [head] : [head, `${" ".repeat(11 + width)}${style.dim(printable(remedy))}`];
    })
    .join("\n");
}
