import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Client, type Headers, type Reply, type Tenant, TmsServer } from "../kit/tms-server.ts";
import { namesClient, ROUTES, type Route, SHOP } from "./routes.ts";

/** The refusals of TMS's routes and their order: the status codes that TMS's clients depend on. */
let server: TmsServer;
let keyFixture: Tenant;
let closed: Tenant;
let portal: Client;
let closedPortal: Client;

beforeAll(async () => {
  server = await TmsServer.open();
  keyFixture = await server.tenant(SHOP.tenant);
  portal = await keyFixture.client(SHOP.client);
  closed = await server.tenant("closed");
  closedPortal = await closed.client(SHOP.client);
  await closed.do("PATCH", "/tenants/upd", { enabled: false });
});
afterAll(() => server?.[Symbol.asyncDispose]());

const send = ({ method, path, body }: Route, headers: Headers, more: { tenant?: string } = {}): Promise<Reply> => {
  const inPath = more.tenant === undefined ? path : path.replace(/(tenants\/\w+)\/.*/, `$1/${more.tenant}`);
  return server.ask(method, `/v1/tms${inPath}`, {
    headers,
    ...(body !== undefined && { body: "tenant" in body ? { ...body, ...more } : body }),
  });
};

/** Requires a refusal: its body has the status and a message only. */
const refused = (reply: Reply, status: number, text?: string) => {
  expect({ status: reply.status, body: reply.body }).toEqual({
    status,
    body: { result_code: String(status), result_msg: text ?? expect.stringMatching(/./) },
  });
  expect(reply.headers.get("content-type")).toBe("application/json; charset=utf-8");
};

const without = (headers: Headers, name: RegExp): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => !name.test(key)));

/** Unknown credentials; new ones each time, as repeated failures of one id lock it. */
let strangers = 0;
const stranger = (tenant: string, who: Route["who"]): Headers => {
  strangers += 1;
  const [id, secret] = [`nobody-${strangers}`, "0".repeat(48)];
  return {
    "X-TMS-TENANT": tenant,
    ...(who !== "admin" && { "X-TMS-CLIENT-ID": id, "X-TMS-CLIENT-SECRET": secret }),
    ...(who === "admin" && { "X-TMS-ADMIN-ID": `~~${id}`, "X-TMS-ADMIN-SECRET": secret }),
  };
};
const allowed = ({ who }: Route): Headers => (who === "client" ? portal.headers : keyFixture.admin);
const inClosed = ({ who }: Route): Headers => (who === "client" ? closedPortal.headers : closed.admin);

const of = (order: Route["order"]) =>
  ROUTES.filter((route) => route.order === order).map((route) => [`${route.method} ${route.path}`, route] as const);
const IN_TENANT = ROUTES.filter(({ order, path }) => order !== "open" && path !== "/tenants/another").map(
  (route) => [`${route.method} ${route.path}`, route] as const,
);

test("TMS has 44 routes", () => expect(ROUTES.length).toBe(44));

describe("without a tenant header", () => {
  test.each(IN_TENANT)("%s", async (_name, route) => {
    const status = route.order === "key" && route.method === "DELETE" ? 401 : 400;
    refused(await send(route, without(allowed(route), /TENANT/)), status);
    refused(await send(route, {}), status);
  });
});

describe("for an unknown or disabled tenant", () => {
  test.each(IN_TENANT.filter(([, { order }]) => order !== "key"))("%s", async (_name, route) => {
    refused(await send(route, stranger("nowhere", route.who), { tenant: "nowhere" }), 400, "Tenant not enabled.");
    refused(await send(route, inClosed(route), { tenant: "closed" }), 400, "Tenant not enabled.");
  });

  test.each(of("key"))("%s, which verifies the secret first", async (_name, route) => {
    refused(await send(route, stranger("nowhere", route.who), { tenant: "nowhere" }), 401);
    refused(await send(route, inClosed(route), { tenant: "closed" }), 400, "Tenant not enabled.");
  });
});

describe("with unknown, missing, wrong-role or other-tenant credentials", () => {
  test.each(IN_TENANT)("%s", async (_name, route) => {
    const headers = stranger("shop", route.who);
    refused(await send(route, headers), 401);
    if (route.order !== "client") refused(await send(route, { "X-TMS-TENANT": "shop" }), 401);
    if (route.who === "admin") refused(await send(route, portal.headers), 401);
    refused(await send(route, { ...renamed(inClosed(route)), "X-TMS-TENANT": "shop" }), 401);
  });

  /** A secret of another tenant, with an unknown id, so that the existing id is not locked. */
  const renamed = (headers: Headers): Headers =>
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, name.endsWith("-ID") ? `${value}-${strangers}` : value]),
    );
});

