import { createServer } from "node:net";
import { isDeepStrictEqual } from "node:util";
import type { Log } from "../log.ts";
import { plainAddress } from "./admission.ts";
import { MAX_DISCARDED } from "./body.ts";
import { bindFault } from "./listen.ts";
import type { TlsPair } from "./tls.ts";

export interface WebServer {
  readonly address: string;
  readonly port: number;
  /** Shows other certificates to connections from now on; those that are open stay as they are. @throws on bad ones. */
  use(pairs: readonly TlsPair[]): void;
  /** Takes no further connections and lets the requests that are being answered end, for at most `ms`. */
  stop(ms: number): Promise<void>;
}

/** Seconds without a byte: a login may have to wait, as wrong ones slow down their source. */
const IDLE = 60;

/**
 * Listens for HTTPS. An answer is what `handle` makes of a request and the address it came from.
 * @throws Fault `failed` with what to do, when the address cannot be had.
 */
export async function listenHttps(options: {
  /** For messages. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly setting: string;
  readonly pairs: readonly TlsPair[];
  readonly log: Log;
  handle(request: Request, from: { readonly address: string }): Response | Promise<Response>;
}): Promise<WebServer> {
  const { host, log, handle } = options;
  await assertFree(options);
  const serve = (port: number, pairs: readonly TlsPair[]) =>
    Bun.serve({
      hostname: host,
      port,
      // Bun cannot change the certificates of a server that listens. So a change starts another server beside it, and
      // only then ends the old one: what cannot be used changes nothing, and only those who are between two requests, or
      // not yet through with TLS, have to come again.
      reusePort: true,
      tls: pairs.map((pair) => ({ ...pair })),
      maxRequestBodySize: MAX_DISCARDED * 2,
      idleTimeout: IDLE,
      fetch: (request, server) => handle(request, { address: plainAddress(server.requestIP(request)?.address ?? "") }),
      error: (error) => {
        log.error("a request failed", { error });
        return new Response(null, { status: 500 });
      },
    });

  let server = serve(options.port, options.pairs);
  let used = options.pairs;
  const { port = 0, hostname: address = host } = server;
  return {
    address,
    port,
    use(pairs) {
      if (isDeepStrictEqual(pairs, used)) return;
      const old = server;
      server = serve(port, pairs);
      used = pairs;
      void old.stop(false);
    },
    async stop(ms) {
      const patience = setTimeout(() => void server.stop(true), ms);
      await server.stop(false);
      clearTimeout(patience);
    },
  };
}

/** With `reusePort` a port that is taken by another sallyport of the same user would be shared with it, silently. */
function assertFree({
  name,
  host,
  port,
  setting,
}: {
  name: string;
  host: string;
  port: number;
  setting: string;
}): Promise<void> {
  if (port === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error) => reject(bindFault(error, { name, host, port, setting })));
    probe.listen({ host, port }, () => probe.close(() => resolve()));
  });
}
