import { type Context, Hono } from "hono";
import { type Reply, ROUTES } from "../../../core/api/routes.ts";
import * as schemas from "../../../core/api/schemas.ts";
import { FAULTS, Fault } from "../../../core/fault.ts";
import { parse } from "../../../core/resource/resource.ts";
import { readJson } from "../../net/body.ts";
import { RateLimit } from "../../net/rate-limit.ts";
import type { ProxyContext } from "../context.ts";
import { page } from "./page.ts";

/** Where users reach this proxy, each as `host:port`. */
export interface PublicAddrs {
  readonly ssh: string;
  readonly web: string;
}

/** What the server knows of a request and no header can say. */
export interface Bindings {
  readonly address: string;
}
type Env = { Bindings: Bindings };

const loginRequest = ROUTES.login.request(schemas);
const loginBody = loginRequest
  .omit({ public_key: true, remote_addr: true })
  .extend({ pub_key: loginRequest.shape.public_key });
const acceptBody = ROUTES.acceptInvite.request(schemas).omit({ remote_addr: true });
const token = schemas.inviteToken.regex(/^[A-Za-z0-9._-]+$/, "expected an invitation's token");

/** A whole office may sit behind one address. */
const REQUESTS = { perMinute: 600, burst: 400 };
/** Guesses: passwords, codes and tokens. Those that were right are not counted; auth counts by account besides. */
const GUESSES = { perMinute: 20, burst: 100 };

const PING_MS = 5_000;

/** The routes of the web port: sign-up and login, for `tsh` and for browsers. All of it is open to strangers. */
export function webApp(proxy: ProxyContext, addrs: () => PublicAddrs): Hono<Env> {
  const { api } = proxy.cluster;
  const clock = () => performance.now();
  const requests = new RateLimit(REQUESTS, clock);
  const guesses = new RateLimit(GUESSES, clock);
  const ping = pinger(proxy);

  /** Runs what a stranger could use to guess. */
  const guarded = async <T>(c: Context<Env>, act: () => Promise<T>): Promise<T> => {
    admit(c, guesses);
    let wrong = false;
    try {
      return await act();
    } catch (thrown) {
      wrong = thrown instanceof Fault && thrown.code !== "unavailable";
      throw thrown;
    } finally {
      if (!wrong) guesses.giveBack(c.env.address);
    }
  };
  const invite = (c: Context<Env, "/:token">) =>
    guarded(c, () => api.inspectInvite({ token: parse(token, c.req.param("token"), "token") }));
  const about = async (c: Context<Env>) => c.json(describe(await ping(), addrs()));
  const showPage = (c: Context<Env>) => {
    const { html, policy } = page();
    c.header("content-security-policy", policy);
    return c.html(html);
  };

  const app = new Hono<Env>();
  app.use(async (c, next) => {
    protect(c);
    admit(c, requests);
    if (c.req.method === "POST") refuseForeignOrigin(c);
    await next();
  });
  app.get("/", showPage);
  app.get("/web/invite/:token", showPage);
  app.get("/webapi/ping", about);
  app.get("/webapi/find", about);
  app.get("/webapi/users/invites/:token", async (c) => c.json(await invite(c)));
  app.get("/webapi/users/invites/:token/qr.svg", async (c) => {
    const { totp } = await invite(c);
    if (totp === undefined) throw new Fault("not_found", "this invitation has no second factor");
    const { renderSVG } = await import("uqr");
    return c.body(renderSVG(totp.uri, { border: 2 }), 200, { "content-type": "image/svg+xml" });
  });
  app.post("/webapi/users/invites", async (c) => {
    const body = parse(acceptBody, await readJson(c.req.raw));
    const { user } = await guarded(c, () => api.acceptInvite({ ...body, remote_addr: c.env.address }));
    return c.json({ user });
  });
  app.post("/webapi/ssh/certs", async (c) => {
    const { pub_key, ...body } = parse(loginBody, await readJson(c.req.raw));
    const request = { ...body, public_key: pub_key, remote_addr: c.env.address };
    return c.json(loggedIn(await guarded(c, () => api.login(request))));
  });

  const known = new Map<string, string[]>();
  for (const { path, method } of app.routes)
    if (method !== "ALL") known.set(path, [...(known.get(path) ?? []), method]);
  for (const [path, methods] of known) app.all(path, (c) => methodNotAllowed(c, methods));
  app.notFound(() => {
    throw new Fault("not_found", "there is nothing at this address");
  });
  app.onError((thrown, c) => answer(proxy, thrown, c));
  return app;
}

