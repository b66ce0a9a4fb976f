import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Fault } from "../../../../core/fault.ts";
import type { Store } from "../../../../core/store.ts";
import { cleanTemp } from "../../../kit/temp.ts";
import { Api, asAdmin, type Headers, said, WANTED, world } from "./kit.ts";

cleanTemp();

/** Properties of all routes: the envelope, malformed requests, and undisclosed details. */
let api: Api;
let admin: Headers;
let client: Headers;
let key: Awaited<ReturnType<typeof world>>["key"];
beforeAll(async () => {
  ({ api, admin, client, key } = await world());
});
afterAll(() => api?.[Symbol.asyncDispose]());

const NAME = "expected text of 1 to 255 characters without control characters, and not . or ..";
const MFA = { tenant: "default", tms_user_id: "eve", ttl_minutes: 60 };
const create = (body: unknown, headers: Headers = {}) =>
  api.ask("POST /usermfa", { headers: { ...admin, ...headers }, body });

describe("every response", () => {
  test("has the envelope, fields in alphabetical order, and security headers", async () => {
    for (const what of ["/tenants/default", "/tenants/list", "/client/list", "/usermfa/list"]) {
      const { text, body } = await api.ask(`GET ${what}`, { headers: admin });
      expect(body).toMatchObject({ result_code: "0", result_msg: "success" });
      expect(Object.keys(JSON.parse(text) as object)).toEqual(Object.keys(body).toSorted());
    }
    const { headers } = await api.ask("GET /tenants/default");
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    for (const [name, value] of [
      ["cache-control", "no-store"],
      ["x-content-type-options", "nosniff"],
      ["content-security-policy", "default-src 'none'; frame-ancestors 'none'"],
    ] as const)
      expect(headers.get(name)).toBe(value);
  });

  test("of a refusal has the status as text and a message only", async () => {
    const { status, text } = await api.ask("GET /tenants/nowhere");
    expect([status, JSON.parse(text) as unknown]).toEqual([404, { result_code: "404", result_msg: "NOT_FOUND" }]);
  });

  test("discloses declared fields only", async () => {
    for (const what of ["GET /client/portal", "GET /client/list", "GET /admins/list", "GET /tenants/list"])
      expect((await api.ask(what, { headers: admin })).text).not.toMatch(/secret|hash|"app_id"/);
  });
});

test("a streamed list has the same form as a short one", async () => {
  const addrs = Array.from({ length: 1200 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
  const add = (addr: string) =>
    api.ask("POST /hosts", { headers: admin, body: { tenant: "default", host: "many", addr } });
  await Promise.all(addrs.map(add));
  const { status, headers, body } = await api.ask("GET /hosts/list", { headers: admin });
  expect([status, headers.get("content-type")]).toEqual([200, "application/json; charset=utf-8"]);
  const { users, ...rest } = body as { readonly users: readonly { readonly host: string; readonly addr: string }[] };
  expect(rest as object).toEqual({ num_mappings: users.length, result_code: "0", result_msg: "success" });
  const many = users.filter(({ host }) => host === "many");
  expect(many.map(({ addr }) => addr).toSorted()).toEqual(addrs.toSorted());
});

describe("an unknown path or method", () => {
  test.each([
    ["GET", "/v1/tms/nothing", 404, "not found", undefined],
    ["GET", "/v1/tms/hello/", 404, "not found", undefined],
    ["GET", "/v1/tms/client/", 404, "not found", undefined],
    ["DELETE", "/v1/tms/usermfa/del/%2e%2e", 404, "not found", undefined],
    ["POST", "/", 405, "method not allowed", "GET"],
    ["GET", "/v2/tms/hello", 404, "not found", undefined],
    ["GET", "/v1/tms//tenants/list", 404, "not found", undefined],
    ["DELETE", "/v1/tms/hello", 405, "method not allowed", "GET"],
    ["PUT", "/v1/tms/pubkeys", 405, "method not allowed", "POST, PATCH"],
    ["OPTIONS", "/v1/tms/client/portal", 405, "method not allowed", "GET"],
    ["GET", "/v1/tms/client", 405, "method not allowed", "POST"],
    ["POST", "/spec", 405, "method not allowed", "GET"],
  ])("%s %s", async (method, path, status, message, allow) => {
    const response = await api.raw(method, path);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ result_code: String(status), result_msg: message });
    expect(response.headers.get("allow") ?? undefined).toBe(allow);
  });

  test("answers HEAD as GET without a body", async () => {
    const response = await api.raw("HEAD", "/v1/tms/version");
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });
});

