import { readWords, spellings } from "../../cli/args.ts";
import { isGroup } from "../../cli/command.ts";
import { TOOLS, type Tool } from "../../cli/completion/scripts.ts";
import { Context } from "../../cli/context.ts";
import { type Found, find, withCommon } from "../../cli/run.ts";

/** Command lines in help, manual and README. */

/** The programs of a shell line with their words. Text in single quotes is one word. */
export function programsIn(line: string): string[][] {
  const quoted: string[] = [];
  const bare = line.replaceAll(/'([^']*)'/g, (_, text: string) => `\u0001${quoted.push(text) - 1}\u0001`);
  return bare
    .split(/\||&&|;|\$\(|<\(|\)/)
    .map((part) => part.replace(/[<>]+\s*\S+|\d>&\d/g, " "))
    .map((part) => [...part.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', "")))
    .map((words) =>
      words.map((word) => word.replaceAll(/\u0001(\d+)\u0001/g, (_, n: string) => quoted[Number(n)] ?? "")),
    )
    .map(withoutPrefix)
    .filter((words) => words.length > 0);
}

/** Removes prefixes such as sudo and variables. */
function withoutPrefix(words: readonly string[]): string[] {
  const first = words.findIndex((word) => !/^(?:sudo|eval|source|exec|!|[A-Za-z_]+=.*)$/.test(word));
  return first === -1 ? [] : words.slice(first);
}

/** The programs of Sallyport among them, called by name or path. */
export function commandsIn(line: string): string[][] {
  return programsIn(line)
    .map(([name = "", ...rest]) => [name.replace(/^.*\//, ""), ...rest])
    .filter(([name = ""]) => Object.hasOwn(TOOLS, name));
}

/** The error of a command line as the program reports it; undefined if it is valid. */
export function mistakeIn(words: readonly string[]): Promise<string | undefined> {
  return failureOf(async () => {
    const { node, words: rest, parents } = await look(words);
    if (isGroup(node)) throw new Error("names no command");
    readWords(withCommon(node, parents).args, rest, {});
  });
}

/** Checks an abbreviated command line: only the command and its flags must exist. */
export function mistakeInPart(words: readonly string[]): Promise<string | undefined> {
  return failureOf(async () => {
    const { node, words: rest, parents } = await look(words);
    const known = spellings(
      isGroup(node)
        ? Object.assign({}, ...[...parents, node].map(({ args = {} }) => args))
        : withCommon(node, parents).args,
    );
    const [strange] = rest.filter((word) => /^--?[A-Za-z]/.test(word)).map((word) => word.split("=")[0] ?? "");
    if (strange !== undefined && !known.has(strange)) throw new Error(`there is no flag ${strange}`);
  });
}

async function look(words: readonly string[]): Promise<Found> {
  const [first = "", second = ""] = words;
  const [name, rest] =
    first === "sallyport" && Object.hasOwn(TOOLS, second) ? [second, words.slice(2)] : [first, words.slice(1)];
  return find(TOOLS[name as Tool](new Context(name, {}, () => new Date(0))), [name], rest);
}

async function failureOf(check: () => Promise<void>): Promise<string | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
