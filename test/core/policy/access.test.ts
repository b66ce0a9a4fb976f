import { describe, expect, test } from "bun:test";
import { decideAccess, effectiveRoles, loginsOf, reachOf } from "../../../core/policy/access.ts";
import { PRESET_ROLES } from "../../../core/policy/presets.ts";
import type { Role } from "../../../core/resource/role.ts";
import { aRole, byName, dice } from "./make.ts";

const prod = { env: "prod", team: "db" };
const dev = { env: "dev", team: "web" };

const dba = aRole("dba", { allow: { logins: ["postgres"], node_labels: { env: "prod" } } });
const web = aRole("web", { allow: { logins: ["deploy"], node_labels: { env: "dev" } } });
const anywhere = aRole("anywhere", { allow: { logins: ["root", "ubuntu"], node_labels: { "*": "*" } } });
const noRoot = aRole("no-root", { deny: { logins: ["root"] } });
const noLogin = aRole("no-login", { deny: { logins: ["*"] } });
const notProd = aRole("not-prod", { deny: { node_labels: { env: "prod" } } });
const notEither = aRole("not-either", { deny: { logins: ["root"], node_labels: { env: "prod" } } });
const notProdDb = aRole("not-prod-db", { deny: { node_labels: { env: "prod", team: "db" } } });
const own = aRole("own", { allow: { logins: ["{{internal.logins}}"], node_labels: { "*": "*" } } });
const myTeam = aRole("my-team", { allow: { logins: ["ops"], node_labels: { team: "{{external.team}}" } } });
const [access] = PRESET_ROLES as [Role];

const traits = { logins: ["alice", "root"], team: ["web"] };

describe("who may log in where", () => {
  test.each<[string, readonly Role[], string, Record<string, string>, "allowed" | string]>([
    // who                                               roles               login       node  →
    ["nobody: no roles at all", [], "root", prod, "no_role"],
    ["the empty role opens nothing", [aRole("empty")], "root", prod, "labels"],
    ["logins without labels open nothing", [aRole("l", { allow: { logins: ["root"] } })], "root", prod, "labels"],
    [
      "labels without logins open nothing",
      [aRole("n", { allow: { node_labels: { "*": "*" } } })],
      "root",
      prod,
      "login",
    ],

    ["a role with the login and the labels", [dba], "postgres", prod, "allowed"],
    ["the right node, another login", [dba], "root", prod, "login"],
    ["the right login, another node", [dba], "postgres", dev, "labels"],
    ["a node without labels", [dba], "postgres", {}, "labels"],
    ["any node, also one without labels", [anywhere], "ubuntu", {}, "allowed"],
    ["logins are compared letter by letter", [anywhere], "Ubuntu", prod, "login"],
    ["no login at all", [anywhere], "", prod, "login"],
    ["a star is no login", [anywhere], "*", prod, "login"],

    ["two roles, each by itself", [dba, web], "deploy", dev, "allowed"],
    ["two roles do not lend each other logins", [dba, web], "postgres", dev, "login"],
    ["… nor labels", [dba, web], "deploy", prod, "login"],
    ["another role with the login for any node", [dba, anywhere], "root", prod, "allowed"],

    ["deny of the login", [anywhere, noRoot], "root", dev, "denied"],
    ["deny of the login, whatever the order", [noRoot, anywhere], "root", dev, "denied"],
    ["deny of the login in another case", [own, noRoot], "Root", dev, "denied"],
    ["deny of a login leaves the others", [anywhere, noRoot], "ubuntu", dev, "allowed"],
    ["deny of every login", [anywhere, noLogin], "ubuntu", dev, "denied"],
    ["deny of the node", [anywhere, notProd], "ubuntu", prod, "denied"],
    ["deny of a node leaves the others", [anywhere, notProd], "ubuntu", dev, "allowed"],
    ["deny of both: the login is enough", [anywhere, notEither], "root", dev, "denied"],
    ["deny of both: the node is enough", [anywhere, notEither], "ubuntu", prod, "denied"],
    ["deny of both: neither", [anywhere, notEither], "ubuntu", dev, "allowed"],
    ["deny labels are AND too", [anywhere, notProdDb], "ubuntu", { env: "prod", team: "web" }, "allowed"],
    ["deny labels are AND too: all there", [anywhere, notProdDb], "ubuntu", prod, "denied"],
    [
      "deny in the role that allows",
      [aRole("x", { allow: anywhere.spec.allow, deny: { logins: ["root"] } })],
      "root",
      dev,
      "denied",
    ],
    ["a deny alone allows nothing", [noRoot], "ubuntu", dev, "labels"],

    ["a login out of the user's traits", [own], "alice", prod, "allowed"],
    ["a login that is not among them", [own], "bob", prod, "login"],
    ["a label out of the user's traits", [myTeam], "ops", dev, "allowed"],
    ["a label that is not among them", [myTeam], "ops", prod, "labels"],
    ["the preset `access`", [access], "alice", prod, "allowed"],
    ["the presets `editor` and `auditor` open no node", PRESET_ROLES.slice(1), "root", prod, "labels"],
  ])("%s", (_who, roles, login, labels, expected) => {
    const decision = decideAccess(roles, traits, { login, labels });
    expect(decision.allow ? "allowed" : decision.reason).toBe(expected);
  });
});

