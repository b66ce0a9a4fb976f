import { OpenAPIHono, type z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { PatternRouter } from "hono/router/pattern-router";
import { Fault } from "../../../core/fault.ts";
import { explain } from "../../../core/resource/resource.ts";
import { isJson, readJson } from "../../net/body.ts";
import { RateLimit } from "../../net/rate-limit.ts";
import type { TmsContext } from "../context.ts";
import { createRetrieval } from "../keys/retrieve.ts";
import { type RequestContext, runChecks } from "./checks.ts";
import { type RequestSource, readCredentials } from "./credentials.ts";
import { exact } from "./field-types.ts";
import { errorResponse, faultResponse, responder, SECURITY_HEADERS } from "./response.ts";
import type { AppContext, AuthenticatedCall, Call, Route } from "./route.ts";
import { ROUTES } from "./routes.ts";
import { describeRoute, specification } from "./spec.ts";

type Env = { Bindings: RequestSource };
type Fields = Readonly<Record<string, unknown>>;
type AnyCall = Call<never, never, never>;
type AnyAuthenticatedCall = AuthenticatedCall<never, never, never>;

/** Registrations of clients without credentials, per source address. */
const REGISTRATIONS = { perMinute: 10, burst: 50 };

const METHODS = ["GET", "POST", "PATCH", "DELETE"] as const;

export interface TmsApp {
  fetch(request: Request, source: RequestSource): Response | Promise<Response>;
}

/** TMS's REST API, its OpenAPI description and its live docs. */
export function tmsApp(options: {
  readonly tms: TmsContext;
  readonly title: string;
  /** Base URLs that the live docs offer. */
  readonly serverUrls: () => readonly string[];
}): TmsApp {
  const { tms } = options;
  const context: AppContext = {
    ...options,
    retrieve: createRetrieval(tms),
    registrations: new RateLimit(REGISTRATIONS, () => performance.now()),
  };
  // A few dozen patterns: trying them in turn takes 1 µs. The default router is slower here, and slow at its first use.
  const app = new OpenAPIHono<Env>({ router: new PatternRouter() });
  for (const route of ROUTES) {
    describeRoute(app.openAPIRegistry, route);
    const path = `/v1${route.path.replaceAll(/\{(\w+)\}/g, ":$1")}`;
    const serve = routeHandler(context, route);
    app.on(route.method, path, (c) => serve(c).catch((thrown: unknown) => faultResponse(tms.log, thrown, route.id)));
  }
  addDocs(app, context);

  app.notFound(({ req }) => {
    if (req.path !== "/" && req.path.endsWith("/")) return notFound();
    const allow = METHODS.filter((method) => app.router.match(method, req.path)[0].length > 0);
    return allow.length === 0 ? notFound() : errorResponse(405, "method not allowed", { allow: allow.join(", ") });
  });
  app.onError((thrown) => faultResponse(tms.log, thrown, "docs"));
  return { fetch: (request, source) => app.fetch(request, source) };
}

function notFound(): Response {
  return errorResponse(404, "not found");
}

/** Handles a request of `route`: parses it completely, runs the checks, calls the handler, serialises the result. */
function routeHandler(app: AppContext, route: Route): (c: Context<Env>) => Promise<Response> {
  const respond = responder(route);
  const { tms } = app;
  return async (c) => {
    const request = c.req.raw;
    // The router ignores a trailing slash; TMS does not.
    if (c.req.path.endsWith("/")) return notFound();
    if ((route.params ?? route.query) !== undefined) requireDecodable(request.url);
    const params = route.params === undefined ? NONE : parse(route.params, c.req.param(), "parameter");
    const query = route.query === undefined ? NONE : parse(route.query, c.req.query(), "parameter");
    if (route.body !== undefined && !isJson(request)) return errorResponse(415, "the body has to be application/json");
    const body = route.body === undefined ? NONE : parse(route.body, await readJson(request), "request payload");
    const credentials = readCredentials(request, c.env);
    const context: RequestContext = { tms, route, credentials, params, query, body };
    await runChecks(context);
    return respond(await route.handle(callOf(app, context) as never));
  };
}

const NONE: Fields = {};

/** @throws Fault `bad_request` that names the field and the expected value. */
function parse(schema: z.ZodObject, value: unknown, part: string): Fields {
  const result = schema.safeParse(value);
  if (result.success) return exact(result.data);
  throw new Fault("bad_request", `parse ${part} error: ${explain(result.error)}`);
}

/** The router would leave an invalid percent-encoding as literal text. @throws Fault `bad_request`. */
function requireDecodable(url: string): void {
  try {
    decodeURIComponent(url);
  } catch (cause) {
    throw new Fault("bad_request", "parse parameter error: expected UTF-8 in percent-encoding", { cause });
  }
}

/** The handler's view of a checked request. The casts hold because parsing and checks follow from the same route. */
function callOf(app: AppContext, context: RequestContext): AnyCall {
  const { tms, params, query, body, credentials, tenant, caller } = context;
  const call = { app, tms, params, query, body, credentials };
  if (caller === undefined || tenant === undefined) return call as unknown as AnyCall;
  const authenticated: Pick<AnyAuthenticatedCall, "tenant" | "caller" | "actor" | "onlyClient" | "client"> = {
    tenant,
    caller,
    actor: caller.actor,
    onlyClient: caller.kind === "client" ? caller.client.value.client_id : undefined,
    client() {
      if (caller.kind !== "client") throw new Fault("internal", "the caller is not a client");
      return caller.client;
    },
  };
  return { ...call, ...authenticated } as unknown as AnyCall;
}

/** The description and the live docs, built at the first request for them. */
function addDocs(app: OpenAPIHono<Env>, context: AppContext): void {
  const spec = once(() => specification(app, context));
  const json = once(() => JSON.stringify(spec()));
  const yaml = once(async () => (await import("../../../core/yaml.ts")).formatYaml(spec()));
  app.get(
    "/spec",
    () => new Response(json(), { headers: { ...SECURITY_HEADERS, "content-type": "application/json" } }),
  );
  app.get(
    "/spec_yaml",
    async () =>
      new Response(await yaml(), {
        headers: {
          ...SECURITY_HEADERS,
          "content-type": "application/x-yaml",
          "content-disposition": 'inline; filename="spec.yaml"',
        },
      }),
  );
  app.get("/", async () => (await import("./docs.ts")).page());
  app.get("/docs/:file", async (c) => (await import("./docs.ts")).asset(c.req.param("file")) ?? notFound());
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
