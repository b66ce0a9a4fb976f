import { cpSync } from "node:fs";
import { join } from "node:path";
import type { AuthClient } from "../../core/api/client.ts";
import { parseCertificateLine } from "../../core/cert/certificate.ts";
import { PrivateKey } from "../../core/cert/private-key.ts";
import type { ClientConnection, Credential } from "../../core/ssh/client.ts";
import type { Store } from "../../core/store.ts";
import { type AuthOptions, type AuthRole, authRole } from "../../daemon/auth/role.ts";
import type { Running } from "../../daemon/boot.ts";
import { createLog } from "../../daemon/log.ts";
import { databaseFile, openStorage } from "../../daemon/storage.ts";
import { openSqlite } from "../../daemon/store/sqlite.ts";
import { adminCredential, apiOver, connectTo } from "./auth-client.ts";
import { keptTempDir } from "./temp.ts";

interface Clock {
  now: Date;
}

type More = Partial<AuthOptions> & { readonly dataDir?: string; readonly store?: Store };

/** Auth in this process, on a free loopback port, with a clock that a test can set. */
export class TestAuth implements AsyncDisposable {
  readonly dataDir: string;
  readonly store: Store;
  readonly role: AuthRole;
  readonly log: string[];
  readonly #clock: Clock;
  readonly #running: Running;
  readonly #stack: AsyncDisposableStack;
  readonly #connections: ClientConnection[] = [];

  private constructor(parts: {
    dataDir: string;
    store: Store;
    role: AuthRole;
    running: Running;
    clock: Clock;
    log: string[];
    stack: AsyncDisposableStack;
  }) {
    this.dataDir = parts.dataDir;
    this.store = parts.store;
    this.role = parts.role;
    this.log = parts.log;
    this.#running = parts.running;
    this.#stack = parts.stack;
    this.#clock = parts.clock;
  }

  static start(more: More = {}): Promise<TestAuth> {
    return TestAuth.#start({ now: new Date() }, more);
  }

  /** Restarts this auth after it has stopped. */
  async restart(more: More = {}): Promise<TestAuth> {
    await this[Symbol.asyncDispose]();
    return TestAuth.#start(this.#clock, { dataDir: this.dataDir, ...more });
  }

  /** A second auth over the same database, with its own data directory, as on another machine. */
  async another(more: More = {}): Promise<TestAuth> {
    const dataDir = keptTempDir();
    cpSync(join(this.dataDir, "master.key"), join(dataDir, "master.key"));
    const store = openSqlite(join(this.dataDir, "sallyport.db"), { now: () => this.#clock.now });
    return TestAuth.#start(this.#clock, { dataDir, store, ...more });
  }

  static async #start(clock: Clock, more: More): Promise<TestAuth> {
    const dataDir = more.dataDir ?? keptTempDir();
    const now = () => clock.now;
    const log: string[] = [];
    const { store = openSqlite(databaseFile(dataDir), { now }), dataDir: _, ...options } = more;
    const logger = createLog({ level: "warn", format: "json", write: (line) => log.push(line) });
    const stack = new AsyncDisposableStack();
    stack.use(store);
    try {
      const storage = stack.use(await openStorage({ dataDir, cluster: "test", store, log: logger, now }));
      const role = authRole({
        storage,
        version: "0.0.0",
        hostname: "auth-1",
        listen: { host: "127.0.0.1", port: 0 },
        addresses: ["127.0.0.1"],
        secondFactor: "otp",
        staticTokens: [],
        log: logger,
        now,
        ...options,
      });
      const running = await role.start();
      stack.defer(() => running.stop());
      return new TestAuth({ dataDir, store, role, running, clock, log, stack: stack.move() });
    } finally {
      await stack.disposeAsync();
    }
  }

  get now(): Date {
    return this.#clock.now;
  }

  /** Advances the clock by milliseconds. */
  pass(ms: number): void {
    this.#clock.now = new Date(this.#clock.now.getTime() + ms);
  }

  get address(): string {
    return (this.#running.listening[0] ?? "").replace("ssh://", "");
  }

  /** The credential of the local operator. */
  adminCredential(): Credential {
    return adminCredential(this.dataDir);
  }

  /** The API as the local operator. */
  async admin(): Promise<AuthClient> {
    return this.as("admin", this.adminCredential());
  }

  /** The API with this credential. @throws Fault if auth refuses it */
  async as(user: string, credential: Credential): Promise<AuthClient> {
    return apiOver(await this.connect(user, credential));
  }

  /** An SSH connection with this credential. @throws Fault if auth refuses it */
  async connect(user: string, credential: Credential): Promise<ClientConnection> {
    const connection = await connectTo(this.address, user, credential);
    this.#connections.push(connection);
    return connection;
  }

  /** A joined machine with these roles, and its API. */
  async host(
    uuid: string,
    roles: ("node" | "proxy")[],
    hostname = "host-1",
  ): Promise<{ api: AuthClient; credential: Credential }> {
    const token = await this.role.localJoin(roles).token();
    const key = PrivateKey.generate();
    const joining = await this.as("join", { password: token });
    const reply = await joining.join({ uuid, hostname, roles, public_key: key.public.toString() });
    const credential = { key: key.toOpenSSH(), certificate: parseCertificateLine(reply.certificate) };
    return { api: await this.as(uuid, credential), credential };
  }

  /** A signed-up user with a certificate signed by the operator. */
  async user(name: string): Promise<{ api: AuthClient; credential: Credential }> {
    const key = PrivateKey.generate();
    const { certificate } = await (await this.admin()).signUser({ user: name, public_key: key.public.toString() });
    const credential = { key: key.toOpenSSH(), certificate: parseCertificateLine(certificate) };
    return { api: await this.as(name, credential), credential };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#connections) connection.close();
    await this.#stack.disposeAsync();
  }
}