describe("with the header of another tenant", () => {
  test.each(of("body").filter(([, { path }]) => path !== "/tenants/another"))(
    "%s is refused before the secret is verified",
    async (_name, route) => {
      refused(await send(route, { "X-TMS-TENANT": "closed" }), 403);
      refused(await send(route, closed.admin), 403);
      refused(await send(route, { "X-TMS-TENANT": "nowhere" }), 403);
    },
  );
  test.each(of("key"))("%s is refused after authentication", async (_name, route) => {
    refused(await send(route, stranger("shop", route.who), { tenant: "default" }), 401);
    refused(await send(route, keyFixture.admin, { tenant: "default" }), 403);
    refused(await send(route, portal.headers, { tenant: "default" }), 403);
  });
  test("POST /tenants/{tenant} is for admins of `default`", async () => {
    const ask = (headers: Headers) => server.ask("POST", "/v1/tms/tenants/another", { headers });
    refused(await ask(keyFixture.admin), 403);
    refused(await ask({ "X-TMS-TENANT": "default" }), 401);
    refused(await ask({}), 400);
  });
});

describe("for another client's records", () => {
  let thief: Client;
  beforeAll(async () => {
    thief = await keyFixture.client("thief");
  });
  test.each(ROUTES.filter(namesClient).map((route) => [`${route.method} ${route.path}`, route] as const))(
    "%s",
    async (_name, route) => refused(await send(route, thief.headers), 403),
  );
  test.each(of("key"))("%s", async (_name, route) => refused(await send(route, thief.headers), 403));
});

describe("without a client header", () => {
  test.each(of("client"))("%s, also for admins", async (_name, route) => {
    refused(await send(route, without(portal.headers, /CLIENT/)), 400);
    refused(await send(route, keyFixture.admin), 400);
  });
});

describe("malformed requests", () => {
  const BODIED = ROUTES.filter(({ body }) => body !== undefined).map(
    (route) => [`${route.method} ${route.path}`, route] as const,
  );
  test.each(BODIED)("%s: the body is validated before authentication", async (_name, route) => {
    const { method, path, body = {} } = route;
    const headers = stranger("shop", route.who);
    const ask = (text: string, type = "application/json") =>
      server.ask(method, `/v1/tms${path}`, { body: text, headers: { ...headers, "content-type": type } });
    for (const text of ["{", "", "[]", "null", "\u0000", '{"tenant": "shop"', "NaN"]) refused(await ask(text), 400);
    for (const name of Object.keys(body)) {
      const { [name]: _, ...rest } = body;
      // Optional fields may be null.
      if (!(method === "PATCH" && /^(?:max_uses|enabled)$/.test(name))) {
        refused(await ask(JSON.stringify(rest)), 400);
        refused(await ask(JSON.stringify({ ...body, [name]: null })), 400);
      }
      refused(await ask(JSON.stringify({ ...body, [name]: { a: 1 } })), 400);
      refused(await ask(JSON.stringify({ ...body, [name]: [body[name]] })), 400);
    }
    refused(await ask(JSON.stringify(body), "text/plain"), 415);
  });

  test("an unknown path or method", async () => {
    refused(await server.ask("GET", "/v1/tms/nothing"), 404);
    refused(await server.ask("GET", "/v1"), 404);
    refused(await server.ask("GET", "/v2/tms/hello"), 404);
    refused(await server.ask("DELETE", "/v1/tms/hello"), 405);
    refused(await server.ask("PUT", "/v1/tms/pubkeys", { body: {} }), 405);
  });

  test.each(["userhosts", "delegations", "hosts", "pubkeys/id"])("%s with an invalid id", async (kind) => {
    for (const id of ["x", "1.5", "2147483648", "-2147483649", "%00", "1e3", "0x10", "%201"])
      refused(await server.ask("GET", `/v1/tms/${kind}/${id}`, { headers: keyFixture.admin }), 400);
    for (const id of ["0", "-1", "2147483647"])
      refused(await server.ask("GET", `/v1/tms/${kind}/${id}`, { headers: keyFixture.admin }), 404, "NOT_FOUND");
  });
});
