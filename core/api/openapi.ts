import { z } from "zod";
import { FAULTS, type FaultCode } from "../fault.ts";
import { isKind, KINDS, type Kind } from "../resource/registry.ts";
import { faultsOf, isLines, isStream, type Route, type Routes } from "./route.ts";
import * as schemas from "./schemas.ts";

/** The OpenAPI 3.1 description of routes, whose schemas are JSON Schemas. */

type Json = Readonly<Record<string, unknown>>;

/** Schemas that have a name in the description. Of a reply: */
const replies = named({
  Trust: schemas.trust,
  HostCertificate: schemas.hostCertificate,
  UserCertificate: schemas.userCertificate,
  Invitation: schemas.invitation,
  AuditEvent: schemas.auditEvent,
  AuditReport: schemas.auditReport,
  Resource: schemas.resource,
  WatchLine: schemas.watchLine,
  User: schemas.userRow,
  Role: KINDS.role,
  Node: KINDS.node,
  Token: KINDS.token,
  Lock: KINDS.lock,
  CertAuthority: KINDS.cert_authority,
});

/** Of a request: */
const requests = named({ WrittenResource: schemas.writtenResource });

/** The names of resources as they are written: what has a default may be left out. */
const WRITTEN: { readonly [K in Kind]: string } = {
  user: "WrittenUser",
  role: "WrittenRole",
  node: "WrittenNode",
  token: "WrittenToken",
  lock: "WrittenLock",
  cert_authority: "WrittenCertAuthority",
};

const REASONS: { readonly [C in FaultCode]: string } = {
  internal: "The server failed; its log has the reason.",
  failed: "An operation failed; the message has the reason.",
  bad_request: "The request is malformed, or a field or parameter of it is missing or wrong.",
  too_large: "The body is too large.",
  unauthenticated: "The caller's certificate has expired, or the credentials in the request are wrong.",
  denied: "The caller may not do this.",
  rate_limited: "There were too many attempts; the hint says how long to wait.",
  not_found: "The route, or something that the request names, does not exist.",
  conflict: "What the request would create exists, or what it would change was changed meanwhile.",
  unavailable: "The server is stopping, or cannot serve the request now.",
};

const ABOUT = `The API of Sallyport's auth server: HTTP/1.1 in a channel (direct-tcpip to host \`auth\`, port 0) of an SSH
connection to auth, directly or through a proxy. The caller is the identity that the SSH connection proved: no header carries
a credential. \`x-callers\` are the kinds of callers that a route admits: \`join\` holds a join token, \`node\` and \`proxy\` a host
certificate, \`admin\` is the operator on auth's own machine, \`user\` holds a user certificate and, where there is
\`x-rule\`, a role with such a rule. Callers are admitted before the body of a request is read. Replies may get more fields.`;

/** Describes these routes. */
export function openapi(
  routes: Routes,
  { title, version }: { readonly title: string; readonly version: string },
): Json {
  const components = new Components();
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, route] of Object.entries(routes)) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route, components) };
  }
  return {
    openapi: "3.1.0",
    info: { title, version, description: ABOUT },
    servers: [{ url: "http://auth", description: "In a channel of an SSH connection" }],
    paths,
    components: { schemas: components.sorted(), responses: refusals() },
  };
}

function operation(name: string, route: Route, components: Components): Json {
  const { summary, callers, needs, request } = route;
  const parameters = [...pathParameters(route), ...queryParameters(route, components)];
  return {
    operationId: name,
    summary,
    "x-callers": callers,
    ...(needs !== undefined && { "x-rule": needs }),
    ...(parameters.length > 0 && { parameters }),
    ...(request !== undefined && { requestBody: { required: true, content: requestContent(request, components) } }),
    responses: { ...success(route, components), ...refusalsOf(route) },
  };
}

function pathParameters({ path }: Route): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: name === "kind" ? { type: "string", enum: Object.keys(KINDS) } : { type: "string" },
  }));
}

