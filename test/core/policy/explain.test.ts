import { describe, expect, test } from "bun:test";
import { explainAccess, refusal } from "../../../core/policy/explain.ts";
import { aRole, byName } from "./make.ts";

const dba = aRole("dba", { allow: { logins: ["postgres"], node_labels: { env: "prod" } } });
const web = aRole("web", { allow: { logins: ["deploy"], node_labels: { env: "dev" } } });
const admin = aRole("admin", { allow: { logins: ["root"], node_labels: { "*": "*" } } });
const noRoot = aRole("no-root", { deny: { logins: ["root"] } });
const notProd = aRole("not-prod", { deny: { node_labels: { env: "prod" } } });
const known = byName(dba, web, admin, noRoot, notProd);
const prod = { env: "prod" };

describe("the one who asked", () => {
  test("learns what was asked and no more, whatever the reason", () => {
    for (const reason of ["no_role", "denied", "labels", "login"] as const) {
      const fault = refusal({ login: "root", node: "db-1" }, reason);
      expect(fault.toJSON()).toEqual({
        code: "denied",
        message: "access denied: role does not allow login root on db-1",
      });
    }
  });
  test("cannot write on a terminal with what was asked", () => {
    const { message } = refusal({ login: "\u001b[31mroot\r\n", node: "\u202edb\u0007" });
    expect(message).toBe("access denied: role does not allow login ?[31mroot?? on ?db?");
    expect(refusal({ login: "x".repeat(5000), node: "n" }).message.length).toBeLessThan(200);
  });
});

describe("an administrator", () => {
  test("reads why each role says what it says, and which other role would do", () => {
    expect(explainAccess([dba, web], {}, { login: "root", labels: prod }, known)).toEqual({
      allow: false,
      reason: "login",
      verdicts: [
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
  test("reads that a deny stands against what another role allows, and that no role helps", () => {
    const explanation = explainAccess([admin, noRoot, notProd], {}, { login: "root", labels: prod }, known);
    expect(explanation).toMatchObject({ allow: false, reason: "denied", remedies: [] });
    expect(explanation.verdicts.map(({ says, because }) => `${says}: ${because}`)).toEqual([
      "allow: allow.logins has root and allow.node_labels match this node",
      "deny: deny.logins has root",
      "deny: deny.node_labels match this node",
    ]);
  });
  test("reads which role allows", () => {
    const explanation = explainAccess([dba], {}, { login: "postgres", labels: prod }, known);
    expect(explanation).toMatchObject({ allow: true, remedies: [], verdicts: [{ role: "dba", says: "allow" }] });
    expect(explanation.reason).toBeUndefined();
  });
  test("reads that there is no role at all", () => {
    expect(explainAccess([], {}, { login: "root", labels: prod }, known)).toEqual({
      allow: false,
      reason: "no_role",
      verdicts: [],
      remedies: ["admin"],
    });
  });
});
