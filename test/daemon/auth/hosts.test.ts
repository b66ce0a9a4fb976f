import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import type { AuthClient } from "../../../core/api/client.ts";
import type { RequestInput } from "../../../core/api/routes.ts";
import { newEvent } from "../../../core/audit/event.ts";
import { parseCertificateLine } from "../../../core/cert/certificate.ts";
import { readHostIdentity } from "../../../core/cert/identity.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { TestAuth } from "../../kit/auth.ts";
import { refusalOf } from "../../kit/person.ts";

const MINUTE = 60_000;

let auth: TestAuth;
let admin: AuthClient;
beforeEach(async () => {
  auth = await TestAuth.start({ staticTokens: [{ value: "static-token-of-the-config", roles: ["node"] }] });
  admin = await auth.admin();
});
afterEach(() => auth[Symbol.asyncDispose]());

const newToken = async (more: { roles?: ("node" | "proxy")[]; uses?: number; ttl_seconds?: number } = {}) =>
  (await admin.createToken({ roles: ["node"], ...more })).token.metadata.name;

/** A machine that has joined, or the Fault of its refusal. */
async function join(token: string, more: Partial<RequestInput<"join">> = {}, key = PrivateKey.generate()) {
  const api = await auth.as("join", { password: token });
  const uuid = more.uuid ?? randomUUID();
  const body = { hostname: "web1", roles: ["node" as const], public_key: key.public.toString(), ...more, uuid };
  const certificate = parseCertificateLine((await api.join(body)).certificate);
  const credential = { key: key.toOpenSSH(), certificate };
  return { uuid, key, certificate, credential, connect: () => auth.as(uuid, credential) };
}

const used = { message: expect.stringContaining("the join token is unknown, used up, or expired") };

