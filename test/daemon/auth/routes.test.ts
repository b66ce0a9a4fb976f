import { afterAll, beforeAll, expect, test } from "bun:test";
import type { AuthClient } from "../../../core/api/client.ts";
import type { CallerKind, Route } from "../../../core/api/route.ts";
import { ROUTES } from "../../../core/api/routes.ts";
import { Fault } from "../../../core/fault.ts";
import { KINDS } from "../../../core/resource/registry.ts";
import type { ClientConnection } from "../../../core/ssh/client.ts";
import { router } from "../../../daemon/auth/router.ts";
import { TestAuth } from "../../kit/auth.ts";
import { checkedApi } from "../../kit/auth-client.ts";
import { ask } from "../../kit/http.ts";

/**
 * Who gets further than "denied", written down by hand and not taken from ROUTES. `-` is nobody.
 *
 *   j  holds a join token                    u  a user without any role
 *   n  a node                                a  a user with the role access
 *   p  a proxy                               e  a user with the role editor
 *   o  the operator on auth's own machine    s  a user with the role auditor
 */
const EXPECTED = `
  GET    /v1/ping                          j n p o u a e s
  GET    /v1/trust                         j n p o u a e s
  POST   /v1/join                          j
  POST   /v1/renew                         n p
  POST   /v1/heartbeats/node               n
  POST   /v1/heartbeats/proxy              p
  GET    /v1/watch?kinds=role              n p
  POST   /v1/events                        n p
  POST   /v1/invites/inspect               p
  POST   /v1/invites/accept                p
  POST   /v1/logins                        p

  GET    /v1/status                        o e
  GET    /v1/reachable                     u a e s
  POST   /v1/users                         o e
  PUT    /v1/users/nobody                  o e
  POST   /v1/users/nobody/reset            o e
  POST   /v1/users/nobody/unlock           o e
  POST   /v1/tokens                        o e
  POST   /v1/certificates/user             o
  POST   /v1/certificates/host             o
  GET    /v1/events                        o s
  GET    /v1/events/tail                   o s
  GET    /v1/events/verify                 o s

  GET    /v1/resources/user                o e
  GET    /v1/resources/role                o e
  GET    /v1/resources/node                o e
  GET    /v1/resources/token               o e
  GET    /v1/resources/lock                o e
  GET    /v1/resources/cert_authority      o e
  GET    /v1/resources/user/nobody         o e
  GET    /v1/resources/role/none           o e
  GET    /v1/resources/node/none           o e
  GET    /v1/resources/token/none          o e
  GET    /v1/resources/lock/none           o e
  GET    /v1/resources/cert_authority/none o e
  POST   /v1/resources/user                o e
  POST   /v1/resources/role                o e
  POST   /v1/resources/node                -
  POST   /v1/resources/token               o e
  POST   /v1/resources/lock                o e
  POST   /v1/resources/cert_authority      -
  PUT    /v1/resources/user/nobody         o e
  PUT    /v1/resources/role/none           o e
  PUT    /v1/resources/node/none           -
  PUT    /v1/resources/token/none          o e
  PUT    /v1/resources/lock/none           o e
  PUT    /v1/resources/cert_authority/user -
  DELETE /v1/resources/user/nobody         o e
  DELETE /v1/resources/role/none           o e
  DELETE /v1/resources/node/none           o e
  DELETE /v1/resources/token/none          o e
  DELETE /v1/resources/lock/none           o e
  DELETE /v1/resources/cert_authority/user -
`;

const ROWS = EXPECTED.split("\n").flatMap((line) => {
  const [method, path, ...who] = line.trim().split(/\s+/);
  return method === undefined || path === undefined ? [] : [{ method, path, who: who.join(" ") }];
});

let auth: TestAuth;
const callers = new Map<string, ClientConnection>();

beforeAll(async () => {
  auth = await TestAuth.start();
  const admin = await auth.admin();
  const user = async (name: string, roles: string[]) => {
    await admin.create("user", { kind: "user", metadata: { name }, spec: { roles, traits: { logins: [name] } } });
    return auth.connect(name, (await auth.user(name)).credential);
  };
  const host = async (uuid: string, roles: ("node" | "proxy")[], hostname: string) =>
    auth.connect(uuid, (await auth.host(uuid, roles, hostname)).credential);
  callers.set("j", await auth.connect("join", { password: await auth.role.localJoin(["node"]).token() }));
  callers.set("n", await host("00000000-0000-4000-8000-00000000000a", ["node"], "node-1"));
  callers.set("p", await host("00000000-0000-4000-8000-00000000000b", ["proxy"], "proxy-1"));
  callers.set("o", await auth.connect("admin", auth.adminCredential()));
  callers.set("u", await user("ursula", []));
  callers.set("a", await user("alice", ["access"]));
  callers.set("e", await user("erin", ["editor"]));
  callers.set("s", await user("sam", ["auditor"]));
});
afterAll(() => auth[Symbol.asyncDispose]());

