import { Fault } from "../core/fault.ts";
import type { HostRole } from "../core/resource/token.ts";
import type { AuthRole } from "./auth/role.ts";
import type { Role, Running } from "./boot.ts";
import type { Cluster } from "./cluster/cluster.ts";
import { type Address, dialable, formatAddress, reachedAt } from "./config/address.ts";
import type { RoleName, Settings } from "./config.ts";
import type { Log } from "./log.ts";
import type { Storage } from "./storage.ts";

interface Means {
  readonly version: string;
  readonly log: Log;
  readonly now: () => Date;
}

/**
 * Makes the roles that the settings select, in the order of their start, and loads only their code. Proxy and node are
 * members of the cluster like any other machine: they connect to a local auth with a certificate, too, but get their join
 * token from it directly.
 */
export function makeRoles(settings: Settings, means: Means): readonly Role[] {
  const storage: SharedStorage = new Shared(() => openMemory(settings, means));
  const local = settings.roles.includes("auth") ? localAuth(settings, means, storage) : undefined;
  const membership = new Shared(() => openMembership(settings, means, local));
  const member = (name: HostRole & RoleName, make: (cluster: Cluster, log: Log) => Promise<Role>): Role => ({
    name,
    start: () => membership.start((cluster) => make(cluster, means.log.child(name))),
  });
  const make: Readonly<Record<RoleName, () => Role>> = {
    auth: () => local ?? unreachable(),
    proxy: () =>
      member("proxy", async (cluster, log) => {
        const { proxyRole } = await import("./proxy/role.ts");
        const { sshListen: ssh, webListen: web, ...rest } = settings.proxy;
        const { dataDir, nodename: hostname, advertiseIp, maxConnections } = settings;
        return proxyRole({ ...means, ...rest, ssh, web, dataDir, hostname, advertiseIp, maxConnections, cluster, log });
      }),
    node: () =>
      member("node", async (cluster, log) => {
        const { nodeRole } = await import("./node/role.ts");
        return nodeRole({ ...means, cluster, settings, log });
      }),
    tms: () => localTms(settings, means, storage),
  };
  return settings.roles.map((name) => make[name]());
}

function unreachable(): never {
  throw new Fault("internal", "auth is not among the roles");
}

type SharedStorage = Shared<Storage & AsyncDisposable>;

/** Auth of this process: a role whose store is opened as it starts. */
interface LocalAuth extends Role {
  /** How a member in this process joins and dials it, once it has started. */
  introduce(roles: readonly HostRole[]): Introduction;
}

interface Introduction {
  readonly addr: string;
  readonly pins: readonly string[];
  /** Makes one for this machine. */
  token(): Promise<string>;
}

function localAuth(settings: Settings, means: Means, storage: SharedStorage): LocalAuth {
  const log = means.log.child("auth");
  const { listen, publicAddrs, secondFactor, staticTokens } = settings.auth;
  let auth: AuthRole | undefined;
  let port = listen.port;
  return {
    name: "auth",
    async start() {
      const { authRole } = await import("./auth/role.ts");
      const running = await storage.start(async (opened) => {
        auth = authRole({
          ...means,
          log,
          storage: opened,
          hostname: settings.nodename,
          listen,
          addresses: reachedAt(listen, { publicAddrs, advertiseIp: settings.advertiseIp }).map(hostOf),
          secondFactor,
          staticTokens,
        });
        return auth;
      });
      port = portOf(running.listening[0]) ?? port;
      return running;
    },
    introduce(roles) {
      if (auth === undefined) throw new Fault("internal", "auth has not started");
      return { ...auth.localJoin(roles), addr: formatAddress({ host: dialable(listen), port }) };
    },
  };
}

/** The key escrow. It is not a member of the cluster; it shares the storage of an auth in the same process. */
function localTms(settings: Settings, means: Means, storage: SharedStorage): Role {
  const { nodename: hostname, advertiseIp, tms } = settings;
  return {
    name: "tms",
    async start() {
      const { tmsRole } = await import("./tms/role.ts");
      const log = means.log.child("tms");
      return storage.start(async (opened) =>
        tmsRole({ ...means, log, storage: opened, settings: tms, hostname, advertiseIp }),
      );
    },
  };
}

