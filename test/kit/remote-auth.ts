import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AuthClient } from "../../core/api/client.ts";
import { parseCertificateLine } from "../../core/cert/certificate.ts";
import { PrivateKey } from "../../core/cert/private-key.ts";
import type { ClientConnection, Credential } from "../../core/ssh/client.ts";
import { adminCredential, apiOver, connectTo } from "./auth-client.ts";

/** The API of an auth server in another process. */
export class RemoteAuth implements Disposable {
  readonly #dataDir: string;
  readonly #connections: ClientConnection[] = [];

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** The API as the operator of that machine. */
  admin(): Promise<AuthClient> {
    return this.as("admin", adminCredential(this.#dataDir));
  }

  /** The API as a proxy that joins with a new token. */
  proxy(): Promise<AuthClient> {
    const uuid = crypto.randomUUID();
    return this.#join(uuid, "proxy", `proxy-${uuid}`);
  }

  /** The API as a joined node that has sent a heartbeat. */
  async node(uuid: string, hostname: string, labels: Record<string, string> = {}): Promise<AuthClient> {
    const api = await this.#join(uuid, "node", hostname);
    const spec = { hostname, addr: "10.0.0.7:3022", version: "0.1.0" };
    await api.heartbeat({ node: { metadata: { name: uuid, labels }, spec } });
    return api;
  }

  async #join(uuid: string, role: "node" | "proxy", hostname: string): Promise<AuthClient> {
    const { token } = await (await this.admin()).createToken({ roles: [role] });
    const key = PrivateKey.generate();
    const joining = await this.as("join", { password: token.metadata.name });
    const body = { uuid, hostname, roles: [role], public_key: key.public.toString() };
    const certificate = parseCertificateLine((await joining.join(body)).certificate);
    return this.as(uuid, { key: key.toOpenSSH(), certificate });
  }

  async as(user: string, credential: Credential): Promise<AuthClient> {
    const { addr } = JSON.parse(readFileSync(join(this.#dataDir, "proc/auth.json"), "utf8")) as { addr: string };
    const connection = await connectTo(addr, user, credential);
    this.#connections.push(connection);
    return apiOver(connection);
  }

  [Symbol.dispose](): void {
    for (const connection of this.#connections) connection.close();
  }
}
