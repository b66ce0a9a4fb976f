import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Env } from "hono";
import { FAULTS } from "../../../core/fault.ts";
import { HEADERS } from "./credentials.ts";
import { UNAVAILABLE } from "./response.ts";
import { type AppContext, type Route, TAGS } from "./route.ts";

/** The OpenAPI 3.0.3 description of the API, derived from the routes. */

type Registry = OpenAPIHono["openAPIRegistry"];
type RouteConfig = Parameters<Registry["registerPath"]>[0];
type Responses = RouteConfig["responses"];

const envelope = {
  result_code: z.string().openapi({ description: "0, or the HTTP status of a refusal.", example: "0" }),
  result_msg: z.string().openapi({ description: "A message for people.", example: "success" }),
};

const refusal = z
  .object({
    result_code: envelope.result_code.openapi({ example: "400" }),
    result_msg: envelope.result_msg.openapi({ example: "Tenant not enabled." }),
  })
  .openapi("Refusal", { description: "The reason of a refusal. All refusals have this form." });

const tenantHeader = z
  .string()
  .openapi({ param: { name: HEADERS.tenant, in: "header" }, description: "The tenant.", example: "default" });

const hostCredential = z
  .string()
  .optional()
  .openapi({
    param: { name: HEADERS.hostCredential, in: "header" },
    description: "The host's credential, if the tenant requires it. Several credentials are separated by commas.",
  });

const SCHEMES = {
  clientId: { header: HEADERS.clientId, description: "The id of a client." },
  clientSecret: { header: HEADERS.clientSecret, description: "Its secret." },
  adminId: { header: HEADERS.adminId, description: "The id of an admin of the tenant; it begins with ~~." },
  adminSecret: { header: HEADERS.adminSecret, description: "Its secret." },
} as const;

const ADDITION = "**Addition:** TMS 0.3.0 has no such route.";

/** Registers a route in the description. */
export function describeRoute(registry: Registry, route: Route): void {
  const { id, method, path, tag, summary, addition, differs, status } = route;
  const notes = [
    route.description,
    addition && ADDITION,
    differs && `**Differs from TMS 0.3.0:** ${differs}`,
    ...(route.callers === "operator" ? ["Available on the socket in the data directory only."] : []),
  ];
  registry.registerPath({
    operationId: id,
    method,
    path,
    tags: [tag],
    summary,
    ...optionalField("description", notes.filter((note) => note !== undefined).join("\n\n")),
    security: securityOf(route),
    request: {
      ...(route.params && { params: route.params }),
      ...(route.query && { query: route.query }),
      ...headersOf(route),
      ...(route.body && { body: { required: true, content: { "application/json": { schema: route.body } } } }),
    },
    responses: { [status]: successOf(route), ...refusalsOf(route) },
    ...(addition && { "x-addition": true }),
    ...(differs && { "x-differs": differs }),
  } as RouteConfig);
}

function optionalField(name: string, text: string): Record<string, string> {
  return text === "" ? {} : { [name]: text };
}

function headersOf({ checks, id }: Route) {
  if (id === "retrievePublicKey" || id === "getEscrowKeys") return { headers: [hostCredential] };
  return checks === "open" || checks === "operator" ? {} : { headers: [tenantHeader] };
}

function securityOf({ callers, optionalCallers }: Route): Record<string, string[]>[] {
  const schemes = { client: { clientId: [], clientSecret: [] }, admin: { adminId: [], adminSecret: [] } };
  if (optionalCallers !== undefined) return [{}, ...optionalCallers.map((kind) => schemes[kind])];
  if (!Array.isArray(callers)) return [];
  return (callers as readonly ("client" | "admin")[]).map((kind) => schemes[kind]);
}

function successOf(route: Route): Responses[number] {
  const description = route.status === 201 ? "Created." : "Done.";
  if (route.plainText === true)
    return { description, content: { "text/plain": { schema: route.response.shape["text"] as z.ZodType } } };
  return { description, content: { "application/json": { schema: route.response.extend(envelope) } } };
}

