import { describe, expect, test } from "bun:test";
import { TOOLS, type Tool, toolTree } from "../../cli/completion/scripts.ts";
import { type Node, walk } from "../../cli/completion/tree.ts";
import { commandsIn, mistakeIn } from "../kit/command-line.ts";

/** What a person sees of every command: each rule is a sentence, and a command that breaks it is named. */
describe.each(Object.keys(TOOLS) as Tool[])("%s", (tool) => {
  const rule = async (sentence: string, broken: (node: Node) => readonly string[] | Promise<readonly string[]>) => {
    const found: string[] = [];
    for (const node of walk(await toolTree(tool)))
      for (const what of await broken(node)) found.push(`${node.path.join(" ")}${what === "" ? "" : `: ${what}`}`);
    if (found.length > 0) throw new Error(`${sentence}:\n  ${found.join("\n  ")}`);
  };

  test("says what every command does", () =>
    rule("a command has a description of one line, without a period", ({ description }) =>
      description === "" || /[.\n]$/.test(description) ? [""] : [],
    ));

  test("shows how every command is used", () =>
    rule("a command has an example that names it", ({ children, examples, path }) =>
      children !== undefined || examples.some(([line]) => path.slice(1).some((word) => line.includes(word)))
        ? []
        : [""],
    ));

  test("explains every flag and argument", () =>
    rule("a flag and an argument have a description of one line, without a period", ({ flags, positionals }) =>
      [...flags, ...positionals]
        .filter((one) => one.description === "" || /[.\n]$/.test(one.description))
        .map(({ name }) => name),
    ));

  test("spells flags one way", () =>
    rule("a flag is words joined by -, with at most one letter as its short form", ({ flags }) =>
      flags
        .filter(({ name, short }) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || (short?.length ?? 1) !== 1)
        .map(({ name }) => name),
    ));

  test("gives a letter one meaning", () =>
    rule(
      "no two flags of a command share a short form, unless the command takes it over from the tool",
      ({ flags }) => {
        const own = flags.filter((flag) => flag.own && flag.short !== undefined).map((flag) => flag.short ?? "");
        return own.filter((letter, i) => own.indexOf(letter) !== i);
      },
    ));

  test("has -f text, json and yaml wherever it has formats", () =>
    rule(
      "--format is -f and knows json and yaml, unless a command writes files of other formats",
      ({ flags, path }) => {
        const format = flags.find(({ name }) => name === "format");
        if (format === undefined || !("words" in format.values) || format.values.words.includes("openssh")) return [];
        const { words } = format.values;
        // What goes on for ever is one JSON object a line, for which YAML has no counterpart.
        if (path.at(-1) === "tail") return words.includes("json") ? [] : [words.join(", ")];
        return format.short === "f" && words.includes("json") && words.includes("yaml") ? [] : [words.join(", ")];
      },
    ));

  test("shows examples that can be typed", () =>
    rule("an example is read without an error", async ({ examples }) => {
      const wrong: string[] = [];
      for (const [line] of examples)
        for (const words of commandsIn(line)) {
          const mistake = await mistakeIn(words);
          if (mistake !== undefined) wrong.push(`"${line}": ${mistake}`);
        }
      return wrong;
    }));
});

test("a command line in an example is found", () => {
  expect(commandsIn("tsh status --format=json | jq -r '.a | .b'")).toEqual([["tsh", "status", "--format=json"]]);
  expect(commandsIn('eval "$(tsh env)"')).toEqual([["tsh", "env"]]);
});
