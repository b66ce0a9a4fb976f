import { describe, expect, test } from "bun:test";
import { loginsOf } from "../../../core/policy/access.ts";
import { ANY_ADDRESS, uncertifiedIdentity } from "../../../core/policy/authorize.ts";
import { type Explanation, explain } from "../../../core/policy/explain.ts";
import type { Lock } from "../../../core/resource/lock.ts";
import type { Role } from "../../../core/resource/role.ts";
import { aCluster, aLock, aRole, aUser } from "./make.ts";

const dba = aRole("dba", { allow: { logins: ["postgres"], node_labels: { env: "prod" } } });
const web = aRole("web", { allow: { logins: ["deploy"], node_labels: { env: "dev" } } });
const admin = aRole("admin", { allow: { logins: ["root"], node_labels: { "*": "*" } } });
const noRoot = aRole("no-root", { deny: { logins: ["root"] } });
const notProd = aRole("not-prod", { deny: { node_labels: { env: "prod" } } });
const db1 = { uuid: "6f1d0c9a", hostname: "db-1", labels: { env: "prod" } };
const now = new Date("2030-06-01T12:00:00Z");

/** Why alice, who holds these roles, is or is not granted a login on db-1. */
function explainAs(login: string, roles: readonly Role[], locks: Lock[] = []): Explanation {
  const user = aUser(
    "alice",
    roles.map(({ metadata }) => metadata.name),
  );
  const state = aCluster({ users: [user], roles: [dba, web, admin, noRoot, notProd], locks });
  const identity = uncertifiedIdentity(user, state.name, loginsOf(roles, {}), now);
  return explain(identity, { kind: "node", node: db1, login }, state, { now, address: ANY_ADDRESS });
}

describe("an administrator", () => {
  test("reads what each role contributes, and which other role would allow it", () => {
    expect(explainAs("root", [dba, web])).toEqual({
      allow: false,
      reason: "login",
      roles: [
        { role: "dba", says: "nothing", because: "allow.logins gives postgres, not root" },
        {
          role: "web",
          says: "nothing",
          because: 'allow.logins gives deploy, not root; allow.node_labels: env must be dev, and is "prod"',
        },
      ],
      remedies: ["admin"],
    });
  });
  test("reads that a deny overrules another role's allow, and that no role helps", () => {
    const explanation = explainAs("root", [admin, noRoot, notProd]);
    expect(explanation).toMatchObject({ allow: false, reason: "denied", remedies: [] });
    expect(explanation.roles.map(({ says, because }) => `${says}: ${because}`)).toEqual([
      "allow: allow.logins has root and allow.node_labels match this node",
      "deny: deny.logins has root",
      "deny: deny.node_labels match this node",
    ]);
  });
  test("reads which role allows", () => {
    const explanation = explainAs("postgres", [dba]);
    expect(explanation).toMatchObject({ allow: true, remedies: [], roles: [{ role: "dba", says: "allow" }] });
    expect(explanation.reason).toBeUndefined();
  });
  test("reads that the user has no role", () => {
    expect(explainAs("root", [])).toEqual({ allow: false, reason: "no_role", roles: [], remedies: ["admin"] });
  });
});

describe("locks", () => {
  const onUser = aLock("stolen", { user: "alice" });
  const onNode = aLock("incident", { node: "DB-1" });

  test("are the reason, and named, where roles allow the request", () => {
    for (const lock of [onUser, onNode])
      expect(explainAs("postgres", [dba], [lock])).toMatchObject({
        allow: false,
        reason: "locked",
        remedies: [],
        lock: lock.metadata.name,
      });
  });
  test("are named beside the roles that would help, where both are in the way", () => {
    expect(explainAs("root", [dba], [onUser])).toMatchObject({ reason: "locked", remedies: ["admin"], lock: "stolen" });
    expect(explainAs("root", [dba], [onNode])).toMatchObject({
      reason: "login",
      remedies: ["admin"],
      lock: "incident",
    });
  });
  test("of other users are not named", () => {
    expect(explainAs("root", [dba], [aLock("bob", { user: "bob" })]).lock).toBeUndefined();
  });
});
