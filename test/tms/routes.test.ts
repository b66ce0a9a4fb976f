import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Client, Escrow, type Headers, type Reply, type Tenant } from "../kit/escrow.ts";
import { namesClient, ROUTES, type Route, SHOP } from "./routes.ts";

/** What is said to whom, and in which order: the status codes that clients of the original go by. */
let escrow: Escrow;
let keyFixture: Tenant;
let closed: Tenant;
let portal: Client;
let closedPortal: Client;

beforeAll(async () => {
  escrow = await Escrow.open();
  keyFixture = await escrow.tenant(SHOP.tenant);
  portal = await keyFixture.client(SHOP.client);
  closed = await escrow.tenant("closed");
  closedPortal = await closed.client(SHOP.client);
  await closed.do("PATCH", "/tenants/upd", { enabled: false });
});
afterAll(() => escrow?.[Symbol.asyncDispose]());

const send = ({ method, path, body }: Route, headers: Headers, more: { tenant?: string } = {}): Promise<Reply> => {
  const inPath = more.tenant === undefined ? path : path.replace(/(tenants\/\w+)\/.*/, `$1/${more.tenant}`);
  return escrow.ask(method, `/v1/tms${inPath}`, {
    headers,
    ...(body !== undefined && { body: "tenant" in body ? { ...body, ...more } : body }),
  });
};

/** A refusal has the status in its body, a text, and nothing else. */
const refused = (reply: Reply, status: number, text?: string) => {
  expect({ status: reply.status, body: reply.body }).toEqual({
    status,
    body: { result_code: String(status), result_msg: text ?? expect.stringMatching(/./) },
  });
  expect(reply.headers.get("content-type")).toBe("application/json; charset=utf-8");
};

const without = (headers: Headers, name: RegExp): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => !name.test(key)));

/** Somebody whom nobody knows; another each time, for too many failures of one name lock it out. */
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

test("there are 44", () => expect(ROUTES.length).toBe(44));

describe("asked without saying for which tenant", () => {
  test.each(IN_TENANT)("%s", async (_name, route) => {
    const status = route.order === "key" && route.method === "DELETE" ? 401 : 400;
    refused(await send(route, without(allowed(route), /TENANT/)), status);
    refused(await send(route, {}), status);
  });
});

describe("asked for a tenant that does not exist, or is disabled", () => {
  test.each(IN_TENANT.filter(([, { order }]) => order !== "key"))("%s", async (_name, route) => {
    refused(await send(route, stranger("nowhere", route.who), { tenant: "nowhere" }), 400, "Tenant not enabled.");
    refused(await send(route, inClosed(route), { tenant: "closed" }), 400, "Tenant not enabled.");
  });

  test.each(of("key"))("%s, which looks at the secret first", async (_name, route) => {
    refused(await send(route, stranger("nowhere", route.who), { tenant: "nowhere" }), 401);
    refused(await send(route, inClosed(route), { tenant: "closed" }), 400, "Tenant not enabled.");
  });
});

describe("asked by a stranger, by nobody, by who has another role, and by who is of another tenant", () => {
  test.each(IN_TENANT)("%s", async (_name, route) => {
    const headers = stranger("shop", route.who);
    refused(await send(route, headers), 401);
    if (route.order !== "client") refused(await send(route, { "X-TMS-TENANT": "shop" }), 401);
    if (route.who === "admin") refused(await send(route, portal.headers), 401);
    refused(await send(route, { ...renamed(inClosed(route)), "X-TMS-TENANT": "shop" }), 401);
  });

  /** The secret is another tenant's. It is tried under a name that nobody has, lest the right one be locked out here. */
  const renamed = (headers: Headers): Headers =>
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, name.endsWith("-ID") ? `${value}-${strangers}` : value]),
    );
});

describe("asked about one tenant in the name of another", () => {
  test.each(of("body").filter(([, { path }]) => path !== "/tenants/another"))(
    "%s says so before it looks at the secret",
    async (_name, route) => {
      refused(await send(route, { "X-TMS-TENANT": "closed" }), 403);
      refused(await send(route, closed.admin), 403);
      refused(await send(route, { "X-TMS-TENANT": "nowhere" }), 403);
    },
  );
  test.each(of("key"))("%s says so to whom it knows", async (_name, route) => {
    refused(await send(route, stranger("shop", route.who), { tenant: "default" }), 401);
    refused(await send(route, keyFixture.admin, { tenant: "default" }), 403);
    refused(await send(route, portal.headers, { tenant: "default" }), 403);
  });
  test("POST /tenants/{tenant} is for admins of `default`", async () => {
    const ask = (headers: Headers) => escrow.ask("POST", "/v1/tms/tenants/another", { headers });
    refused(await ask(keyFixture.admin), 403);
    refused(await ask({ "X-TMS-TENANT": "default" }), 401);
    refused(await ask({}), 400);
  });
});

describe("asked by a client about another's", () => {
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

describe("asked by a client without its name", () => {
  test.each(of("client"))("%s, admins too", async (_name, route) => {
    refused(await send(route, without(portal.headers, /CLIENT/)), 400);
    refused(await send(route, keyFixture.admin), 400);
  });
});

describe("asked in no way that it can be asked", () => {
  const BODIED = ROUTES.filter(({ body }) => body !== undefined).map(
    (route) => [`${route.method} ${route.path}`, route] as const,
  );
  test.each(BODIED)("%s: what the body is comes before who asks", async (_name, route) => {
    const { method, path, body = {} } = route;
    const headers = stranger("shop", route.who);
    const ask = (text: string, type = "application/json") =>
      escrow.ask(method, `/v1/tms${path}`, { body: text, headers: { ...headers, "content-type": type } });
    for (const text of ["{", "", "[]", "null", "\u0000", '{"tenant": "shop"', "NaN"]) refused(await ask(text), 400);
    for (const name of Object.keys(body)) {
      const { [name]: _, ...rest } = body;
      // What may be left out may be null as well.
      if (!(method === "PATCH" && /^(?:max_uses|enabled)$/.test(name))) {
        refused(await ask(JSON.stringify(rest)), 400);
        refused(await ask(JSON.stringify({ ...body, [name]: null })), 400);
      }
      refused(await ask(JSON.stringify({ ...body, [name]: { a: 1 } })), 400);
      refused(await ask(JSON.stringify({ ...body, [name]: [body[name]] })), 400);
    }
    refused(await ask(JSON.stringify(body), "text/plain"), 415);
  });

  test("a path that is none, and a verb that a path has not", async () => {
    refused(await escrow.ask("GET", "/v1/tms/nothing"), 404);
    refused(await escrow.ask("GET", "/v1"), 404);
    refused(await escrow.ask("GET", "/v2/tms/hello"), 404);
    refused(await escrow.ask("DELETE", "/v1/tms/hello"), 405);
    refused(await escrow.ask("PUT", "/v1/tms/pubkeys", { body: {} }), 405);
  });

  test.each(["userhosts", "delegations", "hosts", "pubkeys/id"])("%s by a number that is none", async (kind) => {
    for (const id of ["x", "1.5", "2147483648", "-2147483649", "%00", "1e3", "0x10", "%201"])
      refused(await escrow.ask("GET", `/v1/tms/${kind}/${id}`, { headers: keyFixture.admin }), 400);
    for (const id of ["0", "-1", "2147483647"])
      refused(await escrow.ask("GET", `/v1/tms/${kind}/${id}`, { headers: keyFixture.admin }), 404, "NOT_FOUND");
  });
});
