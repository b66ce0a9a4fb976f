import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { signSsh } from "../../../core/cert/sshsig.ts";
import { STATEMENT_NAMESPACE, type Statement, statementText } from "../../../core/tms/statement.ts";
import { type Ran, type RunOptions, run } from "../../kit/run.ts";
import { keptTempDir, tempDir } from "../../kit/temp.ts";
import { Authority, type Shown } from "./certificates.ts";

/** What keycmd asked. */
export interface Asked {
  readonly path: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export type Respond = (asked: Asked) => Response | Promise<Response>;

const authority = await Authority.make();
export const caFile = join(keptTempDir(), "ca.pem");
writeFileSync(caFile, authority.pem);

/** A certificate for this machine by the authority in `caFile`, or what else a server might show. */
export const issue = (wish: Partial<Parameters<Authority["issue"]>[0]> = {}): Promise<Shown> =>
  authority.issue({ names: ["localhost", "127.0.0.1"], ...wish });
const usual = await issue();

/** A key that somebody offers to sshd. */
export class Offer {
  readonly key: PrivateKey;

  constructor(key: PrivateKey = PrivateKey.generate()) {
    this.key = key;
  }

  get line(): string {
    return `${this.key.public}`;
  }

  get fingerprint(): string {
    return this.key.public.fingerprint;
  }

  /** The words after `keycmd`, as sshd has them. */
  words(user = "alice", ...more: readonly string[]): string[] {
    return [user, "1000", this.fingerprint, this.key.public.type, ...more];
  }
}

/** A server that answers as a test wants, over TLS with real certificates. What the real one does is in test/tms. */
export class FakeEscrow {
  readonly asked: Asked[] = [];
  readonly signer = PrivateKey.generate();
  #server: Bun.Server<undefined> | undefined;
  #port = 0;
  #respond: Respond;
  #shown: Shown;

  /** Who stops it and starts it again names a port that nobody else gets meanwhile. */
  constructor(respond: Respond, shown: Shown = usual, port = 0) {
    this.#respond = respond;
    this.#shown = shown;
    this.#port = port;
    this.start();
  }

  start(): void {
    this.#server = Bun.serve({
      port: this.#port,
      hostname: "127.0.0.1",
      tls: this.#shown,
      fetch: async (request) => {
        const text = await request.text();
        const asked: Asked = {
          path: new URL(request.url).pathname,
          method: request.method,
          headers: request.headers,
          body: JSON.parse(text === "" ? "{}" : text) as Record<string, unknown>,
        };
        this.asked.push(asked);
        return this.#respond(asked);
      },
    });
    this.#port = this.#server.port ?? 0;
  }

  async stop(): Promise<void> {
    await this.#server?.stop(true);
    this.#server = undefined;
  }

  answer(respond: Respond): void {
    this.#respond = respond;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `https://localhost:${this.#port}`;
  }

  get last(): Asked {
    const last = this.asked.at(-1);
    if (last === undefined) throw new Error("nothing was asked");
    return last;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** What TMS 0.3.0 answers. */
export function found(line: string, more: object = {}): Response {
  return Response.json({ public_key: line, result_code: "0", result_msg: "success", ...more });
}

export function refused(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json({ result_code: String(status), result_msg: message }, { status, headers });
}

/** A statement about this offer, made now unless said otherwise, and signed. */
export function signedStatement(offer: Offer, signer: PrivateKey, change: Partial<Statement> = {}) {
  const issued = change.issued ?? new Date().toISOString();
  const statement: Statement = {
    version: 1,
    host: "host-1",
    account: "alice",
    fingerprint: offer.fingerprint,
    line: offer.line,
    expires: null,
    remaining_uses: null,
    serial: `${Date.parse(issued) * 1000}`,
    issued,
    ...change,
  };
  const text = statementText(statement);
  return { text, signature: signSsh(text, STATEMENT_NAMESPACE, signer).toString("base64") };
}

/** Of keycmd, for as long as a slow machine may take. */
export const PATIENT = { timeout_ms: 10_000 } as const;

/** A host with its configuration, log, and the cache if it has one. */
export class Host {
  readonly dir: string;
  readonly config: string;
  readonly log: string;
  readonly cache: string;

  /** Further lines come last; `undefined` takes a usual one away. */
  constructor(url: string, more: Readonly<Record<string, unknown>> = {}) {
    this.dir = tempDir();
    this.config = join(this.dir, "keycmd.toml");
    this.log = join(this.dir, "keycmd.log");
    this.cache = join(this.dir, "cache");
    this.configure({ tms_url: url, host_name: "host-1", ca_file: caFile, log: this.log, ...PATIENT, ...more });
  }

  configure(values: Readonly<Record<string, unknown>>): void {
    const lines = Object.entries(values).filter(([, value]) => value !== undefined);
    writeFileSync(this.config, lines.map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join(""));
    chmodSync(this.config, 0o644);
  }

  makeCache(): void {
    mkdirSync(this.cache, { mode: 0o700 });
  }

  keycmd(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return run(["sallyport", "keycmd", "--config", this.config, ...words], options);
  }

  logged(): string[] {
    if (!existsSync(this.log)) return [];
    return readFileSync(this.log, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  }
}
