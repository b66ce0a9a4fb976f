import { describe, expect, test } from "bun:test";
import { isUnlimited, lockBeyond, roleBeyond, userBeyond } from "../../../core/policy/delegation.ts";
import type { Role } from "../../../core/resource/role.ts";
import { aLock, aRole, aUser } from "./make.ts";

const EVERYTHING = [{ resources: ["*"], verbs: ["*"] }];
const dev = aRole("dev", {
  allow: { logins: ["{{internal.logins}}", "www"], node_labels: { env: ["dev", "test"] } },
  options: { port_forwarding: true },
});
const manager = aRole("manager", { allow: { rules: [{ resources: ["user", "role"], verbs: ["*"] }] } });
const own = (...roles: Role[]) => ({
  user: aUser(
    "alice",
    roles.map(({ metadata }) => metadata.name),
    { traits: { logins: ["alice", "www"] } },
  ),
  roles,
});

describe("isUnlimited", () => {
  test.each<[boolean, string, object]>([
    [true, "a rule for everything", { allow: { rules: EVERYTHING } }],
    [false, "every verb of some resources", { allow: { rules: [{ resources: ["user", "role"], verbs: ["*"] }] } }],
    [false, "some verbs of every resource", { allow: { rules: [{ resources: ["*"], verbs: ["list", "update"] }] } }],
    [
      false,
      "everything but what is denied",
      { allow: { rules: EVERYTHING }, deny: { rules: [{ resources: ["role"], verbs: ["update"] }] } },
    ],
  ])("%p: %s", (expected, _title, spec) => {
    expect(isUnlimited([manager, aRole("r", spec)])).toBe(expected);
  });
});

describe("userBeyond", () => {
  const beyond = (roles: Role[], traits: Record<string, string[]> = {}, of = own(dev, manager)) =>
    userBeyond(of, { roles, traits });

  test("own roles and traits are within one's rights", () => {
    expect(beyond([dev, manager], { logins: ["alice", "www"] })).toBeUndefined();
    expect(beyond([])).toBeUndefined();
  });

  test("a role of another name with narrower text is within", () => {
    const narrow = aRole("narrow", { allow: { logins: ["www"], node_labels: { env: "test", team: "web" } } });
    expect(beyond([narrow])).toBeUndefined();
  });

  test.each<[string, object, string]>([
    ["another login", { allow: { logins: ["root"], node_labels: { env: "dev" } } }, 'the role "r"'],
    ["another label value", { allow: { logins: ["www"], node_labels: { env: "prod" } } }, 'the role "r"'],
    ["any value", { allow: { logins: ["www"], node_labels: { env: "*" } } }, 'the role "r"'],
    ["every machine", { allow: { logins: ["www"], node_labels: { "*": "*" } } }, 'the role "r"'],
    ["other labels", { allow: { logins: ["www"], node_labels: { team: "web" } } }, 'the role "r"'],
    ["applications", { allow: { app_labels: { "*": "*" } } }, 'the role "r"'],
    [
      "a permission",
      { allow: { logins: ["www"], node_labels: { env: "dev" } }, options: { forward_agent: true } },
      'forward_agent of the role "r"',
    ],
    [
      "a rule",
      { allow: { rules: [{ resources: ["token"], verbs: ["create"] }] } },
      'the rule token: create of the role "r"',
    ],
    ["a rule for everything", { allow: { rules: EVERYTHING } }, 'the rule *: * of the role "r"'],
    ["a request", { allow: { request: { roles: ["admin"] } } }, 'the request of "admin" in the role "r"'],
  ])("a role with %s is beyond", (_title, spec, part) => {
    expect(beyond([aRole("r", spec)])).toBe(part);
  });

  test("logins of one own role do not open the machines of another one", () => {
    const web = aRole("web", { allow: { logins: ["www"], node_labels: { env: "web" } } });
    const db = aRole("db", { allow: { logins: ["postgres"], node_labels: { env: "db" } } });
    const mixed = aRole("mixed", { allow: { logins: ["postgres"], node_labels: { env: "web" } } });
    expect(beyond([mixed], {}, own(web, db))).toBe('the role "mixed"');
  });

  test("an own role that the certificate does not name grants nothing on", () => {
    const uncertified = aRole("dev", { deny: dev.spec.deny });
    expect(beyond([dev], {}, own(uncertified))).toBe('the role "dev"');
  });

  test("trait values that one does not have are beyond", () => {
    expect(beyond([dev], { logins: ["alice", "root"] })).toBe('the login "root"');
    expect(beyond([dev], { team: ["red"] })).toBe('the value "red" of team');
    expect(beyond([dev], { constructor: ["x"] })).toBe('the value "x" of constructor');
  });

  test.each<[string, object, object]>([
    ["max_session_ttl", { options: { max_session_ttl: "1h" } }, { options: { max_session_ttl: "2h" } }],
    ["client_idle_timeout", { options: { client_idle_timeout: "5m" } }, {}],
    ["max_connections", { options: { max_connections: 2 } }, { options: { max_connections: 3 } }],
    ["max_sessions", { options: { max_sessions: 2 } }, {}],
    ["disconnect_expired_cert", { options: { disconnect_expired_cert: true } }, {}],
    ["require_session_mfa", { options: { require_session_mfa: true } }, {}],
    [
      "source_addresses",
      { options: { source_addresses: ["10.0.0.0/8"] } },
      { options: { source_addresses: ["10.0.0.0/8", "192.0.2.1"] } },
    ],
    ["source_addresses", { options: { source_addresses: ["10.0.0.0/8"] } }, {}],
    ["deny.logins", { deny: { logins: ["root"] } }, { deny: { logins: ["admin"] } }],
    [
      "deny.node_labels",
      { deny: { node_labels: { env: "prod" } } },
      { deny: { node_labels: { env: "prod", a: "b" } } },
    ],
    ["deny.app_labels", { deny: { app_labels: { env: "prod" } } }, {}],
    ["deny.rules", { deny: { rules: [{ resources: ["lock"], verbs: ["*"] }] } }, {}],
  ])("a user without one's own restriction %s is beyond", (name, mine, theirs) => {
    const restricted = own(dev, aRole("limits", mine));
    expect(beyond([dev, aRole("limits", mine)], {}, restricted)).toBeUndefined();
    expect(beyond([dev, aRole("other", theirs)], {}, restricted)).toBe(`a user without your restriction ${name}`);
  });

  test("stricter restrictions are within", () => {
    const restricted = own(dev, aRole("limits", { options: { max_sessions: 5, source_addresses: ["10.0.0.0/8"] } }));
    const strict = aRole("strict", { options: { max_sessions: 1, source_addresses: ["10.1.0.0/16"] } });
    expect(beyond([dev, strict], {}, restricted)).toBeUndefined();
  });

  test("where a deny depends on traits, a user with other traits is beyond", () => {
    const deny = aRole("deny", { deny: { logins: ["{{internal.logins}}"] } });
    expect(beyond([dev, deny], { logins: ["www", "alice"] }, own(dev, deny))).toBeUndefined();
    expect(beyond([dev, deny], { logins: ["alice"] }, own(dev, deny))).toBe("a user whose traits differ from yours");
  });
});

