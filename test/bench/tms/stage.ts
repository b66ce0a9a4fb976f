import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, Escrow, type Key } from "../../kit/escrow.ts";
import { LOGIN } from "../stage.ts";
import { type Host, setHost } from "./host.ts";
import { type Seeded, seedKeys, USERS, userName } from "./seed.ts";

/** A logical host, as its KeyCmd calls itself. */
export const HOST = "bench";

/** An escrow with a crowd of users and their keys, and one more user whose keys open the bench's own account. */
export interface EscrowStage {
  readonly escrow: Escrow;
  readonly ca: string;
  readonly client: Client;
  readonly keys: Seeded;
  /** A key of `LOGIN`, and the file of its private half. */
  readonly login: Key & { readonly file: string };
  readonly host: Host;
  /** For what else is put up. */
  readonly dir: string;
}

export const KEYS = 200_000;

export async function setEscrow(stack: AsyncDisposableStack, dir: string): Promise<EscrowStage> {
  const escrow = stack.use(await Escrow.open());
  const tenant = await escrow.tenant("bench");
  const client = await tenant.client("portal");
  for (let user = 0; user < USERS; user += 50) {
    const some = Array.from({ length: 50 }, (_, i) => userName(user + i));
    await Promise.all(some.map((name) => tenant.user(name, HOST, name, [client])));
  }
  await tenant.user(LOGIN, HOST, LOGIN, [client]);
  const keys = await seedKeys(escrow.dataDir, await client.key(userName(0), HOST, userName(0)), KEYS);
  // As after a boot: what it has in memory is not there from the making of all this.
  await escrow.stop();
  await escrow.start();

  const key = await client.key(LOGIN, HOST, LOGIN);
  const file = join(dir, "escrow-login");
  writeFileSync(file, key.privateKey, { mode: 0o600 });
  const host = await setHost(stack, escrow, key);
  return { escrow, ca: readFileSync(escrow.caFile, "utf8"), client, keys, login: { ...key, file }, host, dir };
}
