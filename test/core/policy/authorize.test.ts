import { describe, expect, test } from "bun:test";
import { Fault } from "../../../core/fault.ts";
import {
  type AccessRequest,
  ANY_ADDRESS,
  authorize,
  authorizer,
  type Circumstances,
  type ClusterState,
  type Decision,
  type Feature,
  type Grant,
  type Identity,
  REASONS,
  type Reason,
  requireAccess,
  uncertifiedIdentity,
  withUser,
} from "../../../core/policy/authorize.ts";
import { aCluster, aLock, aRole, aUser, CA, dice } from "./make.ts";

const NOW = new Date("2030-06-01T12:00:00Z");
const HOUR = 3600_000;
const UUID = "6f1d0c9a-1e8d-4b6a-9f2d-9c3d1b2a3c4d";
const at: Circumstances = { now: NOW, address: "10.1.2.3" };
const web1 = { uuid: UUID, hostname: "web-1", labels: { env: "prod" } };

const ops = aRole("ops", {
  allow: {
    logins: ["root", "deploy"],
    node_labels: { env: "prod" },
    rules: [{ resources: ["lock"], verbs: ["list"] }],
  },
  options: { port_forwarding: true },
});
const alice = aUser("alice", ["ops"]);

/** Alice's certificate, an hour old. */
function certificate(change: Partial<Identity> = {}): Identity {
  return {
    user: "alice",
    cluster: "example.com",
    roles: ["ops"],
    logins: ["root", "deploy"],
    authority: CA,
    issued: new Date(NOW.getTime() - HOUR),
    expires: new Date(NOW.getTime() + HOUR),
    permits: new Set<Feature>(["pty", "port-forwarding", "agent-forwarding"]),
    ...change,
  };
}

const asRoot: AccessRequest = { kind: "node", node: web1, login: "root" };
const anyLogin: AccessRequest = { kind: "node", node: web1 };
const cluster = aCluster({ users: [alice], roles: [ops] });
const expired = certificate({ expires: NOW });

function reasonOf(decision: Decision): Reason | "allowed" {
  return decision.allow ? "allowed" : decision.refusal.reason;
}

function grantOf(decision: Decision): Grant {
  if (!decision.allow) throw new Error(decision.refusal.message);
  return decision.grant;
}

/** A world in which alice holds these roles, all of them certified. */
function holding(...roles: readonly ReturnType<typeof aRole>[]): [Identity, ClusterState] {
  const names = roles.map(({ metadata }) => metadata.name);
  return [certificate({ roles: names }), aCluster({ users: [aUser("alice", names)], roles: [...roles] })];
}

const withLocks = (...locks: ReturnType<typeof aLock>[]) => aCluster({ users: [alice], roles: [ops], locks });
const withRole = (name: string, spec: object) => aCluster({ users: [alice], roles: [aRole(name, spec)] });