describe("what a session may do comes from the roles that open the door", () => {
  const forward = aRole("forward", {
    allow: { logins: ["deploy"], node_labels: { env: "dev" } },
    options: { port_forwarding: true, forward_agent: true, permit_x11_forwarding: true },
  });
  const strict = aRole("strict", { options: { client_idle_timeout: "5m", require_session_mfa: true } });
  const grants = (roles: readonly Role[], login: string, labels: Record<string, string>): object => {
    const decision = decideAccess(roles, {}, { login, labels });
    if (!decision.allow) throw new Error(decision.reason);
    return decision.grants;
  };

  test("its permissions hold behind that door", () => {
    expect(grants([forward, dba], "deploy", dev)).toMatchObject({
      portForwarding: true,
      forwardAgent: true,
      permitX11: true,
    });
  });
  test("and not behind another", () => {
    expect(grants([forward, dba], "postgres", prod)).toMatchObject({
      portForwarding: false,
      forwardAgent: false,
      permitX11: false,
    });
  });
  test("a restriction holds everywhere, also from a role that opens nothing", () => {
    expect(grants([forward, strict], "deploy", dev)).toMatchObject({ clientIdleTimeout: 300, requireSessionMfa: true });
  });
});

describe("effectiveRoles", () => {
  const known = byName(dba, web, noRoot, anywhere);
  const names = (roles: readonly Role[]): string[] => roles.map((role) => role.metadata.name);

  test("drops a role that does not exist, and counts none twice", () => {
    expect(names(effectiveRoles({ roles: ["dba", "gone", "dba"] }, known))).toEqual(["dba"]);
  });
  test("drops a role that the user has no more", () => {
    expect(names(effectiveRoles({ roles: ["dba", "web"] }, known, ["web"]))).toEqual(["web"]);
  });
  test("a role given since the certificate was made does not open anything", () => {
    const roles = effectiveRoles({ roles: ["web"] }, known, ["web", "anywhere"]);
    expect(decideAccess(roles, {}, { login: "root", labels: dev })).toEqual({ allow: false, reason: "login" });
  });
  test("but what it denies is denied at once", () => {
    const roles = effectiveRoles({ roles: ["anywhere"] }, known, ["anywhere", "no-root"]);
    expect(decideAccess(roles, {}, { login: "root", labels: dev })).toEqual({ allow: false, reason: "denied" });
  });
});

