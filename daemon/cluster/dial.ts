import type { Socket } from "node:net";
import { splitHostPort } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import { type ClientConnection, type Credential, connectSsh } from "../../core/ssh/client.ts";
import type { VerifyHost } from "../../core/ssh/verify-host.ts";
import { connectTcp } from "../net/connect.ts";

const CONNECT_MS = 10_000;
const KEEPALIVE_MS = 15_000;

export interface AuthTarget {
  /** `host:port`, tried in this order. */
  readonly addrs: readonly string[];
  readonly user: string;
  /** Asked for each connection: a certificate may have been renewed since the last. */
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
      const connection = await connectSsh(await openSocket(addr), {
        user: target.user,
        credential: target.credential(),
        verifyHost: target.verifyHost,
        timeoutMs: CONNECT_MS,
        keepaliveMs: KEEPALIVE_MS,
      });
      return { connection, addr };
    } catch (error) {
      failure = Fault.from(error);
      // Who is refused by one auth is refused by all.
      if (failure.code !== "unavailable") throw failure;
    }
  }
  throw failure;
}

async function openSocket(addr: string): Promise<Socket> {
  const where = splitHostPort(addr);
  if (where === undefined) throw new Fault("bad_request", `"${addr}" is not host:port`);
  try {
    return await connectTcp({ ...where, keepAlive: true }, CONNECT_MS);
  } catch (cause) {
    throw new Fault("unavailable", `auth at ${addr} could not be reached: ${(cause as Error).message}`, { cause });
  }
}
