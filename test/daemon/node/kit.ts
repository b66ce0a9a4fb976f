import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuthClient } from "../../../core/api/client.ts";
import type { RequestInput } from "../../../core/api/routes.ts";
import type { WatchLine } from "../../../core/api/schemas.ts";
import type { AuditEvent } from "../../../core/audit/event.ts";
import { type Certificate, formatCertificate } from "../../../core/cert/certificate.ts";
import { EXTENSIONS } from "../../../core/cert/identity.ts";
import { certAuthorityLine, knownHostsLine } from "../../../core/cert/known-hosts.ts";
import { mintCertificate } from "../../../core/cert/mint.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { authority } from "../../../core/resource/authority.ts";
import { lock } from "../../../core/resource/lock.ts";
import type { Resource } from "../../../core/resource/registry.ts";
import { role } from "../../../core/resource/role.ts";
import { user } from "../../../core/resource/user.ts";
import type { ClientConnection } from "../../../core/ssh/client.ts";
import type { Running } from "../../../daemon/boot.ts";
import type { Cluster } from "../../../daemon/cluster/cluster.ts";
import { ClusterView } from "../../../daemon/cluster/view.ts";
import { createLog } from "../../../daemon/log.ts";
import { type NodeOptions, nodeRole } from "../../../daemon/node/role.ts";
import { own } from "../../kit/account.ts";
import { connectTo } from "../../kit/auth-client.ts";
import { type Ran, runProgram } from "../../kit/run.ts";
import { keptTempDir } from "../../kit/temp.ts";

export const CLUSTER = "example";
export const UUID = "11111111-2222-4333-8444-555555555555";
export const HOSTNAME = "node-1";

const PERMITS = { "permit-pty": "", "permit-port-forwarding": "", "permit-agent-forwarding": "" };

/** A node on loopback whose cluster is played by the test; its users come with the stock programs of OpenSSH. */
export class TestNode implements AsyncDisposable {
  readonly dir = keptTempDir();
  readonly ca = PrivateKey.generate();
  readonly hostCa = PrivateKey.generate();
  readonly view = new ClusterView(CLUSTER, () => new Date());
  readonly events: AuditEvent[] = [];
  readonly beats: RequestInput<"heartbeat">[] = [];
  readonly logged: string[] = [];
  port = 0;
  /** What the node's clock shows more than ours. Milliseconds. */
  ahead = 0;
  /** What `cluster.audit.append` waits for, or throws. */
  appending: (event: AuditEvent) => Promise<void> = async () => {};
  #running: Running | undefined;
  #feed = feed<WatchLine>();
  #serial = 0n;

  static async start(more: Partial<NodeOptions["settings"]["node"]> = {}): Promise<TestNode> {
    const node = new TestNode();
    await node.#start(more);
    return node;
  }

