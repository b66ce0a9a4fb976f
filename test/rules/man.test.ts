import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { BUILT_IN } from "../../cli/args.ts";
import { type Group, isGroup, type Leaf } from "../../cli/command.ts";
import { TOOLS, type Tool, toolTree } from "../../cli/completion/scripts.ts";
import { type FlagNode, type Node, walk } from "../../cli/completion/tree.ts";
import { Context } from "../../cli/context.ts";
import { CONFIG_KEYS } from "../../cli/keycmd/config.ts";
import { FAULTS, Fault } from "../../core/fault.ts";
import { isKind, KINDS } from "../../core/resource/registry.ts";
import { parse } from "../../core/resource/resource.ts";
import { parseYaml } from "../../core/yaml.ts";
import { parseConfig } from "../../daemon/config/file.ts";
import { commandsIn, mistakeIn, mistakeInPart } from "../kit/command-line.ts";
import { displays, flagsIn, keysIn, quotes, readManual, variablesIn } from "../kit/manual.ts";
import { runProgram } from "../kit/run.ts";

/** The manual says all that the program can do, and nothing that it cannot. */

const ROOT = resolve(import.meta.dir, "../..");
const PAGES: Readonly<Record<Tool, string>> = {
  tsh: "tsh.1",
  tctl: "tctl.1",
  sallyport: "sallyport.8",
  keycmd: "sallyport-keycmd.8",
};
const ALL = ["tsh.1", "tctl.1", "sallyport.8", "sallyport-keycmd.8", "sallyport.yaml.5"] as const;

/** Commands whose flags are those of another one, which is where they are described. */
const LIKE: Readonly<Record<string, string>> = { "sallyport systemd": "sallyport start" };

function manual(page: string) {
  return readManual(readFileSync(join(ROOT, "man", page), "utf8"));
}

/** A rule is a sentence, and what breaks it is listed. */
function rule(sentence: string, broken: readonly string[]): void {
  if (broken.length > 0) throw new Error(`${sentence}:\n  ${broken.join("\n  ")}`);
}

