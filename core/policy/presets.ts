import type { Role } from "../resource/role.ts";

type Spec = Role["spec"];

/** The roles that a new cluster starts with. An administrator may change or remove them like any other. */
export const PRESET_ROLES: readonly Role[] = [
  preset("access", {
    allow: {
      logins: ["{{internal.logins}}"],
      node_labels: { "*": "*" },
      app_labels: { "*": "*" },
      rules: [],
    },
    options: { max_session_ttl: "30h", forward_agent: true, port_forwarding: true },
  }),
  preset("editor", {
    allow: {
      ...nothing(),
      rules: [
        {
          resources: [
            "user",
            "role",
            "node",
            "token",
            "lock",
            "cluster_config",
            "app",
            "trusted_cluster",
            "remote_cluster",
            "access_request",
            "oidc",
            "github",
          ],
          verbs: ["*"],
        },
        { resources: ["cert_authority"], verbs: ["list", "read"] },
      ],
    },
    options: {},
  }),
  preset("auditor", {
    allow: { ...nothing(), rules: [{ resources: ["event", "session", "recording"], verbs: ["list", "read"] }] },
    options: {},
  }),
];

function preset(name: string, { allow, options }: Pick<Spec, "allow" | "options">): Role {
  return { kind: "role", version: "v1", metadata: { name }, spec: { allow, deny: nothing(), options } };
}

function nothing(): Spec["allow"] {
  return { logins: [], node_labels: {}, app_labels: {}, rules: [] };
}
