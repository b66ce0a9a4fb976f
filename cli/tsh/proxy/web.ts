import { hostPort } from "../../../core/address.ts";
import type { Reply } from "../../../core/api/routes.ts";
import type { SecondFactor } from "../../../core/api/schemas.ts";
import { Fault } from "../../../core/fault.ts";
import { formatHead, HttpConnection } from "../../../core/http/connection.ts";
import { RESPONSE, type ResponseHead } from "../../../core/http/head.ts";
import { parseProxy, WEB_PORT } from "./address.ts";
import { connectHttps, type HttpsTrust } from "./https.ts";

/** The answer of `GET /webapi/ping`. */
interface Ping {
  readonly cluster: string;
  readonly server_version: string;
  readonly auth: { readonly type: string; readonly second_factor: SecondFactor };
  readonly proxy: { readonly ssh: { readonly addr: string }; readonly web: { readonly addr: string } };
}

/** The cluster of a proxy. */
export interface FoundCluster {
  readonly cluster: string;
  readonly secondFactor: SecondFactor;
  /** SSH address `host:port`: the announced port, at the given host unless the proxy announces a DNS name. */
  readonly ssh: string;
}

export interface IssuedCertificate {
  readonly user: string;
  readonly cluster: string;
  readonly cert: string;
  readonly host_signers: readonly {
    readonly cluster: string;
    readonly type: string;
    readonly keys: readonly string[];
  }[];
}

/**
 * Answers of an unverified proxy are printed, used in prompts and written into files, so their form is validated. Clusters
 * and users have the alphabets of core/names, which would load zod.
 */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,126}$/;
const SECOND_FACTORS: ReadonlySet<unknown> = new Set(["otp", "optional", "off"]);
const SECRET = /^[A-Z2-7]{16,128}$/;
const URI = /^otpauth:[!-~]{1,1000}$/;

/** Maximum size of an answer in bytes. */
const MAX_ANSWER = 1024 * 1024;
const ANSWER_MS = 30_000;

/** A client of the proxy's web API, for users without a certificate. */
export class ProxyWeb {
  /** Host name of the proxy, also the name of the profile. */
  readonly host: string;
  readonly #port: number;
  readonly #sshPort: number | undefined;
  readonly #trust: HttpsTrust;
  /** The pin of a certificate accepted because of `insecure`. */
  accepted: string | undefined;

  private constructor(host: string, port: number, sshPort: number | undefined, trust: HttpsTrust) {
    this.host = host;
    this.#port = port;
    this.#sshPort = sshPort;
    this.#trust = trust;
  }

  /** @param proxy as in `--proxy` */
  static at(proxy: string, trust: HttpsTrust): ProxyWeb {
    const { host, webPort, sshPort } = parseProxy(proxy);
    return new ProxyWeb(host, webPort ?? WEB_PORT, sshPort, trust);
  }

  /** HTTPS address `host:port`. */
  get addr(): string {
    return hostPort(this.host, this.#port);
  }

  async find(): Promise<FoundCluster> {
    const ping = (await this.#call("GET", "/webapi/ping")) as Partial<Ping>;
    const { cluster = "", auth, proxy } = ping;
    if (!NAME.test(cluster) || auth === undefined || !SECOND_FACTORS.has(auth.second_factor)) throw noProxy();
    const [, host = "", port = ""] = /^(.*):(\d+)$/.exec(proxy?.ssh.addr ?? "") ?? [];
    const named = /[a-z]/i.test(host) && !host.includes(":");
    return {
      cluster,
      secondFactor: auth.second_factor,
      ssh: hostPort(named ? host : this.host, this.#sshPort ?? Number(port)),
    };
  }

  async invite(token: string): Promise<Reply<"inspectInvite">> {
    const invite = (await this.#call(
      "GET",
      `/webapi/users/invites/${encodeURIComponent(token)}`,
    )) as Reply<"inspectInvite">;
    const { user, cluster, second_factor, totp } = invite;
    if (!NAME.test(user) || !NAME.test(cluster) || !SECOND_FACTORS.has(second_factor)) throw noProxy();
    if (totp !== undefined && !(SECRET.test(totp.secret) && URI.test(totp.uri))) throw noProxy();
    return invite;
  }

  async acceptInvite(body: { token: string; password: string; otp?: string }): Promise<{ user: string }> {
    return (await this.#call("POST", "/webapi/users/invites", body)) as { user: string };
  }

  async certificate(body: {
    user: string;
    password: string;
    otp?: string;
    pub_key: string;
    ttl_seconds?: number;
  }): Promise<IssuedCertificate> {
    return (await this.#call("POST", "/webapi/ssh/certs", body)) as IssuedCertificate;
  }

  /** Sends one request on a new connection. @throws Fault of the proxy, or `unavailable` */
  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const { socket, accepted } = await connectHttps(this.host, this.#port, this.#trust);
    this.accepted = accepted ?? this.accepted;
    socket.setTimeout(ANSWER_MS, () => socket.destroy());
    const connection = new HttpConnection(socket, RESPONSE);
    const payload = body === undefined ? "" : JSON.stringify(body);
    const fields = {
      host: this.addr,
      connection: "close",
      ...(body !== undefined && { "content-type": "application/json", "content-length": Buffer.byteLength(payload) }),
    };
    try {
      await connection.write(formatHead(`${method} ${path} HTTP/1.1`, fields) + payload);
      const { status } = await connection.head();
      return answerOf(status, await textOf(connection));
    } catch (cause) {
      if (cause instanceof Fault) throw cause;
      throw new Fault("unavailable", `${this.addr} did not answer`, { cause });
    } finally {
      connection.destroy();
    }
  }
}

async function textOf(connection: HttpConnection<ResponseHead>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of connection.body()) {
    size += piece.length;
    pieces.push(piece);
    if (size + connection.announced > MAX_ANSWER) throw new Fault("unavailable", "the proxy's answer is too large");
  }
  return Buffer.concat(pieces).toString();
}

function answerOf(status: number, text: string): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw noProxy(cause);
  }
  if (status < 400) return body;
  const error = typeof body === "object" && body !== null ? (body as { error?: unknown }).error : undefined;
  throw Fault.fromJSON(error) ?? new Fault("failed", `the proxy answered with status ${status}`);
}

function noProxy(cause?: unknown): Fault {
  return new Fault("unavailable", "the server at this address is not a Sallyport proxy", {
    hint: "check host and port of --proxy",
    cause,
  });
}