describe.each(Object.keys(PAGES) as Tool[])("the manual of %s", (tool) => {
  const page = manual(PAGES[tool]);
  const common = explained(page.lines("DESCRIPTION"));
  /** Its commands, without those of the tools under sallyport's own name, which have pages of their own. */
  const nodes = async (): Promise<readonly Node[]> =>
    walk(await toolTree(tool)).filter(({ path }) => tool !== "sallyport" || !Object.hasOwn(PAGES, path[1] ?? ""));
  const commands = async () =>
    (await nodes())
      .filter(({ children }) => children === undefined)
      .map((node) => ({
        name: node.path.join(" "),
        flags: node.flags,
        heading: node.path.slice(1).join(" "),
        lines: page.lines("COMMANDS", node.path.slice(1).join(" ")),
      }));

  test("describes every command, and no other", async () => {
    const headings = (await commands()).map(({ heading }) => heading);
    expect(page.headings("COMMANDS").toSorted()).toEqual(headings.toSorted());
  });

  test("names and explains every flag of a command", async () => {
    const all = await commands();
    const missing = all.flatMap(({ name, flags, lines }) => {
      if (LIKE[name] !== undefined) return [];
      const [named, here] = [flagsIn(lines), explained(lines)];
      return flags
        .filter(({ own }) => own)
        .flatMap((flag) => {
          const forms = spellings(flag);
          if (!forms.some((form) => named.has(form))) return `${name} does not name --${flag.name}`;
          return [here, common].some((set) => forms.every((form) => set.has(form)))
            ? []
            : `${name} does not explain ${forms.join(" and ")}`;
        });
    });
    rule("a flag is named under its command, and explained there or where those of all commands are", missing);
    const flagsOf = (command: string) => all.find(({ name }) => name === command)?.flags.map(({ name }) => name);
    for (const [one, other] of Object.entries(LIKE)) expect(flagsOf(one)).toEqual(flagsOf(other));
  });

  test("explains the flags that all commands have", async () => {
    const [root] = await nodes();
    const flags = root?.flags.filter(({ name, own }) => own || Object.hasOwn(BUILT_IN, name)) ?? [];
    rule(
      "a flag of all commands is explained under DESCRIPTION",
      flags.flatMap(spellings).filter((form) => !common.has(form)),
    );
  });

  test("names no flag that does not exist", async () => {
    const all = await commands();
    const anywhere = new Set(all.flatMap(({ flags }) => flags.flatMap(spellings)));
    rule("a flag that is named exists", [
      ...all.flatMap(({ name, flags, lines }) => {
        const known = new Set(flags.flatMap(spellings));
        return [...flagsIn(lines)].filter((flag) => !known.has(flag)).map((flag) => `${name} ${flag}`);
      }),
      ...page.sections
        .filter((section) => section !== "COMMANDS")
        // `--flag=value` stands for any.
        .flatMap((section) =>
          [...flagsIn(page.lines(section))].filter((flag) => !anywhere.has(flag) && flag !== "--flag"),
        ),
    ]);
  });

  test("names the variables that stand for flags, and none of ours that does nothing", async () => {
    const named = variablesIn(page.lines("ENVIRONMENT"));
    const known = await variablesOf(TOOLS[tool](new Context(tool, {}, () => new Date(0))), tool);
    rule(
      "a variable that stands for a flag is under ENVIRONMENT",
      known.filter((name) => !named.includes(name)),
    );
    const source = sourceText();
    rule(
      "a variable under ENVIRONMENT is read or set somewhere",
      named.filter((name) => !source.includes(name.replace("*", ""))),
    );
  });

  test("lists the statuses of the table of failures", () => {
    const statuses = page.lines("EXIT STATUS").flatMap((line) => /^\.It (\d+)$/.exec(line)?.[1] ?? []);
    const table = new Set([0, 130, ...Object.values(FAULTS).map(({ exit }) => exit)]);
    expect(statuses.map(Number)).toEqual([...table].sort((a, b) => a - b));
  });
});

test("sallyport-keycmd(8) describes every key of its configuration, and no other", () => {
  expect(keysIn(manual("sallyport-keycmd.8").lines("CONFIGURATION")).toSorted()).toEqual(CONFIG_KEYS.toSorted());
});

describe("sallyport.yaml(5)", () => {
  const page = manual("sallyport.yaml.5");
  const sections = page.headings("DESCRIPTION");

  test("describes every key, and no other", () => {
    const described = sections.flatMap((section) =>
      keysIn(page.lines("DESCRIPTION", section)).map((key) => `${section}.${key}`),
    );
    const known = knownKeys([]).filter((key) => !key.startsWith("teleport"));
    expect(described.toSorted()).toEqual(known.toSorted());
  });

  test("shows values that the daemon takes", () => {
    const wrong = sections.flatMap((section) =>
      displays(page.lines("DESCRIPTION", section)).flatMap((example) =>
        configMistake(`${section}:\n  ${example.trim()}`),
      ),
    );
    rule("an example is read without an error", [
      ...wrong,
      ...displays(page.lines("EXAMPLES")).flatMap((example) => configMistake(example)),
    ]);
  });
});