  async #start(more: Partial<NodeOptions["settings"]["node"]>): Promise<void> {
    void this.view.follow(this.#feed.lines, () => {});
    for (const [type, key] of [
      ["user", this.ca],
      ["host", this.hostCa],
    ] as const)
      this.put(
        authority.parse({
          kind: "cert_authority",
          metadata: { name: type },
          spec: { type, cluster: CLUSTER, active_keys: [key.public.toString()] },
        }),
      );
    this.#feed.push({ op: "ready" });
    this.role("access", {
      allow: { logins: ["{{internal.logins}}"], node_labels: { "*": "*" } },
      options: { port_forwarding: true, forward_agent: true },
    });
    await this.settled();

    const key = PrivateKey.generate();
    const certificate = await mintCertificate(
      {
        type: "host",
        key: key.public,
        serial: 1n,
        keyId: `${UUID}.${CLUSTER}`,
        principals: [`${UUID}.${CLUSTER}`, UUID, `${HOSTNAME}.${CLUSTER}`, HOSTNAME, "127.0.0.1"],
        validAfter: new Date(Date.now() - 60_000),
        validBefore: new Date(Date.now() + 3600_000),
        extensions: { [EXTENSIONS.cluster]: CLUSTER, [EXTENSIONS.hostRole]: "node" },
      },
      this.hostCa,
    );
    const hostKey = { key, certificate };
    const api = {
      heartbeat: async (beat: RequestInput<"heartbeat">) => {
        this.beats.push(beat);
      },
    } as unknown as AuthClient;
    const cluster: Cluster = {
      name: CLUSTER,
      uuid: UUID,
      view: this.view,
      api,
      hostKey: () => hostKey,
      authAddr: "127.0.0.1:3025",
      audit: {
        append: async (event) => {
          await this.appending(event as AuditEvent);
          this.events.push(event as AuditEvent);
        },
      },
      async [Symbol.asyncDispose]() {},
    };
    const role_ = nodeRole({
      cluster,
      settings: {
        nodename: HOSTNAME,
        advertiseIp: undefined,
        maxConnections: 1000,
        node: { listen: { host: "127.0.0.1", port: 0 }, publicAddrs: [], labels: {}, commands: [], ...more },
      },
      version: "0.1.0",
      log: createLog({ level: "debug", format: "text", write: (line) => void this.logged.push(line) }),
      now: () => new Date(Date.now() + this.ahead),
    });
    this.#running = await role_.start();
    this.port = Number(this.#running.listening[0]?.split(":").at(-1));
    writeFileSync(
      join(this.dir, "known_hosts"),
      `${knownHostsLine({ cluster: CLUSTER, key: this.hostCa.public, patterns: ["*"] })}\n`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running?.stop();
    this.#feed.end();
  }

  get running(): Running {
    if (this.#running === undefined) throw new Error("not started");
    return this.#running;
  }

  put(resource: Resource): void {
    this.#feed.push({ op: "put", resource });
  }

  remove(kind: string, name: string): void {
    this.#feed.push({ op: "delete", kind, name });
  }

  /** What was put has reached the node. */
  async settled(): Promise<void> {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  }

  role(name: string, spec: object): void {
    this.put(role.parse({ kind: "role", metadata: { name }, spec }));
  }

  lock(name: string, spec: object): void {
    this.put(lock.parse({ kind: "lock", metadata: { name }, spec }));
  }

  /** A user with a key and certificate in files. @returns what `ssh` is to be run with. */
  async user(
    name: string,
    options: {
      logins?: readonly string[];
      roles?: readonly string[];
      permits?: Record<string, string>;
      seconds?: number;
      known?: boolean;
      principals?: readonly string[];
    } = {},
  ): Promise<Actor> {
    const { logins = [own.login], roles = ["access"], permits = PERMITS, seconds = 3600, known = true } = options;
    if (known)
      this.put(
        user.parse({ kind: "user", metadata: { name }, spec: { roles: [...roles], traits: { logins: [...logins] } } }),
      );
    await this.settled();
    const key = PrivateKey.generate();
    const certificate = await mintCertificate(
      {
        type: "user",
        key: key.public,
        serial: ++this.#serial,
        keyId: name,
        principals: options.principals ?? logins,
        validAfter: new Date(Date.now() - 60_000),
        validBefore: new Date(Date.now() + seconds * 1000),
        extensions: {
          ...permits,
          [EXTENSIONS.roles]: JSON.stringify(roles),
          [EXTENSIONS.traits]: JSON.stringify({ logins }),
          [EXTENSIONS.cluster]: CLUSTER,
        },
      },
      this.ca,
    );
    return new Actor(this, name, key, certificate);
  }

  named<N extends AuditEvent["event"]>(event: N): Extract<AuditEvent, { event: N }>[] {
    return this.events.filter((e): e is Extract<AuditEvent, { event: N }> => e.event === event);
  }
}

/** Somebody with a certificate who runs OpenSSH's programs. */
export class Actor {
  readonly node: TestNode;
  readonly config: string;
  readonly identity: string;
  readonly certificate: Certificate;

  constructor(node: TestNode, name: string, key: PrivateKey, certificate: Certificate) {
    this.node = node;
    this.certificate = certificate;
    const dir = join(node.dir, `${name}-${certificate.serial}`);
    mkdirSync(dir);
    this.identity = join(dir, "id");
    writeFileSync(this.identity, key.toOpenSSH(), { mode: 0o600 });
    writeFileSync(`${this.identity}-cert.pub`, `${formatCertificate(certificate)}\n`);
    this.config = join(dir, "config");
    writeFileSync(
      this.config,
      [
        "Host *",
        "HostName 127.0.0.1",
        `Port ${node.port}`,
        `User ${own.login}`,
        `IdentityFile ${this.identity}`,
        `CertificateFile ${this.identity}-cert.pub`,
        "IdentitiesOnly yes",
        "IdentityAgent none",
        `UserKnownHostsFile ${join(node.dir, "known_hosts")}`,
        "GlobalKnownHostsFile none",
        "StrictHostKeyChecking yes",
        "BatchMode yes",
        "LogLevel ERROR",
        "",
      ].join("\n"),
    );
  }

  /** The same person with another key and certificate. */
  with(key: PrivateKey, certificate: Certificate): Actor {
    return new Actor(
      this.node,
      `other-${certificate.keyId}-${certificate.key.fingerprint.slice(-6).replace("/", "_")}`,
      key,
      certificate,
    );
  }

  /** Connects by our own client. */
  connect(): Promise<ClientConnection> {
    const credential = { key: readFileSync(this.identity, "utf8"), certificate: this.certificate };
    return connectTo(`127.0.0.1:${this.node.port}`, own.login, credential);
  }

  /** The words before what a test adds. */
  command(program: "ssh" | "sftp" | "scp", ...words: string[]): string[] {
    return [program, "-F", this.config, ...words];
  }

  ssh(words: readonly string[], options: Parameters<typeof runProgram>[1] = {}): Promise<Ran> {
    return runProgram(this.command("ssh", ...words), options);
  }
}

function feed<T>(): { lines: AsyncIterable<T>; push(line: T): void; end(): void } {
  const waiting: T[] = [];
  let wake: (() => void) | undefined;
  let over = false;
  return {
    lines: (async function* () {
      for (;;) {
        const line = waiting.shift();
        if (line !== undefined) yield line;
        else if (over) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    })(),
    push(line) {
      waiting.push(line);
      wake?.();
    },
    end() {
      over = true;
      wake?.();
    },
  };
}

export const authorityLine = (node: TestNode): string => certAuthorityLine({ cluster: CLUSTER, key: node.ca.public });
