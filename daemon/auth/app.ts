import { type Context, Hono } from "hono";
import type { z } from "zod";
import { ROUTES, type Route, type RouteName } from "../../core/api/routes.ts";
import { FAULTS, Fault } from "../../core/fault.ts";
import { type AccessRequest, requireAccess } from "../../core/policy/authorize.ts";
import { parse } from "../../core/resource/resource.ts";
import type { Caller } from "./caller.ts";
import { kindsOf } from "./caller.ts";
import type { AuthContext } from "./context.ts";
import { type Handler, handlers, requireKind } from "./handlers.ts";
import { requireHost } from "./hosts.ts";
import type { Handle } from "./http.ts";

type Env = { Bindings: { caller: Caller } };

/** The auth API. The caller comes with the connection; the routes and who may use them stand in `ROUTES`. */
export function authApp(auth: AuthContext): Handle {
  const app = new Hono<Env>();
  const table = handlers(auth);
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, Route][])
    app.on(route.method, route.path, async (c) => {
      await admit(auth, route, c);
      return respond(table[name], c, () => admit(auth, route, c));
    });
  app.notFound((c) => fail(auth, new Fault("not_found", "there is no such route"), c));
  app.onError((thrown, c) => fail(auth, thrown, c));
  return (request, caller) => app.fetch(request, { caller });
}

/**
 * Decided anew for each request, by the present state of the cluster.
 * @throws Fault `denied` unless the route is for this caller, `unauthenticated` when the certificate has expired.
 */
async function admit(auth: AuthContext, route: Route, c: Context<Env>): Promise<void> {
  const { caller } = c.env;
  if (!kindsOf(caller).some((kind) => route.callers.includes(kind)))
    throw new Fault("denied", "access denied: this is not for you");
  if (caller.kind === "host") await requireHost(auth, caller);
  if (caller.kind === "user")
    requireAccess(caller.identity, requestOf(route, c), auth.view, { now: auth.now(), address: caller.address });
}

/** @throws Fault `not_found` when the path names a kind that does not exist. */
function requestOf({ needs }: Route, c: Context<Env>): AccessRequest {
  if (needs === undefined) return { kind: "connect" };
  const { verb } = needs;
  const resource = needs.resource === ":kind" ? requireKind(c.req.param("kind") ?? "") : needs.resource;
  return { kind: "api", resource, verb };
}

/** @param again decides once more; it throws when the caller is no longer admitted */
async function respond(handler: Handler, c: Context<Env>, again: () => Promise<void>): Promise<Response> {
  const result = handler({
    caller: c.env.caller,
    param: (name) => c.req.param(name) ?? "",
    query: (name) => c.req.query(name),
    body: async <S extends z.ZodType>(schema: S) => parse(schema, await readJson(c)),
    signal: c.req.raw.signal,
  });
  if (Symbol.asyncIterator in result)
    return new Response(lines(guarded(result, again)), { headers: { "content-type": "application/x-ndjson" } });
  const value = await result;
  return value === undefined ? c.body(null, 204) : c.json(value as object);
}

async function readJson(c: Context<Env>): Promise<unknown> {
  try {
    return await c.req.json();
  } catch (cause) {
    throw new Fault("bad_request", "the body is not JSON", { cause });
  }
}

/** How long a stream goes on after its reader has lost the right to it. Milliseconds. */
const RECHECK_MS = 500;

/** Streams may last for weeks: before an item leaves, whoever reads must still be somebody who may. */
async function* guarded(items: AsyncGenerator<unknown>, again: () => Promise<void>): AsyncGenerator<unknown> {
  let checked = performance.now();
  for await (const item of items) {
    if (performance.now() - checked > RECHECK_MS) {
      await again();
      checked = performance.now();
    }
    yield item;
  }
}

/** One JSON line an item, as they come; stops asking for more when nobody reads. */
function lines(items: AsyncGenerator<unknown>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await items.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
    },
    async cancel() {
      await items.return(undefined);
    },
  });
}

/** The one place where a thrown value becomes an answer. */
function fail(auth: AuthContext, thrown: unknown, c: Context<Env>): Response {
  const fault = Fault.from(thrown);
  if (fault.code === "internal" || fault.code === "failed")
    auth.log.error(`${c.req.method} ${c.req.path} failed`, { error: fault });
  return c.json({ error: fault.toJSON() }, FAULTS[fault.code].status);
}