describe("roleBeyond", () => {
  const update = (role: Role, former?: Role) => roleBeyond(own(dev, manager), role, former);

  test("a new role within one's rights may be written, and may deny more", () => {
    expect(update(aRole("new", { allow: manager.spec.allow, deny: { logins: ["root"] } }))).toBeUndefined();
  });

  test("a role cannot be widened", () => {
    expect(update(aRole("manager", { allow: { rules: EVERYTHING } }), manager)).toBe(
      'the rule *: * of the role "manager"',
    );
  });

  test("a role beyond one's rights cannot be changed, even to less", () => {
    const admin = aRole("admin", { allow: { rules: EVERYTHING } });
    expect(update(aRole("admin"), admin)).toBe('the rule *: * of the role "admin"');
  });

  test("a restriction of a role cannot be removed", () => {
    const denying = aRole("denying", { deny: { node_labels: { env: "prod" } } });
    expect(update(aRole("denying"), denying)).toBe('the role "denying" without its restriction deny.node_labels');
    expect(update(denying, denying)).toBeUndefined();
  });
});

describe("lockBeyond", () => {
  const lift = (target: object, rights = { roles: [dev], traits: {} as Record<string, string[]> }) =>
    lockBeyond(own(dev, manager), aLock("l1", target), rights);

  test("a lock of another user within one's rights may be lifted", () => {
    expect(lift({ user: "bob" })).toBeUndefined();
    expect(lift({ user: "bob", login: "www" })).toBeUndefined();
    expect(lockBeyond(own(dev), aLock("l1", { user: "gone" }), undefined)).toBeUndefined();
  });

  test("a lock of a user beyond one's rights may not", () => {
    expect(lift({ user: "bob" }, { roles: [], traits: { logins: ["root"] } })).toBe('the login "root"');
  });

  test.each<object>([
    { user: "alice" },
    { user: "alice", login: "root" },
    { role: "dev" },
    { login: "root" },
    { node: "db" },
  ])("a lock of %p may not", (target) => {
    expect(lift(target)).toBe('the lock "l1"');
  });
});
