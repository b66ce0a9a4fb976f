import type { Reply } from "../../core/api/routes.ts";
import { parseDuration } from "../../core/duration.ts";
import { Fault } from "../../core/fault.ts";
import { parseLabelQuery } from "../../core/policy/node-index.ts";
import type { Node } from "../../core/resource/node.ts";
import { command, group, listing, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { localTime, table } from "../output.ts";
import { withAuth } from "./connect.ts";
import { globals, wholeNumber } from "./flags.ts";
import { hostRoles } from "./tokens.ts";

export const nodes = (cx: Context) =>
  group({
    meta: { name: "nodes", description: "Nodes of the cluster" },
    subCommands: {
      add: async () => nodesAdd(cx),
      ls: async () => nodesLs(cx),
    },
  });

/** `tctl nodes add`: creates join tokens, each valid for one machine. The JSON output is an array of the tokens. */
export const nodesAdd = (cx: Context) =>
  command({
    meta: {
      name: "add",
      description: "Create join tokens, each valid for one machine",
      examples: [
        ["tctl nodes add", "prints the command to run on the new machine"],
        ["tctl nodes add --count=10 --ttl=2h --format=json", "an array of ten tokens"],
      ],
    },
    args: {
      ...globals,
      ...printing,
      roles: {
        type: "string",
        default: "node",
        parse: hostRoles,
        valueHint: "node,proxy",
        description: "Roles to run",
      },
      ttl: { type: "string", default: "30m", parse: parseDuration, description: "Lifetime of the tokens" },
      count: { type: "string", default: "1", parse: wholeNumber, description: "Number of tokens" },
      token: { type: "string", valueHint: "value", description: "Use this value instead of a random one" },
    },
    async run({ args }) {
      if (args.token !== undefined && args.count !== 1) throw new Fault("bad_request", "--token requires --count=1");
      const request = {
        roles: args.roles,
        ttl_seconds: args.ttl,
        ...(args.token !== undefined && { value: args.token }),
      };
      const issued = await withAuth(cx, args, async (api) => {
        const tokens: Reply<"createToken">[] = [];
        for (let n = 0; n < args.count; n++) tokens.push(await api.createToken(request));
        return tokens;
      });
      const values = issued.map(({ token }) => token.metadata.name);
      await cx.print(values, { text: () => issued.map((one) => joinText(one, args.roles)).join("\n\n") });
    },
  });

function joinText({ token, ca_pins, auth_addr }: Reply<"createToken">, roles: readonly string[]): string {
  const pins = ca_pins.map((pin) => ` --ca-pin=${pin}`).join("");
  const { name, expires } = token.metadata;
  return [
    `Token: ${name}`,
    "Run this on the new machine:",
    "",
    `  sallyport start --roles=${roles.join(",")} --auth-server=${auth_addr} --token=${name}${pins}`,
    "",
    `It works once, until ${localTime(new Date(expires ?? 0))}.`,
  ].join("\n");
}

/** `tctl nodes ls`: lists nodes whose last heartbeat is at most one minute old. */
export const nodesLs = (cx: Context) =>
  command({
    meta: {
      name: "ls",
      description: "List the nodes that are up",
      examples: [
        ["tctl nodes ls env=prod", "by label"],
        ["tctl nodes ls --search=web", "by a part of the name, the address or a label"],
      ],
    },
    args: {
      ...globals,
      ...listing,
      search: {
        type: "string",
        valueHint: "text",
        description: "Only nodes with this text in the name, UUID, address or labels",
      },
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
