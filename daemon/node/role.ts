import type { Socket } from "node:net";
import { Fault } from "../../core/fault.ts";
import { readProxyHeader, UsedProxyHeaders } from "../../core/ssh/proxy-header.ts";
import { serveSsh } from "../../core/ssh/server.ts";
import { AuditEmitter } from "../audit/emitter.ts";
import { type Role, type Running, roleOf } from "../boot.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { formatAddress, reachedAt } from "../config/address.ts";
import type { Settings } from "../config.ts";
import type { Log } from "../log.ts";
import { gauge } from "../metrics.ts";
import { INNER_LIMITS } from "../net/admission.ts";
import { type Listening, listenTcp, type Peer } from "../net/listen.ts";
import { clientAddress } from "../net/proxy-header.ts";
import { Access } from "./access.ts";
import { ownAccount } from "./account.ts";
import { Connection } from "./connection.ts";
import { nodeDoor } from "./door.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { House } from "./house.ts";
import { LiveLabels } from "./labels.ts";
import { dismissSpare } from "./program/piped.ts";

export interface NodeOptions {
  readonly cluster: Cluster;
  readonly settings: Pick<Settings, "nodename" | "advertiseIp" | "maxConnections" | "node">;
  readonly version: string;
  readonly log: Log;
  readonly now: () => Date;
}

/** How long those who are there may take to go. Milliseconds. */
const FAREWELL_MS = 3_000;

/** Changes come in bursts, and each asks about everybody who is there. Milliseconds. */
const RECHECK_MS = 50;

const connections = new Set<Connection>();
gauge("sallyport_node_connections", "Users' connections to this node.", () => [[{}, connections.size]]);

/** A machine's SSH server for users: sessions, files and forwardings, as their roles allow. */
export function nodeRole(options: NodeOptions): Role {
  return roleOf("node", (stack) => open(options, stack));
}

async function open(options: NodeOptions, stack: AsyncDisposableStack): Promise<Running> {
  const { cluster, settings, version, log, now } = options;
  const hostname = settings.nodename;
  const here = new Set<Connection>();

  const labels = new LiveLabels(log, () => {
    recheckSoon();
    if (listening !== undefined) void heartbeat.beat();
  });
  stack.defer(() => labels.stop());
  const access = new Access({ cluster, hostname, labels: () => labels.labels, now });
  const audit = new AuditEmitter({
    cluster: cluster.name,
    uuid: cluster.uuid,
    hostname,
    append: (event) => cluster.audit.append(event),
    log,
    now,
  });
  const house: House = { cluster, hostname, labels: () => labels.labels, access, audit, log, now };

  let soon: NodeJS.Timeout | undefined;
  const recheckSoon = () => {
    soon ??= setTimeout(() => {
      soon = undefined;
      for (const connection of here) connection.recheck();
    }, RECHECK_MS);
  };
  stack.defer(() => clearTimeout(soon));
  stack.defer(cluster.view.onChange(recheckSoon));

  let listening: Listening | undefined;
  const heartbeat = new Heartbeat({
    send: (beat) => cluster.api.heartbeat(beat),
    describe: () => ({
      node: {
        metadata: { name: cluster.uuid, labels: { ...labels.labels } },
        spec: { hostname, addr: addressOf(listening, settings), version },
      },
    }),
    log,
  });

  const door = nodeDoor(house, {
    ident: `OpenSSH_compatible_Sallyport_${version}`,
    connectionsOf: (user) => [...here].filter((connection) => connection.visitor.user === user).length,
  });
  const used = new UsedProxyHeaders();
  const serve = async (socket: Socket, peer: Peer) => {
    try {
      const address = await clientAddress(socket, peer.address, (line) => {
        const { name, uuid, view } = cluster;
        return readProxyHeader(line, {
          to: uuid,
          cluster: name,
          authorities: view.authorities("host"),
          now: now(),
          used,
        });
      });
      const ssh = await serveSsh(socket, door, { address });
      peer.authenticated();
      const connection = new Connection(house, ssh, socket);
      here.add(connection);
      connections.add(connection);
      await ssh.closed;
      here.delete(connection);
      connections.delete(connection);
    } catch (thrown) {
      peer.failed("refused");
      log.info("a login was refused", { address: peer.address, error: Fault.from(thrown) });
    }
  };

  await labels.use(settings.node);
  listening = await listenTcp({
    name: "node ssh",
    ...settings.node.listen,
    setting: "ssh_service.listen_addr",
    limits: { ...INNER_LIMITS, total: settings.maxConnections },
    log,
    onSocket: (socket, peer) => void serve(socket, peer),
  });
  const { address, port, drain } = listening;
  stack.defer(async () => {
    heartbeat.stop();
    dismissSpare();
    for (const connection of here) connection.farewell(`${hostname} is shutting down`);
    await drain(FAREWELL_MS);
  });
  if (process.geteuid?.() !== 0) {
    const name = ownAccount()?.name ?? `user ${process.geteuid?.()}`;
    log.warn(`not root: this node serves only ${name}, the user that it runs as`);
  }
  await heartbeat.beat();

  return {
    listening: [`ssh://${formatAddress({ host: address, port })}`],
    reload: (next) => labels.use(next.node),
    stop: () => stack.disposeAsync(),
  };
}

function addressOf(listening: Listening | undefined, settings: NodeOptions["settings"]): string {
  if (listening === undefined) throw new Fault("internal", "the node does not listen yet");
  const { advertiseIp, node } = settings;
  const [first] = reachedAt(
    { host: listening.address, port: listening.port },
    { publicAddrs: node.publicAddrs, advertiseIp },
  );
  return first;
}