describe("a request body", () => {
  test.each([["text/plain"], ["application/x-www-form-urlencoded"], ["application/jsonx"], [""]])(
    "of type %j is 415 for every caller",
    async (type) => {
      const headers = { "content-type": type };
      expect(said(await create(JSON.stringify(MFA), headers))).toBe("415 the body has to be application/json");
    },
  );

  test.each([["application/json"], ["Application/JSON; charset=utf-8"]])("of type %j is accepted", async (type) => {
    expect((await create({ ...MFA, ttl_minutes: "x" }, { "content-type": type })).status).toBe(400);
  });

  test("above 64 KiB is 413 and closes the connection", async () => {
    const reply = await create({ ...MFA, filler: "x".repeat(64 * 1024) });
    expect(said(reply)).toBe("413 the body is larger than 64 KiB");
    expect(reply.headers.get("connection")).toBe("close");
  });

  test.each([
    ["", "the body is not JSON"],
    ["{", "the body is not JSON"],
    ['{"tenant": NaN}', "the body is not JSON"],
    ["[]", "parse request payload error: expected object, received array"],
    ["null", "parse request payload error: expected object, received null"],
    ['"x"', "parse request payload error: expected object, received string"],
    ["{}", "parse request payload error: tenant: expected string, but it is missing"],
  ])("%j", async (body, message) => {
    expect(said(await create(body))).toBe(`400 ${message}`);
  });

  test.each([
    [{ tenant: null }, "tenant: expected string, received null"],
    [{ tenant: ["default"] }, "tenant: expected string, received array"],
    [{ tms_user_id: "" }, `tms_user_id: ${NAME}`],
    [{ tms_user_id: "x".repeat(256) }, `tms_user_id: ${NAME}`],
    [{ tms_user_id: "a\nb" }, `tms_user_id: ${NAME}`],
    [{ tms_user_id: "a\u202eb" }, `tms_user_id: ${NAME}`],
    [{ tms_user_id: "." }, `tms_user_id: ${NAME}`],
    [{ tms_user_id: ".." }, `tms_user_id: ${NAME}`],
    [{ tms_user_id: "\ud800" }, `tms_user_id: ${NAME}`],
    [{ ttl_minutes: "60" }, "ttl_minutes: expected a whole number from -2147483648 to 2147483647"],
    [{ ttl_minutes: 1.5 }, "ttl_minutes: expected a whole number from -2147483648 to 2147483647"],
    [{ ttl_minutes: 2147483648 }, "ttl_minutes: expected a whole number from -2147483648 to 2147483647"],
    [{ ttl_minutes: -2147483649 }, "ttl_minutes: expected a whole number from -2147483648 to 2147483647"],
    [{ ttl_minutes: true }, "ttl_minutes: expected a whole number from -2147483648 to 2147483647"],
    [{ ttl_minutes: null }, "ttl_minutes: expected a whole number from -2147483648 to 2147483647"],
  ])("%j", async (wrong, message) => {
    expect(said(await create({ ...MFA, ...wrong }))).toBe(`400 parse request payload error: ${message}`);
  });

  test("may have unknown fields, and numbers and booleans in place of text", async () => {
    for (const tms_user_id of [17, true, 1.5]) {
      const made = await create({ ...MFA, tms_user_id, what: { is: "this" }, __proto__: 1 });
      expect(made.status).toBe(201);
      expect(made.body["tms_user_id"]).toBe(String(tms_user_id));
      expect((await api.ask(`GET /usermfa/${tms_user_id}`, { headers: admin })).status).toBe(200);
    }
  });

  test("may omit optional fields or set them to null", async () => {
    for (const key_type of [null, undefined, "", "DSA", "ed25519", "Ed25519", 7])
      expect(await key({ key_type, restrictions: null })).toMatchObject({ key_type: "ed25519", key_bits: "256" });
    expect(await key({ key_type: "ECDSA" })).toMatchObject({ key_type: "ecdsa", key_bits: "521" });
  });
});