const who = (letter: string): ClientConnection => {
  const connection = callers.get(letter);
  if (connection === undefined) throw new Error(`there is no caller ${letter}`);
  return connection;
};

test("every route lets in the callers it is for, and nobody else", async () => {
  const found: string[] = [];
  for (const { method, path } of ROWS) {
    const open: string[] = [];
    for (const [letter, connection] of callers) {
      // Nothing that is let in finds what it needs in an empty body, so nothing is changed on the way.
      const { status, body } = await ask(connection, method, path, method === "GET" ? {} : { body: {} });
      if (status !== 401 && status !== 403) open.push(letter);
      else expect(body).toMatchObject({ error: { code: status === 401 ? "unauthenticated" : "denied" } });
    }
    found.push(`${method} ${path} ${open.join(" ") || "-"}`);
  }
  expect(found).toEqual(ROWS.map(({ method, path, who }) => `${method} ${path} ${who}`));
});

test("every route is in the table above", () => {
  const missing = Object.entries(ROUTES).filter(([, { method, path }]) => {
    const pattern = new RegExp(`^${path.replace(/:\w+/g, "[^/?]+")}(?:\\?.*)?$`);
    return !ROWS.some((row) => row.method === method && pattern.test(row.path));
  });
  expect(missing).toEqual([]);
});

/** The concrete requests of an entry: one, or one a kind of resource. */
function requestsOf({ method, path, needs }: Route) {
  const kinds = path.includes(":kind") ? Object.keys(KINDS) : [""];
  return kinds.map((kind) => ({
    method,
    path: path
      .replace(":kind", kind)
      .replace(/:\w+/g, "nobody")
      .replace(/watch$/, "watch?kinds=role"),
    rule: needs && { resources: [needs.resource === ":kind" ? kind : needs.resource], verbs: [needs.verb] },
  }));
}

/** Whether the caller gets past the admission. What a service refuses beyond that, it says in other words. */
async function isAdmitted(connection: ClientConnection, method: string, path: string): Promise<boolean> {
  const { body } = await ask(connection, method, path, method === "GET" ? {} : { body: {} });
  const message = (body as { error?: { message: string } } | undefined)?.error?.message ?? "";
  return !/^access denied: (this is not for you|none of your roles)/.test(message);
}

test("each entry admits the kinds of callers that it names, and users by its rule alone", async () => {
  const admin = await auth.admin();
  let count = 0;
  /** A user whose only role has this. */
  const userWith = async (spec: object) => {
    const name = `walker-${++count}`;
    await admin.create("role", { kind: "role", metadata: { name }, spec });
    await admin.create("user", { kind: "user", metadata: { name }, spec: { roles: [name] } });
    return auth.connect(name, (await auth.user(name)).credential);
  };
  const users = new Map<string, { readonly by: ClientConnection; readonly without: ClientConnection }>();
  const usersFor = async (rule: object) => {
    const key = JSON.stringify(rule);
    const known = users.get(key) ?? {
      by: await userWith({ allow: { rules: [rule] } }),
      without: await userWith({
        allow: { rules: [{ resources: ["*"], verbs: ["*"] }] },
        deny: { rules: [rule] },
      }),
    };
    users.set(key, known);
    return known;
  };
  const kinds: Readonly<Record<string, CallerKind>> = { j: "join", n: "node", p: "proxy", o: "admin" };
  for (const [name, route] of Object.entries(ROUTES) as [string, Route][])
    for (const { method, path, rule } of requestsOf(route)) {
      for (const [letter, kind] of Object.entries(kinds))
        expect([name, kind, await isAdmitted(who(letter), method, path)]).toEqual([
          name,
          kind,
          route.callers.includes(kind),
        ]);
      const isForUsers = route.callers.includes("user");
      const { by, without } = rule === undefined ? { by: who("u"), without: undefined } : await usersFor(rule);
      expect([name, path, await isAdmitted(by, method, path)]).toEqual([name, path, isForUsers]);
      if (without !== undefined)
        expect([name, path, await isAdmitted(without, method, path)]).toEqual([name, path, false]);
    }
  expect(users.size).toBeGreaterThan(30);
}, 30_000);

test("no request has two routes, and each route is found by its own path", () => {
  const match = router(ROUTES);
  for (const [name, route] of Object.entries(ROUTES) as [string, Route][])
    for (const { method, path } of requestsOf(route)) {
      expect(match({ method, target: path })?.name).toBe(name);
      const others = Object.entries(ROUTES).filter(([other]) => other !== name);
      expect(router(Object.fromEntries(others))({ method, target: path })).toBeUndefined();
    }
});

