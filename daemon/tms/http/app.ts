import { OpenAPIHono, type z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { PatternRouter } from "hono/router/pattern-router";
import { Fault } from "../../../core/fault.ts";
import { explain } from "../../../core/resource/resource.ts";
import { isJson, readJson } from "../../net/body.ts";
import { RateLimit } from "../../net/rate-limit.ts";
import type { TmsContext } from "../context.ts";
import { openRetrieval } from "../keys/retrieve.ts";
import { answerer, failure, PROTECTION, refuse } from "./answer.ts";
import { check, type Visit } from "./checks.ts";
import { readCredentials, type Source } from "./credentials.ts";
import { exact } from "./fields.ts";
import type { AppContext, Call, KnownCall, Route } from "./route.ts";
import { ROUTES } from "./routes.ts";
import { describeRoute, specification } from "./spec.ts";

type Env = { Bindings: Source };
type Plain = Readonly<Record<string, unknown>>;

/** Strangers who register clients, by source. */
const REGISTRATIONS = { perMinute: 10, burst: 50 };

const METHODS = ["GET", "POST", "PATCH", "DELETE"] as const;

export interface TmsApp {
  fetch(request: Request, source: Source): Response | Promise<Response>;
}

/** TMS's REST API, its description and its live docs. */
export function tmsApp(options: {
  readonly tms: TmsContext;
  readonly title: string;
  /** Base addresses that the live docs offer. */
  readonly serverUrls: () => readonly string[];
}): TmsApp {
  const { tms } = options;
  const context: AppContext = {
    ...options,
    retrieve: openRetrieval(tms),
    registrations: new RateLimit(REGISTRATIONS, () => performance.now()),
  };
  // A few dozen patterns: trying them in turn takes 1 µs. The default router is slower here, and slow at its first use.
  const app = new OpenAPIHono<Env>({ router: new PatternRouter() });
  for (const route of ROUTES) {
    describeRoute(app.openAPIRegistry, route);
    const path = `/v1${route.path.replaceAll(/\{(\w+)\}/g, ":$1")}`;
    const serve = server(context, route);
    app.on(route.method, path, (c) => serve(c).catch((thrown: unknown) => failure(tms.log, thrown, route.id)));
  }
  addDocs(app, context);

  app.notFound(({ req }) => {
    if (req.path !== "/" && req.path.endsWith("/")) return nothing();
    const allow = METHODS.filter((method) => app.router.match(method, req.path)[0].length > 0);
    return allow.length === 0 ? nothing() : refuse(405, "method not allowed", { allow: allow.join(", ") });
  });
  app.onError((thrown) => failure(tms.log, thrown, "docs"));
  return { fetch: (request, source) => app.fetch(request, source) };
}

function nothing(): Response {
  return refuse(404, "not found");
}

/** What a route does with a request: reads it as a whole, then who asks, then acts. */
function server(app: AppContext, route: Route): (c: Context<Env>) => Promise<Response> {
  const answer = answerer(route);
  const { tms } = app;
  return async (c) => {
    const request = c.req.raw;
    // The router does not mind a slash at the end.
    if (c.req.path.endsWith("/")) return nothing();
    if ((route.params ?? route.query) !== undefined) requireReadable(request.url);
    const params = route.params === undefined ? NONE : read(route.params, c.req.param(), "parameter");
    const query = route.query === undefined ? NONE : read(route.query, c.req.query(), "parameter");
    if (route.body !== undefined && !isJson(request)) return refuse(415, "the body has to be application/json");
    const body = route.body === undefined ? NONE : read(route.body, await readJson(request), "request payload");
    const credentials = readCredentials(request, c.env);
    const visit: Visit = { tms, route, credentials, params, query, body };
    await check(visit);
    return answer(await route.handle(callOf(app, visit) as never));
  };
}

const NONE: Plain = {};

/** @throws Fault `bad_request` that names the field and what was expected there. */
function read(schema: z.ZodObject, value: unknown, what: string): Plain {
  const result = schema.safeParse(value);
  if (result.success) return exact(result.data);
  throw new Fault("bad_request", `parse ${what} error: ${explain(result.error)}`);
}

/** A word of the path is what it decodes to, and never the text of a code that means nothing. */
function requireReadable(url: string): void {
  try {
    decodeURIComponent(url);
  } catch (cause) {
    throw new Fault("bad_request", "parse parameter error: expected UTF-8 in percent-encoding", { cause });
  }
}

function callOf(app: AppContext, visit: Visit): Call<never, never, never> {
  const { tms, params, query, body, credentials, tenant, caller } = visit;
  const call = { app, tms, params, query, body, credentials };
  if (caller === undefined || tenant === undefined) return call as unknown as Call<never, never, never>;
  const known: Pick<KnownCall<never, never, never>, "tenant" | "caller" | "by" | "only" | "client"> = {
    tenant,
    caller,
    by: caller.actor,
    only: caller.kind === "client" ? caller.client.value.client_id : undefined,
    client() {
      if (caller.kind !== "client") throw new Fault("internal", "the caller is not a client");
      return caller.client;
    },
  };
  return { ...call, ...known } as unknown as Call<never, never, never>;
}

/** Everything that only people look at is made when the first of them asks. */
function addDocs(app: OpenAPIHono<Env>, context: AppContext): void {
  const spec = once(() => specification(app, context));
  const json = once(() => JSON.stringify(spec()));
  const yaml = once(async () => (await import("../../../core/yaml.ts")).formatYaml(spec()));
  app.get("/spec", () => new Response(json(), { headers: { ...PROTECTION, "content-type": "application/json" } }));
  app.get(
    "/spec_yaml",
    async () =>
      new Response(await yaml(), {
        headers: {
          ...PROTECTION,
          "content-type": "application/x-yaml",
          "content-disposition": 'inline; filename="spec.yaml"',
        },
      }),
  );
  app.get("/", async () => (await import("./docs.ts")).page());
  app.get("/docs/:file", async (c) => (await import("./docs.ts")).asset(c.req.param("file")) ?? nothing());
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
