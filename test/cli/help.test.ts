import { expect, test } from "bun:test";
import { type Group, isGroup, type Leaf } from "../../cli/command.ts";
import { TOOLS, type Tool } from "../../cli/completion/scripts.ts";
import { Context } from "../../cli/context.ts";
import { help } from "../../cli/help.ts";
import { type Style, styleFor } from "../../cli/output.ts";

/** The help of every command of a tool. */
async function helpOf(tool: Tool, width: number | undefined): Promise<string[]> {
  const style: Style = { ...styleFor(-1, {}), width };
  const texts: string[] = [];
  const visit = async (node: Leaf | Group, path: readonly string[], parents: readonly Group[]): Promise<void> => {
    texts.push(await help(path, parents, node, style));
    if (!isGroup(node)) return;
    for (const [word, load] of Object.entries(node.subCommands))
      await visit(await load(), [...path, word], [...parents, node]);
  };
  await visit(TOOLS[tool](new Context(tool, {}, () => new Date(0))), [tool], []);
  return texts;
}

const words = (text: string) => text.split(/\s+/);

test.each(Object.keys(TOOLS) as Tool[])(
  "the help of %s says all that it says on a narrow terminal, too",
  async (tool) => {
    const wide = await helpOf(tool, undefined);
    for (const width of [40, 80]) {
      const narrow = await helpOf(tool, width);
      expect(narrow.map(words)).toEqual(wide.map(words));
      // What is to be typed stays in one piece; what explains it does not run over.
      const explanations = narrow.flatMap((text) => text.split("\n")).filter((line) => /^ {6,}(?!--)/.test(line));
      expect(explanations.length).toBeGreaterThan(0);
      expect(explanations.filter((line) => words(line).length > 2 && Bun.stringWidth(line) > width)).toEqual([]);
    }
  },
);
