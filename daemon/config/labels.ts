import { parseDuration } from "../../core/duration.ts";
import { Fault } from "../../core/fault.ts";
import { type Labels, labels } from "../../core/resource/resource.ts";

/** A label whose value is the first line that a command prints, asked again every `period` seconds. */
export interface CommandLabel {
  readonly name: string;
  /** The program and its arguments; no shell reads them. */
  readonly command: readonly [string, ...string[]];
  readonly period: number;
}

export interface NodeLabels {
  readonly labels: Labels;
  readonly commands: readonly CommandLabel[];
}

/**
 * Reads `env=prod,rack=[1m:"cat /etc/rack"],note="a, b"`: values are words or quoted; in brackets stand a period and a
 * command, whose words are parted by spaces, or quoted.
 * @throws Fault `bad_request`.
 */
export function parseLabels(text: string): NodeLabels {
  const found: Record<string, string> = {};
  const commands: CommandLabel[] = [];
  for (const pair of split(text, ",")) {
    const [, name = "", value] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/s.exec(pair) ?? [];
    if (value === undefined) throw wrong(`"${pair.trim()}" has no "="`);
    if (Object.hasOwn(found, name) || commands.some((command) => command.name === name))
      throw wrong(`"${name}" is there twice`);
    if (!labels.safeParse({ [name]: "" }).success) throw wrong(`"${name}" is not a label name`);
    if (value.startsWith("[")) commands.push({ name, ...commandOf(name, value) });
    else found[name] = unquote(value);
  }
  return { labels: found, commands };
}

function commandOf(name: string, value: string): Omit<CommandLabel, "name"> {
  const [, period, rest] = /^\[\s*([0-9dhms]+)\s*:(.*)\]$/s.exec(value) ?? [];
  if (period === undefined || rest === undefined)
    throw wrong(`"${name}": expected [PERIOD:COMMAND], such as [1m:"uname -r"]`);
  const seconds = parseDuration(period);
  if (seconds < 1) throw wrong(`"${name}": the period is at least 1s`);
  const [line = "", ...more] = split(rest.trim(), " ");
  // One quoted text is a whole command line; otherwise each word may be quoted by itself.
  const words = more.length === 0 && /^["']/.test(line) ? split(unquote(line), " ") : [line, ...more];
  const [program, ...args] = words.filter((word) => word !== "").map(unquote);
  if (program === undefined || program === "") throw wrong(`"${name}": the command is empty`);
  return { command: [program, ...args], period: seconds };
}

/** Parts at `separator` where it stands outside quotes and brackets. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = "";
  let quote = "";
  let depth = 0;
  for (const c of text) {
    if (quote !== "") quote = c === quote ? "" : quote;
    else if (c === '"' || c === "'") quote = c;
    else if (c === "[") depth++;
    else if (c === "]") depth--;
    if (c === separator && quote === "" && depth === 0) {
      parts.push(part);
      part = "";
    } else part += c;
  }
  if (quote !== "") throw wrong(`a ${quote} is not closed`);
  if (depth !== 0) throw wrong("a bracket is not closed");
  parts.push(part);
  return parts.length === 1 && part.trim() === "" ? [] : parts;
}

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  return quoted?.[2] ?? text;
}

function wrong(why: string): Fault {
  return new Fault("bad_request", `labels: ${why}`, { hint: 'write them as env=prod,rack=[1m:"cat /etc/rack"]' });
}
