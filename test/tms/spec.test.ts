import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { PrivateKey } from "../../core/cert/private-key.ts";
import { type Fields, type Headers, type Reply, TmsServer } from "../kit/tms-server.ts";
import { ROUTES } from "./routes.ts";
import { type Schema, Spec } from "./spec.ts";

/** The life cycle of a tenant, by a client that knows only the API's description. */
let server: TmsServer;
let spec: Spec;

beforeAll(async () => {
  server = await TmsServer.open();
  spec = await Spec.read(server);
});
afterAll(() => server?.[Symbol.asyncDispose]());

describe("the description", () => {
  test("is equal as YAML, and has every route of TMS 0.3.0 with its callers", async () => {
    const yaml = await server.must("GET", "/spec_yaml");
    expect(yaml.headers.get("content-type")).toBe("application/x-yaml");
    expect(Bun.YAML.parse(yaml.text)).toEqual(spec.document as unknown);
    expect(spec.document.openapi).toStartWith("3.0");
    const described = [...spec.operations.values()].map(({ method, path }) => `${method} ${path}`);
    const form = (path: string) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
    for (const { method, path, who } of ROUTES) {
      const [bare = ""] = `/tms${path}`.split("?");
      const found = [...spec.operations.values()]
        .filter((one) => one.method === method && form(one.path).test(bare))
        .sort((a, b) => a.path.split("{").length - b.path.split("{").length)[0];
      expect([`${method} ${path}`, found === undefined ? described : "described"]).toEqual([
        `${method} ${path}`,
        "described",
      ]);
      const ways = (found?.security ?? []).map((way) => Object.keys(way).sort());
      const [client, admin] = [
        ["clientId", "clientSecret"],
        ["adminId", "adminSecret"],
      ];
      const expected = { anybody: [], client: [client], admin: [admin], "client or admin": [client, admin] }[who];
      // An admin may register clients even if unauthenticated callers may not.
      expect([path, ways as unknown]).toEqual([path, path === "/client" ? [[], admin] : expected]);
    }
  });

  test("explains every operation and every field", () => {
    const bare: string[] = [];
    const look = (schema: Schema, at: string) => {
      const { properties = {}, items } = spec.resolve(schema);
      for (const [name, field] of Object.entries(properties)) {
        if (!("description" in spec.resolve(field)) && spec.resolve(field).type !== "array") bare.push(`${at}.${name}`);
        look(field, `${at}.${name}`);
      }
      if (items !== undefined) look(items, `${at}[]`);
    };
    for (const { operationId, body, responses, parameters } of spec.operations.values()) {
      if (body !== undefined) look(body, operationId);
      for (const [status, { content = {} }] of Object.entries(responses))
        for (const { schema } of Object.values(content)) look(schema, `${operationId} ${status}`);
      for (const parameter of parameters)
        if (parameter.schema.type === undefined) bare.push(`${operationId} ${parameter.name}`);
    }
    expect(bare).toEqual([]);
  });

  test("is shown as live docs that load from this server only", async () => {
    const page = await server.must("GET", "/");
    expect(page.headers.get("content-type")).toStartWith("text/html");
    const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = ""]) => link);
    expect(links.length).toBeGreaterThan(1);
    for (const link of links.filter((one) => !one.startsWith("data:"))) {
      expect(link).not.toMatch(/^(?:https?:)?\/\//);
      const { status } = await server.ask("GET", new URL(link, "http://x/").pathname);
      expect([link, status]).toEqual([link, 200]);
    }
  });
});

