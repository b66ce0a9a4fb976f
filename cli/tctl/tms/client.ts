import { FAULTS, Fault, type FaultCode } from "../../../core/fault.ts";
import type { Context } from "../../context.ts";
import { systemFault } from "../../system-error.ts";
import { ask, secretFromFile } from "../../tty.ts";
import type { TmsFlags } from "./flags.ts";
import { localServer, remoteServer, type TmsServer } from "./server.ts";

/** An object in an answer of the tms API. */
export type TmsRow = Readonly<Record<string, unknown>>;

/** Time limit of an answer in milliseconds: generating an RSA key can take some seconds. */
const ANSWER_MS = 30_000;

/** Path segments below `/v1/tms/`. */
type Path = readonly string[];

/** Query parameters; undefined ones are omitted. */
type Query = Readonly<Record<string, unknown>>;

interface Call {
  readonly body?: object;
  readonly query?: Query;
}

/** A client of the tms API. Every method @throws Fault with the error of the server, or `unavailable` */
export class TmsClient {
  readonly tenant: string;
  /** The id of the authenticated client, if any. */
  readonly clientId: string | undefined;
  readonly #server: TmsServer;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(
    server: TmsServer,
    headers: Readonly<Record<string, string>>,
    tenant: string,
    clientId: string | undefined,
  ) {
    this.#server = server;
    this.#headers = headers;
    this.tenant = tenant;
    this.clientId = clientId;
  }

  /** A client for another tenant. */
  of(tenant: string): TmsClient {
    const headers = { ...this.#headers, "x-tms-tenant": headerBytes("x-tms-tenant", tenant) };
    return new TmsClient(this.#server, headers, tenant, this.clientId);
  }

  get = (path: Path, call?: Call) => this.#call("GET", path, call);
  post = (path: Path, call?: Call) => this.#call("POST", path, call);
  patch = (path: Path, call?: Call) => this.#call("PATCH", path, call);
  remove = (path: Path, call?: Call) => this.#call("DELETE", path, call);

  /** The rows under `field` of an answer. */
  async list(path: Path, field: string, query: Query = {}): Promise<TmsRow[]> {
    const rows = (await this.get(path, { query }))[field];
    if (!Array.isArray(rows)) throw this.#strange(`no list of ${field}`);
    return rows as TmsRow[];
  }

  async #call(method: string, path: Path, { body, query = {} }: Call = {}): Promise<TmsRow> {
    const asked = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] satisfies [string, string]],
    );
    const search = asked.length === 0 ? "" : `?${new URLSearchParams(asked)}`;
    const url = `${this.#server.base}/v1/tms/${path.map(pathWord).join("/")}${search}`;
    const { status, text } = await this.#send(url, {
      ...this.#server.options,
      method,
      headers: { ...this.#headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // Do not send secrets to a redirect target.
      redirect: "manual",
    });
    return this.#read(status, text);
  }

  async #send(url: string, request: BunFetchRequestInit): Promise<{ status: number; text: string }> {
    try {
      const reply = await fetch(url, { ...request, signal: AbortSignal.timeout(ANSWER_MS) });
      return { status: reply.status, text: await reply.text() };
    } catch (thrown) {
      throw transportFault(thrown, this.#server.name);
    }
  }

  #read(status: number, text: string): TmsRow {
    const answer = objectOf(text);
    if (answer === undefined) throw this.#strange(`status ${status}`, status < 500 ? "failed" : codeOf(status));
    const { result_code: _, result_msg: message, ...rest } = answer;
    if (status >= 200 && status < 300) return rest;
    // The route is unknown: the address is not that of a tms API.
    if (message === "not found") throw this.#strange(`status ${status}`);
    const said = typeof message === "string" ? message : `the escrow refuses with status ${status}`;
    throw new Fault(codeOf(status), said, { hint: this.#remedy(said) });
  }

  /** A hint for an error message that the API fixes. */
  #remedy(message: string): string | undefined {
    if (message === "Tenant not enabled.")
      return `there is no tenant ${this.tenant}, or it is switched off: see tctl tms tenants ls`;
    if (message.startsWith("credentials are missing")) return "authenticate with --admin-id or --client-id";
    if (message === "the credentials are wrong") return `the tenant ${this.tenant} is asked whether it knows them`;
    if (message === "internal error") return "the reason is in the escrow's log";
    return undefined;
  }

  #strange(what: string, code: FaultCode = "failed"): Fault {
    return new Fault(code, `${this.#server.name} does not answer as an escrow does: ${what}`, {
      hint: "check the address",
    });
  }
}

