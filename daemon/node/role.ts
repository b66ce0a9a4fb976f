import { Fault } from "../../core/fault.ts";
import { AuditEmitter } from "../audit/emitter.ts";
import { type Role, type Running, roleOf } from "../boot.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { formatAddress, reachedAt } from "../config/address.ts";
import type { Settings } from "../config.ts";
import type { Log } from "../log.ts";
import { INNER_LIMITS } from "../net/admission.ts";
import { type Listening, listenTcp } from "../net/listen.ts";
import { ownAccount } from "./account.ts";
import type { NodeContext } from "./context.ts";
import { Heartbeat } from "./heartbeat.ts";
import { LiveLabels } from "./labels.ts";
import { dismissSpare } from "./program/piped.ts";
import { nodeServer } from "./server.ts";

export interface NodeOptions {
  readonly cluster: Cluster;
  readonly settings: Pick<Settings, "nodename" | "advertiseIp" | "maxConnections" | "node">;
  readonly version: string;
  readonly log: Log;
  readonly now: () => Date;
}

/** How long open connections may take to end. Milliseconds. */
const CLOSE_MS = 3_000;

/** A machine's SSH server for users: sessions, files and forwardings, as their roles allow. */
export function nodeRole(options: NodeOptions): Role {
  return roleOf("node", (stack) => open(options, stack));
}

async function open(options: NodeOptions, stack: AsyncDisposableStack): Promise<Running> {
  const { cluster, settings, version, log, now } = options;
  const hostname = settings.nodename;
  const labels = new LiveLabels(log, () => {
    server.recheck();
    if (listening !== undefined) void heartbeat.beat();
  });
  stack.defer(() => labels.stop());
  const audit = new AuditEmitter({
    cluster: cluster.name,
    uuid: cluster.uuid,
    hostname,
    append: (event) => cluster.audit.append(event),
    log,
    now,
  });
  const context: NodeContext = { cluster, hostname, labels: () => labels.labels, audit, log, now };
  const server = nodeServer(context, version);

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

  await labels.use(settings.node);
  listening = await listenTcp({
    name: "node ssh",
    ...settings.node.listen,
    setting: "ssh_service.listen_addr",
    limits: { ...INNER_LIMITS, total: settings.maxConnections },
    log,
    onSocket: (socket, peer) => void server.serve(socket, peer),
  });
  const { address, port, drain } = listening;
  stack.defer(async () => {
    heartbeat.stop();
    dismissSpare();
    server.close(`${hostname} is shutting down`);
    await drain(CLOSE_MS);
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