describe("input that violates the description is refused, with the field's name", () => {
  const TEXTS = ["", "a".repeat(20_000), "a\0b", "a\nb", "\u202e", "\ud800", "x"];
  const NUMBERS = [-2_147_483_649, -1, 1.5, 4_294_967_296, 1e300];
  const OTHERS = [null, true, [], {}, [{}], { a: 1 }];
  const form = (path: string) => path.replaceAll(/\{\w+\}/g, "x");
  /** No credentials: a well-formed request is refused for that, a malformed one before. */
  const headers = { "X-TMS-TENANT": "default", "X-TMS-CLIENT-ID": "nobody" };

  /** As in TMS a number or boolean is accepted in place of text. */
  const allowed = (schema: Schema, value: unknown) => {
    const scalar = typeof value === "number" || typeof value === "boolean";
    const text = spec.resolve(schema).type === "string" && scalar ? String(value) : value;
    return spec.mistakes(schema, text, "").length === 0;
  };

  test("in bodies", async () => {
    const taken: string[] = [];
    for (const { operationId, method, path, body } of spec.operations.values()) {
      if (body === undefined) continue;
      const { properties = {}, required = [] } = spec.resolve(body);
      const whole = Object.fromEntries(required.map((name) => [name, exampleOf(properties[name] ?? {})]));
      for (const [name, schema] of Object.entries(properties))
        for (const value of [...TEXTS, ...NUMBERS, ...OTHERS]) {
          // Optional fields may be null.
          if (allowed(schema, value) || (value === null && !required.includes(name))) continue;
          // Fingerprints and key types may be any text.
          const ask = { headers, body: { ...whole, [name]: value } };
          const { status, text, body: refusal } = await server.ask(method, `${spec.base}${form(path)}`, ask);
          const said = String(refusal["result_msg"]);
          if (status !== 400 || !said.includes(name))
            taken.push(
              `${operationId} ${name} ${JSON.stringify(value)?.slice(0, 40)}: ${status} ${text.slice(0, 120)}`,
            );
        }
    }
    expect(taken).toEqual([]);
  }, 300_000);

  test("in paths and queries", async () => {
    const taken: string[] = [];
    for (const { operationId, method, path, parameters, body } of spec.operations.values())
      for (const { name, in: where, schema } of parameters) {
        if (where === "header" || body !== undefined) continue;
        for (const value of ["a".repeat(300), "a\0b", "a\nb", "\u202e", "-1", "1.5", "99999999999", "yes", "x"]) {
          const { type } = spec.resolve(schema);
          const meant = type === "integer" && /^-?\d+$/.test(value) ? Number(value) : value;
          if (allowed(schema, meant)) continue;
          const word = encodeURIComponent(value);
          const target = where === "path" ? form(path.replace(`{${name}}`, word)) : `${form(path)}?${name}=${word}`;
          const { status, text } = await server.ask(method, `${spec.base}${target}`, { headers });
          if (status !== 400 || !text.includes(name))
            taken.push(`${operationId} ${name} ${value.slice(0, 40)}: ${status} ${text}`);
        }
      }
    expect(taken).toEqual([]);
  });
});

function exampleOf(schema: Schema): unknown {
  const { example, type } = spec.resolve(schema);
  return example ?? { string: "x", integer: 1, boolean: true, array: [], object: {} }[type ?? "string"];
}

