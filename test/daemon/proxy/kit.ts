import { afterEach } from "bun:test";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { AuthClient } from "../../../core/api/client.ts";
import type { WatchLine } from "../../../core/api/schemas.ts";
import type { AuditEvent } from "../../../core/audit/event.ts";
import { servicePrincipal } from "../../../core/ca/service-principal.ts";
import { formatCertificate } from "../../../core/cert/certificate.ts";
import { EXTENSIONS } from "../../../core/cert/identity.ts";
import { knownHostsLine } from "../../../core/cert/known-hosts.ts";
import type { CertificateSpec } from "../../../core/cert/mint.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import type { Node } from "../../../core/resource/node.ts";
import type { Resource } from "../../../core/resource/registry.ts";
import type { Role } from "../../../core/resource/role.ts";
import { readProxyHeader, UsedProxyHeaders } from "../../../core/ssh/proxy-header.ts";
import type { Running } from "../../../daemon/boot.ts";
import type { Cluster } from "../../../daemon/cluster/cluster.ts";
import { ClusterView } from "../../../daemon/cluster/view.ts";
import { createLog } from "../../../daemon/log.ts";
import { clientAddress } from "../../../daemon/net/proxy-header.ts";
import { type ProxyOptions, proxyRole } from "../../../daemon/proxy/role.ts";
import { aRole } from "../../core/policy/make.ts";
import { certify, hostCa, newUser, serve, type User, userCa } from "../../core/ssh/kit.ts";
import { own } from "../../kit/account.ts";
import { keptTempDir } from "../../kit/temp.ts";
import { until } from "../../kit/until.ts";

export const CLUSTER = "test";
export const PROXY = "proxy.example.com";

/** What a user may log in as; a stock sshd that is not root's lets in nobody but who started it. */
const LOGINS = [...new Set(["alice", "root", own.login])];

const stops: (() => unknown)[] = [];

/** Registers that everything a test started ends with it. */
export function cleanProxies(): void {
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
}

export function atEnd(stop: () => unknown): void {
  stops.push(stop);
}

/** Opens every node, for the logins that the user has. */
export const everywhere = aRole("everywhere", {
  allow: { logins: ["{{internal.logins}}"], node_labels: { "*": "*" } },
});

export interface TestProxy {
  readonly ssh: number;
  readonly web: number;
  readonly dir: string;
  readonly cluster: Cluster;
  readonly running: Running;
  readonly events: AuditEvent[];
  readonly log: string[];
  put(...resources: Resource[]): void;
  remove(kind: string, name: string): void;
}

/** A proxy in this process, and instead of auth a view that the test fills. */
export async function startProxy(
  options: Partial<ProxyOptions> & { readonly roles?: readonly Role[]; readonly api?: Partial<AuthClient> } = {},
): Promise<TestProxy> {
  const dir = keptTempDir();
  const view = new ClusterView(CLUSTER, () => new Date());
  const lines = new Lines();
  const events: AuditEvent[] = [];
  const key = PrivateKey.generate();
  const hostKey = {
    key,
    certificate: await certify(hostCa, key, {
      type: "host",
      principals: [PROXY, servicePrincipal("proxy", CLUSTER)],
      keyId: "proxy",
    }),
  };
  const cluster: Cluster = {
    name: CLUSTER,
    uuid: "00000000-0000-4000-8000-000000000001",
    view,
    api: { proxyHeartbeat: async () => {}, ...options.api } as AuthClient,
    hostKey: () => hostKey,
    authAddr: "127.0.0.1:1",
    audit: { append: async (event) => void events.push(event as AuditEvent) },
    [Symbol.asyncDispose]: async () => {},
  };
  for (const [type, ca] of [
    ["user", userCa],
    ["host", hostCa],
  ] as const)
    lines.push({ op: "put", resource: authority(type, ca.public.toString()) });
  for (const role of options.roles ?? [everywhere]) lines.push({ op: "put", resource: role });
  lines.push({ op: "put", resource: aUser("alice", ["everywhere"]) });
  lines.push({ op: "ready" });
  const ready = Promise.withResolvers<void>();
  const following = view.follow(lines, ready.resolve);
  await ready.promise;

  const log: string[] = [];
  const role = proxyRole({
    cluster,
    ssh: { host: "127.0.0.1", port: 0 },
    web: { host: "127.0.0.1", port: 0 },
    publicAddrs: [],
    sshPublicAddrs: [],
    advertiseIp: undefined,
    keypairs: [],
    dataDir: dir,
    hostname: "proxy",
    maxConnections: 1000,
    log: createLog({ level: "debug", format: "json", write: (line) => log.push(line) }),
    now: () => new Date(),
    ...options,
  });
  const running = await role.start();
  atEnd(async () => {
    await running.stop();
    lines.end();
    await following;
  });
  const [ssh = 0, web = 0] = running.listening.map((url) => Number(new URL(url).port));
  return {
    ssh,
    web,
    dir,
    cluster,
    running,
    events,
    log,
    put: (...resources) => {
      for (const resource of resources) lines.push({ op: "put", resource });
    },
    remove: (kind, name) => lines.push({ op: "delete", kind, name }),
  };
}

