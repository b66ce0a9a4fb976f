import { type CommandDef, type CommandMeta, defineCommand } from "citty";

/**
 * An argument: citty's definition plus the fields of the strict runner, such as repeated flags, parsed values and
 * positionals that take the rest of the line.
 */
export interface Arg {
  readonly type: "boolean" | "string" | "enum" | "positional";
  readonly description: string;
  /** Other spellings; one letter is a short flag. */
  readonly alias?: string | readonly string[];
  readonly options?: readonly string[];
  readonly default?: string | boolean;
  /** Positionals are required unless they say false, flags are not unless they say true. */
  readonly required?: boolean;
  /** The name of the value in the help. */
  readonly valueHint?: string;
  /** A repeated flag or a positional that takes all remaining words: an array. A repeated switch: a count. */
  readonly multiple?: true;
  /** On the last positional: after the positional before it, no word is a flag (`tsh ssh HOST ls --help`). */
  readonly verbatim?: true;
  /** Text to value. Throws a Fault `bad_request`; the runner puts the flag's name in front. */
  readonly parse?: (text: string) => unknown;
  /** Environment variables that replace the flag; the first non-empty one is used. */
  readonly env?: readonly string[];
  /** A flag of a parent noun that this command rejects: hidden in help and completions. */
  readonly hidden?: true;
  /** The kind of value that a shell completes, beyond `options`. */
  readonly complete?: "file" | "directory" | "host";
}
export type Args = Readonly<Record<string, Arg>>;

type Value<A extends Arg> = A extends { parse: (text: string) => infer V }
  ? V
  : A extends { type: "boolean" }
    ? boolean
    : A extends { options: readonly (infer O extends string)[] }
      ? O
      : string;

type Given<A extends Arg> = A extends { type: "boolean"; multiple: true }
  ? number
  : A extends { multiple: true }
    ? readonly Value<A>[]
    : A extends { type: "boolean" } | { default: string } | { required: true }
      ? Value<A>
      : A extends { type: "positional" }
        ? A extends { required: false }
          ? Value<A> | undefined
          : Value<A>
        : Value<A> | undefined;

/** The arguments of `run`: one property for each name in `args`. */
export type Parsed<A extends Args> = { readonly [K in keyof A]: Given<A[K]> };

export interface Meta extends CommandMeta {
  readonly name: string;
  readonly description: string;
  /** Command lines and their purpose; the help shows them first. */
  readonly examples?: readonly (readonly [line: string, what: string])[];
}

/** The exit status; undefined means 0. */
export type Outcome = number | undefined;

/** A command with its types erased, for the runner. */
export interface Leaf {
  readonly meta: Meta;
  readonly args: Args;
  readonly run: (given: { readonly args: Readonly<Record<string, unknown>> }) => Promise<Outcome | void>;
}

/** A noun with its verbs. Its flags are accepted before and after any verb; a verb that reads them also lists them. */
export interface Group {
  readonly meta: Meta;
  readonly args?: Args;
  readonly subCommands: Readonly<Record<string, () => Promise<Leaf | Group>>>;
}

export function command<const A extends Args>(definition: {
  readonly meta: Meta & { readonly examples: NonNullable<Meta["examples"]> };
  readonly args: A;
  readonly run: (given: { readonly args: Parsed<A> }) => Promise<Outcome | void>;
}): Leaf {
  return defineCommand(definition as unknown as CommandDef) as unknown as Leaf;
}

export function group(definition: Group): Group {
  return defineCommand(definition as unknown as CommandDef) as unknown as Group;
}

export function isGroup(node: Leaf | Group): node is Group {
  return "subCommands" in node;
}

/** `...printing` in the args of every command that prints a value. */
export const printing = {
  format: {
    type: "enum",
    alias: "f",
    options: ["text", "json", "yaml"],
    default: "text",
    valueHint: "format",
    description: "How to print the result",
  },
} as const satisfies Args;

/** `...listing` in the args of every command that prints a list. */
export const listing = {
  format: { ...printing.format, options: ["text", "json", "yaml", "names"] },
} as const satisfies Args;