/** The refusals of a route by status, with their reasons. */
function refusalsOf(route: Route): Responses {
  const { callers, checks, refusals = {} } = route;
  const authenticated = Array.isArray(callers);
  const ownOnly = authenticated && (callers as readonly string[]).includes("client") && checks !== "clientOnly";
  const changes = route.method !== "get" && route.id !== "retrievePublicKey";
  const hasInput = route.body !== undefined || route.params !== undefined || route.query !== undefined;
  const reasons: Record<number, (string | false | undefined)[]> = {
    400: [
      hasInput && "A field is missing, of a wrong type or out of range.",
      authenticated && "The tenant is not enabled.",
      refusals[400],
    ],
    401: [authenticated && "The id or the secret is wrong.", refusals[401]],
    403: [
      ownOnly && "The record belongs to another client.",
      (checks === "namedTenant" || checks === "keyChange" || checks === "keyDelete") &&
        "The header names another tenant.",
      checks === "operator" && "The request did not come over the socket in the data directory.",
      refusals[403],
    ],
    404: [refusals[404]],
    409: [
      refusals[409],
      changes && "Concurrent changes of the same records, or the tenant is being deleted; try again.",
    ],
    413: [route.body && "The body is larger than 64 KiB."],
    415: [route.body && "The body is not JSON."],
    429: [authenticated && "Too many wrong secrets; `retry-after` says how long to wait.", refusals[429]],
    500: ["Internal error; the server's log has the details."],
    503: ["The server is being stopped, or its database or the key is busy; try again."],
  };
  return Object.fromEntries(
    Object.entries(reasons)
      .map(([status, texts]) => [status, texts.filter((text) => typeof text === "string").join(" ")] as const)
      .filter(([, description]) => description !== "")
      .map(([status, description]) => [
        status,
        {
          description,
          content: {
            "application/json": { schema: refusal, example: { result_code: status, result_msg: messageOf(status) } },
          },
        },
      ]),
  );
}

function messageOf(status: string): string {
  const samples: Readonly<Record<string, string>> = {
    "400": "Tenant not enabled.",
    "404": "NOT_FOUND",
    "413": "the body is larger than 64 KiB",
    "415": "the body has to be application/json",
    "500": "internal error",
    "503": UNAVAILABLE,
  };
  const code = Object.entries(FAULTS).find(([, record]) => String(record.status) === status)?.[0] ?? "refused";
  return samples[status] ?? code.replaceAll("_", " ");
}

const ABOUT = `The key escrow of Sallyport. It implements the API of the Tapis Trust Manager System (TMS) 0.3.0. Additions and
deliberate differences are noted at each route. Every response is JSON with \`result_code\` ("0", or the HTTP status of a
refusal as text) and \`result_msg\`. Unknown fields are ignored; a number or boolean in place of text is converted to text.
Names may not contain control characters, and may not be \`.\` or \`..\`, which have another meaning in a path.
Times are UTC and end in Z.

Each request authenticates a client (\`${HEADERS.clientId}\`, \`${HEADERS.clientSecret}\`) or an admin of the tenant
(\`${HEADERS.adminId}\`, \`${HEADERS.adminSecret}\`); if a route accepts both, the client's headers are tried first.`;

/** Builds the description. */
export function specification<E extends Env>(app: OpenAPIHono<E>, { tms, title, serverUrls }: AppContext): object {
  for (const [name, { header, description }] of Object.entries(SCHEMES))
    app.openAPIRegistry.registerComponent("securitySchemes", name, {
      type: "apiKey",
      in: "header",
      name: header,
      description,
    });
  return app.getOpenAPIDocument({
    openapi: "3.0.3",
    info: { title, version: tms.version, description: ABOUT },
    // Relative to the URL of the description, so it is right under every name of the server.
    servers: ["/v1", ...serverUrls()].map((url) => ({ url })),
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, ...optionalField("description", description) })),
  });
}
