import { Fault } from "../core/fault.ts";
import { suggest } from "../core/suggest.ts";
import type { Arg, Args } from "./command.ts";

/** Flags of every command. */
export const BUILT_IN: Args = {
  help: { type: "boolean", alias: "h", description: "Show this help" },
  debug: {
    type: "boolean",
    alias: "d",
    description: "Print debug output on stderr, and the cause of an internal error",
  },
};

/** Flags by spelling: `--format` and `-f` map to one pair. */
export type Spellings = ReadonlyMap<string, readonly [name: string, arg: Arg]>;

export function spellings(args: Args): Spellings {
  const table = new Map<string, readonly [string, Arg]>();
  for (const [name, arg] of Object.entries({ ...BUILT_IN, ...args })) {
    if (arg.type === "positional") continue;
    for (const word of [name, ...aliases(arg)]) table.set(word.length === 1 ? `-${word}` : `--${word}`, [name, arg]);
  }
  return table;
}

export function aliases(arg: Arg): readonly string[] {
  return typeof arg.alias === "string" ? [arg.alias] : (arg.alias ?? []);
}

/** One parsed flag. */
export interface Flag {
  readonly name: string;
  readonly arg: Arg;
  readonly value: string | boolean;
}

/**
 * Reads the flag, or the cluster of short flags, at `words[at]`.
 * @throws Fault `bad_request` for a flag that is not in the table or a value that is missing.
 */
export function readFlags(words: readonly string[], at: number, known: Spellings): { flags: Flag[]; taken: number } {
  const word = words[at] ?? "";
  if (word.startsWith("--")) return readLong(word, words[at + 1], known);
  // `-format` would parse as -f with the value "ormat": suggest --format instead.
  const long = `-${word.split("=")[0]}`;
  if (word.length > 2 && known.has(long)) throw usage(`unknown flag ${word}`, `did you mean ${long}?`);
  const flags: Flag[] = [];
  for (let i = 1; i < word.length; i++) {
    const spelled = `-${word[i]}`;
    const found = known.get(spelled);
    if (found === undefined) throw unknownFlag(word.length === 2 ? word : `${spelled} (in ${word})`, word, known);
    const [name, arg] = found;
    if (arg.type === "boolean") {
      flags.push({ name, arg, value: true });
      continue;
    }
    const rest = word.slice(i + 1);
    flags.push({ name, arg, value: rest !== "" ? rest : nextValue(spelled, words[at + 1]) });
    return { flags, taken: rest !== "" ? 1 : 2 };
  }
  return { flags, taken: 1 };
}

function readLong(word: string, next: string | undefined, known: Spellings): { flags: Flag[]; taken: number } {
  const equals = word.indexOf("=");
  const spelled = equals === -1 ? word : word.slice(0, equals);
  const given = equals === -1 ? undefined : word.slice(equals + 1);
  const found = known.get(spelled);
  if (found === undefined) {
    const positive = spelled.startsWith("--no-") ? known.get(`--${spelled.slice(5)}`) : undefined;
    if (positive?.[1].type !== "boolean") throw unknownFlag(spelled, spelled, known);
    if (given !== undefined) throw usage(`${spelled} takes no value`);
    return { flags: [{ name: positive[0], arg: positive[1], value: false }], taken: 1 };
  }
  const [name, arg] = found;
  if (arg.type === "boolean") {
    if (given !== undefined && given !== "true" && given !== "false")
      throw usage(`${spelled}: expected true or false, not "${given}"`);
    return { flags: [{ name, arg, value: given !== "false" }], taken: 1 };
  }
  if (given !== undefined) return { flags: [{ name, arg, value: given }], taken: 1 };
  return { flags: [{ name, arg, value: nextValue(spelled, next) }], taken: 2 };
}

function nextValue(spelled: string, next: string | undefined): string {
  if (next === undefined) throw usage(`${spelled} needs a value`);
  if (next.startsWith("-") && next !== "-")
    throw usage(
      `${spelled} needs a value, and "${next}" is a flag`,
      spelled.startsWith("--") ? `write ${spelled}=${next} if that is the value` : undefined,
    );
  return next;
}

function unknownFlag(shown: string, word: string, known: Spellings): Fault {
  const all = [...known.keys(), ...[...known].filter(([, [, a]]) => a.type === "boolean").map(([s]) => no(s))];
  const meant = word.startsWith("--") ? suggest(word, all.filter(isLong), 1)[0] : undefined;
  return usage(`unknown flag ${shown}`, meant === undefined ? undefined : `did you mean ${meant}?`);
}

