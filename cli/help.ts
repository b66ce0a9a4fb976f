import { aliases, BUILT_IN, positionalName } from "./args.ts";
import { type Arg, type Args, type Group, isGroup, type Leaf } from "./command.ts";
import type { Style } from "./output.ts";

/** The help of a command or a noun: description, examples, usage, flags. */
export async function help(path: readonly string[], parents: readonly Group[], node: Leaf | Group, style: Style) {
  const name = path.join(" ");
  const common: Args = Object.assign({}, ...parents.map((parent) => parent.args ?? {}), BUILT_IN);
  const parts = [`${style.bold(name)}: ${node.meta.description}`];
  if (node.meta.examples?.length) parts.push(section("Examples", rows(node.meta.examples, style), style));
  parts.push(section("Usage", `  ${name} ${usageLine(node)}`.trimEnd(), style));
  if (isGroup(node)) {
    const verbs = await Promise.all(
      Object.entries(node.subCommands).map(async ([word, load]) => [word, await load()] as const),
    );
    const shown = verbs.filter(([, verb]) => verb.meta.hidden !== true);
    parts.push(
      section(
        "Commands",
        rows(
          shown.map(([word, verb]) => [word, verb.meta.description]),
          style,
        ),
        style,
      ),
    );
    // Own flags come first and override flags of a parent noun with the same name.
    parts.push(flags("Flags for every command", { ...node.args, ...common, ...node.args }, style));
    parts.push(`"${name} COMMAND --help" shows the help of a command.`);
  } else {
    const own = Object.fromEntries(Object.entries(node.args).filter(([word]) => !Object.hasOwn(common, word)));
    const positionals = Object.entries(own).filter(([, arg]) => arg.type === "positional");
    if (positionals.length > 0)
      parts.push(
        section(
          "Arguments",
          rows(
            positionals.map(([word, arg]) => [shownPositional(word, arg), described(arg)]),
            style,
          ),
          style,
        ),
      );
    parts.push(flags("Flags", own, style), flags("Flags for every command", common, style));
  }
  return parts.filter((part) => part !== "").join("\n\n");
}

export function usageLine(node: Leaf | Group): string {
  if (isGroup(node)) return "COMMAND [FLAGS]";
  const positionals = Object.entries(node.args).filter(([, arg]) => arg.type === "positional");
  const required = Object.entries(node.args).filter(([, arg]) => arg.type !== "positional" && arg.required === true);
  return [
    "[FLAGS]",
    ...required.map(([word, arg]) => `--${word}=${hintOf(word, arg)}`),
    ...positionals.map(([word, arg]) => shownPositional(word, arg)),
  ].join(" ");
}

function shownPositional(word: string, arg: Arg): string {
  const shown = `${positionalName(word, arg)}${arg.multiple === true ? "…" : ""}`;
  return arg.required === false || arg.default !== undefined ? `[${shown}]` : shown;
}

function hintOf(word: string, arg: Arg): string {
  return arg.options?.join("|") ?? (arg.valueHint ?? word).toUpperCase();
}

function flags(title: string, args: Args, style: Style): string {
  const lines = Object.entries(args)
    .filter(([, arg]) => arg.type !== "positional" && arg.hidden !== true)
    .map(([word, arg]) => [spelled(word, arg), described(arg)] as const);
  return lines.length === 0 ? "" : section(title, rows(lines, style), style);
}

function spelled(word: string, arg: Arg): string {
  const short = aliases(arg).filter((alias) => alias.length === 1);
  const value = arg.type === "boolean" ? "" : `=${hintOf(word, arg)}`;
  return `${short.length > 0 ? `-${short[0]}, ` : "    "}--${word}${value}`;
}

function described(arg: Arg): string {
  const notes = [
    arg.multiple === true && arg.type !== "positional" ? "may be repeated" : "",
    arg.default === undefined || arg.default === false ? "" : `default ${arg.default}`,
    arg.env === undefined ? "" : `or ${arg.env.map((word) => `$${word}`).join(", ")}`,
  ].filter((note) => note !== "");
  return notes.length === 0 ? arg.description : `${arg.description} (${notes.join("; ")})`;
}

function section(title: string, body: string, style: Style): string {
  return `${style.bold(`${title}:`)}\n${body}`;
}

/** Minimum width in columns of a meaning beside its line. */
const NARROW = 30;

/** Lines with their meanings beside them, or below them on a narrow terminal. Text is never truncated. */
function rows(pairs: readonly (readonly [string, string])[], style: Style): string {
  const width = style.width ?? Number.POSITIVE_INFINITY;
  const longest = Math.max(...pairs.map(([line]) => Bun.stringWidth(line)));
  const beside = width - longest - 4 >= NARROW;
  const margin = " ".repeat(beside ? longest + 4 : 6);
  return pairs
    .map(([line, meaning]) => {
      if (meaning === "") return `  ${line}`;
      const text = wrapped(meaning, width - margin.length).join(`\n${margin}`);
      return beside
        ? `  ${line}${" ".repeat(longest - Bun.stringWidth(line) + 2)}${text}`
        : `  ${line}\n${margin}${text}`;
    })
    .join("\n");
}

/** Wraps a sentence at `width` columns; longer words stay whole. */
function wrapped(sentence: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && Bun.stringWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