test("the client checks in these tests find a reply and a refusal that no entry declares", async () => {
  const reply = { cluster: "test", version: "1", now: new Date().toISOString(), second_factor: "otp" };
  const answer = (value: object) => checkedApi({ ping: async () => value } as unknown as AuthClient).ping();
  expect(await answer(reply)).toEqual(reply as never);
  await expect(answer({ ...reply, more: 1 })).rejects.toThrow("replies other than it declares");
  await expect(answer({ ...reply, version: undefined })).rejects.toThrow("replies other than it declares");
  const refused = checkedApi({
    ping: () => Promise.reject(new Fault("conflict", "x")),
  } as unknown as AuthClient).ping();
  await expect(refused).rejects.toThrow("refused with conflict, which its entry does not declare");
});

test("without a credential there is no connection", async () => {
  for (const user of ["join", "admin", "root", "alice", ""])
    expect(await auth.connect(user, { password: "wrong-token-wrong-token" }).catch((fault: Fault) => fault.code)).toBe(
      "unauthenticated",
    );
});

test("no header makes a caller somebody else", async () => {
  const headers = {
    authorization: "Bearer admin",
    cookie: "caller=admin",
    "x-forwarded-user": "admin",
    "x-forwarded-for": "127.0.0.1",
    "x-caller": '{"kind":"admin"}',
    "x-http-method-override": "GET",
    "x-original-url": "/v1/ping",
    host: "admin",
    caller: "admin",
  };
  for (const letter of ["j", "n", "u", "a"])
    expect((await ask(who(letter), "POST", "/v1/certificates/user", { headers, body: {} })).status).toBe(403);
});

test("the user name of the SSH login makes nobody somebody else", async () => {
  const { credential } = await auth.user("ursula");
  const connection = await auth.connect("erin", credential);
  expect((await ask(connection, "GET", "/v1/status")).status).toBe(403);
});

test("an unknown route is not found, by whatever method", async () => {
  for (const method of ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
    expect((await ask(who("o"), method, "/v1/nothing", {})).status).toBe(404);
  expect((await ask(who("o"), "DELETE", "/v1/status")).status).toBe(404);
  expect((await ask(who("o"), "GET", "/v1/resources/cheese")).status).toBe(404);
});

test("no way of writing a path leads to another route", async () => {
  const spellings = [
    "/v1/nothing/../status",
    "/v1/nothing/%2e%2e/status",
    "/v1/./status",
    "/v1//status",
    "//v1/status",
    "/v1/status/",
    "/v1/status;x=1",
    "/v1/status%00",
    "/v1%2fstatus",
    "/v1\\status",
    "/V1/STATUS",
    "http://auth/v1/status",
    "/v1/status%3fx",
    "/v1/resources/%6eode%2f..",
  ];
  for (const path of spellings) expect([path, (await ask(who("o"), "GET", path)).status]).toEqual([path, 404]);
});

test("a name from a path is a name and no key of the database", async () => {
  const status = async (name: string) => (await ask(who("o"), "GET", `/v1/resources/user/${name}`)).status;
  for (const name of ["..%2fauthorities%2fuser", "a%2fb", "%2e%2e%2f%2e%2e", "a%00b"])
    expect([name, await status(name)]).toEqual([name, 400]);
  for (const name of ["__proto__", "constructor", "%zz", "%2e%2e"])
    expect([name, await status(name)]).toEqual([name, 404]);
});

test("what is not JSON, or has a field that is not known, is a bad request that says what", async () => {
  const told = async (body: unknown) => {
    const answer = await ask(who("o"), "POST", "/v1/users", { body });
    expect(answer.status).toBe(400);
    return (answer.body as { error: { message: string } }).error.message;
  };
  expect(await told("{")).toBe("the body is not JSON");
  expect(await told("")).toBe("the body is not JSON");
  expect(await told("\u0000\u0001\u0002")).toBe("the body is not JSON");
  expect(await told("[]")).toStartWith("request: expected object");
  expect(await told({ name: "bob", admin: true })).toBe("request: admin: unknown field");
  expect(await told('{"name":"bob","__proto__":{"admin":true}}')).toBe("request: __proto__: unknown field");
  expect(await told({ name: "bob\n" })).toStartWith("request: name: expected a user name");
  expect(await told({ name: "bob", ttl_seconds: "1h" })).toStartWith("request: ttl_seconds: expected number");
  expect(await told({ name: "bob", traits: { logins: "root" } })).toStartWith("request: traits.logins: expected array");
});
