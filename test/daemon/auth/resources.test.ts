import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import type { AuthClient } from "../../../core/api/client.ts";
import { parseCertificateLine } from "../../../core/cert/certificate.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { TestAuth } from "../../kit/auth.ts";
import { refusalOf } from "../../kit/person.ts";

let auth: TestAuth;
let admin: AuthClient;
beforeEach(async () => {
  auth = await TestAuth.start();
  admin = await auth.admin();
});
afterEach(() => auth[Symbol.asyncDispose]());

const role = (name: string, spec: object = {}, metadata: object = {}) => ({
  kind: "role",
  metadata: { name, ...metadata },
  spec,
});
const user = (name: string, spec: object = {}, metadata: object = {}) => ({
  kind: "user",
  metadata: { name, ...metadata },
  spec,
});

describe("a write", () => {
  test("that creates requires absence, one that replaces requires existence", async () => {
    const made = await admin.create("role", role("dba"));
    expect(made).toMatchObject({
      kind: "role",
      version: "v1",
      metadata: { name: "dba", revision: expect.stringMatching(/^\d+$/) },
    });
    expect(await refusalOf(admin.create("role", role("dba")))).toMatchObject({
      code: "conflict",
      hint: "use --force to replace it",
    });
    expect((await refusalOf(admin.replace("role", "other", role("other")))).code).toBe("not_found");
    expect(await refusalOf(admin.replace("role", "dba", role("other")))).toMatchObject({
      code: "bad_request",
      message: 'metadata.name: expected "dba", as in the URL',
    });
    expect((await refusalOf(admin.create("lock", role("dba")))).message).toBe('lock: kind: expected "lock"');
  });

  test("with an old revision conflicts", async () => {
    for (const kind of ["role", "user"] as const) {
      const make = kind === "role" ? role : user;
      const first = await admin.create(kind, make("x"));
      await admin.replace(kind, "x", make("x", {}, { revision: first.metadata.revision }));
      const late = make("x", {}, { revision: first.metadata.revision });
      expect((await refusalOf(admin.replace(kind, "x", late))).code).toBe("conflict");
      // Who does not say which one was read takes what comes.
      await admin.replace(kind, "x", make("x"));
    }
  });

  test("of several concurrent ones with one name, one succeeds", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => admin.create("role", role("one"))));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const users = await Promise.allSettled(Array.from({ length: 10 }, () => admin.createUser({ name: "one" })));
    expect(users.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("with a past expiry is rejected; with a future one it expires then", async () => {
    const at = (ms: number) => ({ expires: new Date(auth.now.getTime() + ms).toISOString() });
    const lock = (more: object) => ({
      kind: "lock",
      metadata: { name: "l1", ...more },
      spec: { target: { user: "x" } },
    });
    expect((await refusalOf(admin.create("lock", lock(at(0))))).message).toContain("metadata.expires: ");
    const token = { kind: "token", metadata: { name: "a-token-of-mine", ...at(-1) }, spec: { roles: ["node"] } };
    expect((await refusalOf(admin.create("token", token))).code).toBe("bad_request");
    expect((await refusalOf(admin.create("user", user("bob", {}, at(1000))))).message).toBe(
      "user: metadata.expires: users cannot expire",
    );
    await admin.create("lock", lock(at(1000)));
    expect(await admin.list("lock")).toHaveLength(1);
    auth.pass(1000);
    expect(await admin.list("lock")).toEqual([]);
  });

  test("keeps labels and ignores status", async () => {
    const written = {
      ...user("bob", { roles: ["access"] }, { labels: { team: "blue" } }),
      status: { enrolled: true, created: "x" },
    };
    await admin.create("user", written);
    expect(await admin.read("user", "bob")).toMatchObject({
      metadata: { labels: { team: "blue" } },
      status: { enrolled: false, created: auth.now.toISOString() },
    });
    expect((await admin.updateUser("bob", { logins: ["bob"] })).metadata.labels).toEqual({ team: "blue" });
  });
});

