import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Daemon, startDaemon } from "./daemon.ts";
import { freePort } from "./free-port.ts";
import { must, program } from "./run.ts";
import { keptTempDir } from "./temp.ts";

export type Fields = Readonly<Record<string, unknown>>;
export type Headers = Readonly<Record<string, string>>;

/** A response. `body` is the JSON object, empty for any other text. */
export class Reply {
  readonly status: number;
  readonly headers: globalThis.Headers;
  readonly text: string;
  readonly body: Fields;

  constructor(status: number, headers: globalThis.Headers, text: string) {
    this.status = status;
    this.headers = headers;
    this.text = text;
    this.body = objectIn(text);
  }

  /** A field. @throws Error when it is missing. */
  at(name: string): string {
    if (this.body[name] === undefined) throw new Error(`no ${name} in ${this.status} ${this.text}`);
    return String(this.body[name]);
  }

  /** A field that is an array of objects. @throws Error when it is missing. */
  rows(name: string): readonly Fields[] {
    const rows = this.body[name];
    if (!Array.isArray(rows)) throw new Error(`no list ${name} in ${this.status} ${this.text}`);
    return rows as Fields[];
  }
}

function objectIn(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
  } catch {
    return {};
  }
}

export interface Ask {
  readonly headers?: Headers;
  /** Text is sent as it is, other values as JSON. */
  readonly body?: unknown;
}

export interface TmsServerOptions {
  /** Lines of `tms_service` in the config file, such as `enable_mvp: true`. */
  readonly service?: readonly string[];
  readonly flags?: readonly string[];
}

/** The tms role of the compiled program, on a free port of loopback, with its own data directory. */
export class TmsServer implements AsyncDisposable {
  readonly dir = keptTempDir();
  readonly dataDir = join(this.dir, "data");
  readonly #flags: readonly string[];
  #daemon: (Daemon & AsyncDisposable) | undefined;
  #port = 0;
  #log: string[] = [];
  #admin: Headers = {};

  private constructor({ service = [], flags = [] }: TmsServerOptions) {
    const config = join(this.dir, "sallyport.yaml");
    writeFileSync(config, ["tms_service:", "  enabled: true", ...service.map((line) => `  ${line}`), ""].join("\n"));
    mkdirSync(this.dataDir, { mode: 0o700 });
    this.#flags = ["--roles=tms", `--config=${config}`, `--data-dir=${this.dataDir}`, ...flags];
  }

  static async open(options: TmsServerOptions = {}): Promise<TmsServer> {
    const server = new TmsServer(options);
    await server.start();
    const made = await server.operator("POST", "/v1/tms/admins", { tenant: "default" });
    server.#admin = adminHeaders("default", made.at("admin_id"), made.at("admin_secret"));
    return server;
  }

  /** Starts the server, after `stop` on the former port. */
  async start(): Promise<void> {
    // Not a port that the kernel assigns: it could be in use at a restart.
    if (this.#port === 0) this.#port = await freePort();
    this.#daemon = await startDaemon([`--ports-from=${this.#port}`, ...this.#flags], { env: { HOME: this.dir } });
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.#daemon === undefined) return;
    await this.#daemon.stop(signal);
    this.#log.push(...this.#daemon.log().map((entry) => JSON.stringify(entry)));
    this.#daemon = undefined;
  }

  get daemon(): Daemon {
    if (this.#daemon === undefined) throw new Error("the server does not run");
    return this.#daemon;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `https://localhost:${this.#port}`;
  }

  /** The self-signed certificate. */
  get caFile(): string {
    return join(this.dataDir, "tms/tms_cert.pem");
  }

  /** The credentials of the admin of `default`. */
  get admin(): Headers {
    return this.#admin;
  }

  /** The log of all its runs, one line per entry. */
  log(): string {
    return [...this.#log, ...(this.#daemon?.log() ?? []).map((entry) => JSON.stringify(entry))].join("\n");
  }

  async ask(method: string, path: string, { headers = {}, body }: Ask = {}): Promise<Reply> {
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...type, ...headers },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      tls: { ca: readFileSync(this.caFile, "utf8") },
      redirect: "manual",
    });
    return new Reply(answer.status, answer.headers, await answer.text());
  }

  /** Sends a request that has to succeed. @throws Error when it is refused. */
  async must(method: string, path: string, ask: Ask = {}): Promise<Reply> {
    const reply = await this.ask(method, path, ask);
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return reply;
  }