describe.each(ALL)("%s", (name) => {
  const page = manual(name);

  test("shows commands that can be typed", async () => {
    const lines = page.sections.flatMap((section) => page.lines(section));
    const whole = displays(lines).flatMap((block) => block.split("\n").map((line) => line.replace(/^[$#] /, "")));
    const wrong: string[] = [];
    for (const [texts, check] of [
      [whole, mistakeIn],
      [quotes(lines), mistakeInPart],
    ] as const)
      for (const text of texts)
        for (const words of commandsIn(text)) {
          const mistake = await check(words);
          if (mistake !== undefined) wrong.push(`${text}: ${mistake}`);
        }
    rule("a command line is read without an error", wrong);
  });

  test("shows resources that are valid", () => {
    for (const block of page.sections.flatMap((section) => displays(page.lines(section)))) {
      if (!block.startsWith("kind:")) continue;
      const { kind } = parseYaml(block, name).value as { kind: string };
      if (!isKind(kind)) throw new Error(`${kind} is not a kind of resource`);
      parse(KINDS[kind], parseYaml(block, name).value, name);
    }
  });

  test("refers to pages of ours that exist", () => {
    const pages = new Set<string>(ALL);
    const references = page.sections
      .flatMap((section) => page.lines(section))
      .flatMap((line) => /^\.Xr (\S+) (\d)/.exec(line)?.slice(1, 3).join(".") ?? []);
    rule(
      "a page of ours that is referred to exists",
      references.filter((reference) => /^(?:tsh|tctl|sallyport)/.test(reference) && !pages.has(reference)),
    );
  });

  test("is good mdoc", async () => {
    if (Bun.which("mandoc") === null) return console.log("mandoc is not installed: the markup is not checked");
    const { stdout } = await runProgram(["mandoc", "-T", "lint", "-W", "style", join(ROOT, "man", name)]);
    // Whether other pages are installed says nothing about this one.
    expect(stdout.split("\n").filter((line) => line !== "" && !line.includes("referenced manual not found"))).toEqual(
      [],
    );
  });
});

/** The long form, and the short one where there is one. */
function spellings({ name, short }: Pick<FlagNode, "name" | "short">): string[] {
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
}

/** Flags that head an entry of a list, or a sentence that ends in a list of values. */
function explained(lines: readonly string[]): Set<string> {
  return flagsIn(lines.filter((line) => line.startsWith(".It ") || /^\.Fl .* :$/.test(line)));
}

async function variablesOf(node: Leaf | Group, tool: Tool): Promise<string[]> {
  const own = Object.values(node.args ?? {}).flatMap(({ env = [] }) => env);
  if (!isGroup(node)) return own;
  const below = Object.entries(node.subCommands).filter(([word]) => tool !== "sallyport" || !(word in PAGES));
  const all = await Promise.all(below.map(async ([, load]) => variablesOf(await load(), tool)));
  return [...new Set([...own, ...all.flat()])];
}

function sourceText(): string {
  return ["cli", "daemon", "core"]
    .map((dir) => join(ROOT, dir))
    .flatMap((dir) => readdirSync(dir, { recursive: true, encoding: "utf8" }).map((file) => join(dir, file)))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
}

/**
 * Every key of the configuration below `path`, as the program itself says: to a key that it does not know it answers with
 * those that it knows.
 */
function knownKeys(path: readonly string[]): string[] {
  const keys = keysAt(path);
  if (keys === undefined) return [path.join(".").replaceAll(".[]", "[]")];
  const below = keys.flatMap((key) => {
    const inList = keysAt([...path, key, "[]"]);
    return inList === undefined
      ? knownKeys([...path, key])
      : [...knownKeys([...path, key, "[]"]), [...path, key].join(".")];
  });
  return below.map((key) => key.replaceAll(".[]", "[]"));
}

/** Undefined where there is no mapping. */
function keysAt(path: readonly string[]): string[] | undefined {
  const strange = path.reduceRight<unknown>((value, key) => (key === "[]" ? [value] : { [key]: value }), { "0": 0 });
  const hint = mistakeOf(JSON.stringify(strange))?.hint;
  return hint?.startsWith("known here: ") ? hint.slice("known here: ".length).split(", ") : undefined;
}

function configMistake(text: string): string[] {
  const mistake = mistakeOf(text);
  return mistake === undefined ? [] : [mistake.message];
}

function mistakeOf(text: string): Fault | undefined {
  try {
    parseConfig(text, "example");
    return undefined;
  } catch (thrown) {
    return Fault.from(thrown);
  }
}