describe("a join token", () => {
  test("admits one machine only", async () => {
    const token = await newToken();
    const { certificate, uuid } = await join(token);
    expect(readHostIdentity(certificate)).toMatchObject({ uuid, cluster: "test", roles: ["node"] });
    expect(await refusalOf(join(token))).toMatchObject({ code: "unauthenticated", ...used });
    // The one of the config file is left.
    expect(await admin.list("token")).toHaveLength(1);
  });

  test("admits one of many concurrent machines", async () => {
    const token = await newToken();
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => join(token)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("admits as many machines as it has uses, also concurrently", async () => {
    const token = await newToken({ uses: 5 });
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => join(token)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  });

  test("is valid until it expires, also on open connections", async () => {
    const token = await newToken({ ttl_seconds: 60 });
    const connected = await auth.as("join", { password: token });
    auth.pass(MINUTE);
    expect(await refusalOf(auth.as("join", { password: token }))).toMatchObject(used);
    const body = {
      uuid: randomUUID(),
      hostname: "a",
      roles: ["node" as const],
      public_key: PrivateKey.generate().public.toString(),
    };
    expect(await refusalOf(connected.join(body))).toMatchObject({ code: "denied", ...used });
  });

  test("from the configuration file admits any number, and cannot be removed", async () => {
    for (let n = 0; n < 3; n++) await join("static-token-of-the-config");
    expect(await refusalOf(admin.remove("token", "static-token-of-the-config"))).toMatchObject({ code: "denied" });
    expect(await refusalOf(join("static-token-of-the-config", { roles: ["proxy"] }))).toMatchObject({ code: "denied" });
  });

  test("is limited to its roles", async () => {
    const token = await newToken();
    expect(await refusalOf(join(token, { roles: ["proxy"] }))).toMatchObject({
      code: "denied",
      message: "the join token is not for the role proxy",
    });
    expect(await refusalOf(join(token, { roles: ["node", "proxy"] }))).toMatchObject({ code: "denied" });
    expect((await refusalOf(join(token, { roles: ["admin" as "node"] }))).code).toBe("bad_request");
    expect((await refusalOf(join(token, { roles: [] }))).code).toBe("bad_request");
    // What was refused has not used it up.
    await join(token);
  });

  test("has its value in the reply to its creation, and for the local admin only", async () => {
    const token = await newToken();
    const [listed] = await admin.list("token");
    expect(listed?.metadata.name).toMatch(/^sha256-[0-9a-f]{12}$/);
    expect((await admin.list("token", { with_secrets: true })).map(({ metadata }) => metadata.name)).toEqual([
      token,
      "static-token-of-the-config",
    ]);
    expect(JSON.stringify(await admin.searchEvents({}))).not.toContain(token);
    await admin.create("user", { kind: "user", metadata: { name: "erin" }, spec: { roles: ["editor"] } });
    const editor = (await auth.user("erin")).api;
    expect(JSON.stringify(await editor.list("token"))).not.toContain(token);
    expect((await refusalOf(editor.list("token", { with_secrets: true }))).code).toBe("denied");
    await editor.remove("token", listed?.metadata.name ?? "");
    expect(await refusalOf(join(token))).toMatchObject(used);
  });
});

describe("the name of a machine", () => {
  const VICTIM = "11111111-1111-4111-8111-111111111111";
  beforeEach(async () => {
    await join(await newToken(), { uuid: VICTIM, hostname: "db1" });
    const gate = await join(await newToken({ roles: ["proxy"] }), { roles: ["proxy"], hostname: "gate" });
    const facts = { hostname: "gate", web_addr: "login.example.com:443", ssh_addr: "jump.example.com:3023" };
    await (await gate.connect()).proxyHeartbeat(facts);
  });

  test.each([
    ["another machine's id", { hostname: VICTIM }],
    ["another machine's id in the cluster", { hostname: `${VICTIM}.test` }],
    ["another machine's id, twice in the cluster", { hostname: `${VICTIM}.TEST.test` }],
    ["another machine's id as an address", { addresses: [VICTIM] }],
    ["another machine's id in the cluster as an address", { addresses: [`${VICTIM}.test`] }],
    ["another machine's name as an address", { addresses: ["db1"] }],
    ["another machine's name in the cluster as an address", { addresses: ["DB1.test"] }],
    ["a proxy's name", { hostname: "gate" }],
    ["a proxy's name in the cluster", { hostname: "Gate.test" }],
    ["the address of a proxy for users", { hostname: "login.example.com" }],
    ["the address of a proxy for users as an address", { addresses: ["10.0.0.1", "jump.example.com"] }],
  ])("is not %s", async (_what, called) => {
    const token = await newToken();
    const fault = await refusalOf(join(token, called));
    expect(fault).toMatchObject({
      code: "denied",
      message: expect.stringMatching(/^this machine cannot be called ".+": that is the name of another$/),
    });
    // Nor later, when it renews its certificate.
    const { connect, key, uuid } = await join(token);
    const renewal = { hostname: "web1", addresses: [], public_key: key.public.toString(), ...called };
    expect((await refusalOf((await connect()).renew(renewal))).code).toBe("denied");
    expect(await admin.searchEvents({ event: "instance.join" })).toMatchObject([
      {},
      {},
      { success: false, error: fault.message, code: "TJ002E" },
      { success: true, host_uuid: uuid },
    ]);
  });

  test.each(["", "a b", "a,b", "*", "@auth.test", "@proxy.test", "a/b", "a\n", "-a", "x".repeat(254)])(
    "is no %j",
    async (hostname) => {
      expect((await refusalOf(join(await newToken(), { hostname }))).code).toBe("bad_request");
      expect((await refusalOf(join(await newToken(), { addresses: [hostname] }))).code).toBe("bad_request");
    },
  );

  test("may equal that of another node, which is ambiguous, or the cluster's", async () => {
    await join(await newToken(), { hostname: "db1" });
    await join(await newToken(), { hostname: "test" });
    await join(await newToken(), { hostname: "db1", addresses: ["db1.test", "10.0.0.1", "::1", "localhost"] });
  });
});

describe("a machine's identity", () => {
  test("belongs to its key: another key cannot join with its UUID", async () => {
    const machine = await join(await newToken());
    expect(await refusalOf(join(await newToken(), { uuid: machine.uuid }))).toMatchObject({
      code: "conflict",
      message: `another machine has joined as ${machine.uuid}`,
      hint: expect.stringContaining(`tctl rm node/${machine.uuid}`),
    });
    // It may do so itself, as after a change of its roles.
    const again = await join(
      await newToken({ roles: ["node", "proxy"] }),
      { uuid: machine.uuid, roles: ["node", "proxy"] },
      machine.key,
    );
    expect(readHostIdentity(again.certificate).roles).toEqual(["node", "proxy"]);
  });

  test("is kept by a renewal, which only changes names and dates", async () => {
    const { connect, key, uuid } = await join(await newToken());
    const api = await connect();
    auth.pass(24 * 60 * MINUTE);
    const reply = await api.renew({ hostname: "web2", addresses: ["10.0.0.2"], public_key: key.public.toString() });
    const renewed = parseCertificateLine(reply.certificate);
    expect(readHostIdentity(renewed)).toMatchObject({ uuid, roles: ["node"] });
    expect(renewed.principals).toEqual([`${uuid}.test`, uuid, "web2.test", "web2", "10.0.0.2"]);
    expect(renewed.validBefore.getTime()).toBeGreaterThan(auth.now.getTime() + 6 * 24 * 60 * MINUTE);
    const other = PrivateKey.generate().public.toString();
    expect((await refusalOf(api.renew({ hostname: "web2", public_key: other }))).code).toBe("denied");
    const roles = { hostname: "web2", public_key: key.public.toString(), roles: ["proxy"] };
    expect((await refusalOf(api.renew(roles))).code).toBe("bad_request");
  });

  test("ends at its removal, also on open connections", async () => {
    const { connect, uuid } = await join(await newToken());
    const api = await connect();
    await api.ping();
    await admin.remove("node", uuid);
    const message = expect.stringContaining("this machine has been removed from the cluster");
    expect(await refusalOf(api.ping())).toMatchObject({ code: "denied", message });
    expect(await refusalOf(connect())).toMatchObject({ code: "unauthenticated", message });
    expect(await admin.searchEvents({ event: "node.delete" })).toMatchObject([{ user: "@admin", name: uuid }]);
    expect((await refusalOf(admin.remove("node", uuid))).code).toBe("not_found");
  });

  test("is denied with the old certificate after another machine joined with its UUID", async () => {
    const old = await join(await newToken());
    const open = await old.connect();
    await admin.remove("node", old.uuid);
    await join(await newToken(), { uuid: old.uuid });
    expect((await refusalOf(open.ping())).code).toBe("denied");
    expect((await refusalOf(old.connect())).message).toStartWith("this machine has been removed");
  });

  test("ends when its certificate expires", async () => {
    const { connect } = await join(await newToken());
    auth.pass(7 * 24 * 60 * MINUTE);
    expect((await refusalOf(connect())).message).toStartWith("the certificate expired");
  });

  test("needs an ed25519 key", async () => {
    for (const public_key of ["", "x", "ssh-rsa AAAA"])
      expect((await refusalOf(join(await newToken(), { public_key }))).code).toBe("bad_request");
  });
});

describe("a node", () => {
  const beat = (uuid: string, more: object = {}) => ({
    node: {
      metadata: { name: uuid, labels: { env: "prod" } },
      spec: { hostname: "web1", addr: "10.0.0.1:3022", version: "0.1.0", ...more },
    },
  });

  test("is listed for a minute after its last heartbeat, also after a restart", async () => {
    const { connect, uuid, credential } = await join(await newToken());
    await (await connect()).heartbeat(beat(uuid));
    expect(await admin.list("node")).toMatchObject([
      {
        kind: "node",
        metadata: { name: uuid, labels: { env: "prod" } },
        spec: { hostname: "web1", addr: "10.0.0.1:3022", tunnel: false },
      },
    ]);
    auth = await auth.restart();
    admin = await auth.admin();
    auth.pass(59_000);
    expect(await admin.list("node")).toHaveLength(1);
    // Without a new token.
    await (await auth.as(uuid, credential)).heartbeat(beat(uuid));
    auth.pass(59_000);
    expect(await admin.list("node")).toHaveLength(1);
    auth.pass(1000);
    expect(await admin.list("node")).toEqual([]);
    expect(await admin.status()).toMatchObject({ counts: { nodes: 0 } });
  });

  test("can only report itself, with its recorded host name", async () => {
    const [one, two] = [await join(await newToken()), await join(await newToken(), { hostname: "web2" })];
    const api = await one.connect();
    expect(await refusalOf(api.heartbeat(beat(two.uuid)))).toMatchObject({
      code: "denied",
      message: "a node can report only itself",
    });
    await api.heartbeat(beat(one.uuid, { hostname: "web2", tunnel: true }));
    expect(await admin.list("node")).toMatchObject([
      { metadata: { name: one.uuid }, spec: { hostname: "web1", tunnel: false } },
    ]);
    const event = { event: "exec", server_id: two.uuid };
    expect((await refusalOf(api.emit({ events: [event] }))).code).toBe("bad_request");
  });

  test("reports events under its recorded host name, and never of another century", async () => {
    const { connect, uuid } = await join(await newToken());
    const api = await connect();
    const report = (uid: string, time: string) => ({
      ...newEvent(
        "session.end",
        {
          server_id: uuid,
          server_hostname: "bastion",
          user: "alice",
          interactive: true,
          session_start: "1999-01-01T00:00:00.000Z",
          session_stop: "2099-01-01T00:00:00.000Z",
        },
        { now: auth.now, cluster: "test" },
      ),
      time,
      uid,
    });
    const [past, future] = [randomUUID(), randomUUID()];
    await api.emit({ events: [report(past, "1999-01-01T00:00:00.000Z"), report(future, "2099-01-01T00:00:00.000Z")] });
    const at = auth.now.toISOString();
    const bounded = { server_hostname: "web1", time: at, received: at };
    expect(await admin.searchEvents({ event: "session.end" })).toMatchObject([
      { uid: past, ...bounded, reported_time: "1999-01-01T00:00:00.000Z" },
      { uid: future, ...bounded, reported_time: "2099-01-01T00:00:00.000Z" },
    ]);
    expect((await refusalOf(api.emit({ events: [{ ...report(past, at), user: "@operator" }] }))).code).toBe(
      "bad_request",
    );
  });

  test("has to report an address that can be dialled", async () => {
    const { connect, uuid } = await join(await newToken());
    const api = await connect();
    for (const addr of [
      "",
      "10.0.0.1",
      "10.0.0.1:0",
      "10.0.0.1:99999",
      "a b:22",
      "::1:22",
      "evil\n:22",
      "-oProxyCommand=x:22",
    ])
      expect((await refusalOf(api.heartbeat(beat(uuid, { addr })))).code).toBe("bad_request");
  });
});
