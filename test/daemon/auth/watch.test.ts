import { afterEach, beforeEach, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import type { AuthClient } from "../../../core/api/client.ts";
import type { WatchLine } from "../../../core/api/schemas.ts";
import { openChannel } from "../../../core/ssh/client.ts";
import { watchResources } from "../../../daemon/auth/watch.ts";
import { TestAuth } from "../../kit/auth.ts";
import { refusalOf } from "../../kit/person.ts";

let auth: TestAuth;
let admin: AuthClient;
let node: AuthClient;
const stop = new AbortController();
beforeEach(async () => {
  auth = await TestAuth.start();
  admin = await auth.admin();
  node = (await auth.host(randomUUID(), ["node"])).api;
});
afterEach(() => auth[Symbol.asyncDispose]());

type Watching = AsyncGenerator<WatchLine>;

async function next(lines: Watching): Promise<string> {
  const { done, value } = await lines.next();
  return done === true ? "the end" : summary(value);
}

function summary(line: WatchLine): string {
  if (line.op === "ready") return "ready";
  if (line.op === "delete") return `delete ${line.kind}/${line.name}`;
  const { kind, metadata, spec } = line.resource as { kind: string; metadata: { name: string }; spec: object };
  return `put ${kind}/${metadata.name} ${JSON.stringify(spec)}`;
}

/** Past the state at the beginning. */
async function ready(lines: Watching): Promise<string[]> {
  const state: string[] = [];
  for (;;) {
    const line = await next(lines);
    if (line === "ready") return state;
    state.push(line.split(" ", 2).join(" "));
  }
}

const role = (name: string, logins: string[]) => ({ kind: "role", metadata: { name }, spec: { allow: { logins } } });

test("yields present resources, then every change and removal", async () => {
  await admin.createUser({ name: "alice" });
  const lines = node.watch({ kinds: "role,user,lock,cert_authority" }, stop.signal);
  expect(await ready(lines)).toEqual([
    "put role/access",
    "put role/auditor",
    "put role/editor",
    "put user/alice",
    "put cert_authority/host",
    "put cert_authority/user",
  ]);
  await admin.create("role", role("dba", ["postgres"]));
  expect(await next(lines)).toMatch(/^put role\/dba .*postgres/);
  await admin.replace("role", "dba", role("dba", ["mysql"]));
  expect(await next(lines)).toMatch(/^put role\/dba .*mysql/);
  await admin.remove("role", "dba");
  expect(await next(lines)).toBe("delete role/dba");
  await admin.updateUser("alice", { logins: ["root"] });
  expect(await next(lines)).toMatch(/^put user\/alice .*"logins":\["root"\]/);
  await admin.create("lock", { kind: "lock", metadata: { name: "l1" }, spec: { target: { user: "alice" } } });
  expect(await next(lines)).toMatch(/^put lock\/l1/);
  await admin.remove("lock", "l1");
  expect(await next(lines)).toBe("delete lock/l1");
  await admin.remove("user", "alice");
  expect(await next(lines)).toBe("delete user/alice");
});

test("yields changes of another auth process, and expirations", async () => {
  const lines = node.watch({ kinds: "lock" }, stop.signal);
  await ready(lines);
  await using other = await auth.another();
  const expires = new Date(auth.now.getTime() + 60_000).toISOString();
  const lock = { kind: "lock", metadata: { name: "brief", expires }, spec: { target: { login: "root" } } };
  await (await other.admin()).create("lock", lock);
  expect(await next(lines)).toMatch(/^put lock\/brief/);
  auth.pass(60_000);
  expect(await next(lines)).toBe("delete lock/brief");
});

test("yields a node's arrival, changes and removal, but not each heartbeat", async () => {
  const uuid = randomUUID();
  const { api } = await auth.host(uuid, ["node"], "web1");
  const lines = (await auth.host(randomUUID(), ["proxy"], "gate")).api.watch({ kinds: "node" }, stop.signal);
  await ready(lines);
  const beat = (addr: string) =>
    api.heartbeat({ node: { metadata: { name: uuid }, spec: { hostname: "web1", addr, version: "1" } } });
  for (const addr of ["10.0.0.1:22", "10.0.0.1:22", "10.0.0.1:22", "10.0.0.2:22"]) await beat(addr);
  expect(await next(lines)).toMatch(new RegExp(`^put node/${uuid} .*10\\.0\\.0\\.1:22`));
  expect(await next(lines)).toMatch(new RegExp(`^put node/${uuid} .*10\\.0\\.0\\.2:22`));
  auth.pass(60_000);
  expect(await next(lines)).toBe(`delete node/${uuid}`);
});

test("yields no secret of a user, and of the status only `created`", async () => {
  await admin.createUser({ name: "alice" });
  const lines = node.watch({ kinds: "user" }, stop.signal);
  const { value } = await lines.next();
  expect(value).toEqual({
    op: "put",
    resource: {
      kind: "user",
      version: "v1",
      metadata: { name: "alice" },
      spec: { kind: "human", roles: ["access"], traits: {} },
      status: { created: auth.now.toISOString() },
    },
  });
});

test("is denied for tokens and unknown kinds", async () => {
  expect((await refusalOf(node.watch({ kinds: "token" }, stop.signal).next())).code).toBe("bad_request");
  expect((await refusalOf(node.watch({ kinds: "cheese" }, stop.signal).next())).code).toBe("not_found");
  expect((await refusalOf(node.watch({ kinds: "" }, stop.signal).next())).code).toBe("not_found");
});

test("ends when auth stops or the reader leaves", async () => {
  const leave = new AbortController();
  const lines = node.watch({ kinds: "role" }, leave.signal);
  await ready(lines);
  leave.abort();
  expect(await next(lines)).toBe("the end");
  const more = node.watch({ kinds: "role" }, stop.signal);
  await ready(more);
  auth = await auth.restart();
  expect((await refusalOf(more.next())).code).toBe("unavailable");
});

test("a reader that falls too far behind is disconnected, with bounded memory", async () => {
  const context = { store: auth.store } as Parameters<typeof watchResources>[0];
  const lines = watchResources(context, ["lock"], stop.signal);
  expect((await lines.next()).value).toEqual({ op: "ready" });
  const value = Buffer.from(JSON.stringify({ kind: "lock", metadata: { name: "x" }, spec: { target: {} } }));
  for (let n = 0; n < 10_000; n += 100)
    await auth.store.commit(
      Array.from({ length: 100 }, (_, i) => ({ put: `/locks/${n + i}`, value, expect: "any" }) as const),
    );
  expect(await refusalOf(lines.next())).toMatchObject({
    code: "unavailable",
    message: "changes came faster than they were read",
  });
});

test("a reader on a connection that stops reading is disconnected", async () => {
  const uuid = randomUUID();
  const { credential } = await auth.host(uuid, ["node"]);
  const channel = await openChannel(await auth.connect(uuid, credential), "auth", 0);
  channel.write("GET /v1/watch?kinds=lock HTTP/1.1\r\nhost: auth\r\n\r\n");
  await new Promise((resolve) => channel.once("readable", resolve));
  const closed = new Promise((resolve) => channel.once("close", resolve));
  const message = "x".repeat(1000);
  for (let round = 0; round < 200; round++) {
    const value = Buffer.from(JSON.stringify({ kind: "lock", metadata: { name: "x" }, spec: { target: {}, message } }));
    await auth.store.commit(
      Array.from({ length: 100 }, (_, i) => ({ put: `/locks/${i}`, value, expect: "any" }) as const),
    );
  }
  // What was on its way is read, then the stream is cut instead of ended.
  let received = "";
  channel.on("data", (chunk: Buffer) => {
    received = (received + chunk.toString()).slice(-5);
  });
  await closed;
  expect(received).not.toBe("0\r\n\r\n");
});

test("only proxies can watch nodes, nodes cannot", async () => {
  const fault = await refusalOf(node.watch({ kinds: "role,node" }, stop.signal).next());
  expect(fault).toMatchObject({ code: "denied", message: "access denied: only a proxy is told of every node" });
});
