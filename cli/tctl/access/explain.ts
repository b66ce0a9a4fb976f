import type { AuthClient } from "../../../core/api/client.ts";
import { Fault } from "../../../core/fault.ts";
import { type Explanation, explainAccess } from "../../../core/policy/explain.ts";
import { lockedBy } from "../../../core/policy/locks.ts";
import { NodeIndex } from "../../../core/policy/node-index.ts";
import type { Node } from "../../../core/resource/node.ts";
import { command, printing } from "../../command.ts";
import type { Context } from "../../context.ts";
import { facts, type Style, table } from "../../output.ts";
import { withAuth } from "../connect.ts";
import { globals } from "../globals.ts";

interface Shown {
  readonly user: string;
  readonly node: { readonly name: string; readonly hostname: string };
  readonly login: string;
  readonly allow: boolean;
  /** `no_role`, `denied`, `labels`, `login` or `locked`. */
  readonly reason?: string;
  readonly roles: Explanation["verdicts"];
  /** Roles that the user has not, and with which it would be allowed. */
  readonly remedies: readonly string[];
  readonly lock?: string;
}

/** `tctl access explain`: which role allows or refuses somebody on a machine, and what would change it. */
export const accessExplain = (cx: Context) =>
  command({
    meta: {
      name: "explain",
      description: "Say which role lets a user log in to a machine, or keeps them out, and what would change it",
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
      const shown = await withAuth(cx, args, (api) => explain(cx, api, { user, node, login }));
      await cx.print(shown, { text: explanationText });
    },
  });

async function explain(
  cx: Context,
  api: AuthClient,
  asked: { readonly user: string; readonly node: string; readonly login: string },
): Promise<Shown> {
  const [user, roles, nodes, locks, { cluster }] = await Promise.all([
    api.read("user", asked.user),
    api.list("role"),
    api.list("node"),
    api.list("lock"),
    api.ping(),
  ]);
  const { metadata, spec } = find(nodes, asked.node, cluster, cx.now());
  const known = new Map(roles.map((role) => [role.metadata.name, role]));
  const held = user.spec.roles.flatMap((name) => known.get(name) ?? []);
  const request = { login: asked.login, labels: metadata.labels ?? {} };
  const { allow, reason, verdicts, remedies } = explainAccess(held, user.spec.traits, request, known);
  const who = { user: asked.user, roles: user.spec.roles, login: asked.login, node: [metadata.name, spec.hostname] };
  const lock = lockedBy(locks, who, cx.now());
  const why = lock === undefined ? reason : "locked";
  return {
    user: asked.user,
    node: { name: metadata.name, hostname: spec.hostname },
    login: asked.login,
    allow: allow && lock === undefined,
    ...(why !== undefined && { reason: why }),
    roles: verdicts,
    remedies,
    ...(lock !== undefined && { lock: lock.metadata.name }),
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

function explanationText(shown: Shown, style: Style): string {
  const { user, node, login, allow, reason, roles, remedies, lock } = shown;
  const verdict = allow ? style.green("allowed") : style.red(`refused: ${WHY[reason ?? ""] ?? reason}`);
  const change = [
    ...(lock === undefined ? [] : [`tctl locks rm ${lock}`]),
    ...(remedies.length === 0 ? [] : [`one of the roles ${remedies.join(", ")}`]),
  ];
  return [
    facts(
      [
        [`${login} on ${node.hostname}, for ${user}`, verdict],
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
            roles.map((v) => [v.role, v.says, v.because]),
            style,
          ),
        ]),
  ].join("\n");
}

const WHY: Readonly<Record<string, string>> = {
  no_role: "the user has no role",
  denied: "a role denies it",
  labels: "no role opens this machine",
  login: "no role that opens this machine gives the login",
  locked: "a lock is in force",
};
