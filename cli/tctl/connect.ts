import { join } from "node:path";
import { type AuthClient, authClient } from "../../core/api/client.ts";
import { servicePrincipal } from "../../core/ca/service-principal.ts";
import { EXTENSIONS } from "../../core/cert/identity.ts";
import { parseIdentity } from "../../core/cert/identity-file.ts";
import { Fault } from "../../core/fault.ts";
import { type ClientConnection, openChannel } from "../../core/ssh/client.ts";
import type { Parsed } from "../command.ts";
import type { Context } from "../context.ts";
import { readIfThere } from "../files.ts";
import { connectAs } from "../ssh/connect.ts";
import { localDataDir } from "./data-dir.ts";
import type { globals } from "./globals.ts";

export type Where = Parsed<typeof globals>;

/**
 * Runs `work` with the API of the auth server that the flags speak of: the one on this machine by its own admin
 * identity, another by an identity file, else the cluster that `tsh login` went to.
 */
export async function withAuth<T>(cx: Context, where: Where, work: (api: AuthClient) => Promise<T>): Promise<T> {
  const connection = await open(cx, where);
  const api = authClient(() => openChannel(connection, "auth", 0));
  try {
    return await work(api);
  } finally {
    api.close();
    connection.close();
  }
}

async function open(cx: Context, where: Where): Promise<ClientConnection> {
  const servers = where["auth-server"];
  if (where.identity !== undefined) {
    if (servers.length === 0) throw new Fault("bad_request", "--identity needs --auth-server");
    return connectIdentity(cx, where.identity, servers);
  }
  if (servers.length > 0) throw new Fault("bad_request", "--auth-server needs --identity");

  const dataDir = await localDataDir(cx, where);
  const chosen = where["data-dir"] !== undefined || where.config !== undefined;
  const address = readAddress(dataDir, chosen);
  if (address !== undefined) {
    const { addr } = JSON.parse(address) as { addr: string };
    return connectIdentity(cx, join(dataDir, "proc", "admin"), [addr]);
  }
  if (!chosen) {
    const { profileConnection } = await import("../tsh/proxy/auth-api.ts");
    const connection = await profileConnection(cx);
    if (connection !== undefined) return connection;
  }
  throw new Fault("unavailable", `no auth server has run in ${dataDir}`, {
    hint: "name its data directory with --data-dir or its config file with --config, or ask from elsewhere with --auth-server and --identity",
  });
}

/** Where the auth server of this machine listens. Who may not look there and did not ask for it has none here. */
function readAddress(dataDir: string, chosen: boolean): string | undefined {
  const file = join(dataDir, "proc", "auth.json");
  try {
    return readIfThere(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
    if (!chosen) return undefined;
    throw new Fault("denied", `${file}: permission denied`, {
      hint: "ask as the user that runs auth, or as root",
      cause: error,
    });
  }
}

async function connectIdentity(cx: Context, file: string, servers: readonly string[]): Promise<ClientConnection> {
  const text = readIfThere(file);
  if (text === undefined) throw new Fault("not_found", `there is no identity file ${file}`);
  const { key, certificate, authorities } = parseIdentity(text, file);
  let failure: unknown;
  for (const addr of servers) {
    try {
      return await connectAs({
        addr,
        user: certificate.keyId,
        credential: { key, certificate },
        authorities: authorities.map((authority) => authority.key),
        names: [servicePrincipal("auth", certificate.extensions.get(EXTENSIONS.cluster) ?? "")],
        now: cx.now,
      });
    } catch (error) {
      failure = error;
      if (Fault.from(error).code !== "unavailable") break;
    }
  }
  const fault = Fault.from(failure);
  if (fault.code !== "unavailable") throw fault;
  throw new Fault("unavailable", `auth at ${servers.join(", ")} does not answer`, {
    hint: "is it running? see its log, or systemctl status sallyport",
    cause: fault,
  });
}
