import { afterEach, beforeEach, describe, expect, spyOn, test } from "bun:test";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { AuthClient } from "../../../core/api/client.ts";
import { newEvent } from "../../../core/audit/event.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { serveSsh } from "../../../core/ssh/server.ts";
import type { Cluster } from "../../../daemon/cluster/cluster.ts";
import { type ClusterOptions, openCluster } from "../../../daemon/cluster/open.ts";
import { createLog } from "../../../daemon/log.ts";
import { certify, hostCa } from "../../core/ssh/kit.ts";
import { TestAuth } from "../../kit/auth.ts";
import { freePort } from "../../kit/free-port.ts";
import { refusalOf } from "../../kit/person.ts";
import { cleanTemp, tempDir } from "../../kit/temp.ts";
import { until } from "../../kit/until.ts";

cleanTemp();

const HOUR = 3600_000;
const DAY = 24 * HOUR;

let auth: TestAuth;
let admin: AuthClient;
let pins: readonly string[];
let dataDir: string;
let log: { level: string; message: string; error?: string }[];
const opened: Cluster[] = [];

beforeEach(async () => {
  // Where it can be started again: a port of the kernel's choice could be somebody else's by then.
  auth = await TestAuth.start({ listen: { host: "127.0.0.1", port: await freePort() } });
  admin = await auth.admin();
  pins = (await admin.status()).ca_pins;
  dataDir = tempDir();
  log = [];
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((cluster) => cluster[Symbol.asyncDispose]()));
  await auth[Symbol.asyncDispose]();
});

/** This machine, on its way into the cluster. */
async function open(more: Partial<ClusterOptions> = {}): Promise<Cluster> {
  const cluster = await openCluster({
    dataDir,
    roles: ["node"],
    authAddrs: [auth.address],
    token: async () => undefined,
    caPins: pins,
    hostname: "web1",
    addresses: ["10.0.0.1"],
    log: createLog({ level: "debug", format: "json", write: (line) => log.push(JSON.parse(line)) }),
    now: () => auth.now,
    ...more,
  });
  opened.push(cluster);
  return cluster;
}

const token = async (roles: ("node" | "proxy")[] = ["node"]) =>
  (await admin.createToken({ roles })).token.metadata.name;
const byToken = (value: string): Partial<ClusterOptions> => ({ token: async () => value });
const close = (cluster: Cluster) => opened.splice(opened.indexOf(cluster), 1)[0]?.[Symbol.asyncDispose]();

/** Something that listens where auth should be, and keeps what it is sent. */
async function listener(onSocket: (socket: Socket) => void): Promise<{ addr: string; server: Server }> {
  const server = createServer(onSocket);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { addr: `127.0.0.1:${(server.address() as { port: number }).port}`, server };
}