function isLong(spelled: string): boolean {
  return spelled.startsWith("--");
}

function no(spelled: string): string {
  return spelled.replace(/^--/, "--no-");
}

/** An error in the command line. Without a hint, the runner adds one that points to --help. */
export function usage(message: string, hint?: string): Fault {
  return new Fault("bad_request", message, { hint });
}

/**
 * Parses the words of a command: validates values and fills in defaults.
 * @throws Fault `bad_request` that names the flag or argument.
 */
export function readWords(
  args: Args,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> {
  const known = spellings(args);
  const positionals = Object.entries(args).filter(([, arg]) => arg.type === "positional");
  const verbatimAt = positionals.findIndex(([, arg]) => arg.verbatim === true);
  const flags = new Map<string, (string | boolean)[]>();
  const rest: string[] = [];
  let ended = false;
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? "";
    if (!ended && word === "--") {
      ended = true;
      at += 1;
    } else if (!ended && word.startsWith("-") && word !== "-") {
      const read = readFlags(words, at, known);
      for (const { name, arg, value } of read.flags)
        flags.set(name, arg.multiple === true ? [...(flags.get(name) ?? []), value] : [value]);
      at += read.taken;
    } else {
      rest.push(word);
      at += 1;
      if (rest.length !== verbatimAt) continue;
      // ssh(1) drops one `--` between host and command; accept it, too.
      rest.push(...words.slice(!ended && words[at] === "--" ? at + 1 : at));
      break;
    }
  }
  const values: Record<string, unknown> = {};
  for (const [name, arg] of Object.entries({ ...BUILT_IN, ...args }))
    if (arg.type !== "positional") values[name] = flagValue(name, arg, flags.get(name), env);
  positionals.forEach(([name, arg]) => {
    values[name] = positionalValue(name, arg, rest);
  });
  if (rest[0] !== undefined) throw usage(`unexpected argument "${rest[0]}"`);
  return values;
}

function flagValue(
  name: string,
  arg: Arg,
  given: readonly (string | boolean)[] | undefined,
  env: Readonly<Record<string, string | undefined>>,
): unknown {
  if (arg.type === "boolean" && arg.multiple === true) return given?.filter((on) => on === true).length ?? 0;
  if (arg.type === "boolean") return given?.at(-1) ?? arg.default ?? false;
  const variable = given === undefined ? arg.env?.find((word) => env[word]) : undefined;
  const texts = given?.map(String) ?? [variable === undefined ? arg.default?.toString() : env[variable]];
  const values = texts.filter((text) => text !== undefined).map((text) => checked(variable ?? `--${name}`, arg, text));
  if (values.length === 0 && arg.required === true) throw usage(`--${name} is required`);
  return arg.multiple === true ? values : values[0];
}

/** The name of a positional in usage, help and errors. */
export function positionalName(name: string, { valueHint = name }: Arg): string {
  return valueHint.toUpperCase();
}

/** Removes the words of this positional from the front of `rest` and parses them. */
function positionalValue(name: string, arg: Arg, rest: string[]): unknown {
  const shown = positionalName(name, arg);
  const mine = rest.splice(0, arg.multiple === true ? rest.length : 1);
  if (mine.length === 0 && arg.default !== undefined) mine.push(String(arg.default));
  if (mine.length === 0 && arg.required !== false) throw usage(`${shown} is missing`);
  // An empty word is usually an unset variable of a script; a remote command may get empty words.
  if (mine.includes("") && arg.verbatim !== true) throw usage(`${shown} is empty`);
  const values = mine.map((text) => checked(shown, arg, text));
  return arg.multiple === true ? values : values[0];
}

function checked(shown: string, arg: Arg, text: string): unknown {
  if (arg.options !== undefined && !arg.options.includes(text)) {
    const meant = suggest(text, arg.options, 1)[0];
    throw usage(
      `${shown}: expected one of ${arg.options.join(", ")}, not "${text}"`,
      meant === undefined ? undefined : `did you mean ${meant}?`,
    );
  }
  if (arg.parse === undefined) return text;
  try {
    return arg.parse(text);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    throw new Fault(thrown.code, `${shown}: ${thrown.message}`, { hint: thrown.hint, cause: thrown.cause });
  }
}