/** What a watch sends, when the test wants it. */
class Lines implements AsyncIterable<WatchLine> {
  readonly #waiting: WatchLine[] = [];
  #wake = () => {};
  #over = false;

  push(line: WatchLine): void {
    this.#waiting.push(line);
    this.#wake();
  }

  end(): void {
    this.#over = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<WatchLine> {
    while (!this.#over) {
      const next = this.#waiting.shift();
      if (next !== undefined) yield next;
      else
        await new Promise<void>((wake) => {
          this.#wake = wake;
        });
    }
  }
}

export interface TestNode {
  readonly node: Node;
  /** Whom the proxy said it came for, by connection. */
  readonly clients: string[];
}

/** A node that serves as `serve` of core/ssh does, once the proxy has said for whom it comes. Known when this resolves. */
export async function startNode(
  proxy: TestProxy,
  hostname: string,
  labels: Record<string, string> = {},
): Promise<TestNode> {
  const { port } = await serve();
  const uuid = randomUUID();
  const clients: string[] = [];
  const want = { to: uuid, cluster: CLUSTER, authorities: [hostCa.public] };
  const front = await tcpServer((socket) => {
    const read = (line: string) => readProxyHeader(line, { ...want, now: new Date(), used: new UsedProxyHeaders() });
    void clientAddress(socket, "nobody", read).then((client) => {
      clients.push(client);
      const inner = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
      inner.on("error", () => socket.destroy());
      inner.pipe(socket).pipe(inner);
    });
  });
  const node = aNode(hostname, front, labels, uuid);
  proxy.put(node);
  await until(hostname, () => proxy.cluster.view.nodes.get(uuid) !== undefined);
  return { node, clients };
}

export function aUser(name: string, roles: readonly string[], logins: readonly string[] = LOGINS): Resource {
  return {
    kind: "user",
    version: "v1",
    metadata: { name },
    spec: { kind: "human", roles: [...roles], traits: { logins: [...logins] } },
  };
}

export function aNode(hostname: string, port: number, labels: Record<string, string> = {}, uuid = randomUUID()): Node {
  return {
    kind: "node",
    version: "v1",
    metadata: { name: uuid, labels, expires: new Date(Date.now() + 3_600_000).toISOString() },
    spec: { hostname, addr: `127.0.0.1:${port}`, tunnel: false, version: "0.0.0" },
  };
}

function authority(type: "user" | "host", key: string): Resource {
  return {
    kind: "cert_authority",
    version: "v1",
    metadata: { name: type },
    spec: { type, cluster: CLUSTER, active_keys: [key], additional_trusted_keys: [] },
  };
}

/** Somebody with a certificate as auth issues it. */
export function clusterUser(
  spec: Partial<CertificateSpec> & { readonly roles?: readonly string[] } = {},
  ca = userCa,
): Promise<User> {
  const { roles = ["everywhere"], ...rest } = spec;
  const extensions = {
    "permit-pty": "",
    "permit-port-forwarding": "",
    [EXTENSIONS.cluster]: CLUSTER,
    [EXTENSIONS.roles]: JSON.stringify(roles),
    [EXTENSIONS.traits]: JSON.stringify({ logins: LOGINS }),
  };
  return newUser({ extensions, principals: LOGINS, ...rest }, ca);
}

/** An ssh_config with which the host `proxy` is the proxy, and nothing is taken from whoever runs the tests. */
export function sshConfig(
  proxyPort: number,
  who: User,
  more: readonly string[] = [],
  known = { ca: hostCa.public, alias: PROXY },
): string {
  const dir = keptTempDir();
  const write = (name: string, text: string) => {
    const path = join(dir, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const trust = knownHostsLine({ cluster: CLUSTER, key: known.ca, patterns: ["*"] });
  return write(
    "config",
    `Host proxy
  HostName 127.0.0.1
  Port ${proxyPort}
  HostKeyAlias ${known.alias}
Host *
  User root
  IdentityFile ${write("key", who.key.toOpenSSH())}
  CertificateFile ${write("key-cert.pub", `${formatCertificate(who.certificate)}\n`)}
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile ${write("known_hosts", `${trust}\n`)}
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  BatchMode yes
  KexAlgorithms curve25519-sha256
${more.map((line) => `  ${line}\n`).join("")}`,
  );
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a program to its end. */
export function run(command: string, args: readonly string[], stdin: string | Buffer = ""): Promise<Ran> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  const stdout: Buffer[] = [];
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk;
  });
  child.stdin.on("error", () => {});
  child.stdin.end(stdin);
  const done = new Promise<Ran>((resolve) => {
    child.on("close", (code) => resolve({ code, stdout: Buffer.concat(stdout), stderr }));
  });
  atEnd(() => child.kill("SIGKILL"));
  return done;
}

/** A TCP server that greets and then does as it is told; it ends with the test. */
export async function tcpServer(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onSocket(socket);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  atEnd(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}
