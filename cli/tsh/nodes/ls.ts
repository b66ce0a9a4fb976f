import type { Node } from "../../../core/resource/node.ts";
import { command, listing } from "../../command.ts";
import type { Context } from "../../context.ts";
import { type Style, table } from "../../output.ts";
import { globals } from "../globals.ts";
import { loadIdentity } from "../login/identity.ts";
import { profilesOf } from "../login/profile-select.ts";
import { validIdentity } from "../login/relogin.ts";
import { labelText, matchesLabels, mentions } from "./node-filter.ts";
import { parseQuery } from "./node-query.ts";
import { reachableNodes } from "./reachable.ts";

/** `tsh ls`: lists the machines that the user may access. */
export const ls = (cx: Context) =>
  command({
    meta: {
      name: "ls",
      description: "List the machines that you may access",
      examples: [
        ["tsh ls", ""],
        ["tsh ls env=prod,region=eu", "by labels"],
        ["tsh ls --search=web", "by a part of the name, the address or a label"],
        [`tsh ls --query='labels["env"] == "prod" && !(name == "web-1")'`, "by an expression"],
        ["tsh ls --format=json | jq -r '.[].spec.hostname'", "for scripts"],
      ],
    },
    args: {
      ...globals,
      ...listing,
      verbose: { type: "boolean", alias: "v", description: "Show the UUIDs, and all labels" },
      search: {
        type: "string",
        valueHint: "words",
        description: "Only machines with all of these words in the name, UUID, address or labels",
      },
      query: {
        type: "string",
        valueHint: "expression",
        parse: parseQuery,
        description: "Only machines that match this expression",
      },
      all: { type: "boolean", alias: "R", description: "List machines of all clusters that you are logged in to" },
      labels: {
        type: "positional",
        required: false,
        valueHint: "name=value,…",
        parse: matchesLabels,
        description: "Only machines with these labels",
      },
    },
    async run({ args }) {
      const found = args.all ? await everywhere() : await ofOne();
      const nodes = found
        .filter((node) => args.labels?.(node) ?? true)
        .filter((node) => args.search === undefined || mentions(node, args.search))
        .filter((node) => args.query?.(node) ?? true)
        .sort(byName);
      await cx.print<Node[]>(nodes, {
        text: (rows, style) => (args.verbose ? long(rows, style) : short(rows, style)),
        names: (rows) => rows.map((row) => row.spec.hostname),
      });

      async function ofOne(): Promise<Node[]> {
        const identity = await validIdentity(cx, args);
        const all = await reachableNodes(cx, identity);
        const { profile } = identity;
        if (profile !== undefined) {
          const profiles = profilesOf(cx);
          const [{ rememberHosts }, { rememberNodes }] = await Promise.all([
            import("./host-cache.ts"),
            import("./node-cache.ts"),
          ]);
          rememberHosts(profiles, profile, all.map((node) => node.spec.hostname).sort());
          rememberNodes(profiles, profile, all);
        }
        return all;
      }

      /** Nodes of all profiles. A failed or expired profile is a warning and does not hide the others. */
      async function everywhere(): Promise<Node[]> {
        const all: Node[] = [];
        for (const { web } of await profilesOf(cx).list())
          try {
            all.push(...(await reachableNodes(cx, await loadIdentity(cx, { proxy: web }))));
          } catch (error) {
            cx.warn(`${web}: ${(error as Error).message}`);
          }
        return all;
      }
    },
  });

function short(nodes: readonly Node[], style: Style): string {
  return table(
    ["node", "address", "labels"],
    nodes.map(({ spec, metadata }) => [spec.hostname, address(spec), labelText(metadata.labels)]),
    style,
  );
}

function long(nodes: readonly Node[], style: Style): string {
  return table(
    ["node", "uuid", "address", "version", "labels"],
    nodes.map(({ spec, metadata }) => [
      spec.hostname,
      metadata.name,
      address(spec),
      spec.version,
      labelText(metadata.labels),
    ]),
    // With --verbose, lines are not truncated.
    { ...style, width: undefined },
  );
}

function address(spec: Node["spec"]): string {
  return spec.tunnel ? "tunnel" : spec.addr;
}

function byName(a: Node, b: Node): number {
  const [x, y] = [a.spec.hostname + a.metadata.name, b.spec.hostname + b.metadata.name];
  return x < y ? -1 : x > y ? 1 : 0;
}
