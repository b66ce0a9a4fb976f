import type { Fields, Headers, Reply, TmsServer } from "../kit/tms-server.ts";

/** A client that is driven by the API's own description (OpenAPI 3.0). */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly example?: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly responses: Readonly<Record<string, Content>>;
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Fields & { readonly operationId: string }>>>>;
  readonly components: {
    readonly schemas?: Readonly<Record<string, Schema>>;
    readonly securitySchemes: Readonly<
      Record<string, { readonly type: string; readonly in: string; readonly name: string }>
    >;
  };
}

export class Spec {
  readonly document: Document;
  readonly base: string;
  readonly operations: ReadonlyMap<string, Operation>;
  /** Operations that have succeeded as described. */
  readonly walked = new Set<string>();
  readonly #server: TmsServer;

  private constructor(server: TmsServer, document: Document) {
    this.#server = server;
    this.document = document;
    this.base = document.servers[0]?.url ?? "";
    this.operations = new Map(
      Object.entries(document.paths).flatMap(([path, verbs]) =>
        Object.entries(verbs).map(([method, raw]) => [raw.operationId, operation(method, path, raw)] as const),
      ),
    );
  }

  static async read(server: TmsServer): Promise<Spec> {
    return new Spec(server, (await server.must("GET", "/spec")).body as unknown as Document);
  }

  find(id: string): Operation {
    const found = this.operations.get(id);
    if (found === undefined) throw new Error(`the description has no ${id}: ${[...this.operations.keys()].join(", ")}`);
    return found;
  }

  /** Resolves a reference to its schema. */
  resolve(schema: Schema): Schema {
    if (schema.$ref === undefined) return schema;
    const found = this.document.components.schemas?.[schema.$ref.replace("#/components/schemas/", "")];
    if (found === undefined) throw new Error(`${schema.$ref} is nowhere`);
    return this.resolve(found);
  }

  /**
   * Calls an operation with its fields of `values`, by name, and its headers of `credentials`.
   * @throws Error when the response is not one of those described.
   */
  async call(id: string, values: Fields, credentials: Headers): Promise<Reply> {
    const it = this.find(id);
    const reply = await this.#server.ask(it.method, this.#target(it, values), {
      headers: this.#headers(it, values, credentials),
      ...(it.body !== undefined && { body: this.#body(it.body, values) }),
    });
    this.check(it, reply);
    this.walked.add(id);
    return reply;
  }