function queryParameters({ query }: Route, components: Components): Json[] {
  return Object.entries(query?.(schemas).shape ?? {}).map(([name, schema]) => ({
    name,
    in: "query",
    required: !(schema as z.ZodType).safeParse(undefined).success,
    schema: components.reply(schema as z.ZodType),
  }));
}

function requestContent(request: NonNullable<Route["request"]>, components: Components): Json {
  if (isStream(request)) return { [request.contentType]: {} };
  return { "application/json": { schema: components.request(request(schemas)) } };
}

function success({ reply }: Route, components: Components): Json {
  if (reply === undefined) return { 204: { description: "Done." } };
  if (isStream(reply)) return { 200: { description: "A stream of bytes.", content: { [reply.contentType]: {} } } };
  if (isLines(reply))
    return {
      200: {
        description: "One JSON value a line, as they come; the schema is that of a line.",
        content: { "application/x-ndjson": { schema: components.reply(reply.line(schemas)) } },
      },
    };
  return {
    200: { description: "Done.", content: { "application/json": { schema: components.reply(reply(schemas)) } } },
  };
}

function refusalsOf(route: Route): Json {
  const statuses = new Set(faultsOf(route).map((code) => FAULTS[code].status));
  return Object.fromEntries(
    [...statuses].sort().map((status) => [status, { $ref: `#/components/responses/${status}` }]),
  );
}

/** The refusals by HTTP status. */
function refusals(): Json {
  const codes = Object.keys(FAULTS) as FaultCode[];
  const byStatus = Map.groupBy(codes, (code) => FAULTS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [
      status,
      {
        description: ofStatus.map((code) => `\`${code}\`: ${REASONS[code]}`).join(" "),
        content: { "application/json": { schema: { $ref: "#/components/schemas/Fault" } } },
      },
    ]),
  );
}

const fault = z.object({
  error: z.object({
    code: z.enum(Object.keys(FAULTS) as FaultCode[]),
    /** For people. */
    message: z.string(),
    hint: z.string().optional(),
  }),
});

type Registry = z.core.$ZodRegistry<{ id: string }>;

/** Collects the named schemas that routes refer to. */
class Components {
  readonly #schemas: Record<string, unknown> = {};

  constructor() {
    this.#schemas["Fault"] = this.#convert(fault, "output", replies);
  }

  reply(schema: z.ZodType): unknown {
    return this.#convert(schema, "output", replies);
  }

  request(schema: z.ZodType): unknown {
    return this.#convert(schema, "input", requests);
  }

  sorted(): Json {
    return Object.fromEntries(Object.entries(this.#schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #convert(schema: z.ZodType, io: "input" | "output", metadata: Registry): unknown {
    // As a field, so that a named schema is referred to here, too.
    const { properties, $defs } = z.toJSONSchema(z.object({ schema }), {
      io,
      metadata,
      override: ({ zodSchema, jsonSchema }) => {
        // Later versions may add fields to replies.
        if (io === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
        if (zodSchema === schemas.writtenResource) jsonSchema.oneOf = this.#writtenResources();
      },
    });
    for (const [name, definition] of Object.entries($defs ?? {})) this.#schemas[name] = relinked(definition);
    return relinked(properties?.["schema"]);
  }

  #writtenResources(): { $ref: string }[] {
    return Object.keys(KINDS)
      .filter(isKind)
      .map((kind) => {
        const { $schema: _, ...schema } = z.toJSONSchema(KINDS[kind], { io: "input" });
        this.#schemas[WRITTEN[kind]] = schema;
        return { $ref: `#/$defs/${WRITTEN[kind]}` };
      });
  }
}

function named(all: Readonly<Record<string, z.ZodType>>): Registry {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(all)) registry.add(schema, { id });
  return registry;
}

/** With references to the components instead of to definitions of its own. */
function relinked(schema: unknown): unknown {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      key === "$ref" ? String(value).replace("#/$defs/", "#/components/schemas/") : value,
    ),
  );
}