/**
 * A resource that several roles of this process share. The first role that starts opens it. Roles stop in reverse order,
 * so the same role closes it.
 */
class Shared<T extends AsyncDisposable> {
  readonly #open: () => Promise<T>;
  #opened: T | undefined;

  constructor(open: () => Promise<T>) {
    this.#open = open;
  }

  /** Starts a role that works with it. */
  async start(make: (opened: T) => Promise<Role>): Promise<Running> {
    const first = this.#opened === undefined;
    this.#opened ??= await this.#open();
    const opened = this.#opened;
    const close = async () => {
      if (first) await opened[Symbol.asyncDispose]();
    };
    try {
      const role = await make(opened);
      return closing(await role.start(), close);
    } catch (thrown) {
      await close();
      throw thrown;
    }
  }
}

/** Opens the storage of this machine. */
async function openMemory(settings: Settings, means: Means): Promise<Storage & AsyncDisposable> {
  const [{ databaseFile, openStorage }, { storedClusterName }, { openSqlite }] = await Promise.all([
    import("./storage.ts"),
    import("./auth/authorities.ts"),
    import("./store/sqlite.ts"),
  ]);
  const { dataDir, nodename } = settings;
  const { clusterName } = settings.auth;
  const store = openSqlite(databaseFile(dataDir), means);
  try {
    const stored = await storedClusterName(store);
    if (stored !== undefined && clusterName !== undefined && stored !== clusterName)
      throw new Fault("conflict", `the cluster in ${dataDir} is called ${stored}, not ${clusterName}`, {
        hint: "a cluster's name is chosen once; leave it out, or start with another data directory",
      });
    // Host names are compared in lower case, and the cluster name is a part of them.
    const cluster = clusterName ?? stored ?? nodename.toLowerCase();
    const storage = await openStorage({ ...means, dataDir, cluster, store });
    const close = async () => {
      await storage[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    };
    return { ...storage, [Symbol.asyncDispose]: close };
  } catch (thrown) {
    await store[Symbol.asyncDispose]();
    throw thrown;
  }
}

/** Opens this machine's membership of the cluster. */
async function openMembership(settings: Settings, means: Means, auth: LocalAuth | undefined): Promise<Cluster> {
  const { dataDir, nodename, authServers, caPins, token, insecure } = settings;
  const roles = settings.roles.filter((name) => name === "proxy" || name === "node");
  const { openCluster } = await import("./cluster/open.ts");
  const local = auth?.introduce(roles);
  return openCluster({
    dataDir,
    roles,
    authAddrs: local === undefined ? authServers.map(formatAddress) : [local.addr],
    token: local === undefined ? async () => token?.() : local.token,
    caPins: local === undefined ? caPins : local.pins,
    insecure,
    hostname: nodename,
    addresses: ownAddresses(settings),
    log: means.log.child("cluster"),
    now: means.now,
  });
}

/** Names and addresses under which this machine is reached, for its certificate. */
function ownAddresses({ roles, proxy, node, advertiseIp }: Settings): string[] {
  const hosts = new Set<string>();
  const add = (listen: Address, publicAddrs: Settings["node"]["publicAddrs"]) => {
    for (const address of reachedAt(listen, { publicAddrs, advertiseIp })) hosts.add(hostOf(address));
  };
  if (roles.includes("node")) add(node.listen, node.publicAddrs);
  if (roles.includes("proxy")) {
    add(proxy.sshListen, proxy.sshPublicAddrs);
    add(proxy.webListen, proxy.publicAddrs);
  }
  return [...hosts];
}

function closing(running: Running, close: () => PromiseLike<void>): Running {
  return {
    listening: running.listening,
    reload: async (next) => running.reload?.(next),
    async stop() {
      try {
        await running.stop();
      } finally {
        await close();
      }
    },
  };
}

function hostOf(address: string): string {
  return address.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
}

function portOf(url: string | undefined): number | undefined {
  const port = Number(url?.match(/:(\d+)$/)?.[1]);
  return Number.isInteger(port) ? port : undefined;
}
