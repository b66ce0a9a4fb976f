import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { AuthClient } from "../../core/api/client.ts";
import { parseIdentity } from "../../core/cert/identity-file.ts";
import { Fault } from "../../core/fault.ts";
import { type ClientConnection, type Credential, connectSsh, openChannel } from "../../core/ssh/client.ts";

/** The credential of the operator with this data directory. */
export function adminCredential(dataDir: string): Credential {
  const { key, certificate } = parseIdentity(readFileSync(join(dataDir, "proc/admin"), "utf8"), "admin");
  return { key, certificate };
}

/** An SSH connection to a server started by the test. @param addr `HOST:PORT`. @throws Fault if the server refuses */
export function connectTo(addr: string, user: string, credential: Credential): Promise<ClientConnection> {
  const [host = "", port] = addr.split(":");
  return connectSsh(connect(Number(port), host), { user, credential, verifyHost: () => {} });
}

/** The API over a connection to auth. */
export function apiOver(connection: ClientConnection): AuthClient {
  return new AuthClient(() => openChannel(connection, "auth", 0));
}

/**
 * Makes a request on a connection that was open before its user or machine was refused. A server may answer the request or
 * cut the connection, with the reason.
 * @throws Fault the refusal, or the reason of the cut
 */
export async function requestOver<T>(
  connection: ClientConnection,
  request: (api: AuthClient) => Promise<T>,
): Promise<T> {
  try {
    return await request(apiOver(connection));
  } catch (error) {
    const fault = Fault.from(error);
    if (fault.code === "denied" || fault.code === "unauthenticated") throw fault;
    throw (await connection.closed) ?? fault;
  }
}
