import type { AuthClient } from "../../core/api/client.ts";
import { principalsOf } from "../../core/ca/user.ts";
import { Fault } from "../../core/fault.ts";
import {
  ANY_ADDRESS,
  type ClusterState,
  nodeTarget,
  type Reason,
  uncertifiedIdentity,
} from "../../core/policy/authorize.ts";
import { type Explanation, explain } from "../../core/policy/explain.ts";
import { NodeIndex } from "../../core/policy/node-index.ts";
import type { Node } from "../../core/resource/node.ts";
import { command, group, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { facts, type Style, table } from "../output.ts";
import { withAuth } from "./connect.ts";
import { globals } from "./flags.ts";

/** `tctl access`: decisions about access, and their reasons. */
export const access = (cx: Context) =>
  group({
    meta: { name: "access", description: "Access decisions and their reasons" },
    subCommands: { explain: async () => explainCommand(cx) },
  });

interface ExplainReport extends Explanation {
  readonly user: string;
  readonly node: { readonly name: string; readonly hostname: string };
  readonly login: string;
}

/** `tctl access explain`: the roles that allow or refuse a user on a machine, and the changes that would alter it. */
const explainCommand = (cx: Context) =>
  command({
    meta: {
      name: "explain",
      description: "Explain which roles allow or refuse a login on a node, and which changes alter the decision",
      examples: [["tctl access explain alice web1 root", ""]],
    },
    args: {
      ...globals,
      ...printing,
      user: { type: "positional", description: "User name" },
      node: { type: "positional", description: "Machine: name, UUID or address" },
      login: { type: "positional", description: "Login on the machine" },
    },
    async run({ args }) {
      const { user, node, login } = args;
      const shown = await withAuth(cx, args, (api) => explainOf(api, { user, node, login }));
      await cx.print(shown, { text: explanationText });
    },
  });

/** The decision for a certificate that a login would issue now, by auth's clock. */
async function explainOf(
  api: AuthClient,
  asked: { readonly user: string; readonly node: string; readonly login: string },
): Promise<ExplainReport> {
  const [user, roles, nodes, locks, ping] = await Promise.all([
    api.read("user", asked.user),
    api.list("role"),
    api.list("node"),
    api.list("lock"),
    api.ping(),
  ]);
  const now = new Date(ping.now);
  const node = find(nodes, asked.node, ping.cluster, now);
  const state: ClusterState = {
    name: ping.cluster,
    users: new Map([[user.metadata.name, user]]),
    roles: new Map(roles.map((role) => [role.metadata.name, role])),
    locks,
    trustsUserAuthority: () => true,
  };
  const held = user.spec.roles.flatMap((name) => state.roles.get(name) ?? []);
  const identity = uncertifiedIdentity(user, ping.cluster, principalsOf(user, held), now);
  const request = { kind: "node", node: nodeTarget(node), login: asked.login } as const;
  const { allow, reason, ...rest } = explain(identity, request, state, { now, address: ANY_ADDRESS });
  return {
    user: asked.user,
    node: { name: node.metadata.name, hostname: node.spec.hostname },
    login: asked.login,
    allow,
    ...(reason !== undefined && { reason }),
    ...rest,
  };
}

function find(nodes: readonly Node[], asked: string, cluster: string, now: Date): Node {
  const index = new NodeIndex();
  for (const node of nodes) index.put(node);
  const found = index.resolve(asked, { cluster, now });
  if (found.found === "one") return found.node;
  if (found.found === "none")
    throw new Fault("not_found", `there is no node "${asked}"`, { hint: "tctl nodes ls shows the nodes" });
  const names = found.nodes.map(({ metadata, spec }) => `${spec.hostname} ${metadata.name}`);
  throw new Fault("conflict", `"${asked}" is ${names.length} nodes: ${names.join(", ")}`, { hint: "ask by UUID" });
}

function explanationText(shown: ExplainReport, style: Style): string {
  const { user, node, login, reason, roles, remedies, lock } = shown;
  const decision = reason === undefined ? style.green("allowed") : style.red(`refused: ${WHY[reason] ?? reason}`);
  const change = [
    ...(lock === undefined ? [] : [`tctl locks rm ${lock}`]),
    ...(remedies.length === 0 ? [] : [`one of the roles ${remedies.join(", ")}`]),
  ];
  return [
    facts(
      [
        [`${login} on ${node.hostname}, for ${user}`, decision],
        ...(change.length === 0 ? [] : [["Would change it", change.join("; ")] as const]),
      ],
      style,
    ),
    ...(roles.length === 0
      ? []
      : [
          "",
          table(
            ["role", "says", "because"],
            roles.map(({ role, says, because }) => [role, says, because]),
            style,
          ),
        ]),
  ].join("\n");
}

/** The reasons that a certificate issued now can meet. */
const WHY: { readonly [R in Reason]?: string } = {
  locked: "a lock is in force",
  no_role: "the user has no role",
  denied: "a role denies it",
  labels: "no role allows this machine",
  login: "no role that allows this machine grants the login",
  session_mfa: "a role asks for a second factor for each session, which this cluster cannot ask for yet",
};