/** One state for each reason, with the request that meets it and the message for the user. */
const REFUSALS: { readonly [R in Reason]: [Identity, AccessRequest, ClusterState, string | RegExp] } = {
  other_cluster: [
    certificate({ cluster: "leaf\u001b[2J" }),
    { kind: "connect" },
    cluster,
    'the certificate is of the cluster "leaf?[2J"',
  ],
  untrusted_authority: [
    certificate({ authority: "SHA256:former" }),
    { kind: "connect" },
    cluster,
    "the authority of your certificate is no longer trusted",
  ],
  expired: [expired, { kind: "connect" }, cluster, "your certificate has expired, at 2030-06-01T12:00:00.000Z"],
  unknown_user: [certificate({ user: "mallory" }), { kind: "connect" }, cluster, "the user mallory does not exist"],
  former_user: [
    certificate(),
    { kind: "connect" },
    aCluster({ users: [aUser("alice", ["ops"], { created: "2030-06-01T11:30:00Z" })], roles: [ops] }),
    "the certificate is of an earlier user alice",
  ],
  locked: [
    certificate(),
    { kind: "connect" },
    withLocks(aLock("l", { user: "alice" }, { message: "see the security desk" })),
    "access is locked: see the security desk",
  ],
  source_address: [
    certificate(),
    { kind: "connect" },
    withRole("ops", { options: { source_addresses: ["192.0.2.0/24"] } }),
    "your roles do not allow connections from 10.1.2.3",
  ],
  no_role: [
    certificate(),
    asRoot,
    aCluster({ users: [aUser("alice", [])], roles: [ops] }),
    "access denied: role does not allow login root on web-1",
  ],
  denied: [
    certificate({ roles: ["ops", "no-root"] }),
    asRoot,
    aCluster({
      users: [aUser("alice", ["ops", "no-root"])],
      roles: [ops, aRole("no-root", { deny: { logins: ["root"] } })],
    }),
    "access denied: role does not allow login root on web-1",
  ],
  labels: [
    certificate(),
    { kind: "node", node: { ...web1, labels: { env: "dev" } }, login: "root" },
    cluster,
    "access denied: role does not allow login root on web-1",
  ],
  login: [
    certificate(),
    { kind: "node", node: web1, login: "postgres" },
    cluster,
    "access denied: role does not allow login postgres on web-1",
  ],
  not_certified: [
    certificate({ logins: ["deploy"] }),
    asRoot,
    cluster,
    "your certificate does not allow the login root; it was issued before you had it",
  ],
  session_mfa: [
    certificate(),
    asRoot,
    withRole("ops", { allow: ops.spec.allow, options: { require_session_mfa: true } }),
    /second factor for each session/,
  ],
  certificate_permission: [
    certificate({ permits: new Set() }),
    { ...asRoot, feature: "port-forwarding" },
    cluster,
    "your certificate does not permit port forwarding",
  ],
  role_permission: [
    certificate(),
    { ...asRoot, feature: "agent-forwarding" },
    cluster,
    "your roles do not permit agent forwarding",
  ],
  rule: [
    certificate(),
    { kind: "api", resource: "user", verb: "delete" },
    cluster,
    "access denied: none of your roles may delete user resources",
  ],
};

