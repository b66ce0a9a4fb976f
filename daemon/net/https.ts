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
  /** Presents other certificates to new connections; open connections continue. @throws when a pair is invalid. */
  use(pairs: readonly TlsPair[]): void;
  /** Stops accepting connections and waits for active requests, for at most `ms`. */
  stop(ms: number): Promise<void>;
}

/** Idle timeout, in seconds. A login may wait this long, since failed logins delay later ones of their source. */
const IDLE_TIMEOUT_SECONDS = 60;

/**
 * Listens for HTTPS. `handle` answers each request; `from` is the client's address.
 * @throws Fault `failed` with a hint when the address cannot be bound.
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
      // Bun cannot change the certificates of a running server. A change starts a second server on the port and then
      // stops the first one, so that invalid certificates change nothing. Only clients between two requests or in the TLS
      // handshake have to reconnect.
      reusePort: true,
      tls: pairs.map((pair) => ({ ...pair })),
      maxRequestBodySize: MAX_DISCARDED * 2,
      idleTimeout: IDLE_TIMEOUT_SECONDS,
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
      const deadline = setTimeout(() => void server.stop(true), ms);
      await server.stop(false);
      clearTimeout(deadline);
    },
  };
}

/**
 * Checks that the port is free. With SO_REUSEPORT, binding would succeed and silently share the port with another process
 * of the same user. @throws Fault `failed` with a hint.
 */
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
