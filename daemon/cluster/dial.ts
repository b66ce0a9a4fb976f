import type { Duplex } from "node:stream";
import { splitHostPort } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import { type ClientConnection, type Credential, connectSsh } from "../../core/ssh/client.ts";
import type { VerifyHost } from "../../core/ssh/verify-host.ts";
import { DIAL_MS, dial } from "../net/dial.ts";

const KEEPALIVE_MS = 15_000;

export interface AuthTarget {
  /** `host:port`, tried in this order. */
  readonly addrs: readonly string[];
  readonly user: string;
  /** Called for each connection, because certificates are renewed. */
  credential(): Credential;
  readonly verifyHost: VerifyHost;
}

/** One SSH connection to auth. @throws Fault `unavailable` when none of the addresses answers. */
export async function dialAuth(
  target: AuthTarget,
): Promise<{ readonly connection: ClientConnection; readonly addr: string }> {
  let failure = new Fault("bad_request", "no address of auth is known", { hint: "give one with --auth-server" });
  for (const addr of target.addrs) {
    try {
      const connection = await connectSsh(await openStream(addr), {
        user: target.user,
        credential: target.credential(),
        verifyHost: target.verifyHost,
        timeoutMs: DIAL_MS,
        keepaliveMs: KEEPALIVE_MS,
      });
      return { connection, addr };
    } catch (error) {
      failure = Fault.from(error);
      // All auth servers of a cluster refuse alike.
      if (failure.code !== "unavailable") throw failure;
    }
  }
  throw failure;
}

async function openStream(addr: string): Promise<Duplex> {
  const endpoint = splitHostPort(addr);
  if (endpoint === undefined) throw new Fault("bad_request", `"${addr}" is not host:port`);
  const explain = ({ cause }: { readonly cause: unknown }) =>
    `auth at ${addr} could not be reached: ${(cause as Error).message}`;
  const { stream } = await dial({ endpoints: [endpoint], explain }, { keepAlive: true });
  return stream;
}
