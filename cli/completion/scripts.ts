import { Context } from "../context.ts";
import { keycmd } from "../keycmd/index.ts";
import { sallyport } from "../sallyport.ts";
import { tctl } from "../tctl/index.ts";
import { tsh } from "../tsh/index.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { type Node, treeOf } from "./tree.ts";
import { zshScript } from "./zsh.ts";

export const TOOLS = { sallyport, tsh, tctl, keycmd } as const;
export type Tool = keyof typeof TOOLS;
export const SHELLS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** The command tree of a tool, loaded whole. */
export function toolTree(tool: Tool): Promise<Node> {
  return treeOf(TOOLS[tool](new Context(tool, {}, () => new Date(0))), [tool]);
}

/** The content of every file of `completions/`, by file name. */
export async function completionFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const tool of Object.keys(TOOLS) as Tool[]) {
    const tree = await toolTree(tool);
    for (const [shell, script] of Object.entries(SHELLS)) files.set(`${tool}.${shell}`, script(tree));
  }
  return files;
}