  /** Sends a request of the operator over the socket. @throws Error when it is refused. */
  async operator(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Reply> {
    const answer = await fetch(`http://tms${path}`, {
      method,
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      unix: join(this.dataDir, "proc/tms.sock"),
    });
    const reply = new Reply(answer.status, answer.headers, await answer.text());
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return reply;
  }

  /** The output of the operator's `tctl tms …`. @throws Error when it fails. */
  tctl(...words: string[]): Promise<string> {
    return must([program("tctl"), "tms", ...words], { env: { SALLYPORT_DATA_DIR: this.dataDir } });
  }

  /** Creates a tenant with its admin. */
  async tenant(name: string): Promise<Tenant> {
    const made = await this.must("POST", `/v1/tms/tenants/${encodeURIComponent(name)}`, { headers: this.#admin });
    return new Tenant(this, name, adminHeaders(name, made.at("admin_id"), made.at("admin_secret")));
  }

  /** Retrieves a key as KeyCmd does. */
  retrieve(key: Pick<Key, "account" | "host" | "fingerprint">, more: Fields = {}): Promise<Reply> {
    const { account: user, host, fingerprint: public_key_fingerprint } = key;
    return this.ask("POST", "/v1/tms/pubkeys/creds/retrieve", {
      body: { user, user_uid: "1000", host, public_key_fingerprint, key_type: "ssh-ed25519", ...more },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function adminHeaders(tenant: string, id: string, secret: string): Headers {
  return { "X-TMS-TENANT": tenant, "X-TMS-ADMIN-ID": id, "X-TMS-ADMIN-SECRET": secret };
}

/** A tenant, with the credentials of its admin. */
export class Tenant {
  readonly server: TmsServer;
  readonly name: string;
  readonly admin: Headers;

  constructor(server: TmsServer, name: string, admin: Headers) {
    this.server = server;
    this.name = name;
    this.admin = admin;
  }

  /** Sends a request of the admin that has to succeed; adds `tenant` to the body. */
  do(method: string, path: string, body?: Fields): Promise<Reply> {
    const full = body === undefined ? {} : { body: { tenant: this.name, ...body } };
    return this.server.must(method, `/v1/tms${path}`, { headers: this.admin, ...full });
  }

  async client(id: string): Promise<Client> {
    const made = await this.do("POST", "/client", { client_id: id, app_name: id, app_version: "1.0" });
    return new Client(this, id, made.at("client_secret"));
  }

  /** Creates a user with MFA, a link, and delegations to these clients. */
  async user(name: string, host: string, account: string, clients: readonly Client[]): Promise<void> {
    await this.do("POST", "/usermfa", { tms_user_id: name, ttl_minutes: -1 });
    await this.link(name, host, account);
    for (const client of clients) await this.delegate(name, client);
  }

  async link(user: string, host: string, account: string): Promise<void> {
    await this.do("POST", "/userhosts", { tms_user_id: user, host, host_account: account, ttl_minutes: -1 });
  }

  async delegate(user: string, client: Client): Promise<void> {
    await this.do("POST", "/delegations", { client_id: client.id, client_user_id: user, ttl_minutes: -1 });
  }
}

/** A client that acts for users. */
export class Client {
  readonly tenant: Tenant;
  readonly id: string;
  readonly headers: Headers;

  constructor(tenant: Tenant, id: string, secret: string) {
    this.tenant = tenant;
    this.id = id;
    this.headers = { "X-TMS-TENANT": tenant.name, "X-TMS-CLIENT-ID": id, "X-TMS-CLIENT-SECRET": secret };
  }

  /** Creates a key pair, unlimited by default. */
  async key(user: string, host: string, account: string, more: Fields = {}): Promise<Key> {
    const made = await this.tenant.server.must("POST", "/v1/tms/pubkeys/creds", {
      headers: this.headers,
      body: { client_user_id: user, host, host_account: account, num_uses: -1, ttl_minutes: -1, ...more },
    });
    return { client: this, user, host, account, ...named(made) };
  }

  /** Sends a request of this client about one of its keys. */
  do(method: string, path: string, key: Key, more: Fields = {}): Promise<Reply> {
    const { user, host, fingerprint } = key;
    const named = { client_user_id: user, host, public_key_fingerprint: fingerprint };
    const body = { client_id: this.id, tenant: this.tenant.name, ...named, ...more };
    return this.tenant.server.must(method, `/v1/tms${path}`, { headers: this.headers, body });
  }
}

export interface Key {
  readonly client: Client;
  readonly user: string;
  readonly host: string;
  readonly account: string;
  readonly fingerprint: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

function named(made: Reply): Pick<Key, "fingerprint" | "publicKey" | "privateKey"> {
  return {
    fingerprint: made.at("public_key_fingerprint"),
    publicKey: made.at("public_key"),
    privateKey: made.at("private_key"),
  };
}
