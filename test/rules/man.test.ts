import { describe, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { BUILT_IN } from "../../cli/args.ts";
import { type Tool, toolTree } from "../../cli/completion/scripts.ts";
import { type Node, walk } from "../../cli/completion/tree.ts";

const PAGES: Readonly<Record<Tool, string>> = { tsh: "tsh.1", tctl: "tctl.1", sallyport: "sallyport.8" };

/**
 * A page describes a command under a heading (`.SS` or `.SH`) that begins with its words after the tool's name, and each
 * of its flags there by its long form. What holds for all commands stands anywhere on the page.
 */
describe.each(Object.entries(PAGES))("the manual of %s", (tool, page) => {
  test("describes every command and flag", async () => {
    const file = resolve(import.meta.dir, "../../man", page);
    if (!existsSync(file)) throw new Error(`man/${page} is missing`);
    const text = readFileSync(file, "utf8")
      .replaceAll("\\-", "-")
      .replaceAll(/\\f[BIRP]/g, "");
    const missing: string[] = [];
    for (const node of walk(await toolTree(tool as Tool))) {
      // The tools under sallyport's own name have pages of their own.
      if (tool === "sallyport" && (node.path[1] === "tsh" || node.path[1] === "tctl")) continue;
      if (node.children !== undefined) missing.push(...absent(node, text, ""));
      else {
        const section = sectionOf(node, text);
        if (section === undefined) missing.push(`${node.path.join(" ")} (a heading ".SS ${words(node)} …")`);
        else missing.push(...absent(node, section, ` under "${words(node)}"`));
      }
    }
    if (missing.length > 0) throw new Error(`man/${page} does not describe:\n  ${missing.join("\n  ")}`);
  });
});

function words(node: Node): string {
  return node.path.slice(1).join(" ");
}

function absent(node: Node, text: string, where: string): string[] {
  return node.flags
    .filter((flag) => flag.own || (node.path.length === 1 && Object.hasOwn(BUILT_IN, flag.name)))
    .filter((flag) => !new RegExp(`--${flag.name}(?![a-z0-9-])`).test(text))
    .map((flag) => `${node.path.join(" ")} --${flag.name}${where}`);
}

function sectionOf(node: Node, text: string): string | undefined {
  const heading = new RegExp(`^\\.S[SH] "?(?:${node.path[0]} )?${words(node)}(?![a-z-]).*$`, "m").exec(text);
  if (heading === null) return undefined;
  const from = heading.index + heading[0].length;
  const next = /^\.S[SH] /m.exec(text.slice(from));
  return text.slice(from, next === null ? undefined : from + next.index);
}
