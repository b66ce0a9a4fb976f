import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { Fault } from "../../core/fault.ts";
import { isKind, KINDS } from "../../core/resource/registry.ts";
import { parse } from "../../core/resource/resource.ts";

const UUID = "6f1d2c3b-0a4e-4f5d-8c7b-9a0b1c2d3e4f";
const role = (spec: object): object => ({ kind: "role", metadata: { name: "r" }, spec });
const node = (spec: object, metadata: object = {}): object => ({
  kind: "node",
  metadata: { name: UUID, ...metadata },
  spec: { hostname: "web-1", addr: "10.0.0.1:3022", version: "1.0.0", ...spec },
});
const user = (spec: object, name = "alice"): object => ({ kind: "user", metadata: { name }, spec });
const lock = (spec: object): object => ({ kind: "lock", metadata: { name: "l" }, spec });

const why = (resource: { kind?: unknown }): string => {
  try {
    parse(KINDS[resource.kind as keyof typeof KINDS], resource, "file.yaml");
  } catch (thrown) {
    if (thrown instanceof Fault) return `${thrown.code} ${thrown.message}`;
    throw thrown;
  }
  return "accepted";
};

test("a role's missing fields get defaults that grant nothing", () => {
  const nothing = { logins: [], node_labels: {}, app_labels: {}, rules: [] };
  expect(parse(KINDS.role, role({}))).toEqual({
    kind: "role",
    version: "v1",
    metadata: { name: "r" },
    spec: { allow: nothing, deny: nothing, options: {} },
  });
});

test("a resource that was read can be written again", () => {
  const made = [
    role({
      allow: {
        logins: ["root", "{{internal.logins}}"],
        node_labels: { env: ["prod", "^eu-.*$"] },
        rules: [{ resources: ["*"], verbs: ["read"] }],
      },
      deny: { logins: ["*"], node_labels: { "*": "*" } },
      options: { max_session_ttl: "8h30m", max_sessions: 2, source_addresses: ["10.0.0.0/8", "::1"] },
    }),
    node({ tunnel: true }, { labels: { env: "prod" }, expires: "2030-01-01T00:00:00.000Z", revision: "7" }),
    user({ roles: ["access"], traits: { logins: ["root"] } }, "alice@example.com"),
    lock({ target: { user: "alice", node: "web-1" }, message: "left the company" }),
    { kind: "token", metadata: { name: "abcdefgh" }, spec: { roles: ["node", "proxy"], uses: 3 } },
    {
      kind: "cert_authority",
      metadata: { name: "user" },
      spec: { type: "user", cluster: "c", active_keys: ["ssh-ed25519 AAAA"] },
    },
  ];
  for (const each of made) {
    const read = parse(KINDS[(each as { kind: keyof typeof KINDS }).kind], each);
    expect(parse(KINDS[read.kind], JSON.parse(JSON.stringify(read)))).toEqual(read);
  }
});

