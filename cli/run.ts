import { FAULTS, Fault } from "../core/fault.ts";
import { readFlags, readWords, spellings, usage } from "./args.ts";
import { type Args, type Group, isGroup, type Leaf } from "./command.ts";
import type { Context } from "./context.ts";
import { FORMATS, type Format, writeAll } from "./output.ts";
import { report } from "./report.ts";
import { Interrupted } from "./system-error.ts";

/**
 * Runs a command tree of citty definitions. citty's own runner accepts unknown flags, parses `--help` after `--`, and runs
 * a parent after its child; this one does not. It catches all errors: a thrown Fault becomes two lines on stderr, or one
 * JSON object, and the exit status of core/fault.ts.
 * @returns the status to exit with
 */
export async function run(
  root: Group,
  path: readonly string[],
  words: readonly string[],
  cx: Context,
): Promise<number> {
  process.once("SIGINT", () => process.exit(130));
  // Report unhandled errors like all others, without a stack trace.
  for (const event of ["uncaughtException", "unhandledRejection"])
    process.on(event, (thrown: unknown) => process.exit(FAULTS[report(thrown, cx).code].exit));
  try {
    return await dispatch(root, path, words, cx);
  } catch (thrown) {
    if (thrown instanceof Interrupted) return 130;
    // If the command line is invalid, its flags were not parsed yet.
    cx.debug ||= words.includes("--debug");
    const fault = report(thrown, cx, formatAsked(words));
    return FAULTS[fault.code].exit;
  }
}

async function dispatch(root: Group, path: readonly string[], words: readonly string[], cx: Context): Promise<number> {
  const found = await find(root, path, words);
  if (found.help || isGroup(found.node)) {
    const { help } = await import("./help.ts");
    const text = await help(found.path, found.parents, found.node, cx.style(found.help ? 1 : 2));
    // Without --help, the help text is an error message and goes to stderr.
    writeAll(found.help ? 1 : 2, `${text}\n`);
    return found.help ? 0 : FAULTS.bad_request.exit;
  }
  const leaf = withCommon(found.node, found.parents);
  const values = withUsageHint(found.path, () => readWords(leaf.args, found.words, cx.env));
  cx.debug = values.debug === true;
  if (isFormat(values.format)) cx.format = values.format;
  return (await leaf.run({ args: values })) ?? 0;
}

export interface Found {
  readonly path: readonly string[];
  readonly parents: readonly Group[];
  readonly node: Leaf | Group;
  /** The words of the command, including flags before its name. */
  readonly words: readonly string[];
  readonly help: boolean;
}

/** Finds the command. Flags between nouns are passed on to the verb. */
export async function find(root: Group, start: readonly string[], words: readonly string[]): Promise<Found> {
  const path = [...start];
  const parents: Group[] = [];
  const before: string[] = [];
  let node: Leaf | Group = root;
  let at = 0;
  let common: Args = {};
  while (isGroup(node)) {
    common = { ...common, ...node.args };
    const known = spellings(common);
    let help = false;
    while (words[at]?.startsWith("-") && words[at] !== "--") {
      const from = at;
      const read = withUsageHint(path, () => readFlags(words, from, known));
      help ||= read.flags.some((flag) => flag.name === "help");
      before.push(...words.slice(at, at + read.taken));
      at += read.taken;
    }
    const word = words[at];
    if (help || word === undefined) return { path, parents, node, words: [], help };
    const next = await child(node, word);
    if (next === undefined) throw await unknownCommand(path, node, word);
    parents.push(node);
    // Use the word of the tree, which may differ from the command's own name; replace an alias by the name.
    path.push(Object.hasOwn(node.subCommands, word) ? word : next.meta.name);
    node = next;
    at += 1;
  }
  const rest = words.slice(at);
  return { path, parents, node, words: [...before, ...rest], help: wantsHelp(withCommon(node, parents), rest) };
}

/** The command with the flags of its parent nouns. */
export function withCommon(node: Leaf, parents: readonly Group[]): Leaf {
  return { ...node, args: Object.assign({}, ...parents.map((parent) => parent.args ?? {}), node.args) };
}

async function child(node: Group, word: string): Promise<Leaf | Group | undefined> {
  if (Object.hasOwn(node.subCommands, word)) return node.subCommands[word]?.();
  for (const load of Object.values(node.subCommands)) {
    const verb = await load();
    if ([verb.meta.alias ?? []].flat().includes(word)) return verb;
  }
  return undefined;
}

async function unknownCommand(path: readonly string[], node: Group, word: string): Promise<Fault> {
  const { suggest } = await import("../core/suggest.ts");
  const meant = suggest(word, Object.keys(node.subCommands), 1)[0];
  const name = path.join(" ");
  return usage(
    `unknown command "${name} ${word}"`,
    meant === undefined ? `"${name} --help" lists the commands` : `did you mean "${name} ${meant}"?`,
  );
}

/** `-h` or `--help` among the command's own flags; not as a flag's value, not after `--`, not in a remote command. */
function wantsHelp(node: Leaf, words: readonly string[]): boolean {
  const known = spellings(node.args);
  const positionals = Object.values(node.args).filter((arg) => arg.type === "positional");
  const verbatimAt = positionals.findIndex((arg) => arg.verbatim === true);
  let placed = 0;
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? "";
    if (word === "--") return false;
    if (word === "-" || !word.startsWith("-")) {
      placed += 1;
      if (placed === verbatimAt) return false;
      at += 1;
      continue;
    }
    try {
      const read = readFlags(words, at, known);
      if (read.flags.some((flag) => flag.name === "help" && flag.value === true)) return true;
      at += read.taken;
    } catch {
      // Ignore invalid flags here: --help beside them still prints the help; otherwise readWords reports them.
      at += 1;
    }
  }
  return false;
}

function withUsageHint<T>(path: readonly string[], read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.hint !== undefined) throw thrown;
    throw new Fault(thrown.code, thrown.message, { hint: `see "${path.join(" ")} --help"`, cause: thrown.cause });
  }
}

/** The format of an error: JSON if requested, also if the command line is invalid. */
function formatAsked(words: readonly string[]): Format {
  const line = words.slice(0, words.includes("--") ? words.indexOf("--") : words.length);
  const json = line.some(
    (word, i) =>
      /^(--format=|-[a-zA-Z]*f)json$/.test(word) || (word === "json" && /^(-f|--format)$/.test(line[i - 1] ?? "")),
  );
  return json ? "json" : "text";
}

function isFormat(value: unknown): value is Format {
  return FORMATS.some((format) => format === value);
}
