import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { AuthClient } from "../../core/api/client.ts";
import { parseCertificateLine } from "../../core/cert/certificate.ts";
import { parseIdentity } from "../../core/cert/identity-file.ts";
import { PrivateKey } from "../../core/cert/private-key.ts";
import { type ClientConnection, type Credential, connectSsh, openChannel } from "../../core/ssh/client.ts";

/** The API of an auth server in another process, for as long as that lives. */
export class RemoteAuth implements Disposable {
  readonly #dataDir: string;
  readonly #connections: ClientConnection[] = [];

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** As the operator on its machine. */
  admin(): Promise<AuthClient> {
    const { key, certificate } = parseIdentity(readFileSync(join(this.#dataDir, "proc/admin"), "utf8"), "admin");
    return this.as("admin", { key, certificate });
  }

  /** As a proxy that joins with a new token. */
  async proxy(): Promise<AuthClient> {
    const { token } = await (await this.admin()).createToken({ roles: ["proxy"] });
    const key = PrivateKey.generate();
    const uuid = crypto.randomUUID();
    const joining = await this.as("join", { password: token.metadata.name });
    const body = { uuid, hostname: `proxy-${uuid}`, roles: ["proxy" as const], public_key: key.public.toString() };
    const certificate = parseCertificateLine((await joining.join(body)).certificate);
    return this.as(uuid, { key: key.toOpenSSH(), certificate });
  }

  async as(user: string, credential: Credential): Promise<AuthClient> {
    const { addr } = JSON.parse(readFileSync(join(this.#dataDir, "proc/auth.json"), "utf8")) as { addr: string };
    const [host = "", port] = addr.split(":");
    const connection = await connectSsh(connect(Number(port), host), { user, credential, verifyHost: () => {} });
    this.#connections.push(connection);
    return new AuthClient(() => openChannel(connection, "auth", 0));
  }

  [Symbol.dispose](): void {
    for (const connection of this.#connections) connection.close();
  }
}
