import { parseDuration } from "../../core/duration.ts";
import { Fault } from "../../core/fault.ts";
import { type Labels, labels } from "../../core/resource/resource.ts";

/** A label whose value is the first output line of a command, which runs every `period` seconds. */
export interface CommandLabel {
  readonly name: string;
  /** The program and its arguments, executed without a shell. */
  readonly command: readonly [string, ...string[]];
  readonly period: number;
}

export interface NodeLabels {
  readonly labels: Labels;
  readonly commands: readonly CommandLabel[];
}

/**
 * Parses `env=prod,rack=[1m:"cat /etc/rack"],note="a, b"`. A value is a word or quoted text; brackets contain a period and
 * a command, whose words are separated by spaces or quoted.
 * @throws Fault `bad_request`.
 */
export function parseLabels(text: string): NodeLabels {
  const fixed: Record<string, string> = {};
  const commands: CommandLabel[] = [];
  for (const pair of split(text, ",")) {
    const [, name = "", value] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/s.exec(pair) ?? [];
    if (value === undefined) throw malformed(`"${pair.trim()}" has no "="`);
    if (Object.hasOwn(fixed, name) || commands.some((command) => command.name === name))
      throw malformed(`"${name}" appears twice`);
    if (!labels.safeParse({ [name]: "" }).success) throw malformed(`"${name}" is not a label name`);
    if (value.startsWith("[")) commands.push({ name, ...commandOf(name, value) });
    else fixed[name] = unquote(value);
  }
  return { labels: fixed, commands };
}

function commandOf(name: string, value: string): Omit<CommandLabel, "name"> {
  const [, period, rest] = /^\[\s*([0-9dhms]+)\s*:(.*)\]$/s.exec(value) ?? [];
  if (period === undefined || rest === undefined)
    throw malformed(`"${name}": expected [PERIOD:COMMAND], such as [1m:"uname -r"]`);
  const seconds = parseDuration(period);
  if (seconds < 1) throw malformed(`"${name}": the period has to be at least 1s`);
  const [line = "", ...more] = split(rest.trim(), " ");
  // A single quoted text is a command line to split; otherwise each word may be quoted.
  const words = more.length === 0 && /^["']/.test(line) ? split(unquote(line), " ") : [line, ...more];
  const [program, ...args] = words.filter((word) => word !== "").map(unquote);
  if (program === undefined || program === "") throw malformed(`"${name}": the command is empty`);
  return { command: [program, ...args], period: seconds };
}

/** Splits at separators outside quotes and brackets. */
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
  if (quote !== "") throw malformed(`a ${quote} is not closed`);
  if (depth !== 0) throw malformed("a bracket is not closed");
  parts.push(part);
  return parts.length === 1 && part.trim() === "" ? [] : parts;
}

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  return quoted?.[2] ?? text;
}

function malformed(reason: string): Fault {
  return new Fault("bad_request", `labels: ${reason}`, { hint: 'write them as env=prod,rack=[1m:"cat /etc/rack"]' });
}
