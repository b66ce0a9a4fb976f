import { join } from "node:path";
import { splitHostPort } from "../../core/address.ts";
import { type Role, type Running, roleOf } from "../boot.ts";
import { formatAddress, isEverywhere, reachedAt } from "../config/address.ts";
import type { Settings, TmsSettings } from "../config.ts";
import type { Log } from "../log.ts";
import { serveCertified } from "../net/certified.ts";
import { RateLimit, RECORDED_REFUSALS } from "../net/rate-limit.ts";
import type { OwnKeypair } from "../net/tls.ts";
import { listenUnix } from "../net/unix.ts";
import type { Storage } from "../storage.ts";
import type { TmsContext } from "./context.ts";
import { GarbageCollector } from "./garbage-collector.ts";
import { tmsApp } from "./http/app.ts";
import { Ids } from "./ids.ts";
import { KeyPool } from "./keys/pool.ts";
import { openStatementKey } from "./keys/statement.ts";
import { FAILED_AUTH_LIMIT } from "./lockout.ts";
import { ensureInitialTenants } from "./tenants.ts";

export interface TmsOptions {
  readonly storage: Storage;
  readonly settings: TmsSettings;
  readonly version: string;
  readonly hostname: string;
  readonly advertiseIp: string | undefined;
  readonly log: Log;
  readonly now: () => Date;
}

/** Validity of the self-signed certificate. Hosts pin it in their configuration, so it lasts for their lifetime. Days. */
const SELF_SIGNED_DAYS = 3650;
/** How long running requests may take to end on a stop. Milliseconds. */
const DRAIN_MS = 3_000;

/** The socket for the operator's commands (`tctl tms`) on this machine. */
export const socketFile = (dataDir: string) => join(dataDir, "proc", "tms.sock");

/** The TMS role (key escrow): TMS's REST API over HTTPS, and for the operator on a socket in the data directory. */
export function tmsRole(options: TmsOptions): Role {
  return roleOf("tms", (stack) => open(options, stack));
}

async function open(options: TmsOptions, stack: AsyncDisposableStack): Promise<Running> {
  const { storage, settings, log, now } = options;
  // SIGHUP replaces these.
  let current = settings;
  const pool = stack.use(new KeyPool());
  const garbageCollector = new GarbageCollector();
  const clock = () => performance.now();
  const tms: TmsContext = {
    ...storage,
    version: options.version,
    log,
    now,
    get mvp() {
      return current.mvp;
    },
    get newClients() {
      return current.newClients;
    },
    ids: new Ids(storage.store),
    pool,
    statementKey: await openStatementKey(storage),
    failedAuthLimit: new RateLimit(FAILED_AUTH_LIMIT, clock),
    refusalAuditLimit: new RateLimit(RECORDED_REFUSALS, clock),
    garbageCollector,
  };
  await ensureInitialTenants(tms, { testTenant: settings.testTenant });
  stack.use(garbageCollector.start(tms));

  let { port } = settings.listen;
  const urls = () => (current.serverUrls.length > 0 ? current.serverUrls : addresses(options, port).map(apiUrl));
  const app = tmsApp({ tms, title: settings.title, serverUrls: urls });
  stack.use(
    listenUnix({
      path: socketFile(storage.dataDir),
      log,
      handle: (request) => app.fetch(request, { address: "", operator: true }),
    }),
  );
  const web = await serveCertified({
    ...settings.listen,
    name: "tms",
    setting: "tms_service.listen_addr",
    keypairs: settings.keypairs,
    own: { dir: join(storage.dataDir, "tms"), files: "tms", ...selfSignedNames(options), days: SELF_SIGNED_DAYS },
    log,
    now,
    handle: (request, { address }) => app.fetch(request, { address, operator: false }),
  });
  port = web.port;
  stack.defer(() => web.stop(DRAIN_MS));
  pool.fill();

  return {
    listening: [`https://${formatAddress({ host: settings.listen.host, port })}`],
    async reload({ tms: next }: Settings) {
      await web.use(next.keypairs);
      await ensureInitialTenants(tms, { testTenant: next.testTenant });
      current = next;
    },
    stop: () => stack.disposeAsync(),
  };
}

/** The advertised addresses as `host:port`, the preferred one first. */
function addresses({ settings, advertiseIp }: TmsOptions, port: number): readonly string[] {
  return reachedAt({ ...settings.listen, port }, { publicAddrs: settings.publicAddrs, advertiseIp });
}

function apiUrl(address: string): string {
  return `https://${address}/v1`;
}

/**
 * The names in the self-signed certificate. Without a configured address the machine's own is guessed at each start; a guess
 * that differs from the last one does not replace the certificate, as hosts have pinned it.
 */
function selfSignedNames(options: TmsOptions): Pick<OwnKeypair, "names" | "guessed"> {
  const { settings, hostname, advertiseIp } = options;
  const reached = addresses(options, settings.listen.port).flatMap((address) => splitHostPort(address)?.host ?? []);
  const names = [hostname, "localhost", "127.0.0.1", "::1"];
  const isConfigured = settings.publicAddrs.length > 0 || advertiseIp !== undefined || !isEverywhere(settings.listen);
  return isConfigured ? { names: [...new Set([...reached, ...names])] } : { names, guessed: reached };
}
