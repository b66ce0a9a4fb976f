import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import type { AuthClient } from "../../../core/api/client.ts";
import { Fault } from "../../../core/fault.ts";
import type { ClientConnection } from "../../../core/ssh/client.ts";
import type { Store } from "../../../core/store.ts";
import { followStore } from "../../../daemon/auth/follow-store.ts";
import { ClusterView } from "../../../daemon/cluster/view.ts";
import { createLog } from "../../../daemon/log.ts";
import { TestAuth } from "../../kit/auth.ts";
import { apiOver, requestOver } from "../../kit/auth-client.ts";
import { refusalOf } from "../../kit/person.ts";
import { until } from "../../kit/until.ts";

let auth: TestAuth;
let admin: AuthClient;
let stack: AsyncDisposableStack;
beforeEach(async () => {
  auth = await TestAuth.start();
  admin = await auth.admin();
  stack = new AsyncDisposableStack();
});
afterEach(async () => {
  await stack.disposeAsync();
  await auth[Symbol.asyncDispose]();
});

/** A view over this store, as auth keeps one. */
async function viewOf(store: Store): Promise<{ view: ClusterView; said: string[] }> {
  const view = new ClusterView("test", () => auth.now);
  const said: string[] = [];
  const log = createLog({ level: "info", format: "json", write: (line) => said.push(JSON.parse(line).message) });
  stack.use(await followStore({ store, log }, view));
  return { view, said };
}

const lockOn = (name: string, target: object) => ({ kind: "lock", metadata: { name }, spec: { target } });
const role = (name: string, logins: string[]) => ({ kind: "role", metadata: { name }, spec: { allow: { logins } } });

/** The message with which the next request on an open connection is refused. */
async function refusalOver(connection: ClientConnection): Promise<string> {
  return (await refusalOf(requestOver(connection, (api) => api.trust()))).message;
}

describe("what one request changes, the next one meets", () => {
  test("a lock refuses the locked user's next request on an open connection, and its removal admits the next one", async () => {
    await admin.create("user", { kind: "user", metadata: { name: "bob" }, spec: {} });
    const { credential } = await auth.user("bob");
    for (let round = 0; round < 200; round++) {
      const connection = await auth.connect("bob", credential);
      await apiOver(connection).trust();
      await admin.create("lock", lockOn("l1", { user: "bob" }));
      expect(await refusalOver(connection)).toBe("access is locked");
      await admin.remove("lock", "l1");
    }
  });

  test("a role that is changed, or taken from the user, grants no more", async () => {
    await admin.create("role", role("ops", []));
    const rules = (verbs: string[]) => ({
      ...role("ops", []),
      spec: { allow: { rules: [{ resources: ["lock"], verbs }] } },
    });
    await admin.create("user", { kind: "user", metadata: { name: "bob" }, spec: { roles: ["ops"] } });
    const { api, credential } = await auth.user("bob");
    for (let round = 0; round < 50; round++) {
      await admin.replace("role", "ops", rules(["list"]));
      await api.list("lock");
      await admin.replace("role", "ops", rules(["read"]));
      expect((await refusalOf(api.list("lock"))).code).toBe("denied");
    }
    const connection = await auth.connect("bob", credential);
    await admin.remove("user", "bob");
    expect(await refusalOver(connection)).toBe("the user bob does not exist");
  });

  test("a machine that is removed is refused, and one that has joined is admitted", async () => {
    for (let round = 0; round < 20; round++) {
      const uuid = randomUUID();
      const connection = await auth.connect(uuid, (await auth.host(uuid, ["node"])).credential);
      await apiOver(connection).trust();
      await admin.remove("node", uuid);
      expect(await refusalOver(connection)).toContain("has been removed from the cluster");
    }
  });

  test("another auth process over the same store meets it within a second", async () => {
    await using other = await auth.another();
    await admin.create("user", { kind: "user", metadata: { name: "bob" }, spec: {} });
    const { credential } = await auth.user("bob");
    const delays: number[] = [];
    for (let round = 0; round < 5; round++) {
      const connection = await until<ClientConnection>("the other auth admits", () =>
        other.connect("bob", credential).catch(() => false),
      );
      await admin.create("lock", lockOn("l1", { user: "bob" }));
      const began = performance.now();
      await until("the other auth refuses", () =>
        apiOver(connection)
          .trust()
          .then(
            () => false,
            () => true,
          ),
      );
      delays.push(performance.now() - began);
      await admin.remove("lock", "l1");
    }
    expect(Math.max(...delays)).toBeLessThan(1000);
  });
});

