import { type IncomingMessage, request } from "node:http";
import type { Invite, SecondFactor } from "../../core/api/schema.ts";
import { Fault } from "../../core/fault.ts";
import { connectHttps, type HttpsTrust } from "./https.ts";
import { hostPort, parseProxy, WEB_PORT } from "./proxy-address.ts";

/** What `GET /webapi/ping` says. */
interface Ping {
  readonly cluster: string;
  readonly server_version: string;
  readonly auth: { readonly type: string; readonly second_factor: SecondFactor };
  readonly proxy: { readonly ssh: { readonly addr: string }; readonly web: { readonly addr: string } };
}

/** A cluster as it is found at its proxy. */
export interface FoundCluster {
  readonly cluster: string;
  readonly secondFactor: SecondFactor;
  /** `host:port` for SSH: the port that the proxy names, at the host that was typed unless it names a DNS name. */
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

/** No answer of the web API is near this. */
const MAX_ANSWER = 1024 * 1024;
const ANSWER_MS = 30_000;

/** The proxy's web API, as far as people without a certificate need it. */
export class ProxyWeb {
  /** As it names the profile. */
  readonly host: string;
  readonly #port: number;
  readonly #sshPort: number | undefined;
  readonly #trust: HttpsTrust;
  /** The pin of a certificate that was accepted on the way because of `insecure`. */
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

  /** `host:port` of its HTTPS. */
  get addr(): string {
    return hostPort(this.host, this.#port);
  }

  async find(): Promise<FoundCluster> {
    const ping = (await this.#call("GET", "/webapi/ping")) as Ping;
    const [, host = "", port = ""] = /^(.*):(\d+)$/.exec(ping.proxy.ssh.addr) ?? [];
    const named = /[a-z]/i.test(host) && !host.includes(":");
    return {
      cluster: ping.cluster,
      secondFactor: ping.auth.second_factor,
      ssh: hostPort(named ? host : this.host, this.#sshPort ?? Number(port)),
    };
  }

  async invite(token: string): Promise<Invite> {
    return (await this.#call("GET", `/webapi/users/invites/${encodeURIComponent(token)}`)) as Invite;
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

  /** One request on a connection of its own. @throws Fault as the proxy said, or `unavailable`. */
  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const { socket, accepted } = await connectHttps(this.host, this.#port, this.#trust);
    this.accepted = accepted ?? this.accepted;
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const headers = payload && { "content-type": "application/json", "content-length": payload.length };
        const call = request(
          {
            method,
            path,
            host: this.host,
            port: this.#port,
            headers,
            createConnection: () => socket,
            timeout: ANSWER_MS,
          },
          resolve,
        );
        call.on("timeout", () => call.destroy(new Error(`no answer for ${ANSWER_MS / 1000} s`)));
        call.on("error", reject);
        call.end(payload);
      });
      return answerOf(response.statusCode ?? 500, await textOf(response));
    } catch (cause) {
      if (cause instanceof Fault) throw cause;
      throw new Fault("unavailable", `${this.addr} did not answer`, { cause });
    } finally {
      socket.destroy();
    }
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  response.setEncoding("utf8");
  for await (const chunk of response) {
    text += chunk;
    if (text.length > MAX_ANSWER) throw new Fault("unavailable", "the proxy's answer is too long to be true");
  }
  return text;
}

function answerOf(status: number, text: string): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new Fault("unavailable", "what answers there is not a Sallyport proxy", {
      hint: "check host and port of --proxy",
      cause,
    });
  }
  if (status < 400) return body;
  const error = typeof body === "object" && body !== null ? (body as { error?: unknown }).error : undefined;
  throw Fault.fromJSON(error) ?? new Fault("failed", `the proxy answered with status ${status}`);
}