describe("an error names the path and what was expected there", () => {
  test.each<[object, string]>([
    // the envelope
    [{ kind: "role" }, "metadata: expected object, but it is missing"],
    [{ kind: "role", metadata: {}, spec: {} }, "metadata.name: expected string, but it is missing"],
    [{ kind: "role", metadata: { name: "-x" }, spec: {} }, "metadata.name: expected a name (letters, digits, . _ -)"],
    [{ kind: "role", metadata: { name: "r" } }, "spec: expected object, but it is missing"],
    [{ kind: "role", version: "v3", metadata: { name: "r" }, spec: {} }, 'version: expected "v1"'],
    [
      { kind: "role", metadata: { name: "r", expires: "tomorrow" }, spec: {} },
      "metadata.expires: expected a time such as 2031-05-01T08:00:00Z",
    ],
    [
      { kind: "role", metadata: { name: "r", expires: "2031-05-01T08:00:00+02:00" }, spec: {} },
      "metadata.expires: expected a time such as 2031-05-01T08:00:00Z",
    ],
    [
      { kind: "role", metadata: { name: "r", expires: "2031-02-30T08:00:00Z" }, spec: {} },
      "metadata.expires: expected a time such as 2031-05-01T08:00:00Z",
    ],
    [{ kind: "role", metadata: { name: "r", namespace: "default" }, spec: {} }, "metadata.namespace: unknown field"],
    [{ ...role({}), extra: 1 }, "extra: unknown field"],

    // roles
    [role({ allows: {} }), "spec.allows: unknown field"],
    [role({ allow: { login: ["root"] } }), "spec.allow.login: unknown field"],
    [role({ allow: { logins: "root" } }), "spec.allow.logins: expected array, received string"],
    [
      role({ allow: { logins: ["root", "ro ot"] } }),
      "spec.allow.logins[1]: expected a Unix login name or a template such as {{internal.logins}}",
    ],
    [
      role({ allow: { logins: ["*"] } }),
      "spec.allow.logins[0]: expected a Unix login name or a template such as {{internal.logins}}",
    ],
    [
      role({ allow: { logins: ["{{logins}}"] } }),
      "spec.allow.logins[0]: expected a Unix login name or a template such as {{internal.logins}}",
    ],
    [
      role({ allow: { logins: ["{{internal.a}};id"] } }),
      "spec.allow.logins[0]: expected a Unix login name or a template such as {{internal.logins}}",
    ],
    [role({ allow: { logins: [7] } }), "spec.allow.logins[0]: expected string, received number"],
    [
      role({ deny: { logins: ["root", "ro*"] } }),
      "spec.deny.logins[1]: expected a Unix login name, a template such as {{internal.logins}}, or *",
    ],
    [role({ allow: { node_labels: { env: 7 } } }), "spec.allow.node_labels.env: expected string or array"],
    [role({ allow: { node_labels: { env: [] } } }), "spec.allow.node_labels.env: expected at least one value"],
    [
      role({ allow: { node_labels: { env: ["a", 7] } } }),
      "spec.allow.node_labels.env[1]: expected string, received number",
    ],
    [role({ allow: { node_labels: { "a b": "x" } } }), 'spec.allow.node_labels["a b"]: expected a label name or *'],
    [
      role({ allow: { node_labels: { "\u001b[31m": "x" } } }),
      'spec.allow.node_labels["\\u001b[31m"]: expected a label name or *',
    ],
    [
      role({ allow: { node_labels: { "*": "prod" } } }),
      'spec.allow.node_labels.*: expected "*": a pattern for every label has no meaning',
    ],
    [
      role({ allow: { node_labels: { env: "prod-*" } } }),
      'spec.allow.node_labels.env: only "*" alone stands for any value; write the pattern as ^…$',
    ],
    [
      role({ deny: { node_labels: { env: "^prod" } } }),
      "spec.deny.node_labels.env: not a valid regular expression: it must begin with ^ and end with $",
    ],
    [
      role({ deny: { node_labels: { env: ["x", "^(a$"] } } }),
      "spec.deny.node_labels.env[1]: not a valid regular expression: missing closing )",
    ],
    [
      role({ allow: { app_labels: { env: "{{env}}" } } }),
      "spec.allow.app_labels.env: expected {{internal.NAME}} or {{external.NAME}}, with plain text around it",
    ],
    [
      role({ allow: { app_labels: { env: "^{{external.env}}$" } } }),
      "spec.allow.app_labels.env: expected {{internal.NAME}} or {{external.NAME}}, with plain text around it",
    ],
    [
      role({ allow: { rules: [{ resources: ["users"], verbs: ["read"] }] } }),
      'spec.allow.rules[0].resources[0]: expected one of "user"|"role"|',
    ],
    [
      role({ allow: { rules: [{ resources: ["user"], verbs: ["write"] }] } }),
      'spec.allow.rules[0].verbs[0]: expected one of "list"|"create"|"read"|"update"|"delete"|"*"',
    ],
    [
      role({ allow: { rules: [{ resources: [], verbs: ["read"] }] } }),
      "spec.allow.rules[0].resources: expected at least one resource",
    ],
    [
      role({ options: { max_session_ttl: "0s" } }),
      "spec.options.max_session_ttl: expected a duration such as 30m, 12h or 7d",
    ],
    [role({ options: { max_session_ttl: 3600 } }), "spec.options.max_session_ttl: expected string, received number"],
    [
      role({ options: { max_sessions: 0 } }),
      "spec.options.max_sessions: expected 1 or more; leave it out for no limit",
    ],
    [role({ options: { forward_agent: "yes" } }), "spec.options.forward_agent: expected boolean, received string"],
    [role({ options: { source_addresses: [] } }), "spec.options.source_addresses: expected at least one address"],
    [
      role({ options: { source_addresses: ["10.0.0.1/8"] } }),
      "spec.options.source_addresses[0]: expected an address or a block such as 10.0.0.0/8",
    ],
    [role({ options: { ssh_file_copy: false } }), "spec.options.ssh_file_copy: unknown field"],

    // nodes
    [node({}, { name: "web-1" }), "metadata.name: expected a UUID in lower case"],
    [
      node({}, { labels: { "a b": "c" } }),
      'metadata.labels["a b"]: expected a label name (letters, digits, . _ : / -)',
    ],
    [node({}, { labels: { a: "\u001b]0;x\u0007" } }), "metadata.labels.a: expected text without control characters"],
    [node({ hostname: "web 1" }), "spec.hostname: expected a host name"],
    [node({ addr: "10.0.0.1" }), "spec.addr: expected host:port, IPv6 in brackets"],
    [node({ addr: "::1:22" }), "spec.addr: expected host:port, IPv6 in brackets"],
    [node({ addr: "10.0.0.1:0" }), "spec.addr: expected host:port, IPv6 in brackets"],
    [node({ addr: "we b:22" }), "spec.addr: expected host:port, IPv6 in brackets"],
    [node({ version: "1.0\n" }), "spec.version: expected a version"],

    // users, locks, tokens, authorities
    [user({}, "al ice"), "metadata.name: expected a user name (letters, digits, . _ @ + -)"],
    [user({ roles: ["a b"] }), "spec.roles[0]: expected a name (letters, digits, . _ -)"],
    [user({ traits: { logins: "root" } }), "spec.traits.logins: expected array, received string"],
    [user({ traits: { "a b": [] } }), 'spec.traits["a b"]: expected a trait name (letters, digits, . _ : / -)'],
    [user({ password: "x" }), "spec.password: unknown field"],
    [lock({ target: {} }), "spec.target: expected at least one of user, role, login, node, mfa_device"],
    [lock({ target: { user: "" } }), "spec.target.user: expected string to have >=1 characters"],
    [lock({ target: { user: "a" }, message: "two\nlines" }), "spec.message: expected one line of text"],
    [
      { kind: "token", metadata: { name: "short" }, spec: { roles: ["node"] } },
      "metadata.name: expected a token of 8 to 128 letters, digits, . _ -",
    ],
    [
      { kind: "token", metadata: { name: "abcdefgh" }, spec: { roles: ["auth"] } },
      'spec.roles[0]: expected one of "node"|"proxy"|"app"',
    ],
    [
      { kind: "cert_authority", metadata: { name: "user" }, spec: { type: "user", cluster: "c", active_keys: [] } },
      "spec.active_keys: expected array to have >=1 items",
    ],
  ])("%j", (resource, expected) => {
    expect(why(resource)).toStartWith(`bad_request file.yaml: ${expected}`);
  });
});

test("names of Object.prototype are not kinds or fields", () => {
  const odd = JSON.parse('{"kind":"role","metadata":{"name":"r"},"spec":{"__proto__":{"allow":{"logins":["root"]}}}}');
  expect(why(odd)).toBe("bad_request file.yaml: spec.__proto__: unknown field");
  expect(["constructor", "__proto__", "toString", "roles", ""].map(isKind)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
  expect(Object.keys(KINDS).every(isKind)).toBe(true);
});

test.each([["null"], ["7"], ['"role"'], ["[]"], ['[{"kind":"role"}]']])("%s is not a resource", (json) => {
  expect(() => parse(KINDS.role, JSON.parse(json))).toThrow("request: expected object");
});

test.each(Object.entries(KINDS))("%s has a JSON Schema that names its fields", (kind, schema) => {
  const json = z.toJSONSchema(schema) as { properties?: Record<string, { const?: string }> };
  expect(json.properties?.kind?.const).toBe(kind);
  expect(Object.keys(json.properties ?? {})).toEqual(["kind", "version", "metadata", "spec", "status"]);
});
