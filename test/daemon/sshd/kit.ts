import { afterEach } from "bun:test";
import { Duplex } from "node:stream";
import type { AuditEvent } from "../../../core/audit/event.ts";
import { servicePrincipal } from "../../../core/ca/service-principal.ts";
import { EXTENSIONS } from "../../../core/cert/identity.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import type { Resource } from "../../../core/resource/registry.ts";
import { type ClientConnection, connectSsh, openChannel } from "../../../core/ssh/client.ts";
import type { HostKey } from "../../../core/ssh/server.ts";
import { AuditEmitter } from "../../../daemon/audit/emitter.ts";
import type { Cluster } from "../../../daemon/cluster/cluster.ts";
import { ClusterView, type ViewChange } from "../../../daemon/cluster/view.ts";
import { createLog } from "../../../daemon/log.ts";
import type { Failure } from "../../../daemon/net/admission.ts";
import type { Peer } from "../../../daemon/net/listen.ts";
import { aRole } from "../../core/policy/make.ts";
import { certify, HOST, hostCa, login, newUser, serve, type User, userCa, verifyHost } from "../../core/ssh/kit.ts";
import { own } from "../../kit/account.ts";
import { until } from "../../kit/until.ts";
import { aUser } from "../proxy/kit.ts";

export const CLUSTER = "test";
export const UUID = "00000000-0000-4000-8000-000000000009";
export const CLIENT = "192.0.2.9";

const stops: (() => unknown)[] = [];

/** Registers that everything a test started ends with it. */
export function cleanSshd(): void {
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
}

export function atEnd(stop: () => unknown): void {
  stops.push(stop);
}

/** What a role's SSH server works with: a cluster that the test changes, and what was recorded. */
export interface World {
  readonly view: ClusterView;
  readonly cluster: Cluster;
  readonly events: AuditEvent[];
  readonly audit: AuditEmitter;
  readonly log: ReturnType<typeof createLog>;
  readonly logged: string[];
  readonly hostKey: () => HostKey;
  /** What the server's clock shows more than ours. Milliseconds. */
  ahead: number;
  readonly now: () => Date;
  put(...resources: Resource[]): Promise<void>;
  remove(kind: string, name: string): Promise<void>;
}

export async function aWorld(): Promise<World> {
  const events: AuditEvent[] = [];
  const logged: string[] = [];
  const log = createLog({ level: "debug", format: "text", write: (line) => void logged.push(line) });
  const key = PrivateKey.generate();
  const certificate = await certify(hostCa, key, { type: "host", principals: [HOST], keyId: "host" });
  const hostKey = () => ({ key, certificate });
  const append = async (event: object) => void events.push(event as AuditEvent);
  const now = () => new Date(Date.now() + world.ahead);
  const view = new ClusterView(CLUSTER, now);
  const audit = new AuditEmitter({ cluster: CLUSTER, uuid: UUID, hostname: "here", append, log, now });
  const cluster = { name: CLUSTER, uuid: UUID, view, hostKey, authAddr: "127.0.0.1:1", audit: { append } };
  const changes = feed<ViewChange>();
  void view.follow(changes.lines, () => {});
  atEnd(() => changes.end());
  const world: World = {
    ...{ view, events, audit, log, logged, hostKey, now, ahead: 0 },
    cluster: cluster as unknown as Cluster,
    put: (...resources) => changes.push(...resources.map((resource) => ({ op: "put", resource }) as const)),
    remove: (kind, name) => changes.push({ op: "delete", kind, name }),
  };
  await world.put(
    authorityOf("user", userCa),
    authorityOf("host", hostCa),
    aRole("access", { allow: { logins: ["{{internal.logins}}"], node_labels: { "*": "*" } } }),
    aUser("alice", ["access"], [own.login]),
  );
  await changes.push({ op: "ready" });
  return world;
}

export function authorityOf(type: "user" | "host", ...keys: PrivateKey[]): Resource {
  return {
    kind: "cert_authority",
    version: "v1",
    metadata: { name: type },
    spec: {
      type,
      cluster: CLUSTER,
      active_keys: keys.map((key) => key.public.toString()),
      additional_trusted_keys: [],
    },
  };
}

