import type { Log } from "../log.ts";
import { listenHttps, type WebServer } from "./https.ts";
import { beginOf, expiryOf, type Keypair, type OwnKeypair, ownKeypair, readPairs } from "./tls.ts";

const DAY_MS = 86_400_000;
const WARN_BEFORE_MS = 14 * DAY_MS;

export interface CertifiedServer {
  readonly address: string;
  readonly port: number;
  /** Uses other key pairs from now on, or with none its own. @throws Fault, and goes on as before. */
  use(keypairs: readonly Keypair[]): Promise<void>;
  /** Takes no further connections and lets the requests that are being answered end, for at most `ms`. */
  stop(ms: number): Promise<void>;
}

/**
 * An HTTPS server that sees to its certificates: those in the files that it is given, read again every day, or one that
 * it makes for itself and renews.
 * @throws Fault with what to do, when a file is wrong or the address cannot be had.
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
      log.warn("the HTTPS certificate is not valid yet, and no client takes it: was a clock ahead when it was made?", {
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