  #target(it: Operation, values: Fields): string {
    const query = new URLSearchParams();
    let path = it.path;
    for (const parameter of it.parameters) {
      const value = values[parameter.name];
      if (value === undefined) {
        if (parameter.in === "path") throw new Error(`${it.operationId} takes ${parameter.name}`);
      } else if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(String(value)));
      else if (parameter.in === "query") query.set(parameter.name, String(value));
    }
    return `${this.base}${path}${query.size > 0 ? `?${query}` : ""}`;
  }

  #headers(it: Operation, values: Fields, credentials: Headers): Headers {
    const sent = { ...credentials, ...(values as Headers) };
    const asked = it.parameters.filter((parameter) => parameter.in === "header").map(({ name }) => name);
    const ways = it.security.map((way) =>
      Object.keys(way).map((scheme) => this.document.components.securitySchemes[scheme]?.name ?? `no scheme ${scheme}`),
    );
    const way = ways.find((names) => names.every((name) => sent[name] !== undefined));
    if (way === undefined && ways.length > 0) throw new Error(`${it.operationId} asks for ${ways.join(" or ")}`);
    return Object.fromEntries(
      [...asked, ...(way ?? [])].flatMap((name) => (sent[name] === undefined ? [] : [[name, sent[name]]])),
    );
  }

  #body(schema: Schema, values: Fields): Fields {
    const { properties = {} } = this.resolve(schema);
    return Object.fromEntries(
      Object.keys(properties).flatMap((name) => (name in values ? [[name, values[name]]] : [])),
    );
  }

  /** @throws Error when the response is not as described. */
  check(it: Operation, reply: Reply): void {
    const promised = it.responses[String(reply.status)];
    const what = `${it.operationId} answers ${reply.status} ${reply.text.slice(0, 300)}`;
    if (promised === undefined) throw new Error(`${what}, which is not described`);
    const [[type = "", { schema = {} } = {}] = []] = Object.entries(promised.content ?? {});
    const contentType = reply.headers.get("content-type") ?? "";
    if (!contentType.startsWith(type)) throw new Error(`${what} as ${contentType}, not ${type}`);
    const value: unknown = type === "application/json" ? JSON.parse(reply.text) : reply.text;
    const wrong = this.mistakes(schema, value, "");
    if (wrong.length > 0) throw new Error(`${what}: ${wrong.join("; ")}`);
  }

  /** The violations of a schema by a value. Undeclared fields are violations. */
  mistakes(unresolved: Schema, value: unknown, at: string): string[] {
    const schema = this.resolve(unresolved);
    if (value === null) return schema.nullable === true ? [] : [`${at} is null`];
    const parts = (schema.allOf ?? []).flatMap((part) => this.mistakes(part, value, at));
    if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${at} is not among ${schema.enum}`];
    return [...parts, ...this.#mistakesOfType(schema, value, at)];
  }

  #mistakesOfType(schema: Schema, value: unknown, at: string): string[] {
    switch (schema.type) {
      case "object":
        return this.#mistakesOfObject(schema, value, at);
      case "array":
        if (!Array.isArray(value)) return [`${at} is no array`];
        return value.flatMap((item, i) => this.mistakes(schema.items ?? {}, item, `${at}[${i}]`));
      case "string":
        return typeof value === "string" ? mistakesOfText(schema, value, at) : [`${at} is no text`];
      case "integer":
        if (!Number.isInteger(value)) return [`${at} is no whole number`];
        return inRange(schema, value as number) ? [] : [`${at} is out of range`];
      case "number":
        return typeof value === "number" && inRange(schema, value) ? [] : [`${at} is no number in range`];
      case "boolean":
        return typeof value === "boolean" ? [] : [`${at} is neither true nor false`];
      case undefined:
        return [];
      default:
        return [`${at}: the description says ${schema.type}`];
    }
  }

  #mistakesOfObject(
    { properties = {}, required = [], additionalProperties }: Schema,
    value: unknown,
    at: string,
  ): string[] {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${at} is no object`];
    const fields = value as Fields;
    return [
      ...required.filter((name) => !(name in fields)).map((name) => `${at}.${name} is missing`),
      ...Object.entries(fields).flatMap(([name, field]) => {
        const schema =
          properties[name] ?? (typeof additionalProperties === "object" ? additionalProperties : undefined);
        if (schema !== undefined) return this.mistakes(schema, field, `${at}.${name}`);
        return additionalProperties === true ? [] : [`${at}.${name} is not described`];
      }),
    ];
  }
}

function operation(method: string, path: string, raw: Fields & { readonly operationId: string }): Operation {
  const body = (raw["requestBody"] as Content | undefined)?.content?.["application/json"]?.schema;
  return {
    operationId: raw.operationId,
    method: method.toUpperCase(),
    path,
    parameters: (raw["parameters"] ?? []) as readonly Parameter[],
    body,
    security: (raw["security"] ?? []) as Operation["security"],
    responses: (raw["responses"] ?? {}) as Operation["responses"],
  };
}

function mistakesOfText(
  { pattern, minLength = 0, maxLength = Infinity, format }: Schema,
  text: string,
  at: string,
): string[] {
  if (text.length < minLength || text.length > maxLength) return [`${at} has ${text.length} characters`];
  if (pattern !== undefined && !new RegExp(pattern, "u").test(text)) return [`${at} does not match ${pattern}`];
  if (format === "date-time" && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text))
    return [`${at} is no time`];
  return [];
}

function inRange({ minimum = -Infinity, maximum = Infinity, format }: Schema, value: number): boolean {
  const most = format === "int32" ? 2_147_483_647 : Infinity;
  return value >= Math.max(minimum, -most - 1) && value <= Math.min(maximum, most);
}
