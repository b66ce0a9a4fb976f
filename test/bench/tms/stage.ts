import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, type Key, TmsServer } from "../../kit/tms-server.ts";
import { LOGIN } from "../stage.ts";
import { type Host, setUpHost } from "./host.ts";
import { type Seeded, seedKeys, USERS, userName } from "./seed.ts";

/** The logical name of the host. */
export const HOST = "bench";

/** A TMS server with many users and keys, and one user whose keys log in to the account of the benchmark. */
export interface TmsStage {
  readonly server: TmsServer;
  readonly ca: string;
  readonly client: Client;
  readonly keys: Seeded;
  /** A key of `LOGIN`, and the file of its private key. */
  readonly login: Key & { readonly file: string };
  readonly host: Host;
  /** A directory for further files. */
  readonly dir: string;
}

export const KEYS = 200_000;

export async function setUpTms(stack: AsyncDisposableStack, dir: string): Promise<TmsStage> {
  const server = stack.use(await TmsServer.open());
  const tenant = await server.tenant("bench");
  const client = await tenant.client("portal");
  for (let user = 0; user < USERS; user += 50) {
    const some = Array.from({ length: 50 }, (_, i) => userName(user + i));
    await Promise.all(some.map((name) => tenant.user(name, HOST, name, [client])));
  }
  await tenant.user(LOGIN, HOST, LOGIN, [client]);
  const keys = await seedKeys(server.dataDir, await client.key(userName(0), HOST, userName(0)), KEYS);
  // Restart, so that memory and caches are as after a boot.
  await server.stop();
  await server.start();

  const key = await client.key(LOGIN, HOST, LOGIN);
  const file = join(dir, "escrow-login");
  writeFileSync(file, key.privateKey, { mode: 0o600 });
  const host = await setUpHost(stack, server, key);
  return { server, ca: readFileSync(server.caFile, "utf8"), client, keys, login: { ...key, file }, host, dir };
}