test("a role can be removed when no user has it; the error names one", async () => {
  await admin.create("role", role("dba"));
  for (const name of ["alice", "bob"]) await admin.create("user", user(name, { roles: ["dba"] }));
  expect((await refusalOf(admin.remove("role", "dba"))).message).toBe('the role "dba" is held by alice and 1 more');
  await admin.remove("user", "bob");
  expect((await refusalOf(admin.remove("role", "dba"))).message).toBe('the role "dba" is held by alice');
  await admin.updateUser("alice", { roles: [] });
  await admin.remove("role", "dba");
  // A preset that was removed does not come back with a restart.
  await admin.remove("role", "auditor");
  auth = await auth.restart();
  expect((await (await auth.admin()).list("role")).map(({ metadata }) => metadata.name)).toEqual(["access", "editor"]);
});

test("a user sees the nodes they can reach, by their roles as they are now", async () => {
  const join = async (hostname: string, env: string) => {
    const uuid = randomUUID();
    const { api } = await auth.host(uuid, ["node"], hostname);
    await api.heartbeat({
      node: { metadata: { name: uuid, labels: { env } }, spec: { hostname, addr: "10.0.0.1:22", version: "1" } },
    });
  };
  await join("web1", "prod");
  await join("web2", "dev");
  await admin.create("role", role("developer", { allow: { logins: ["dev"], node_labels: { env: "dev" } } }));
  await admin.create("role", role("everywhere", { allow: { logins: ["root"], node_labels: { "*": "*" } } }));
  await admin.create("user", user("alice", { roles: ["developer", "everywhere"] }));
  await admin.create("user", user("nobody", { roles: [] }));
  const { api } = await auth.user("alice");
  const names = async () => (await api.reachable()).map(({ spec }) => spec.hostname).sort();
  expect(await names()).toEqual(["web1", "web2"]);
  await admin.updateUser("alice", { roles: ["developer"] });
  expect(await names()).toEqual(["web2"]);
  await admin.replace(
    "role",
    "developer",
    role("developer", { allow: { logins: ["dev"], node_labels: { env: "prod" } } }),
  );
  expect(await names()).toEqual(["web1"]);
  expect(await (await auth.user("nobody")).api.reachable()).toEqual([]);
});

describe("the nodes that a user can reach", () => {
  let api: AuthClient;
  const uuids = { web1: randomUUID(), web2: randomUUID() };
  const beat = async (hostname: keyof typeof uuids, machine: AuthClient) =>
    machine.heartbeat({
      node: { metadata: { name: uuids[hostname] }, spec: { hostname, addr: "10.0.0.1:22", version: "1" } },
    });
  const names = async () => (await api.reachable()).map(({ spec }) => spec.hostname).sort();
  const lock = (name: string, target: object) =>
    admin.create("lock", { kind: "lock", metadata: { name }, spec: { target } });
  const machines = new Map<string, AuthClient>();
  beforeEach(async () => {
    for (const hostname of ["web1", "web2"] as const) {
      const machine = (await auth.host(uuids[hostname], ["node"], hostname)).api;
      machines.set(hostname, machine);
      await beat(hostname, machine);
    }
    await admin.create("role", role("ops", { allow: { logins: ["root", "deploy"], node_labels: { "*": "*" } } }));
    await admin.create("user", user("alice", { roles: ["ops"] }));
    api = (await auth.user("alice")).api;
  });

  test("are without those that locks shut, by any of their names, or by each of the logins", async () => {
    expect(await names()).toEqual(["web1", "web2"]);
    await lock("by-name", { node: "WEB1" });
    expect(await names()).toEqual(["web2"]);
    await lock("root", { login: "root" });
    expect(await names()).toEqual(["web2"]);
    await lock("deploy", { login: "deploy", node: uuids.web2 });
    expect(await names()).toEqual([]);
  });

  test("are those of which the certificate has a login", async () => {
    await admin.replace("role", "ops", role("ops", { allow: { logins: ["postgres"], node_labels: { "*": "*" } } }));
    expect(await names()).toEqual([]);
    ({ api } = await auth.user("alice"));
    expect(await names()).toEqual(["web1", "web2"]);
  });

  test("are none while a role asks for a second factor for each session", async () => {
    const allow = { logins: ["root"], node_labels: { "*": "*" } };
    await admin.replace("role", "ops", role("ops", { allow, options: { require_session_mfa: true } }));
    expect(await names()).toEqual([]);
  });

  test("tell until when they are alive, and are gone at that moment, or when they are removed", async () => {
    const alive = new Date(auth.now.getTime() + 60_000).toISOString();
    expect((await api.reachable()).map(({ metadata }) => metadata)).toEqual(
      Object.values(uuids)
        .sort()
        .map((name) => ({ name, labels: {}, expires: alive })),
    );
    auth.pass(30_000);
    await beat("web2", machines.get("web2") as AuthClient);
    expect((await api.reachable()).map(({ metadata }) => metadata.expires).sort()).toEqual([
      alive,
      new Date(auth.now.getTime() + 60_000).toISOString(),
    ]);
    auth.pass(30_000);
    expect(await names()).toEqual(["web2"]);
    await admin.remove("node", uuids.web2);
    expect(await names()).toEqual([]);
  });
});

