import { parseLabelQuery } from "../../core/policy/node-index.ts";
import type { Node } from "../../core/resource/node.ts";
import { command, listing } from "../command.ts";
import type { Context } from "../context.ts";
import { table } from "../output.ts";
import { withAuth } from "./auth.ts";
import { globals } from "./globals.ts";

/** `tctl nodes ls`: machines whose heartbeat is no older than a minute. */
export const nodesLs = (cx: Context) =>
  command({
    meta: {
      name: "ls",
      description: "List the machines that are up",
      examples: [
        ["tctl nodes ls env=prod", "by label"],
        ["tctl nodes ls --search=web", "by a part of the name, the address or a label"],
      ],
    },
    args: {
      ...globals,
      ...listing,
      search: { type: "string", valueHint: "text", description: "Only machines in which this text stands" },
      labels: {
        type: "positional",
        required: false,
        parse: parseLabelQuery,
        valueHint: "name=value,…",
        description: "Only machines with these labels",
      },
    },
    async run({ args }) {
      const wanted = Object.entries(args.labels ?? {});
      const all = await withAuth(cx, args, (api) => api.list("node"));
      const nodes = all
        .filter((node) => wanted.every(([name, value]) => node.metadata.labels?.[name] === value))
        .filter((node) => args.search === undefined || mentions(node, args.search.toLowerCase()))
        .sort((a, b) => (a.spec.hostname < b.spec.hostname ? -1 : 1));
      await cx.print<Node[]>(nodes, {
        text: (rows, style) =>
          table(
            ["node", "uuid", "address", "labels"],
            rows.map(({ metadata, spec }) => [spec.hostname, metadata.name, spec.addr, labelText(metadata.labels)]),
            style,
          ),
        names: (rows) => rows.map((row) => row.spec.hostname),
      });
    },
  });

export function labelText(labels: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(labels ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(",");
}

function mentions({ metadata, spec }: Node, text: string): boolean {
  return [spec.hostname, spec.addr, metadata.name, labelText(metadata.labels)].some((s) =>
    s.toLowerCase().includes(text),
  );
}