describe("the principals of a certificate", () => {
  test.each<[string, readonly Role[], readonly string[]]>([
    [
      "all roles together, sorted, each once",
      [dba, web, anywhere, aRole("more", { allow: { logins: ["root"] } })],
      ["deploy", "postgres", "root", "ubuntu"],
    ],
    ["without those that any role denies", [anywhere, noRoot], ["ubuntu"]],
    ["none where all are denied", [anywhere, noLogin], []],
    ["none without roles", [], []],
    ["traits in the template's place", [own], ["alice", "root"]],
    ["a node's deny takes none away", [anywhere, notProd], ["root", "ubuntu"]],
  ])("%s", (_what, roles, expected) => {
    expect(loginsOf(roles, traits)).toEqual(expected);
  });

  test.each([
    "root;rm",
    "-oProxyCommand",
    "a,b",
    "*",
    "",
    "root\n",
    "ro ot",
    "root\u0000",
    "../root",
    "$(id)",
    "рoot",
    "-sallyport-nologin",
    "root*",
    "?",
    "{{internal.logins}}",
    "a".repeat(65),
  ])("a trait's value %j never becomes one", (value) => {
    const entries = aRole("t", { allow: { logins: ["{{internal.x}}", "{{external.x}}"], node_labels: { "*": "*" } } });
    const odd = { x: [value, "fine"] };
    expect(loginsOf([entries], odd)).toEqual(["fine"]);
    expect(reachOf([entries], odd)({})).toEqual(["fine"]);
    expect(decideAccess([entries], odd, { login: value, labels: {} }).allow).toBe(false);
  });
});

describe("for any roles", () => {
  const logins = ["root", "Root", "alice", "{{internal.logins}}"];
  const patterns = [
    {},
    { "*": "*" },
    { "*": "*" },
    { env: "prod" },
    { env: ["dev", "^pr.*$"] },
    { env: "*", team: "web" },
    { team: "{{external.team}}" },
  ];
  const nodes = [{}, prod, dev, { env: "prod", team: "web" }];

  /** A thousand sets of roles, each with a role to add that only allows or only denies. */
  const cases = Array.from({ length: 1000 }, (_, seed) => {
    const roll = dice(seed);
    const side = (): object => ({
      logins: [roll(logins), roll(logins)].slice(roll([0, 1, 2])),
      node_labels: roll(patterns),
    });
    const roles = Array.from({ length: roll([0, 1, 2, 3, 4]) }, (_, i) =>
      aRole(`r${i}`, { allow: side(), ...(roll([true, false, false, false, false, false]) && { deny: side() }) }),
    );
    const request = { login: roll(["root", "Root", "alice", "bob"]), labels: roll(nodes) };
    return { roles, request, allowing: aRole("plus", { allow: side() }), denying: aRole("minus", { deny: side() }) };
  });
  const may = (roles: readonly Role[], request: { login: string; labels: Record<string, string> }): boolean =>
    decideAccess(roles, traits, request).allow;

  test("the cases are of both kinds", () => {
    const allowed = cases.filter(({ roles, request }) => may(roles, request)).length;
    expect(allowed).toBeGreaterThan(100);
    expect(allowed).toBeLessThan(900);
  });
  test("a role that allows takes nothing away", () => {
    for (const { roles, request, allowing } of cases)
      if (may(roles, request)) expect(may([...roles, allowing], request)).toBe(true);
  });
  test("a role that denies gives nothing", () => {
    for (const { roles, request, denying } of cases)
      if (!may(roles, request)) expect(may([...roles, denying], request)).toBe(false);
  });
  test("what one role denies, no other can allow", () => {
    for (const { roles, request, denying } of cases) {
      const everything = aRole("all", { allow: { logins: [request.login], node_labels: { "*": "*" } } });
      if (!may([everything, denying], request)) expect(may([everything, ...roles, denying], request)).toBe(false);
    }
  });
  test("the order of roles does not count", () => {
    for (const { roles, request } of cases) expect(may(roles.toReversed(), request)).toBe(may(roles, request));
  });
  test("the list of logins on a node is what is decided for each of them", () => {
    for (const { roles, request } of cases) {
      const listed = reachOf(roles, traits)(request.labels);
      expect(listed.includes(request.login)).toBe(may(roles, request));
    }
  });
  test("whoever gets in somewhere has that login in the certificate", () => {
    for (const { roles, request } of cases)
      if (may(roles, request)) expect(loginsOf(roles, traits)).toContain(request.login);
  });
});