describe("each reason", () => {
  test.each(REASONS.map((reason) => [reason, ...REFUSALS[reason]] as const))(
    "%s",
    (reason, identity, request, state, message) => {
      const decision = authorize(identity, request, state, at);
      if (decision.allow) throw new Error("allowed");
      expect(decision.refusal.reason).toBe(reason);
      expect(decision.refusal.code).toBe(reason === "expired" ? "unauthenticated" : "denied");
      if (typeof message === "string") expect(decision.refusal.message).toBe(message);
      else expect(decision.refusal.message).toMatch(message);
      expect(decision.refusal.lock?.metadata.name).toBe(reason === "locked" ? "l" : undefined);
    },
  );

  test.each(REASONS.map((reason) => [reason, ...REFUSALS[reason]] as const))(
    "%s, thrown as a fault with the reason as its cause",
    (reason, identity, request, state) => {
      let thrown: unknown;
      try {
        requireAccess(identity, request, state, at);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(Fault);
      expect((thrown as Fault).cause).toBe(reason);
    },
  );

  test.each<AccessRequest>([
    { kind: "login" },
    { kind: "connect" },
    { kind: "api", resource: "lock", verb: "list" },
    anyLogin,
    asRoot,
    { ...asRoot, feature: "pty" },
    { ...asRoot, feature: "port-forwarding" },
  ])("none: %j is allowed", (request) => {
    expect(reasonOf(authorize(certificate(), request, cluster, at))).toBe("allowed");
  });

  /** The reasons that hold for the user everywhere refuse every request. */
  test.each(REASONS.slice(0, REASONS.indexOf("no_role")).map((reason) => [reason, ...REFUSALS[reason]] as const))(
    "%s refuses every kind of request",
    (reason, identity, _request, state) => {
      for (const request of [
        { kind: "login" },
        { kind: "api", resource: "lock", verb: "list" },
        anyLogin,
        asRoot,
        { kind: "host" },
      ] as const)
        expect(reasonOf(authorize(identity, request, state, at))).toBe(reason);
    },
  );
});

/** Each step mends the first reason and leaves all that follow. */
test("the first of several reasons is given, in the order of REASONS", () => {
  const strict = {
    allow: { logins: ["root"], node_labels: { env: "prod" } },
    options: { source_addresses: ["192.0.2.0/24"], require_session_mfa: true },
  };
  const opensDev = aRole("ops", { allow: { logins: ["root"], node_labels: { env: "dev" } }, options: strict.options });
  const noRoot = aRole("no-root", { deny: { logins: ["root"] } });
  const former = aUser("alice", ["ops", "no-root"], { created: "2030-06-01T11:59:00Z" });
  const now = aUser("alice", ["ops", "no-root"]);
  const locks = [aLock("l", { user: "alice" })];
  const away = at;
  const near = { ...at, address: "192.0.2.7" };
  const request: AccessRequest = { ...asRoot, login: "root", feature: "agent-forwarding" };
  const worst = certificate({
    cluster: "leaf",
    authority: "SHA256:former",
    expires: NOW,
    roles: ["ops", "no-root"],
    logins: [],
    permits: new Set(),
  });
  const ours = { ...worst, cluster: "example.com" };
  const trusted = { ...ours, authority: CA };
  const valid = { ...trusted, expires: new Date(NOW.getTime() + HOUR) };
  const certified = { ...valid, logins: ["root"] };
  const permitted = { ...certified, permits: new Set(["agent-forwarding"]) };
  const user = (held: readonly string[]) => ({ ...now, spec: { ...now.spec, roles: [...held] } });
  const roles = [opensDev, noRoot];

  const steps: [Reason, Identity, ClusterState, Circumstances][] = [
    ["other_cluster", worst, aCluster({ users: [], roles, locks }), away],
    ["untrusted_authority", ours, aCluster({ users: [], roles, locks }), away],
    ["expired", trusted, aCluster({ users: [], roles, locks }), away],
    ["unknown_user", valid, aCluster({ users: [], roles, locks }), away],
    ["former_user", valid, aCluster({ users: [former], roles, locks }), away],
    ["locked", valid, aCluster({ users: [now], roles, locks }), away],
    ["source_address", valid, aCluster({ users: [now], roles }), away],
    ["no_role", valid, aCluster({ users: [user([])], roles }), near],
    ["denied", valid, aCluster({ users: [now], roles }), near],
    ["labels", valid, aCluster({ users: [user(["ops"])], roles }), near],
    [
      "login",
      valid,
      aCluster({
        users: [user(["ops"])],
        roles: [aRole("ops", { ...strict, allow: { node_labels: { env: "prod" } } })],
      }),
      near,
    ],
    ["not_certified", valid, aCluster({ users: [user(["ops"])], roles: [aRole("ops", strict)] }), near],
    [
      "locked",
      certified,
      aCluster({ users: [user(["ops"])], roles: [aRole("ops", strict)], locks: [aLock("n", { node: "web-1" })] }),
      near,
    ],
    ["session_mfa", certified, aCluster({ users: [user(["ops"])], roles: [aRole("ops", strict)] }), near],
    [
      "certificate_permission",
      certified,
      aCluster({ users: [user(["ops"])], roles: [aRole("ops", { allow: strict.allow })] }),
      near,
    ],
    [
      "role_permission",
      permitted,
      aCluster({ users: [user(["ops"])], roles: [aRole("ops", { allow: strict.allow })] }),
      near,
    ],
  ];
  expect(steps.map(([, identity, state, where]) => reasonOf(authorize(identity, request, state, where)))).toEqual(
    steps.map(([reason]) => reason),
  );
});

describe("roles certified and roles held", () => {
  const dba = aRole("dba", {
    allow: { logins: ["root"], node_labels: { "*": "*" }, rules: [{ resources: ["user"], verbs: ["*"] }] },
  });
  const deny = aRole("deny", { deny: { logins: ["root"], rules: [{ resources: ["lock"], verbs: ["*"] }] } });
  const from = aRole("from", { options: { source_addresses: ["192.0.2.0/24"], port_forwarding: true } });
  const held = (...names: string[]) => aCluster({ users: [aUser("alice", names)], roles: [ops, dba, deny, from] });
  const dev: AccessRequest = { kind: "node", node: { ...web1, labels: {} }, login: "root" };

  test.each<[string, readonly string[], readonly string[], AccessRequest, Reason | "allowed"]>([
    // certified, held
    ["a role certified and held grants", ["dba"], ["dba"], dev, "allowed"],
    ["a role held and not certified does not grant a login", ["ops"], ["ops", "dba"], dev, "labels"],
    ["… nor a rule", ["ops"], ["ops", "dba"], { kind: "api", resource: "user", verb: "read" }, "rule"],
    ["a role certified and no longer held does not grant", ["ops", "dba"], ["ops"], dev, "labels"],
    ["a role held and not certified denies a login", ["ops"], ["ops", "deny"], asRoot, "denied"],
    ["… and a rule", ["ops"], ["ops", "deny"], { kind: "api", resource: "lock", verb: "list" }, "rule"],
    ["… and restricts addresses", ["ops"], ["ops", "from"], { kind: "connect" }, "source_address"],
    ["a role certified and no longer held does not restrict", ["ops", "from"], ["ops"], { kind: "connect" }, "allowed"],
  ])("%s", (_what, certified, holds, request, expected) => {
    const decision = authorize(certificate({ roles: certified }), request, held(...holds), at);
    expect(reasonOf(decision)).toBe(expected);
  });

  test("a role that opens another node permits nothing here", () => {
    const forward = aRole("forward", {
      allow: { logins: ["deploy"], node_labels: { env: "dev" } },
      options: { forward_agent: true },
    });
    const [identity, state] = holding(ops, forward);
    expect(reasonOf(authorize(identity, { ...asRoot, feature: "agent-forwarding" }, state, at))).toBe(
      "role_permission",
    );
    const { options } = grantOf(authorize(identity, asRoot, state, at));
    expect(options).toMatchObject({ portForwarding: true, forwardAgent: false });
  });

  test("a request without a login is granted restrictions, and no permissions", () => {
    const [identity, state] = holding(ops, aRole("idle", { options: { client_idle_timeout: "5m" } }));
    const { options } = grantOf(authorize(identity, anyLogin, state, at));
    expect(options).toMatchObject({ clientIdleTimeout: 300, portForwarding: false });
  });
});

describe("locks", () => {
  const granted = certificate({ roles: ["ops", "former-role"] });
  const held = aUser("alice", ["ops", "new-role"]);
  const decideWith = (lock: ReturnType<typeof aLock>, request: AccessRequest) =>
    authorize(granted, request, aCluster({ users: [held], roles: [ops], locks: [lock] }), at);

  test.each<[string, object, AccessRequest, Reason | "allowed"]>([
    ["a lock on the user", { user: "alice" }, { kind: "login" }, "locked"],
    ["a user in another case is another user", { user: "Alice" }, { kind: "connect" }, "allowed"],
    ["a lock on a role certified and held", { role: "ops" }, { kind: "connect" }, "locked"],
    ["a lock on a role certified and no longer held", { role: "former-role" }, { kind: "connect" }, "locked"],
    ["a lock on a role held and not certified", { role: "new-role" }, { kind: "connect" }, "locked"],
    ["a role in another case is another role", { role: "Ops" }, { kind: "connect" }, "allowed"],
    ["a lock on a login", { login: "root" }, asRoot, "locked"],
    ["a lock on a login in another case", { login: "ROOT" }, asRoot, "locked"],
    ["a lock on a login does not apply before one is named", { login: "root" }, { kind: "connect" }, "allowed"],
    ["a lock on another login", { login: "deploy" }, asRoot, "allowed"],
    ["a lock on a node by UUID", { node: UUID }, asRoot, "locked"],
    ["a lock on a node by UUID in another case", { node: UUID.toUpperCase() }, asRoot, "locked"],
    ["a lock on a node by host name", { node: "web-1" }, asRoot, "locked"],
    ["a lock on a node by host name in another case", { node: "WEB-1" }, anyLogin, "locked"],
    ["a lock on another node", { node: "web-2" }, asRoot, "allowed"],
    [
      "a lock on user, login and node, all of which fit",
      { user: "alice", login: "Root", node: "Web-1" },
      asRoot,
      "locked",
    ],
    ["… one of which does not: the login", { user: "alice", login: "deploy", node: "web-1" }, asRoot, "allowed"],
    ["… the node", { user: "alice", login: "root", node: "web-2" }, asRoot, "allowed"],
    ["… the user", { user: "bob", login: "root", node: "web-1" }, asRoot, "allowed"],
    ["a lock on user and login, without a login", { user: "alice", login: "root" }, anyLogin, "allowed"],
    ["a lock on a device, which is not known yet", { user: "alice", mfa_device: "phone" }, asRoot, "allowed"],
  ])("%s", (_what, target, request, expected) => {
    expect(reasonOf(decideWith(aLock("l", target), request))).toBe(expected);
  });

  test("a lock that has expired does not apply, and one that has not does", () => {
    const until = (expires: string) => decideWith(aLock("l", { user: "alice" }, { expires }), asRoot);
    expect(reasonOf(until("2030-06-01T12:00:00Z"))).toBe("allowed");
    expect(reasonOf(until("2030-06-01T12:00:01Z"))).toBe("locked");
  });

  test("a request without a login is refused only where locks leave none", () => {
    const [root, deploy] = [aLock("r", { login: "root" }), aLock("d", { login: "deploy", node: "web-1" })];
    expect(grantOf(authorize(certificate(), anyLogin, withLocks(root), at)).logins).toEqual(["deploy"]);
    const decision = authorize(certificate(), anyLogin, withLocks(root, deploy), at);
    expect(decision.allow ? undefined : decision.refusal.lock?.metadata.name).toBe("d");
  });

  test("a lock without a message, or with an empty one, says that access is locked", () => {
    for (const more of [{}, { message: "" }]) {
      const decision = decideWith(aLock("l", { user: "alice" }, more), asRoot);
      expect(decision.allow ? "" : decision.refusal.message).toBe("access is locked");
    }
  });
});

describe("dates of the certificate", () => {
  const ends = aRole("ops", { allow: ops.spec.allow, options: { disconnect_expired_cert: true } });
  const ending = aCluster({ users: [alice], roles: [ends] });
  const open: Circumstances = { ...at, established: true };
  const lastMoment = certificate({ expires: new Date(NOW.getTime() + 1) });

  test.each<[string, Identity, ClusterState, Circumstances, Reason | "allowed"]>([
    ["a new request before the end", lastMoment, cluster, at, "allowed"],
    ["a new request at the end", expired, cluster, at, "expired"],
    ["an open connection at the end", expired, cluster, open, "allowed"],
    ["an open connection at the end, with disconnect_expired_cert", expired, ending, open, "expired"],
    ["an open connection before the end, with disconnect_expired_cert", lastMoment, ending, open, "allowed"],
    [
      "an open connection of a locked user, at the end",
      expired,
      withLocks(aLock("l", { user: "alice" })),
      open,
      "locked",
    ],
  ])("%s", (_what, identity, state, where, expected) => {
    for (const request of [{ kind: "connect" }, asRoot] as const)
      expect(reasonOf(authorize(identity, request, state, where))).toBe(expected);
  });
});

describe("former users, re-created namesakes and case", () => {
  const issued = new Date("2030-06-01T11:00:00Z");
  test.each([
    ["before the certificate was issued", "2030-06-01T10:59:59.999Z", "allowed"],
    // Certificates count in whole seconds: the user may have been created within the second of the issue.
    ["in the second of the issue", "2030-06-01T11:00:00.900Z", "allowed"],
    ["after the certificate was issued", "2030-06-01T11:00:01.001Z", "former_user"],
  ] as const)("a user created %s", (_when, created, expected) => {
    const state = aCluster({ users: [aUser("alice", ["ops"], { created })], roles: [ops] });
    expect(reasonOf(authorize(certificate({ issued }), asRoot, state, at))).toBe(expected);
  });

  test("a user whose record does not tell when it was created is not a former one", () => {
    const { status: _, ...user } = alice;
    const state = aCluster({ users: [user], roles: [ops] });
    expect(reasonOf(authorize(certificate(), asRoot, state, at))).toBe("allowed");
  });

  test.each<[string, Identity, ClusterState, AccessRequest, Reason | "allowed"]>([
    ["a user name counts letter by letter", certificate({ user: "Alice" }), cluster, asRoot, "unknown_user"],
    ["a certified role counts letter by letter", certificate({ roles: ["Ops"] }), cluster, asRoot, "labels"],
    [
      "an allowed login counts letter by letter",
      certificate({ logins: ["ROOT"] }),
      cluster,
      { ...asRoot, login: "ROOT" },
      "login",
    ],
    ["a certified login counts letter by letter", certificate({ logins: ["Root"] }), cluster, asRoot, "not_certified"],
    [
      "a denied login counts in any case",
      ...holding(ops, aRole("no", { deny: { logins: ["Root"] } })),
      asRoot,
      "denied",
    ],
  ])("%s", (_what, identity, state, request, expected) => {
    expect(reasonOf(authorize(identity, request, state, at))).toBe(expected);
  });
});

describe("a request without a login", () => {
  test("is granted the logins that role and certificate both name, sorted", () => {
    expect(grantOf(authorize(certificate(), anyLogin, cluster, at)).logins).toEqual(["deploy", "root"]);
    const fewer = certificate({ logins: ["root", "postgres"] });
    expect(grantOf(authorize(fewer, anyLogin, cluster, at)).logins).toEqual(["root"]);
  });

  const denyAll = aRole("deny-all", { deny: { logins: ["*"] } });
  const denyProd = aRole("deny-prod", { deny: { node_labels: { env: "prod" } } });
  const noLogins = aRole("ops", { allow: { node_labels: { env: "prod" } } });
  test.each<[Reason, Identity, ClusterState]>([
    ["no_role", certificate(), aCluster({ users: [aUser("alice", [])] })],
    ["denied", ...holding(ops, denyAll)],
    ["denied", ...holding(ops, denyProd)],
    ["labels", ...holding(aRole("dev", { allow: { logins: ["root"], node_labels: { env: "dev" } } }))],
    ["login", ...holding(noLogins)],
    ["not_certified", certificate({ logins: ["-sallyport-nologin"] }), cluster],
  ])("is refused with the reason %s, that a request with a login has", (reason, identity, state) => {
    expect(reasonOf(authorize(identity, anyLogin, state, at))).toBe(reason);
    expect(reasonOf(authorize(identity, asRoot, state, at))).toBe(reason);
  });
});

describe("a host that is not a node", () => {
  const host: AccessRequest = { kind: "host", name: "printer-1" };
  const everywhere = aRole("everywhere", { allow: { logins: ["root"], node_labels: { "*": "*" } } });

  test("is reached by a role that opens every node, and by no other", () => {
    const [identity, state] = holding(everywhere);
    expect(reasonOf(authorize(identity, host, state, at))).toBe("allowed");
    const decision = authorize(certificate(), host, cluster, at);
    expect(decision.allow ? "" : decision.refusal.message).toBe(
      "access denied: role does not allow any login of your certificate on printer-1",
    );
    expect(reasonOf(decision)).toBe("labels");
  });

  test("is locked by its name", () => {
    const [identity, state] = holding(everywhere);
    const locked = { ...state, locks: [aLock("l", { node: "Printer-1" })] };
    expect(reasonOf(authorize(identity, host, locked, at))).toBe("locked");
    expect(reasonOf(authorize(identity, { kind: "host", name: "printer-2" }, locked, at))).toBe("allowed");
  });
});

describe("what the user is told", () => {
  test("repeats the request and is one short line", () => {
    const request: AccessRequest = {
      kind: "node",
      node: { ...web1, hostname: "\u202edb\u0007", labels: { env: "prod" } },
      login: "\u001b[31mroot\r\n",
    };
    const decision = authorize(certificate(), request, cluster, at);
    expect(decision.allow ? "" : decision.refusal.message).toBe(
      "access denied: role does not allow login ?[31mroot?? on ?db?",
    );
    const long = authorize(certificate(), { ...request, login: "x".repeat(5000) }, cluster, at);
    expect(long.allow ? 0 : long.refusal.message.length).toBeLessThan(200);
  });

  test("differs in nothing but the reason, which is for the log, where a role refuses", () => {
    const messages = (["no_role", "denied", "labels"] as const).map((reason) => {
      const [identity, request, state] = REFUSALS[reason];
      const decision = authorize(identity, request, state, at);
      return decision.allow ? "" : decision.refusal.message;
    });
    expect(new Set(messages).size).toBe(1);
  });

  test("names the logins that would be granted, without locked ones", () => {
    const other: AccessRequest = { ...asRoot, login: "postgres" };
    const hint = (state: ClusterState) => {
      const decision = authorize(certificate(), other, state, at);
      return decision.allow ? undefined : decision.refusal.hint;
    };
    expect(hint(cluster)).toBe("you may log in as deploy, root");
    expect(hint(withLocks(aLock("l", { login: "root" })))).toBe("you may log in as deploy");
    expect(hint(withLocks(aLock("l", { node: UUID })))).toBeUndefined();
  });
});

describe("the identity that a login would certify", () => {
  test("is allowed what the roles allow, at any address", () => {
    const state = withRole("ops", { allow: ops.spec.allow, options: { source_addresses: ["192.0.2.0/24"] } });
    const identity = uncertifiedIdentity(alice, "example.com", ["root", "deploy"], NOW);
    expect(reasonOf(authorize(identity, asRoot, state, { now: NOW, address: ANY_ADDRESS }))).toBe("allowed");
    expect(reasonOf(authorize(identity, { kind: "login" }, state, at))).toBe("source_address");
    expect(reasonOf(authorize(identity, asRoot, withUser(state, aUser("alice", [])), at))).toBe("no_role");
  });

  test("is of the present user", () => {
    const created = aUser("alice", ["ops"], { created: NOW.toISOString() });
    const identity = uncertifiedIdentity(created, "example.com", ["root"], NOW);
    expect(reasonOf(authorize(identity, asRoot, aCluster({ users: [created], roles: [ops] }), at))).toBe("allowed");
  });
});

describe("for any roles, locks and certificates", () => {
  const patterns = [
    {},
    { "*": "*" },
    { "*": "*" },
    { env: "prod" },
    { env: ["dev", "^pr.*$"] },
    { team: "{{external.team}}" },
  ];
  const entries = ["root", "Root", "deploy", "{{internal.logins}}"];
  const nodes = [{}, { env: "prod" }, { env: "dev", team: "web" }].map((labels, i) => ({
    uuid: `uuid-${i}`,
    hostname: `web-${i}`,
    labels,
  }));
  const logins = ["root", "Root", "deploy", "alice", "postgres"];

  const cases = Array.from({ length: 2000 }, (_, seed) => {
    const roll = dice(seed);
    const side = () => ({ logins: [roll(entries), roll(entries)].slice(roll([0, 0, 1])), node_labels: roll(patterns) });
    const rules = () => [{ resources: [roll(["lock", "user", "*"])], verbs: [roll(["list", "*"])] }];
    const names = Array.from({ length: roll([0, 1, 2, 3, 3]) }, (_, i) => `r${i}`);
    const roles = names.map((name) =>
      aRole(name, {
        allow: { ...side(), rules: rules() },
        ...(roll([true, false, false, false, false, false]) && { deny: side() }),
        options: {
          ...(roll([true, false, false, false, false, false, false]) && { source_addresses: ["192.0.2.0/24"] }),
          ...(roll([true, false, false, false, false, false, false]) && { require_session_mfa: true }),
          ...(roll([true, false, false]) && { port_forwarding: true }),
        },
      }),
    );
    const some = <T>(all: readonly T[]) => all.filter(() => roll([true, true, true, true, false]));
    const target = () =>
      roll<object>([
        { login: "root" },
        { node: "WEB-1" },
        { node: "uuid-0", login: "DEPLOY" },
        { role: "r2" },
        { user: "bob" },
      ]);
    const locks = [0, 1].slice(roll([0, 1, 2])).map((i) => aLock(`l${i}`, target()));
    const identity = certificate({ roles: some(names), logins: some(logins) });
    const traits = { logins: ["alice", "root"], team: ["web"] };
    const user = aUser("alice", some(names), { traits });
    const minus = aRole("minus", {
      deny: { ...side(), rules: rules() },
      options: roll([{}, { require_session_mfa: true }]),
    });
    const state = aCluster({ users: [user], roles: [...roles, minus], locks });
    const requests: AccessRequest[] = [
      { kind: "login" },
      { kind: "connect" },
      { kind: "api", resource: roll(["lock", "user"]), verb: roll(["list", "delete"]) },
      { kind: "host" },
      ...nodes.flatMap((node) => [
        { kind: "node", node } as const,
        ...logins.map((login) => ({ kind: "node", node, login }) as const),
        {
          kind: "node",
          node,
          login: roll(logins),
          feature: roll(["pty", "port-forwarding", "agent-forwarding"]),
        } as const,
      ]),
    ];
    return { identity, user, state, requests };
  });

  test("the cases are of both kinds, and meet every reason that they can", () => {
    const seen = new Map<string, number>();
    for (const { identity, state, requests } of cases)
      for (const request of requests) {
        const reason = reasonOf(authorize(identity, request, state, at));
        seen.set(reason, (seen.get(reason) ?? 0) + 1);
      }
    for (const reason of ["allowed", ...REASONS.slice(REASONS.indexOf("locked"))])
      if (reason !== "certificate_permission") expect([reason, (seen.get(reason) ?? 0) > 20]).toEqual([reason, true]);
  });

  test("authorizer decides as authorize does", () => {
    for (const { identity, state, requests } of cases) {
      const decide = authorizer(identity, state, at);
      for (const request of requests) expect(decide(request)).toEqual(authorize(identity, request, state, at));
    }
  });

  test("a login that is granted on a node is among those granted without naming one, and the reverse", () => {
    for (const { identity, state } of cases) {
      const decide = authorizer(identity, state, at);
      for (const node of nodes) {
        const any = decide({ kind: "node", node });
        const listed = any.allow ? any.grant.logins : [];
        const granted = logins.filter((login) => decide({ kind: "node", node, login }).allow);
        expect([...granted].sort()).toEqual([...listed]);
        expect(any.allow).toBe(granted.length > 0);
      }
    }
  });

  test("a role that only denies, certified or not, never allows more", () => {
    for (const { identity, user, state, requests } of cases) {
      const holder = { ...user, spec: { ...user.spec, roles: [...user.spec.roles, "minus"] } };
      const before = authorizer(identity, state, at);
      const after = authorizer({ ...identity, roles: [...identity.roles, "minus"] }, withUser(state, holder), at);
      const held = authorizer(identity, withUser(state, holder), at);
      for (const request of requests) {
        const [was, certified, uncertified] = [before(request), after(request), held(request)];
        if (!was.allow) expect([certified.allow, uncertified.allow]).toEqual([false, false]);
        expect(certified.allow).toBe(uncertified.allow);
        if (was.allow && certified.allow)
          expect(certified.grant.logins.every((login) => was.grant.logins.includes(login))).toBe(true);
      }
    }
  });
});