describe("joining", () => {
  test("takes a token and the pin of the authority, and is done once", async () => {
    const cluster = await open(byToken(await token()));
    expect(cluster.name).toBe("test");
    const { key, certificate } = cluster.hostKey();
    expect(certificate?.principals).toEqual([`${cluster.uuid}.test`, cluster.uuid, "web1.test", "web1", "10.0.0.1"]);
    expect(readFileSync(join(dataDir, "host_uuid"), "utf8")).toBe(`${cluster.uuid}\n`);
    await close(cluster);

    const again = await open({ token: () => Promise.reject(new Error("nobody asks for a token")) });
    expect(again.uuid).toBe(cluster.uuid);
    expect(again.hostKey().key.public.equals(key.public)).toBe(true);
    expect((await again.api.ping()).cluster).toBe("test");
  });

  test("without a token says where to get one", async () => {
    expect(await refusalOf(open())).toMatchObject({
      code: "unauthenticated",
      message: "this machine has not joined a cluster yet",
      hint: expect.stringContaining("tctl nodes add"),
    });
  });

  test.each([
    ["another pin", ["sha256:0000"], /^the CA pin of this cluster is sha256:[0-9a-f]{64}, another than was given$/],
    ["no pin", [], /^no CA pin was given$/],
  ])("with %s goes no further than the server's key: the token stays here", async (_what, caPins, message) => {
    const value = await token();
    const fault = await refusalOf(open({ ...byToken(value), caPins }));
    expect(fault.code).toBe("denied");
    expect(fault.message).toMatch(message);
    expect(fault.hint).toContain("tctl status");
    // Nobody has tried to log in, and the token still works.
    expect(await admin.searchEvents({ event: "auth" })).toEqual([]);
    await open(byToken(value));
  });

  test("gives the token to no server without a certificate, and to none that is another machine", async () => {
    const key = PrivateKey.generate();
    const { credential } = await auth.host(crypto.randomUUID(), ["node"], "evil");
    if (!("key" in credential)) throw new Error("a machine has a certificate");
    const member = { key: PrivateKey.parse(credential.key), certificate: credential.certificate };
    const plain = { key };
    const foreign = {
      key,
      certificate: await certify(hostCa, key, {
        type: "host",
        principals: ["@auth.test"],
        extensions: { "cluster@sallyport": "test" },
      }),
    };
    for (const [hostKey, why] of [
      [plain, /shows no certificate: it is not an auth server/],
      [foreign, /^the CA pin of this cluster is/],
      [member, /^the certificate is not for "@auth.test"$/],
    ] as const) {
      const secrets: unknown[] = [];
      const identify = async (_user: string, proof: unknown) => {
        secrets.push(proof);
        throw new Error("no");
      };
      const { addr, server } = await listener((socket) => {
        void serveSsh(
          socket,
          { hostKey: () => hostKey, ident: "x", methods: ["password"], identify },
          { address: "" },
        ).catch(() => {});
      });
      const fault = await refusalOf(open({ ...byToken("a-secret-token"), authAddrs: [addr] }));
      expect(fault).toMatchObject({ code: "denied" });
      expect(fault.message).toMatch(why);
      expect(secrets).toEqual([]);
      server.close();
    }
  });

  test("with --insecure believes whoever answers, and says so", async () => {
    await open({ ...byToken(await token()), caPins: [], insecure: true });
    expect(log.find(({ level }) => level === "warn")?.message).toContain("without a CA pin");
  });

  test("is refused with the reason when the token is for another role, or used up", async () => {
    const value = await token();
    expect((await refusalOf(open({ ...byToken(value), roles: ["node", "proxy"] }))).message).toBe(
      "the join token is not for the role proxy",
    );
    await close(await open(byToken(value)));
    rmSync(dataDir, { recursive: true });
    expect((await refusalOf(open(byToken(value)))).message).toContain("unknown, used up, or expired");
  });

  test("once more for a further role needs a token for it", async () => {
    const first = await open(byToken(await token()));
    await close(first);
    expect((await refusalOf(open({ roles: ["node", "proxy"] }))).message).toBe(
      "this machine has not joined with the role proxy",
    );
    const both = await open({ ...byToken(await token(["node", "proxy"])), roles: ["node", "proxy"] });
    expect(both.uuid).toBe(first.uuid);
  });

  test("is the same machine when auth's answer got lost", async () => {
    // The machine was stored before it joined, and what auth answered was not.
    const first = await open(byToken(await token()));
    await close(first);
    rmSync(join(dataDir, "proc"), { recursive: true });
    const second = await open(byToken(await token()));
    expect(second.uuid).toBe(first.uuid);
  });

  test("works again after the membership has expired, or was taken away", async () => {
    const first = await open(byToken(await token()));
    await close(first);
    auth.pass(8 * DAY);
    auth = await auth.restart();
    admin = await auth.admin();
    expect((await refusalOf(open())).message).toContain("expired");
    await close(await open(byToken(await token())));
    await admin.remove("node", first.uuid);
    expect(await refusalOf(open())).toMatchObject({
      message: expect.stringContaining("has been removed from the cluster"),
      hint: expect.stringContaining("tctl nodes add"),
    });
    const again = await open(byToken(await token()));
    expect(again.uuid).toBe(first.uuid);
  });

  test("a damaged identity is an error that names the file", async () => {
    await close(await open(byToken(await token())));
    writeFileSync(join(dataDir, "proc/host"), "garbage");
    expect((await refusalOf(open())).message).toContain("proc/host");
    rmSync(join(dataDir, "proc/host"));
    writeFileSync(join(dataDir, "host_uuid"), "not a uuid");
    expect((await refusalOf(open(byToken(await token())))).message).toContain("host_uuid does not hold a UUID");
  });
});