describe("on an open connection", () => {
  test("a certificate is accepted until it expires", async () => {
    await admin.create("user", user("erin", { roles: ["editor"] }));
    const key = PrivateKey.generate();
    const signed = await admin.signUser({ user: "erin", public_key: key.public.toString(), ttl_seconds: 60 });
    const api = await auth.as("erin", { key: key.toOpenSSH(), certificate: parseCertificateLine(signed.certificate) });
    await api.status();
    auth.pass(60_000);
    expect(await refusalOf(api.status())).toMatchObject({ code: "unauthenticated", hint: "log in again: tsh login" });
  });

  test("a role that is taken away ends at once, and one that is given needs a new certificate", async () => {
    await admin.create("user", user("erin", { roles: ["editor"] }));
    const { api } = await auth.user("erin");
    await api.status();
    await admin.updateUser("erin", { roles: ["auditor"] });
    expect((await refusalOf(api.status())).code).toBe("denied");
    expect((await refusalOf(api.searchEvents({}))).code).toBe("denied");
    await (await auth.user("erin")).api.searchEvents({});
  });

  test("a stream ends when its reader's user is removed", async () => {
    await admin.create("user", user("sam", { roles: ["auditor"] }));
    const { api } = await auth.user("sam");
    const stop = new AbortController();
    const events = api.tailEvents({ event: "user.unlock" }, stop.signal);
    const first = events.next();
    // When it listens cannot be seen from here, so something keeps happening.
    const happening = setInterval(() => void admin.unlockUser("sam").catch(() => undefined), 20);
    await first;
    await admin.create("lock", { kind: "lock", metadata: { name: "l1" }, spec: { target: { user: "sam" } } });
    const rest = (async () => {
      for await (const _event of events);
    })();
    expect((await refusalOf(rest)).code).toBe("unavailable");
    clearInterval(happening);

    const uuid = randomUUID();
    const machine = await auth.host(uuid, ["node"]);
    const lines = machine.api.watch({ kinds: "role" }, stop.signal);
    await lines.next();
    await admin.remove("node", uuid);
    let changes = 0;
    const changing = setInterval(() => void admin.create("role", role(`r${changes++}`)).catch(() => undefined), 20);
    const watching = (async () => {
      for await (const _line of lines);
    })();
    expect((await refusalOf(watching)).code).toBe("unavailable");
    clearInterval(changing);
  });
});
