import { lookup } from "node:dns/promises";
import { join } from "node:path";
import { splitHostPort } from "../../core/address.ts";
import { AuditEmitter } from "../audit/emitter.ts";
import { type Role, type Running, roleOf } from "../boot.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { type Address, formatAddress, type PublicAddress, reachedAt } from "../config/address.ts";
import type { Settings } from "../config.ts";
import type { Log } from "../log.ts";
import { OUTER_LIMITS } from "../net/admission.ts";
import { serveCertified } from "../net/certified.ts";
import { listenTcp } from "../net/listen.ts";
import type { Keypair } from "../net/tls.ts";
import type { ProxyContext } from "./context.ts";
import { proxyServer } from "./server.ts";
import { type PublicAddrs, webApp } from "./web/app.ts";

export interface ProxyOptions {
  readonly cluster: Cluster;
  readonly ssh: Address;
  readonly web: Address;
  /** Where users reach the web port, and the SSH port; the one to tell them first. */
  readonly publicAddrs: readonly PublicAddress[];
  readonly sshPublicAddrs: readonly PublicAddress[];
  readonly advertiseIp: string | undefined;
  /** For HTTPS; without any the proxy makes one of its own. */
  readonly keypairs: readonly Keypair[];
  readonly dataDir: string;
  readonly hostname: string;
  readonly maxConnections: number;
  readonly log: Log;
  readonly now: () => Date;
  readonly resolveDns?: ProxyContext["resolveDns"];
}

const HEARTBEAT_MS = 20_000;
/** How long open connections may take to end. Milliseconds. */
const CLOSE_MS = 3_000;

/** The entry point for users: SSH connections to nodes, and HTTPS for sign-up and login. It stores nothing. */
export function proxyRole(options: ProxyOptions): Role {
  return roleOf("proxy", (stack) => open(options, stack));
}

async function open(options: ProxyOptions, stack: AsyncDisposableStack): Promise<Running> {
  const { cluster, hostname, log, now } = options;
  const audit = new AuditEmitter({
    cluster: cluster.name,
    uuid: cluster.uuid,
    hostname,
    append: (event) => cluster.audit.append(event),
    log,
    now,
  });
  const proxy: ProxyContext = { cluster, audit, log, now, resolveDns: options.resolveDns ?? addressesOf };

  const server = proxyServer(proxy);
  const ssh = await listenTcp({
    name: "proxy ssh",
    ...options.ssh,
    setting: "proxy_service.listen_addr",
    limits: { ...OUTER_LIMITS, total: options.maxConnections },
    log,
    onSocket: (socket, peer) => void server.serve(socket, peer),
  });
  stack.defer(async () => {
    ssh.close();
    server.close("the proxy is stopping");
    await ssh.drain(CLOSE_MS);
  });

  const addrs = (web: number): PublicAddrs => publicAddrs(options, { ssh: ssh.port, web });
  const own = [splitHostPort(addrs(options.web.port).web)?.host, hostname, "localhost", "127.0.0.1", "::1"];
  let port: number | undefined;
  const app = webApp(proxy, () => addrs(port ?? options.web.port));
  const web = await serveCertified({
    ...options.web,
    name: "proxy web",
    setting: "proxy_service.web_listen_addr",
    keypairs: options.keypairs,
    own: {
      dir: join(options.dataDir, "proxy"),
      files: "webproxy",
      names: [...new Set(own.filter((name) => name !== undefined))],
      days: 825,
    },
    log,
    now,
    handle: (request, from) => app.fetch(request, from),
  });
  port = web.port;
  stack.defer(() => web.stop(CLOSE_MS));
  stack.use(await heartbeats(options, addrs(web.port)));

  return {
    listening: [
      `ssh://${formatAddress({ host: options.ssh.host, port: ssh.port })}`,
      `https://${formatAddress({ host: options.web.host, port: web.port })}`,
    ],
    reload: (settings: Settings) => web.use(settings.proxy.keypairs),
    stop: () => stack.disposeAsync(),
  };
}

function publicAddrs(options: ProxyOptions, ports: { readonly ssh: number; readonly web: number }): PublicAddrs {
  const { advertiseIp } = options;
  const [web] = reachedAt({ ...options.web, port: ports.web }, { publicAddrs: options.publicAddrs, advertiseIp });
  // A client that reaches the web port by a name reaches the SSH port by the same name.
  const hosts = options.publicAddrs.map(({ host }) => ({ host }));
  const sshAddrs = options.sshPublicAddrs.length > 0 ? options.sshPublicAddrs : hosts;
  const [ssh] = reachedAt({ ...options.ssh, port: ports.ssh }, { publicAddrs: sshAddrs, advertiseIp });
  return { ssh, web };
}

/** Reports the public addresses of this proxy to auth, which needs them for sign-up links. The first report is awaited. */
async function heartbeats({ cluster, hostname, log }: ProxyOptions, { ssh, web }: PublicAddrs): Promise<Disposable> {
  const beat = async () => {
    try {
      await cluster.api.proxyHeartbeat({ hostname, ssh_addr: ssh, web_addr: web });
    } catch (error) {
      log.debug("a heartbeat did not reach auth", { error });
    }
  };
  await beat();
  const timer = setInterval(() => void beat(), HEARTBEAT_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function addressesOf(name: string): Promise<readonly string[]> {
  const found = await lookup(name, { all: true });
  return found.map(({ address }) => address);
}