describe("a member", () => {
  let cluster: Cluster;
  beforeEach(async () => {
    cluster = await open(byToken(await token()));
  });

  test("knows roles, users, locks and authorities, and learns of every change", async () => {
    const { view } = cluster;
    expect([...view.roles.keys()].sort()).toEqual(["access", "auditor", "editor"]);
    expect(view.authorities("user")).toHaveLength(1);
    expect(view.authorities("host")).toHaveLength(1);
    await admin.createUser({ name: "alice", traits: { logins: ["root"] } });
    await until("the machine knows", () => view.users.get("alice")?.spec.traits.logins?.[0] === "root");
    await admin.create("lock", { kind: "lock", metadata: { name: "l1" }, spec: { target: { user: "alice" } } });
    await until("the machine knows", () => view.locks.length === 1);
    await admin.remove("lock", "l1");
    await until("the machine knows", () => view.locks.length === 0);
    await admin.remove("user", "alice");
    await until("the machine knows", () => !view.users.has("alice"));
  });

  test("outlives its auth, and then knows what happened meanwhile, removals too", async () => {
    const { view } = cluster;
    await admin.createUser({ name: "alice" });
    await until("the machine knows", () => view.users.has("alice"));
    const port = Number(auth.address.split(":")[1]);
    const at = { listen: { host: "127.0.0.1", port } };
    const key = cluster.hostKey();

    auth = await auth.restart();
    // Elsewhere: this machine cannot see it, and goes on with what it knows.
    admin = await auth.admin();
    await admin.remove("user", "alice");
    await admin.create("role", { kind: "role", metadata: { name: "new" }, spec: {} });
    expect([...view.users.keys()]).toEqual(["alice"]);
    expect(cluster.hostKey()).toBe(key);
    expect((await refusalOf(cluster.api.ping())).code).toBe("unavailable");

    auth = await auth.restart(at);
    await until("the machine knows", () => view.roles.has("new") && !view.users.has("alice"));
    expect((await cluster.api.ping()).cluster).toBe("test");
    expect(log.map(({ message }) => message)).toContain("connected to auth again");
    expect(log.filter(({ message }) => message.startsWith("the connection to auth is lost"))).toHaveLength(1);
  }, 30_000);

  test("says why it is kept out when somebody is there again", async () => {
    const port = Number(auth.address.split(":")[1]);
    const said = () => log.filter(({ level }) => level === "warn").map(({ message, error }) => `${message}: ${error}`);
    await auth[Symbol.asyncDispose]();
    await until("it has noticed", () => said().length === 1);
    await using _other = await TestAuth.start({ listen: { host: "127.0.0.1", port } });
    await until("it has seen the other", () => said().length === 2);
    expect(said()[0]).toStartWith("the connection to auth is lost; trying again: ");
    expect(said()[1]).toMatch(
      /^still no connection to auth; trying again: .* signed by an authority that is not trusted/,
    );
  }, 30_000);

  test("starts while auth is away, and is ready when it is back", async () => {
    await close(cluster);
    const port = Number(auth.address.split(":")[1]);
    const addr = auth.address;
    await auth[Symbol.asyncDispose]();
    const opening = open({ authAddrs: [addr] });
    // It has tried at least once.
    while (!log.some(({ message }) => message.startsWith("the connection to auth is lost"))) await Bun.sleep(5);
    auth = await auth.restart({ listen: { host: "127.0.0.1", port } });
    expect((await (await opening).api.ping()).cluster).toBe("test");
  }, 30_000);

  test("renews its certificate when half of its time is over", async () => {
    const before = cluster.hostKey();
    const port = Number(auth.address.split(":")[1]);
    auth.pass(3 * DAY);
    auth = await auth.restart({ listen: { host: "127.0.0.1", port } });
    await until("it is connected again", () => log.some(({ message }) => message === "connected to auth again"));
    expect(cluster.hostKey()).toBe(before);
    auth.pass(DAY);
    log.length = 0;
    auth = await auth.restart({ listen: { host: "127.0.0.1", port } });
    await until("it is connected again", () => log.some(({ message }) => message === "connected to auth again"));
    const after = cluster.hostKey();
    expect(after.certificate?.validBefore.getTime()).toBe(Math.floor((auth.now.getTime() + 7 * DAY) / 1000) * 1000);
    expect(after.key.public.equals(before.key.public)).toBe(true);
    // The next start has it, too.
    await close(cluster);
    expect((await open()).hostKey().certificate?.serial).toBe(after.certificate?.serial);
  }, 30_000);

  test("renews what was made while clocks were ahead, as auth does, and not because its own is behind", async () => {
    await close(cluster);
    rmSync(dataDir, { recursive: true });
    const listen = { host: "127.0.0.1", port: Number(auth.address.split(":")[1]) };
    const intervals = spyOn(globalThis, "setInterval");
    const minutePasses = () => {
      for (const [work, ms] of intervals.mock.calls) if (ms === 60_000) (work as () => void)();
    };
    try {
      auth.pass(2 * HOUR);
      auth = await auth.restart({ listen });
      admin = await auth.admin();
      let behind = 0;
      cluster = await open({ ...byToken(await token()), now: () => new Date(auth.now.getTime() - behind) });
      const serial = () => cluster.hostKey().certificate?.serial;
      const first = serial();
      behind = HOUR;
      minutePasses();
      await cluster.api.ping();
      expect(serial()).toBe(first);

      behind = 0;
      auth.pass(-2 * HOUR);
      minutePasses();
      await until("it has another certificate", () => serial() !== first);
      await until("auth has another, too", async () => (await (await auth.admin()).ping()).cluster === "test");
    } finally {
      intervals.mockRestore();
    }
    await close(cluster);
    await open();
  }, 30_000);

  test("gets a certificate for the names it has now", async () => {
    await close(cluster);
    const renamed = await open({ hostname: "web2", addresses: ["10.0.0.2", "Web2.Example.com"] });
    expect(renamed.hostKey().certificate?.principals).toEqual([
      `${renamed.uuid}.test`,
      renamed.uuid,
      "web2.test",
      "web2",
      "10.0.0.2",
      "web2.example.com",
    ]);
    await close(renamed);
    log.length = 0;
    await open({ hostname: "web2", addresses: ["10.0.0.2", "Web2.Example.com"] });
    expect(log.map(({ message }) => message)).not.toContain("the host certificate is renewed");
  });

  test("keeps the names it has when auth refuses others, and goes on", async () => {
    await auth.host(crypto.randomUUID(), ["proxy"], "gate");
    await close(cluster);
    const greedy = await open({ hostname: "gate" });
    expect(greedy.hostKey().certificate?.principals).toContain("web1");
    expect(log.find(({ level }) => level === "error")?.message).toBe("cannot renew the host certificate");
  });

  test("delivers its events later when auth is away", async () => {
    const port = Number(auth.address.split(":")[1]);
    await auth[Symbol.asyncDispose]();
    const facts = { server_id: cluster.uuid, user: "alice", reason: "test" };
    const event = newEvent("client.disconnect", facts, { now: auth.now, cluster: "test" });
    await cluster.audit.append(event);
    auth = await auth.restart({ listen: { host: "127.0.0.1", port } });
    admin = await auth.admin();
    let found: readonly Record<string, unknown>[] = [];
    while (found.length === 0) {
      await Bun.sleep(20);
      found = await admin.searchEvents({ event: "client.disconnect" });
    }
    expect(found).toMatchObject([{ uid: event.uid, server_id: cluster.uuid }]);
  }, 30_000);

  test("says so when its clock is off", async () => {
    await close(cluster);
    for (const [minutes, words] of [
      [10, "this machine's clock is 600 s ahead of auth's: set it, or logins will fail"],
      [-0.75, "this machine's clock is 45 s behind auth's: set it, or logins will fail"],
    ] as const) {
      log.length = 0;
      await close(await open({ now: () => new Date(auth.now.getTime() + minutes * 60_000) }));
      expect(log.filter(({ level }) => level === "error").map(({ message }) => message)).toEqual([words]);
    }
    const behind = () => new Date(auth.now.getTime() - 600_000);
    rmSync(dataDir, { recursive: true });
    expect(await refusalOf(open({ ...byToken(await token()), now: behind }))).toMatchObject({
      message: expect.stringContaining("is not valid before"),
      hint: "compare the clocks of the two machines",
    });
  });

  test("ends quickly, whether auth is there or not", async () => {
    await auth[Symbol.asyncDispose]();
    const began = performance.now();
    await close(cluster);
    expect(performance.now() - began).toBeLessThan(5000);
    auth = await auth.restart();
  });

  test("leaves nothing that others may read", async () => {
    for (const name of ["host_key", "host_uuid", "proc/host"]) {
      const file = join(dataDir, name);
      expect(existsSync(file) && Bun.file(file).size > 0).toBe(true);
      expect(((await Bun.file(file).stat()).mode & 0o777).toString(8)).toBe("600");
    }
  });
});