/** A client for the server that the flags select: the local one through its socket, a remote one over HTTPS. */
export async function openTms(cx: Context, flags: TmsFlags): Promise<TmsClient> {
  if (flags["auth-server"].length > 0 || flags.identity !== undefined)
    throw new Fault("bad_request", "--auth-server and --identity are not for the escrow", {
      hint: "give a remote escrow with --server, and authenticate with --admin-id or --client-id",
    });
  const server =
    flags.server === undefined ? await localServer(cx, flags) : await remoteServer(flags.server, flags["ca-file"]);
  return new TmsClient(server, headersOf(cx, flags), flags.tenant, flags["client-id"]);
}

/** The authentication and tenant headers. */
function headersOf(cx: Context, flags: TmsFlags): Record<string, string> {
  const { tenant, "admin-id": admin, "client-id": client } = flags;
  if (admin !== undefined && client !== undefined)
    throw new Fault("bad_request", "give either --admin-id or --client-id");
  for (const kind of ["admin", "client"] as const)
    if (flags[`${kind}-secret-file`] !== undefined && flags[`${kind}-id`] === undefined)
      throw new Fault("bad_request", `--${kind}-secret-file needs --${kind}-id`);
  const headers: Record<string, string> = { "x-tms-tenant": tenant };
  if (admin !== undefined) {
    headers["x-tms-admin-id"] = admin;
    headers["x-tms-admin-secret"] = secretOf(cx, flags, "admin", admin);
  }
  if (client !== undefined) {
    headers["x-tms-client-id"] = client;
    headers["x-tms-client-secret"] = secretOf(cx, flags, "client", client);
  }
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, headerBytes(name, value)]));
}

/** UTF-8 bytes as latin1 characters, for a header. @throws Fault `bad_request` unless it is one line */
function headerBytes(name: string, text: string): string {
  if (!/^[^\p{Cc}]+$/u.test(text) || !text.isWellFormed())
    throw new Fault("bad_request", `${name.slice("x-tms-".length)}: expected one line of text`);
  return Buffer.from(text, "utf8").toString("latin1");
}

function secretOf(cx: Context, flags: TmsFlags, kind: "admin" | "client", id: string): string {
  const file = flags[`${kind}-secret-file`];
  if (file !== undefined) return secretFromFile(file);
  const variable = `SALLYPORT_TMS_${kind.toUpperCase()}_SECRET`;
  return cx.env[variable] || ask(`Secret of ${id}: `, `--${kind}-secret-file or $${variable}`, "secret");
}

/** The Fault of a failed request. */
function transportFault(thrown: unknown, name: string): Fault {
  const { code, name: kind, message } = thrown as Error & { code?: string };
  if (kind === "TimeoutError")
    return new Fault("unavailable", `${name} did not answer for ${ANSWER_MS / 1000} s`, { cause: thrown });
  const known = systemFault(thrown, name);
  if (known !== undefined)
    return new Fault("unavailable", known.message, {
      hint: "check the address and that the escrow runs",
      cause: thrown,
    });
  if (/CERT|VERIFY|ISSUER|TLS_/.test(String(code)))
    return new Fault("denied", `the certificate of ${name} is not trusted (${code})`, {
      hint: "if it made its certificate itself, copy DATA-DIR/tms/tms_cert.pem from there and name the copy with --ca-file",
      cause: thrown,
    });
  return new Fault("unavailable", `${name} does not answer: ${message.split("\n")[0]}`, { cause: thrown });
}

/** Encodes a path segment. @throws Fault `bad_request` for "", "." and "..", which URL parsers remove */
function pathWord(name: string): string {
  if (name === "" || name === "." || name === ".." || !name.isWellFormed())
    throw new Fault("bad_request", `"${name}" is not a name`);
  return encodeURIComponent(name);
}

function objectOf(text: string): TmsRow | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as TmsRow) : undefined;
  } catch {
    return undefined;
  }
}

/** The fault code of an HTTP status. */
function codeOf(status: number): FaultCode {
  if (status === 502 || status === 504) return "unavailable";
  const found = Object.entries(FAULTS).find(([code, row]) => row.status === status && code !== "internal");
  if (found !== undefined) return found[0] as FaultCode;
  return status < 500 ? "bad_request" : "failed";
}
