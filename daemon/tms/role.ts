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
import { GUESSES } from "./attempts.ts";
import type { TmsContext } from "./context.ts";
import { tmsApp } from "./http/app.ts";
import { Ids } from "./ids.ts";
import { Janitor } from "./janitor.ts";
import { openEscrowKey } from "./keys/escrow-key.ts";
import { KeyPool } from "./keys/pool.ts";
import { setUp } from "./setup.ts";

export interface TmsOptions {
  readonly storage: Storage;
  readonly settings: TmsSettings;
  readonly version: string;
  readonly hostname: string;
  readonly advertiseIp: string | undefined;
  readonly log: Log;
  readonly now: () => Date;
}

/** Its own certificate is in the configuration of hosts, and not for browsers: it should outlive them. */
const OWN_DAYS = 3650;
/** How long requests that are being answered may take to end. Milliseconds. */
const FAREWELL_MS = 3_000;

/** Where the operator's commands on this machine reach the escrow. */
export const socketFile = (dataDir: string) => join(dataDir, "proc", "tms.sock");

/** The key escrow: TMS's REST API over HTTPS, and the same for the operator on a socket in the data directory. */
export function tmsRole(options: TmsOptions): Role {
  return roleOf("tms", (stack) => open(options, stack));
}

async function open(options: TmsOptions, stack: AsyncDisposableStack): Promise<Running> {
  const { storage, settings, log, now } = options;
  // What SIGHUP may change.
  let current = settings;
  const pool = stack.use(new KeyPool());
  const janitor = new Janitor();
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
    escrowKey: await openEscrowKey(storage),
    guesses: new RateLimit(GUESSES, clock),
    recorded: new RateLimit(RECORDED_REFUSALS, clock),
    janitor,
  };
  await setUp(tms, { testTenant: settings.testTenant });
  stack.use(janitor.start(tms));

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
    own: { dir: join(storage.dataDir, "tms"), files: "tms", ...ownNames(options), days: OWN_DAYS },
    log,
    now,
    handle: (request, { address }) => app.fetch(request, { address, operator: false }),
  });
  port = web.port;
  stack.defer(() => web.stop(FAREWELL_MS));
  pool.fill();

  return {
    listening: [`https://${formatAddress({ host: settings.listen.host, port })}`],
    async reload({ tms: next }: Settings) {
      await web.use(next.keypairs);
      await setUp(tms, { testTenant: next.testTenant });
      current = next;
    },
    stop: () => stack.disposeAsync(),
  };
}

/** Where others reach it, as `host:port`; the one to tell them first. */
function addresses({ settings, advertiseIp }: TmsOptions, port: number): readonly string[] {
  return reachedAt({ ...settings.listen, port }, { publicAddrs: settings.publicAddrs, advertiseIp });
}

function apiUrl(address: string): string {
  return `https://${address}/v1`;
}

/**
 * The names in a certificate of its own making. The machine's address, where nobody has said it, is whatever comes first
 * when it starts: hosts that hold a copy of the certificate are not to lose it by that.
 */
function ownNames(options: TmsOptions): Pick<OwnKeypair, "names" | "guessed"> {
  const { settings, hostname, advertiseIp } = options;
  const reached = addresses(options, settings.listen.port).flatMap((address) => splitHostPort(address)?.host ?? []);
  const names = [hostname, "localhost", "127.0.0.1", "::1"];
  const said = settings.publicAddrs.length > 0 || advertiseIp !== undefined || !isEverywhere(settings.listen);
  return said ? { names: [...new Set([...reached, ...names])] } : { names, guessed: reached };
}
