import type { Log } from "../log.ts";
import { listenHttps, type WebServer } from "./https.ts";
import { beginOf, expiryOf, type Keypair, type OwnKeypair, ownKeypair, readPairs } from "./tls.ts";

const DAY_MS = 86_400_000;
const WARN_BEFORE_MS = 14 * DAY_MS;

export interface CertifiedServer {
  readonly address: string;
  readonly port: number;
  /** Switches to other key pairs; an empty list selects the self-signed one. @throws Fault and keeps the previous ones. */
  use(keypairs: readonly Keypair[]): Promise<void>;
  /** Stops accepting connections and waits for active requests, for at most `ms`. */
  stop(ms: number): Promise<void>;
}

/**
 * Starts an HTTPS server with certificates from the configured files, which are read again every day, or else with a
 * self-signed certificate that is renewed before it expires.
 * @throws Fault with a hint when a file is invalid or the address cannot be bound.
 */
export async function serveCertified(
  options: Omit<Parameters<typeof listenHttps>[0], "pairs"> & {
    readonly keypairs: readonly Keypair[];
    readonly own: Omit<OwnKeypair, "now" | "log">;
    readonly log: Log;
    readonly now: () => Date;
  },
): Promise<CertifiedServer> {
  const { own, log, now } = options;
  let { keypairs } = options;
  const pairs = async (from: readonly Keypair[]) => {
    const read = readPairs(from.length > 0 ? from : [await ownKeypair({ ...own, now: now(), log })]);
    const expires = expiryOf(read);
    if (expires.getTime() - now().getTime() < WARN_BEFORE_MS)
      log.warn("the HTTPS certificate expires soon or has expired", { expires });
    const begins = beginOf(read);
    if (begins > now())
      log.warn("the HTTPS certificate is not valid yet, and clients reject it: was a clock ahead when it was made?", {
        begins,
      });
    return read;
  };
  const server: WebServer = await listenHttps({ ...options, pairs: await pairs(keypairs) });
  const refresh = setInterval(
    () =>
      void pairs(keypairs).then(server.use, (error: unknown) =>
        log.error("cannot renew the HTTPS certificate", { error }),
      ),
    DAY_MS,
  );
  refresh.unref();
  return {
    address: server.address,
    port: server.port,
    async use(next) {
      server.use(await pairs(next));
      keypairs = next;
    },
    stop(ms) {
      clearInterval(refresh);
      return server.stop(ms);
    },
  };
}