describe("path and query parameters", () => {
  const get = (path: string) => api.ask(`GET ${path}`, { headers: admin });
  test.each([
    ["/hosts/x", "id: expected a whole number from -2147483648 to 2147483647"],
    ["/hosts/1.0", "id: expected a whole number from -2147483648 to 2147483647"],
    ["/hosts/2147483648", "id: expected a whole number from -2147483648 to 2147483647"],
    ["/pubkeys/id/99999999999", "seqno: expected a whole number from -2147483648 to 2147483647"],
    ["/client/a%0Ab", `client_id: ${NAME}`],
    ["/client/%ED%A0%80", "expected UTF-8 in percent-encoding"],
    ["/client/%zz", "expected UTF-8 in percent-encoding"],
  ])("%s", async (path, message) => {
    expect(said(await get(path))).toBe(`400 parse parameter error: ${message}`);
  });

  test.each([["TRUE"], ["1"], ["yes"], [""]])("?enabled=%s", async (word) => {
    const reply = await api.ask(`PATCH /client/upd/portal?enabled=${word}`, { headers: admin });
    expect(said(reply)).toBe("400 parse parameter error: enabled: expected true or false");
  });

  test("are percent-decoded", async () => {
    for (const name of ["a/b", "a%2Fb", "a b", "ä", "名", "...", "a?b#c", "%"]) {
      const body = { client_id: name, tenant: "default", app_name: name, app_version: "1" };
      expect((await api.ask("POST /client", { headers: admin, body })).status).toBe(201);
      const found = await get(`/client/${encodeURIComponent(name)}`);
      expect([found.status, found.body["client_id"]]).toEqual([200, name]);
    }
  });

  test("accept a signed id, which does not exist", async () => {
    for (const id of ["-1", "+0", "0", "-2147483648"]) expect(said(await get(`/hosts/${id}`))).toBe("404 NOT_FOUND");
  });
});

describe("an internal failure", () => {
  test("is 500 without details, which are in the log", async () => {
    const broken = { get: async () => Promise.reject(new Error("disk /dev/sda1 is on fire")) } as unknown as Store;
    await using other = await Api.open();
    const sick = await Api.open({ ...other.fixture.tms, store: broken }).catch(() => undefined);
    expect(sick).toBeUndefined();
    await using whole = await Api.open();
    Object.assign(whole.fixture.tms, { store: broken });
    const { status, text } = await whole.ask("GET /tenants/default");
    expect([status, text]).toEqual([500, '{"result_code":"500","result_msg":"internal error"}']);
    expect(whole.log.join("")).toContain("disk /dev/sda1 is on fire");
  });

  test("that is temporary is 503 without details, which are in the log", async () => {
    const locked = new Fault("unavailable", "the database /srv/escrow.db is locked by another program");
    await using other = await Api.open();
    Object.assign(other.fixture.tms, { store: { get: () => Promise.reject(locked) } as unknown as Store });
    expect(said(await other.ask("GET /tenants/default"))).toBe("503 not available at the moment; try again");
    expect(other.log.join("")).toContain("/srv/escrow.db is locked");
  });
});

describe("text of a caller", () => {
  test("cannot forge log lines", async () => {
    const evil = 'x"\n{"level":"error","message":"forged"}\u2028\u0085';
    const before = api.log.length;
    const headers = { ...admin, "x-tms-admin-id": "forged\tx", "x-tms-admin-secret": "forged" };
    await api.ask("GET /client/list", { headers, address: "192.0.2.66" });
    await api.ask("POST /pubkeys/creds/retrieve", { body: { user: evil, host: evil, public_key_fingerprint: evil } });
    await api.ask("POST /pubkeys/creds", { headers: client, body: { ...WANTED, host: evil } });
    await api.raw("GET", `/v1/tms/${encodeURIComponent(evil)}`);
    for (const line of api.log.slice(before)) {
      expect(line.trimEnd()).not.toMatch(/[\n\u2028\u0085]/);
      expect(JSON.parse(line)).not.toMatchObject({ message: "forged" });
    }
  });

  test("may be UTF-8 in a header", async () => {
    const { admin_secret } = await api.must("POST /admins", {
      headers: admin,
      body: { tenant: "default", admin_id: "~~ädmin" },
    });
    const sent = asAdmin("default", Buffer.from("~~ädmin").toString("latin1"), String(admin_secret));
    expect((await api.ask("GET /admins/list", { headers: sent })).status).toBe(200);
  });
});