test("a proxy knows the nodes, a node does not", async () => {
  const proxy = await open({ ...byToken(await token(["proxy"])), roles: ["proxy"], hostname: "gate" });
  const node = await open({ ...byToken(await token()), dataDir: tempDir() });
  const beat = {
    node: { metadata: { name: node.uuid }, spec: { hostname: "web1", addr: "10.0.0.1:22", version: "1" } },
  };
  await node.api.heartbeat(beat);
  await until("the proxy knows", () => proxy.view.nodes.get(node.uuid) !== undefined);
  expect([...node.view.nodes.uuids()]).toEqual([]);
  // Gone, it is remembered as gone.
  auth.pass(61_000);
  await until("the proxy knows", () => proxy.view.nodes.get(node.uuid)?.metadata.expires !== undefined);
  // Put out of the cluster, it is nowhere that anybody is led to.
  await admin.remove("node", node.uuid);
  await until("the proxy knows", () => proxy.view.nodes.get(node.uuid) === undefined);
});

test("a proxy forgets a node that is removed, while it is there as well", async () => {
  const proxy = await open({ ...byToken(await token(["proxy"])), roles: ["proxy"], hostname: "gate" });
  const { api, uuid } = await open({ ...byToken(await token()), dataDir: tempDir() });
  await api.heartbeat({
    node: { metadata: { name: uuid }, spec: { hostname: "web1", addr: "10.0.0.1:22", version: "1" } },
  });
  await until("the proxy knows", () => proxy.view.nodes.get(uuid) !== undefined);
  await admin.remove("node", uuid);
  await until("the proxy has forgotten", () => proxy.view.nodes.get(uuid) === undefined);
});
