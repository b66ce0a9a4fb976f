import { aliases, BUILT_IN } from "../args.ts";
import { type Args, type Group, isGroup, type Leaf } from "../command.ts";

/** A command tree without code, for completions and for the tests of manual and help. */
export interface Node {
  /** From the name of the tool down: `["tctl", "users", "add"]`. */
  readonly path: readonly string[];
  readonly description: string;
  readonly examples: readonly (readonly [string, string])[];
  /** All flags, including those of the parent nouns. */
  readonly flags: readonly FlagNode[];
  readonly positionals: readonly PositionalNode[];
  /** Undefined for a command, the verbs for a noun. */
  readonly children: readonly Node[] | undefined;
}

export interface FlagNode {
  /** Without dashes. */
  readonly name: string;
  readonly short: string | undefined;
  readonly takesValue: boolean;
  readonly description: string;
  readonly repeats: boolean;
  readonly values: Values;
  /** Listed by this command itself, not only by a noun above it. */
  readonly own: boolean;
}

export interface PositionalNode {
  readonly name: string;
  readonly description: string;
  readonly repeats: boolean;
  /** After this positional, no word is a flag. */
  readonly verbatim: boolean;
  readonly values: Values;
}

/** The completions of a value: fixed words, or a kind that the shell or the host cache completes. */
export type Values = { readonly words: readonly string[] } | { readonly kind: "file" | "directory" | "host" | "none" };

/** Loads the whole tree; hidden commands are left out. */
export async function treeOf(root: Group | Leaf, path: readonly string[], inherited: Args = {}): Promise<Node> {
  const known = { ...inherited, ...root.args };
  const children = isGroup(root) ? await childrenOf(root, path, known) : undefined;
  const all = { ...known, ...BUILT_IN };
  return {
    path,
    description: root.meta.description,
    examples: root.meta.examples ?? [],
    flags: Object.entries(all)
      .filter(([, arg]) => arg.type !== "positional" && arg.hidden !== true)
      .map(([name, arg]) => ({
        name,
        short: aliases(arg).find((alias) => alias.length === 1),
        takesValue: arg.type !== "boolean",
        description: arg.description,
        repeats: arg.multiple === true,
        values: valuesOf(arg),
        own: Object.hasOwn(root.args ?? {}, name) && (!Object.hasOwn(inherited, name) || isGroup(root)),
      })),
    positionals: Object.entries(root.args ?? {})
      .filter(([, arg]) => arg.type === "positional")
      .map(([name, arg]) => ({
        name,
        description: arg.description,
        repeats: arg.multiple === true,
        verbatim: arg.verbatim === true,
        values: valuesOf(arg),
      })),
    children,
  };
}

async function childrenOf(root: Group, path: readonly string[], known: Args): Promise<Node[]> {
  const nodes: Node[] = [];
  for (const [word, load] of Object.entries(root.subCommands)) {
    const child = await load();
    if (child.meta.hidden !== true) nodes.push(await treeOf(child, [...path, word], known));
  }
  return nodes;
}

function valuesOf(arg: Args[string]): Values {
  if (arg.options !== undefined) return { words: arg.options };
  return { kind: arg.complete ?? "none" };
}

/** The node, and everything below it. */
export function walk(node: Node): Node[] {
  return [node, ...(node.children ?? []).flatMap(walk)];
}
