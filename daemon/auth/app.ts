import { isLines, isStream, type Route, type Routes } from "../../core/api/route.ts";
import { ROUTES } from "../../core/api/routes.ts";
import * as schemas from "../../core/api/schemas.ts";
import { Fault } from "../../core/fault.ts";
import { type AccessRequest, requireAccess } from "../../core/policy/authorize.ts";
import { parse } from "../../core/resource/resource.ts";
import { type Caller, kindsOf } from "./caller.ts";
import type { AuthContext } from "./context.ts";
import { authHandlers, type HandlersOf, requireKind } from "./handlers.ts";
import { requireHost } from "./hosts.ts";
import { faultResponse, type Handle, type HttpRequest, type HttpResponse, type ReadLimits } from "./http.ts";
import { type MatchedRoute, type Parameters, router } from "./router.ts";

/** A full batch of audit events is the largest request there is. */
const JSON_LIMITS: ReadLimits = { bytes: 4 * 1024 * 1024, ms: 30_000 };

/** How long an upload may pause. Milliseconds. */
const STREAM_IDLE_MS = 30_000;

/** How long a stream goes on after its reader has lost the right to it. Milliseconds. */
const RECHECK_MS = 500;

/** The auth API. The caller comes with the connection; the entries of the routes say which callers may use them. */
export function authApp(auth: AuthContext): Handle {
  return apiApp(auth, ROUTES, authHandlers(auth), JSON_LIMITS);
}

/** Serves these routes. `limits` are those of JSON bodies. */
export function apiApp<const T extends Routes>(
  auth: AuthContext,
  routes: T,
  handlers: HandlersOf<T>,
  limits: ReadLimits,
): Handle {
  const match = router(routes);
  return async (request, caller) => {
    try {
      const matched = match(request);
      if (matched === undefined) throw new Fault("not_found", "there is no such route");
      return await serve(auth, { request, caller, limits, ...matched }, handlers[matched.name] as AnyHandler);
    } catch (thrown) {
      const fault = Fault.from(thrown);
      if (fault.code === "internal" || fault.code === "failed")
        auth.log.error(`${request.method} ${request.target.split("?", 1)[0]} failed`, { error: fault });
      return faultResponse(fault);
    }
  };
}

type AnyHandler = (call: unknown) => unknown;

interface Exchange extends MatchedRoute {
  readonly request: HttpRequest;
  readonly caller: Caller;
  readonly limits: ReadLimits;
}

/** Nothing of the body is read before the caller is admitted. */
async function serve(auth: AuthContext, exchange: Exchange, handler: AnyHandler): Promise<HttpResponse> {
  const { request, caller, route, params } = exchange;
  const admitted = () => admit(auth, route, params, caller);
  await admitted();
  const { signal } = request;
  const result = handler({ caller, params, query: readQuery(exchange), body: await readBody(exchange), signal });
  if (isStream(route.reply)) {
    const pieces = (await result) as AsyncIterable<Uint8Array>;
    return { status: 200, contentType: route.reply.contentType, body: guarded(pieces, admitted) };
  }
  if (isLines(route.reply)) {
    const items = (await result) as AsyncIterable<unknown>;
    return { status: 200, contentType: "application/x-ndjson", body: jsonLines(guarded(items, admitted)) };
  }
  const value = await result;
  return value === undefined
    ? { status: 204 }
    : { status: 200, contentType: "application/json", body: JSON.stringify(value) };
}

/**
 * Decided anew for each request, by the present state of the cluster.
 * @throws Fault `denied` unless the route is for this caller, `unauthenticated` when the certificate has expired.
 */
async function admit(auth: AuthContext, route: Route, params: Parameters, caller: Caller): Promise<void> {
  if (!kindsOf(caller).some((kind) => route.callers.includes(kind)))
    throw new Fault("denied", "access denied: this is not for you");
  const request = accessRequest(route, params);
  if (caller.kind === "host") await requireHost(auth, caller);
  if (caller.kind === "user")
    requireAccess(caller.identity, request, auth.view, { now: auth.now(), address: caller.address });
}

/** @throws Fault `not_found` when the path names a kind that does not exist. */
function accessRequest({ needs }: Route, { kind = "" }: Parameters): AccessRequest {
  if (needs === undefined) return { kind: "connect" };
  const resource = needs.resource === ":kind" ? requireKind(kind) : needs.resource;
  return { kind: "api", resource, verb: needs.verb };
}

/** @throws Fault `bad_request` that names the parameter. */
function readQuery({ request, route }: Exchange): unknown {
  if (route.query === undefined) return undefined;
  const [, text = ""] = /\?(.*)$/s.exec(request.target) ?? [];
  const given = new URLSearchParams(text);
  const schema = schemaOf(route.query);
  const named = Object.keys(schema.shape).flatMap((name) => (given.has(name) ? [[name, given.get(name)]] : []));
  return parse(schema, Object.fromEntries(named), "query");
}

/** @throws Fault `bad_request` that names the field; `too_large`. */
async function readBody({ request, route, limits }: Exchange): Promise<unknown> {
  if (route.request === undefined) return undefined;
  const type = request.headers
    .get("content-type")
    ?.replace(/[ \t]*;.*$/, "")
    .toLowerCase();
  if (isStream(route.request)) {
    const { contentType, maxBytes = Number.POSITIVE_INFINITY } = route.request;
    if (type !== contentType) throw wrongType(contentType);
    return request.body.stream({ bytes: maxBytes, ms: STREAM_IDLE_MS });
  }
  if (type !== undefined && type !== "application/json") throw wrongType("application/json");
  return parse(schemaOf(route.request), parseJson(await request.body.bytes(limits)));
}

const builtSchemas = new WeakMap<object, unknown>();

/** The schema that an entry declares, built once: zod compiles a schema at its first use, which takes longer than a call. */
function schemaOf<S>(declared: (module: typeof schemas) => S): S {
  const known = builtSchemas.get(declared) as S | undefined;
  const schema = known ?? declared(schemas);
  if (known === undefined) builtSchemas.set(declared, schema);
  return schema;
}

function wrongType(contentType: string): Fault {
  return new Fault("bad_request", `the body has to be ${contentType}`);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new Fault("bad_request", "the body is not JSON", { cause });
  }
}

/** Streams may last for weeks: before an item leaves, whoever reads must still be admitted. */
async function* guarded<T>(items: AsyncIterable<T>, admitted: () => Promise<void>): AsyncGenerator<T> {
  let checked = performance.now();
  for await (const item of items) {
    if (performance.now() - checked > RECHECK_MS) {
      await admitted();
      checked = performance.now();
    }
    yield item;
  }
}

async function* jsonLines(items: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const item of items) yield encoder.encode(`${JSON.stringify(item)}\n`);
}
