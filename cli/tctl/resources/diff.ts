import type { AuthClient } from "../../../core/api/client.ts";
import { Fault } from "../../../core/fault.ts";
import { command, printing } from "../../command.ts";
import type { Context } from "../../context.ts";
import type { Style } from "../../output.ts";
import { withAuth } from "../connect.ts";
import { globals } from "../flags.ts";
import { type Draft, plainText, readResources } from "./resource-file.ts";

interface Difference {
  readonly resource: string;
  readonly change: "none" | "new" | "changed";
  /** Each line of the text with `+`, `-` or a blank before it; empty where nothing changes. */
  readonly lines: readonly string[];
}

/** `tctl diff`: prints the changes that `tctl create --force` would make. Exit status 1 if there are changes. */
export const diff = (cx: Context) =>
  command({
    meta: {
      name: "diff",
      description: "Show the changes that tctl create --force would make",
      examples: [["tctl diff roles.yaml && echo nothing to do", ""]],
    },
    args: {
      ...globals,
      ...printing,
      file: { type: "positional", complete: "file", description: "The file, or - for stdin" },
    },
    async run({ args }) {
      const drafts = readResources(args.file);
      const differences = await withAuth(cx, args, async (api) => {
        const found: Difference[] = [];
        for (const draft of drafts) found.push(await compare(api, draft));
        return found;
      });
      await cx.print(differences, {
        text: (all, style) => all.flatMap((one) => (one.change === "none" ? [] : [shown(one, style)])).join("\n"),
      });
      return differences.every(({ change }) => change === "none") ? 0 : 1;
    },
  });

async function compare(api: AuthClient, { kind, name, resource }: Draft): Promise<Difference> {
  const about = { resource: `${kind}/${name}` };
  const wanted = plainText(resource);
  try {
    const present = plainText(await api.read(kind, name));
    if (present === wanted) return { ...about, change: "none", lines: [] };
    return {
      ...about,
      change: "changed",
      lines: lineDiff(present.trimEnd().split("\n"), wanted.trimEnd().split("\n")),
    };
  } catch (error) {
    if (Fault.from(error).code !== "not_found") throw error;
    return { ...about, change: "new", lines: lineDiff([], wanted.trimEnd().split("\n")) };
  }
}

function shown({ resource, lines }: Difference, style: Style): string {
  const paint = (line: string) =>
    line.startsWith("+") ? style.green(line) : line.startsWith("-") ? style.red(line) : style.dim(line);
  return [style.bold(resource), ...lines.map(paint)].join("\n");
}

/** A line diff by the longest common subsequence. */
function lineDiff(before: readonly string[], after: readonly string[]): string[] {
  const common: number[][] = Array.from({ length: before.length + 1 }, () =>
    new Array<number>(after.length + 1).fill(0),
  );
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      (common[i] ?? [])[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push(`  ${before[i++]}`);
      j++;
    } else if (j === after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1)))
      lines.push(`- ${before[i++]}`);
    else lines.push(`+ ${after[j++]}`);
  }
  return lines;
}
