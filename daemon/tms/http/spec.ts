import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Env } from "hono";
import { FAULTS } from "../../../core/fault.ts";
import { HEADERS } from "./credentials.ts";
import { UNAVAILABLE } from "./response.ts";
import { type AppContext, type Route, TAGS } from "./route.ts";

/** The description of the API (OpenAPI 3.0.3), from the same entries that serve it. */

type Registry = OpenAPIHono["openAPIRegistry"];
type RouteConfig = Parameters<Registry["registerPath"]>[0];
type Responses = RouteConfig["responses"];

const envelope = {
  result_code: z.string().openapi({ description: "0, or the HTTP status of a refusal.", example: "0" }),
  result_msg: z.string().openapi({ description: "What happened, for people.", example: "success" }),
};

const refusal = z
  .object({
    result_code: envelope.result_code.openapi({ example: "400" }),
    result_msg: envelope.result_msg.openapi({ example: "Tenant not enabled." }),
  })
  .openapi("Refusal", { description: "Why a request was refused. Every refusal of every route has this form." });

const tenantHeader = z
  .string()
  .openapi({ param: { name: HEADERS.tenant, in: "header" }, description: "The tenant.", example: "default" });

const hostCredential = z
  .string()
  .optional()
  .openapi({
    param: { name: HEADERS.hostCredential, in: "header" },
    description:
      "By what the host proves itself, where the tenant asks for it. Several stand behind one another with commas.",
  });

const SCHEMES = {
  clientId: { header: HEADERS.clientId, description: "The id of a client." },
  clientSecret: { header: HEADERS.clientSecret, description: "Its secret." },
  adminId: { header: HEADERS.adminId, description: "The id of an admin of the tenant; it begins with ~~." },
  adminSecret: { header: HEADERS.adminSecret, description: "Its secret." },
} as const;

const ADDITION = "**Addition:** TMS 0.3.0 has no such route.";

/** Adds a route to the description. */
export function describeRoute(registry: Registry, route: Route): void {
  const { id, method, path, tag, summary, addition, differs, status } = route;
  const notes = [
    route.description,
    addition && ADDITION,
    differs && `**Differs from TMS 0.3.0:** ${differs}`,
    ...(route.callers === "operator" ? ["Answered on the socket in the data directory only."] : []),
  ];
  registry.registerPath({
    operationId: id,
    method,
    path,
    tags: [tag],
    summary,
    ...present("description", notes.filter((note) => note !== undefined).join("\n\n")),
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

function present(name: string, text: string): Record<string, string> {
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
  const description = route.status === 201 ? "Made." : "Done.";
  if (route.plainText === true)
    return { description, content: { "text/plain": { schema: route.response.shape["text"] as z.ZodType } } };
  return { description, content: { "application/json": { schema: route.response.extend(envelope) } } };
}

/** Everything that a route may refuse, and why. */
function refusalsOf(route: Route): Responses {
  const { callers, checks, refusals = {} } = route;
  const known = Array.isArray(callers);
  const own = known && (callers as readonly string[]).includes("client") && checks !== "clientOnly";
  const changes = route.method !== "get" && route.id !== "retrievePublicKey";
  const takes = route.body !== undefined || route.params !== undefined || route.query !== undefined;
  const reasons: Record<number, (string | false | undefined)[]> = {
    400: [
      takes && "A field is missing, of a wrong type or out of range.",
      known && "The tenant is not enabled.",
      refusals[400],
    ],
    401: [known && "The id or the secret is not right.", refusals[401]],
    403: [
      own && "The record is another client's.",
      (checks === "namedTenant" || checks === "keyChange" || checks === "keyDelete") &&
        "The header names another tenant.",
      checks === "operator" && "It did not come by the socket in the data directory.",
      refusals[403],
    ],
    404: [refusals[404]],
    409: [refusals[409], changes && "Others change the same all the time, or remove the tenant; ask again."],
    413: [route.body && "The body is larger than 64 KiB."],
    415: [route.body && "The body is not JSON."],
    429: [known && "Too many wrong secrets: wait as long as `retry-after` says.", refusals[429]],
    500: ["A failure of the server. It is in its log."],
    503: ["The server is being stopped, or others hold what is asked for all the time; ask again."],
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

const ABOUT = `The key escrow of Sallyport. It speaks the API of the Tapis Trust Manager System (TMS) 0.3.0; what was added, and in what
it differs on purpose, is said at each route. Every answer is JSON with \`result_code\` ("0", or the status of a refusal as
text) and \`result_msg\`. Fields that are not known are ignored; a number or boolean in place of text is taken as its text.
No name may have control characters or be \`.\` or \`..\`, which mean something else in a path.
Times are UTC and end in Z.

A client (\`${HEADERS.clientId}\`, \`${HEADERS.clientSecret}\`) or an admin of the tenant (\`${HEADERS.adminId}\`,
\`${HEADERS.adminSecret}\`) shows who it is with each request; where both may, the client's headers are tried first.`;

/** The whole description. */
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
    // Relative to where the description is read, so it is right under every name of the server.
    servers: ["/v1", ...serverUrls()].map((url) => ({ url })),
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, ...present("description", description) })),
  });
}