describe("from the description alone", () => {
  /** Values by field name; fields of responses are added. */
  const known: Record<string, unknown> = {
    tenant: "lab",
    client_id: "portal",
    app_name: "Portal",
    app_version: "1.0",
    tms_user_id: "ada",
    client_user_id: "ada",
    host: "h1",
    host_account: "ada1",
    user: "ada1",
    addr: "192.0.2.*",
    ttl_minutes: 60,
    num_uses: 5,
    grace_minutes: 5,
    name: "Ada",
  };
  const admin: Record<string, string> = { "X-TMS-TENANT": "lab" };
  const client: Record<string, string> = { "X-TMS-TENANT": "lab" };

  /** Requires that the operation succeeds as described. */
  const does = async (id: string, who: Headers = admin, more: Fields = {}): Promise<Reply> => {
    const reply = await spec.call(id, { ...known, ...more }, who);
    expect([id, reply.status < 300, reply.text]).toEqual([id, true, reply.text]);
    return reply;
  };
  /** Requires that a refusal is as described. */
  const refuses = async (id: string, status: number, who: Headers, more: Fields = {}): Promise<void> => {
    const reply = await spec.call(id, { ...known, ...more }, who);
    expect([id, reply.status, reply.text]).toEqual([id, status, reply.text]);
  };

  test("a tenant, its admins and its client", async () => {
    for (const id of ["hello", "version", "getEscrowKeys", "listTenants"]) await does(id, {});
    const made = await does("createTenant", server.admin, { "X-TMS-TENANT": "default" });
    Object.assign(admin, { "X-TMS-ADMIN-ID": made.at("admin_id"), "X-TMS-ADMIN-SECRET": made.at("admin_secret") });
    await refuses("createTenant", 409, server.admin);
    await does("getTenant");
    await does("updateTenant", admin, { enabled: true, require_host_credential: false });
    await does("createAdmin", admin, { admin_id: "~~second" });
    await does("listAdmins");
    const second = await does("updateAdminSecret", admin, { admin_id: "~~second" });
    await does("listAdmins", {
      ...admin,
      "X-TMS-ADMIN-ID": "~~second",
      "X-TMS-ADMIN-SECRET": second.at("admin_secret"),
    });
    await does("deleteAdmin", admin, { admin_id: "~~second" });

    const portal = await does("createClient");
    Object.assign(client, { "X-TMS-CLIENT-ID": "portal", "X-TMS-CLIENT-SECRET": portal.at("client_secret") });
    await refuses("createClient", 409, {});
    for (const who of [client, admin]) {
      await does("getClient", who);
      await does("listClients", who);
      await does("updateClient", who, { enabled: true });
    }
    const rotateSecrets = await does("updateClientSecret", client);
    await does("getClient", client);
    client["X-TMS-CLIENT-SECRET"] = rotateSecrets.at("client_secret");
    await does("getClient", client);
    await refuses("getClient", 404, admin, { client_id: "nobody" });
    await refuses("getClient", 401, { ...client, "X-TMS-CLIENT-SECRET": "0" });
    await refuses("getClient", 403, client, { client_id: "nobody" });
  });

  test("a user, an account, a delegation, a host", async () => {
    for (const [noun, list, more] of [
      ["UserMfa", "listUserMfa", { enabled: true }],
      ["UserHost", "listUserHosts", {}],
      ["Delegation", "listDelegations", {}],
      ["Host", "listHosts", undefined],
    ] as const) {
      await does(`create${noun}`);
      await refuses(`create${noun}`, 409, admin);
      const [row] = Object.values((await does(list)).body).find(Array.isArray) as Fields[];
      await does(`get${noun}`, admin, { id: row?.["id"] });
      if (noun !== "UserMfa") await refuses(`get${noun}`, 404, admin, { id: 2_147_483_647 });
      if (more !== undefined) await does(`update${noun}`, admin, more);
    }
    await does("updateHostCredential");
  });

  test("keys of each type, and an imported one", async () => {
    for (const key_type of ["ed25519", "ecdsa", "rsa"]) {
      const { body } = await does("createKeyPair", client, { key_type });
      Object.assign(known, { public_key_fingerprint: body["public_key_fingerprint"] });
      expect((await does("retrievePublicKey", {})).body["public_key"]).toBe(body["public_key"]);
    }
    const own = PrivateKey.generate().public.toString();
    const restrictions = { restrict: true, from: ["192.0.2.0/24", "2001:db8::/32"], expiry_time: true };
    await does("addPublicKey", client, { public_key: own, restrictions });
    await refuses("addPublicKey", 409, client, { public_key: own });
    await refuses("createKeyPair", 403, client, { client_user_id: "eve" });
    const statement = await does("retrievePublicKey", {}, { connection: "c1", statement: true });
    expect(statement.body["statement"]).toBeDefined();
    for (const who of [client, admin]) {
      const rows = (await does("listPublicKeys", who)).rows("pubkeys");
      expect(rows.length).toBe(4);
      for (const { id } of rows) await does("getPublicKey", who, { seqno: id });
      await does("updatePublicKey", who, { max_uses: 9 });
    }
    await refuses("retrievePublicKey", 404, {}, { host: "h2" });
    await refuses("updatePublicKey", 404, client, { host: "h2", max_uses: 1 });
  }, 300_000);

  test("reservations", async () => {
    const { body } = await does("createReservation", client);
    Object.assign(known, { resid: body["resid"], parent_resid: body["resid"] });
    await does("extendReservation", client);
    for (const who of [client, admin]) {
      await does("getReservation", who);
      expect((await does("listReservations", who)).rows("reservations").length).toBe(2);
    }
    await does("deleteReservation", client);
    await does("deleteRelatedReservations", client);
    await refuses("getReservation", 404, client);
  });

  test("deletions, until every operation has been tested", async () => {
    const ends = ["PublicKey", "Host", "HostCredential", "Delegation", "UserHost", "UserMfa", "Client"];
    for (const noun of ends) expect((await does(`delete${noun}`)).body["num_deleted"]).toBe(1);
    expect((await does("deleteTenant")).body["num_deleted"]).toBe(2);
    const again = await does("createTenant", server.admin, { "X-TMS-TENANT": "default" });
    await does("wipeTenant", { ...admin, "X-TMS-ADMIN-SECRET": again.at("admin_secret") });
    await refuses("getTenant", 404, {});
    const operator = ["searchEvents", "verifyEvents"];
    for (const id of operator) await refuses(id, 403, server.admin);
    expect([...spec.operations.keys()].filter((id) => !spec.walked.has(id))).toEqual([]);
  });
});
