import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { AuthClient } from "../../../core/api/client.ts";
import { TestAuth } from "../../kit/auth.ts";
import { refusalOf } from "../../kit/person.ts";

/** The position of a user whose roles have rules for some resources: no request may end with more than these roles. */

let auth: TestAuth;
let admin: AuthClient;
let alice: AuthClient;

const DEV = { allow: { logins: ["{{internal.logins}}"], node_labels: { env: "dev" } } };
const role = (name: string, spec: object) => ({ kind: "role", metadata: { name }, spec });
const user = (name: string, roles: string[], logins: string[] = []) => ({
  kind: "user",
  metadata: { name },
  spec: { roles, traits: { logins } },
});
const lock = (name: string, target: object) => ({ kind: "lock", metadata: { name }, spec: { target } });

beforeAll(async () => {
  auth = await TestAuth.start();
  admin = await auth.admin();
  await admin.create("role", role("dev", DEV));
  await admin.create("role", role("ops", { allow: { logins: ["root"], node_labels: { "*": "*" } } }));
  await admin.create("role", role("all", { allow: { rules: [{ resources: ["*"], verbs: ["*"] }] } }));
  await admin.create("role", role("no-prod", { deny: { node_labels: { env: "prod" } } }));
  await admin.create("user", user("alice", ["dev", "editor"], ["alice"]));
  await admin.create("user", user("root", ["ops"]));
  await admin.create("user", user("bob", ["dev"], ["alice"]));
  await admin.create("user", user("carol", ["dev", "editor", "no-prod"], ["carol"]));
  await admin.create("user", user("olga", ["all"]));
  alice = (await auth.user("alice")).api;
});
afterAll(() => auth[Symbol.asyncDispose]());

async function expectDenied(request: Promise<unknown>, part: string): Promise<void> {
  expect(await refusalOf(request)).toMatchObject({
    code: "denied",
    message: `access denied: ${part} is beyond your own rights`,
  });
}

describe("a holder of some rules", () => {
  test("creates and invites a user with own roles and logins", async () => {
    await alice.createUser({ name: "dave", roles: ["dev"], traits: { logins: ["alice"] } });
    await alice.updateUser("dave", { roles: [] });
    await alice.resetUser("dave", {});
    await alice.unlockUser("dave");
    await alice.remove("user", "dave");
  });

  test("does not give a role or a login to herself or others", async () => {
    await expectDenied(alice.updateUser("alice", { roles: ["dev", "editor", "ops"] }), 'the role "ops"');
    await expectDenied(alice.updateUser("alice", { roles: ["editor", "all"] }), 'the rule *: * of the role "all"');
    await expectDenied(alice.updateUser("alice", { logins: ["alice", "root"] }), 'the login "root"');
    await expectDenied(alice.updateUser("bob", { roles: ["ops"] }), 'the role "ops"');
    await expectDenied(alice.replace("user", "bob", user("bob", ["dev"], ["root"])), 'the login "root"');
    await expectDenied(alice.create("user", user("eve", ["ops"])), 'the role "ops"');
    await expectDenied(alice.createUser({ name: "eve", roles: ["ops"], traits: {} }), 'the role "ops"');
    const { spec } = await admin.read("user", "alice");
    expect(spec).toMatchObject({ roles: ["dev", "editor"], traits: { logins: ["alice"] } });
  });

  test("does not become a user with more rights by a reset", async () => {
    await expectDenied(alice.resetUser("root", {}), 'the role "ops"');
    await expectDenied(alice.resetUser("olga", {}), 'the rule *: * of the role "all"');
    await expectDenied(alice.unlockUser("root"), 'the role "ops"');
    await expectDenied(alice.updateUser("root", { roles: ["dev"] }), 'the role "ops"');
  });

  test("does not widen a role, her own or another one", async () => {
    const wide = { allow: { logins: ["root"], node_labels: { "*": "*" } } };
    await expectDenied(alice.replace("role", "dev", role("dev", wide)), 'the role "dev"');
    await expectDenied(alice.create("role", role("new", wide)), 'the role "new"');
    await expectDenied(alice.replace("role", "ops", role("ops", DEV)), 'the role "ops"');
    await expectDenied(
      alice.replace("role", "no-prod", role("no-prod", {})),
      'the role "no-prod" without its restriction deny.node_labels',
    );
    await alice.create("role", role("narrow", { allow: { ...DEV.allow, node_labels: { env: "dev", team: "web" } } }));
  });

  test("does not shed a restriction by a second user", async () => {
    const { api } = await auth.user("carol");
    await expectDenied(
      api.createUser({ name: "carol2", roles: ["dev"], traits: { logins: ["carol"] } }),
      "a user without your restriction deny.node_labels",
    );
    await api.createUser({ name: "carol3", roles: ["dev", "no-prod"], traits: { logins: ["carol"] } });
  });

  test("lifts the lock of a user within her rights, and no other one", async () => {
    await alice.create("lock", lock("of-bob", { user: "bob" }));
    await alice.remove("lock", "of-bob");
    await admin.create("lock", lock("of-root", { user: "root" }));
    await admin.create("lock", lock("of-login", { login: "postgres" }));
    await admin.create("lock", lock("of-alice", { user: "alice", login: "root" }));
    await expectDenied(alice.remove("lock", "of-root"), 'the role "ops"');
    await expectDenied(alice.replace("lock", "of-root", lock("of-root", { user: "bob" })), 'the role "ops"');
    await expectDenied(alice.remove("lock", "of-login"), 'the lock "of-login"');
    await expectDenied(alice.remove("lock", "of-alice"), 'the lock "of-alice"');
    expect((await admin.list("lock")).map(({ metadata }) => metadata.name)).toEqual([
      "of-alice",
      "of-login",
      "of-root",
    ]);
  });

  test("makes a token for a node, and none for a proxy, which sees passwords", async () => {
    await alice.createToken({ roles: ["node"] });
    await expectDenied(alice.createToken({ roles: ["node", "proxy"] }), "a token for a proxy");
    const token = { kind: "token", metadata: { name: "chosen-by-alice" }, spec: { roles: ["proxy"] } };
    await expectDenied(alice.create("token", token), "a token for a proxy");
  });
});

test("a holder of a rule for everything is not limited, and loses that with the rule", async () => {
  const { api } = await auth.user("olga");
  await api.updateUser("bob", { roles: ["ops"] });
  await api.resetUser("root", {});
  await api.createToken({ roles: ["proxy"] });
  await admin.replace("role", "all", role("all", { allow: { rules: [{ resources: ["user"], verbs: ["*"] }] } }));
  await expectDenied(api.resetUser("root", {}), 'the role "ops"');
});