function describe({ cluster, version, second_factor }: Reply<"ping">, { ssh, web }: PublicAddrs) {
  return {
    cluster,
    server_version: version,
    auth: { type: "local", second_factor },
    proxy: { ssh: { addr: ssh }, web: { addr: web } },
  };
}

function loggedIn({ user, cluster, certificate, authorities }: schemas.UserCertificate) {
  const host_signers = authorities
    .filter(({ spec }) => spec.type === "host")
    .map(({ spec }) => ({
      cluster: spec.cluster,
      type: spec.type,
      keys: [...spec.active_keys, ...spec.additional_trusted_keys],
    }));
  return { user, cluster, cert: certificate, host_signers };
}

/** What auth says of the cluster, asked at most every few seconds; while auth is away, what it said last. */
function pinger({ cluster, log }: ProxyContext): () => Promise<Reply<"ping">> {
  let last: { readonly ping: Reply<"ping">; readonly until: number } | undefined;
  let asking: Promise<Reply<"ping">> | undefined;
  const ask = async () => {
    try {
      const ping = await cluster.api.ping();
      last = { ping, until: performance.now() + PING_MS };
      return ping;
    } catch (error) {
      if (last === undefined) throw error;
      log.debug("auth does not answer", { error });
      return last.ping;
    } finally {
      asking = undefined;
    }
  };
  return async () => {
    if (last !== undefined && performance.now() < last.until) return last.ping;
    asking ??= ask();
    return asking;
  };
}

/** Headers of every answer. What is here is for one reader, once, and for no other page. */
function protect(c: Context): void {
  c.header("strict-transport-security", "max-age=31536000");
  c.header("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  c.header("x-content-type-options", "nosniff");
  c.header("x-frame-options", "DENY");
  c.header("referrer-policy", "no-referrer");
  c.header("cross-origin-opener-policy", "same-origin");
  c.header("cross-origin-resource-policy", "same-origin");
  c.header("cache-control", "no-store");
}

function admit(c: Context<Env>, limit: RateLimit): void {
  const wait = limit.take(c.env.address);
  if (wait === 0) return;
  c.header("retry-after", String(wait));
  throw new Fault("rate_limited", `too many requests from ${c.env.address}`, { hint: `try again in ${wait} s` });
}

/** A page of somebody else's may not log its visitor in, or use up an invitation (login CSRF). */
function refuseForeignOrigin(c: Context): void {
  const origin = c.req.header("origin");
  if (origin !== undefined && origin !== `https://${c.req.header("host")}`)
    throw new Fault("denied", "a page of another site may not do this");
}

function methodNotAllowed(c: Context, methods: readonly string[]): Response {
  c.header("allow", methods.join(", "));
  const fault = new Fault("bad_request", `this address takes ${methods.join(" and ")} only`);
  return c.json({ error: fault.toJSON() }, 405);
}

/** The one place where something thrown becomes an answer. */
function answer({ log }: ProxyContext, thrown: Error, c: Context<Env>): Response {
  const fault = Fault.from(thrown);
  if (fault.code === "internal") log.error("a request failed", { route: c.req.routePath, error: thrown });
  if (fault.code === "too_large") c.header("connection", "close");
  return c.json({ error: fault.toJSON() }, FAULTS[fault.code].status);
}
