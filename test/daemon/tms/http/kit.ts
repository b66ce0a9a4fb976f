import { z } from "zod";
import { createLog } from "../../../../daemon/log.ts";
import type { TmsContext } from "../../../../daemon/tms/context.ts";
import { type TmsApp, tmsApp } from "../../../../daemon/tms/http/app.ts";
import { TmsFixture } from "../kit.ts";

export type Plain = Readonly<Record<string, unknown>>;
export type Headers = Readonly<Record<string, string>>;

export interface Reply {
  readonly status: number;
  readonly headers: globalThis.Headers;
  readonly text: string;
  /** The parsed JSON object; empty for other responses. Parsed for each access, as matchers can modify it. */
  readonly body: Plain;
}

export interface Ask {
  readonly headers?: Headers;
  /** Text is sent as it is, other values as JSON. */
  readonly body?: unknown;
  /** The request comes over the operator's socket. */
  readonly operator?: boolean;
  readonly address?: string;
}

interface Media {
  readonly schema: z.core.JSONSchema.JSONSchema;
  readonly example?: unknown;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: z.core.JSONSchema.JSONSchema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content: Readonly<Record<string, Media>> }>
  >;
  readonly "x-addition"?: boolean;
  readonly "x-differs"?: string;
}

export interface Document {
  readonly openapi: string;
  readonly info: Plain;
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, z.core.JSONSchema.JSONSchema>>;
    readonly securitySchemes: Readonly<
      Record<string, { readonly type: string; readonly in: string; readonly name: string }>
    >;
  };
}

/** The API over a fixture with a settable clock. Every response to `ask` is validated against the API's description. */
export class Api implements AsyncDisposable {
  readonly fixture: TmsFixture;
  readonly document: Document;
  /** The lines of the log. */
  readonly log: readonly string[];
  readonly #app: TmsApp;

  private constructor(parts: { fixture: TmsFixture; document: Document; log: readonly string[]; app: TmsApp }) {
    this.fixture = parts.fixture;
    this.document = parts.document;
    this.log = parts.log;
    this.#app = parts.app;
  }

  static async open(more: Partial<TmsContext> = {}): Promise<Api> {
    const lines: string[] = [];
    const log = createLog({ level: "debug", format: "json", write: (line) => lines.push(line) });
    const fixture = await TmsFixture.open({ log, ...more });
    const app = tmsApp({
      tms: fixture.tms,
      title: "TMS Server",
      serverUrls: () => ["https://escrow.example.com:3000/v1"],
    });
    const spec = await app.fetch(new Request("http://escrow/spec"), { address: "", operator: false });
    return new Api({ fixture, document: (await spec.json()) as Document, log: lines, app });
  }

  /** Sends a request; `path` begins at the root. */
  async raw(method: string, path: string, { headers = {}, body, operator = false, address = "192.0.2.1" }: Ask = {}) {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const type = text === undefined ? {} : { "content-type": "application/json" };
    const init = { method, headers: { ...type, ...headers }, ...(text !== undefined && { body: text }) };
    return this.#app.fetch(new Request(`http://escrow${path}`, init), { address, operator });
  }

  /** Sends a request such as `GET /tenants/list`, below /v1/tms. @throws Error when the response violates the description. */
  async ask(what: string, ask: Ask = {}): Promise<Reply> {
    const [method = "", path = ""] = what.split(" ");
    const response = await this.raw(method, `/v1/tms${path}`, ask);
    const text = await response.text();
    const operation = this.operation(method, `/tms${path}`);
    const content = operation?.responses[response.status]?.content;
    if (content === undefined) throw new Error(`${what}: ${response.status} is not described: ${text}`);
    const [[type, { schema }] = ["", { schema: {} }]] = Object.entries(content);
    if (!(response.headers.get("content-type") ?? "").startsWith(type)) throw new Error(`${what}: not ${type}`);
    const read = () => (type === "application/json" ? JSON.parse(text) : {}) as Plain;
    if (type === "application/json") this.#conform(what, schema, read());
    return {
      status: response.status,
      headers: response.headers,
      text,
      get body() {
        return read();
      },
    };
  }

  /** Sends a request that has to succeed. */
  async must(what: string, ask: Ask = {}): Promise<Plain> {
    const { status, text, body } = await this.ask(what, ask);
    if (status >= 300) throw new Error(`${what}: ${status} ${text}`);
    return body;
  }

  /** The operation that serves a request. */
  operation(method: string, path: string): Operation | undefined {
    const [bare = ""] = path.split("?");
    const found = Object.entries(this.document.paths)
      .filter(([form]) => new RegExp(`^${form.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(bare))
      .sort(([a], [b]) => a.split("{").length - b.split("{").length)
      .flatMap(([, operations]) => operations[method.toLowerCase()] ?? []);
    return found[0];
  }

  /** A schema of the description as a zod schema that refuses undeclared fields. */
  check(schema: z.core.JSONSchema.JSONSchema): z.ZodType {
    const closed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(closed);
      if (typeof value !== "object" || value === null) return value;
      const { $ref, example: _example, ...rest } = value as Record<string, unknown>;
      if (typeof $ref === "string")
        return closed(this.document.components.schemas[$ref.replace("#/components/schemas/", "")]);
      const inner = Object.fromEntries(Object.entries(rest).map(([name, part]) => [name, closed(part)]));
      return inner["type"] === "object" && "properties" in inner ? { ...inner, additionalProperties: false } : inner;
    };
    return z.fromJSONSchema(closed(schema) as z.core.JSONSchema.JSONSchema);
  }

  #conform(what: string, schema: z.core.JSONSchema.JSONSchema, body: unknown): void {
    const { error } = this.check(schema).safeParse(body);
    if (error !== undefined)
      throw new Error(`${what} is not as described: ${z.prettifyError(error)}\n${JSON.stringify(body)}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.fixture[Symbol.asyncDispose]();
  }
}

export const asClient = (tenant: string, id: string, secret: string): Headers => ({
  "x-tms-tenant": tenant,
  "x-tms-client-id": id,
  "x-tms-client-secret": secret,
});
export const asAdmin = (tenant: string, id: string, secret: string): Headers => ({
  "x-tms-tenant": tenant,
  "x-tms-admin-id": id,
  "x-tms-admin-secret": secret,
});

/** The status and message of a response. */
export const said = ({ status, body }: Reply) => `${status} ${String(body["result_msg"])}`;

/** The setup of most tests: `default` with an admin, a client, a user and its account on a host. */
export async function world(more: Partial<TmsContext> = {}) {
  const api = await Api.open(more);
  const made = await api.must("POST /admins", { operator: true, body: { tenant: "default" } });
  const admin = asAdmin("default", String(made["admin_id"]), String(made["admin_secret"]));
  const client = asClient("default", "portal", await api.fixture.client("portal"));
  await api.fixture.user("ada", { client_id: "portal", host: "cluster" });
  const key = (body: Plain = {}) =>
    api.must("POST /pubkeys/creds", { headers: client, body: { ...WANTED, num_uses: -1, ttl_minutes: -1, ...body } });
  return { api, admin, client, key };
}

/** The user and account of that setup's keys. */
export const WANTED = { client_user_id: "ada", host: "cluster", host_account: "ada-account" };