describe("auth's own view", () => {
  test("holds the whole cluster, members too", async () => {
    const uuid = randomUUID();
    await auth.host(uuid, ["node"], "Web1");
    await admin.create("user", { kind: "user", metadata: { name: "bob" }, spec: {} });
    await admin.create("lock", lockOn("l1", { user: "bob" }));
    const { view } = await viewOf(auth.store);
    expect([...view.roles.keys()].sort()).toEqual(["access", "auditor", "editor"]);
    expect(view.users.get("bob")?.status).toEqual({ created: auth.now.toISOString() });
    expect(view.locks.map(({ metadata }) => metadata.name)).toEqual(["l1"]);
    expect(view.allAuthorities().map(({ spec }) => spec.type)).toEqual(["host", "user"]);
    expect(view.authorities("user").every(({ fingerprint }) => view.trustsUserAuthority(fingerprint))).toBe(true);
    expect(view.authorities("host").some(({ fingerprint }) => view.trustsUserAuthority(fingerprint))).toBe(false);
    expect(view.hosts.get(uuid)).toMatchObject({ uuid, hostname: "web1", roles: ["node"] });
    await admin.remove("node", uuid);
    await until("the member is gone", () => !view.hosts.has(uuid));
  });

  test("a heartbeat moves a node's expiry and is no change; a silent node is gone", async () => {
    const uuid = randomUUID();
    const { api } = await auth.host(uuid, ["node"], "web1");
    const { view } = await viewOf(auth.store);
    let changes = 0;
    view.onChange(() => changes++);
    const beat = (addr: string) =>
      api.heartbeat({ node: { metadata: { name: uuid }, spec: { hostname: "web1", addr, version: "1" } } });
    const expiry = () => view.nodes.get(uuid)?.metadata.expires;
    await beat("10.0.0.1:22");
    await until("the node is there", () => expiry() !== undefined);
    expect(changes).toBe(1);
    auth.pass(10_000);
    await beat("10.0.0.1:22");
    const later = new Date(auth.now.getTime() + 60_000).toISOString();
    await until("the expiry moves", () => expiry() === later);
    expect(changes).toBe(1);
    await beat("10.0.0.2:22");
    await until("the address changes", () => view.nodes.get(uuid)?.spec.addr === "10.0.0.2:22");
    expect(changes).toBe(2);
    auth.pass(60_000);
    await until("the node is gone", () => view.nodes.get(uuid) === undefined);
  });

  test("a watch that is lost is begun anew: said once, and what happened meanwhile is known after", async () => {
    const stop = new AbortController();
    let lose: (() => void) | undefined;
    const failing: Store = Object.create(auth.store, {
      get: { value: auth.store.get.bind(auth.store) },
      list: { value: auth.store.list.bind(auth.store) },
      watch: {
        value: (prefix: `/${string}`, signal: AbortSignal) => {
          const lost = new AbortController();
          lose = () => lost.abort();
          const changes = auth.store.watch(prefix, AbortSignal.any([signal, lost.signal, stop.signal]));
          return (async function* () {
            yield* changes;
            if (lost.signal.aborted) throw new Fault("unavailable", "the database is gone");
          })();
        },
      },
    });
    const { view, said } = await viewOf(failing);
    lose?.();
    await admin.create("role", role("meanwhile", ["root"]));
    await until("the view is current", () => view.roles.has("meanwhile"));
    expect(said).toEqual([
      "the view of the cluster is out of date; reading it again",
      "the view of the cluster is current again",
    ]);
  });

  test("a state that cannot be read at first keeps auth from starting", async () => {
    await auth.store.commit([{ put: "/roles/bad", value: Buffer.from("{"), expect: "any" }]);
    const view = new ClusterView("test", () => auth.now);
    const log = createLog({ level: "info", format: "json", write: () => {} });
    await expect(followStore({ store: auth.store, log }, view)).rejects.toThrow();
  });
});

test("members are not told of other members' records", async () => {
  const { api } = await auth.host(randomUUID(), ["proxy"], "gate");
  const ops = new Set<string>();
  const stop = new AbortController();
  for await (const line of api.watch({ kinds: "cert_authority,role,user,lock,node" }, stop.signal)) {
    ops.add(line.op === "put" ? (line.resource as { kind: string }).kind : line.op);
    if (line.op === "ready") break;
  }
  expect([...ops].sort()).toEqual(["cert_authority", "ready", "role"]);
});