/** A user with a certificate as auth issues it. */
export function userOf(name = "alice", more: Parameters<typeof newUser>[0] = {}, ca = userCa): Promise<User> {
  const extensions = {
    "permit-pty": "",
    "permit-port-forwarding": "",
    [EXTENSIONS.cluster]: CLUSTER,
    [EXTENSIONS.roles]: '["access"]',
    [EXTENSIONS.traits]: "{}",
  };
  return newUser({ keyId: name, extensions, principals: [own.login], ...more }, ca);
}

/** A proxy of the cluster, for the headers that it signs. */
export async function aProxy(ca = hostCa): Promise<HostKey> {
  const key = PrivateKey.generate();
  const principals = [servicePrincipal("proxy", CLUSTER)];
  return { key, certificate: await certify(ca, key, { type: "host", principals, keyId: "proxy" }) };
}

/** The client's end of a connection that no listener has accepted. */
export interface FakePeer extends Peer {
  readonly reports: (Failure | "authenticated")[];
}

export function aPeer(address = CLIENT): FakePeer {
  const reports: FakePeer["reports"] = [];
  return {
    ...{ address, remotePort: 4000, localAddress: "10.0.0.1", localPort: 22, reports },
    authenticated: () => void reports.push("authenticated"),
    failed: (failure) => void reports.push(failure),
  };
}

/** Both ends of a connection in memory. */
export function streamPair(): [Duplex, Duplex] {
  const [near, far] = [new End(), new End()];
  [near.other, far.other] = [far, near];
  return [near, far];
}

class End extends Duplex {
  other: End | undefined;
  #room = () => {};

  override _read(): void {
    const room = this.#room;
    this.#room = () => {};
    room();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    if (this.other === undefined || this.other.push(chunk)) done();
    else this.other.#room = done;
  }

  override _final(done: () => void): void {
    this.other?.push(null);
    done();
  }

  /** As with a socket, the other end hears of it. */
  override _destroy(_error: unknown, done: () => void): void {
    if (this.other?.readableEnded === false && !this.writableFinished) this.other.push(null);
    done();
  }
}

/** Both ends of byte streams that are not sockets: the client's and the server's. */
export const STREAMS: readonly [string, () => Promise<[Duplex, Duplex]>][] = [
  ["a pair of streams", async () => streamPair()],
  [
    "a channel of another SSH connection",
    async () => {
      const outer = await serve();
      const accepted = outer.next();
      const carrier = await login(outer.port, await newUser());
      const server = await accepted;
      if (!("ssh" in server)) throw server;
      const taken = new Promise<Duplex>((take) => server.ssh.on("tcpip", (accept) => take(accept())));
      const channel = await openChannel(carrier, "inner", 22);
      atEnd(() => carrier.close());
      return [channel, await taken];
    },
  ],
];

/** Logs in over a stream to the server that serves its other end. @throws Fault as the server refuses */
export async function enter(
  server: { serve(stream: Duplex, peer: Peer): Promise<void> },
  who: User,
  over: { ends?: [Duplex, Duplex]; peer?: Peer; header?: Buffer } = {},
): Promise<ClientConnection> {
  const { ends = streamPair(), peer = aPeer(), header } = over;
  const [client, inner] = ends;
  client.on("error", () => {});
  inner.on("error", () => {});
  void server.serve(inner, peer);
  if (header !== undefined) client.write(header);
  const credential = { key: who.key.toOpenSSH(), certificate: who.certificate };
  const connection = await connectSsh(client, { user: own.login, credential, verifyHost });
  atEnd(() => connection.close());
  return connection;
}

/** The first event of this name, once it is recorded. */
export function eventOf<N extends AuditEvent["event"]>({ events }: World, event: N) {
  return until(event, () => events.find((one): one is Extract<AuditEvent, { event: N }> => one.event === event));
}

function feed<T>(): { lines: AsyncIterable<T>; push(...lines: T[]): Promise<void>; end(): void } {
  const waiting: T[] = [];
  let wake = () => {};
  let over = false;
  return {
    lines: (async function* () {
      while (!over) {
        const line = waiting.shift();
        if (line !== undefined) yield line;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    })(),
    /** Resolves when the reader has taken them. */
    async push(...lines) {
      waiting.push(...lines);
      wake();
      await new Promise((turn) => setImmediate(turn));
    },
    end() {
      over = true;
      wake();
    },
  };
}
