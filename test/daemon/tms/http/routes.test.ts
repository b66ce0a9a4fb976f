import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { PrivateKey } from "../../../../core/cert/private-key.ts";
import { cleanTemp } from "../../../kit/temp.ts";
import { freezeClock } from "../kit.ts";
import { type Api, type Ask, asAdmin, asClient, type Headers, type Plain, said, WANTED, world } from "./kit.ts";

cleanTemp();

/** The successful responses of each route, with a stopped clock, and its own refusals. */
let api: Api;
let admin: Headers;
let client: Headers;
let key: Awaited<ReturnType<typeof world>>["key"];
beforeEach(async () => {
  ({ api, admin, client, key } = await world());
});
afterEach(() => api[Symbol.asyncDispose]());

/** Times of the fixture's clock. */
const NOW = "2026-03-01T12:00:00.250Z";
const IN_AN_HOUR = "2026-03-01T13:00:00Z";
const MAX_INT32 = 2_147_483_647;
const NEVER = "9999-12-31T23:59:59Z";
const hour = 3600_000;
const tenant = "default";
const record = { id: expect.any(Number), tenant, created: NOW, updated: NOW };

const ask = (what: string, body?: Plain, more: Ask = {}) =>
  api.ask(what, { headers: admin, ...(body !== undefined && { body }), ...more });
const as = (headers: Headers, what: string, body?: Plain) => ask(what, body, { headers });
/** The status, and the fields without the envelope. */
const fields = async (reply: ReturnType<typeof ask>) => {
  const { status, body } = await reply;
  const { result_code, result_msg: _, ...rest } = body;
  expect(result_code).toBe(status < 300 ? "0" : String(status));
  return [status, rest] as const;
};
const refusal = async (reply: ReturnType<typeof ask>) => said(await reply);

describe("clients", () => {
  const portal2 = { client_id: "portal2", tenant, app_name: "Portal", app_version: "^1.2" };

  test("are created, shown, listed, updated, rotated and deleted", async () => {
    const made = await ask("POST /client", portal2, { headers: {} });
    const secret = String(made.body["client_secret"]);
    expect([made.status, made.body]).toEqual([
      201,
      {
        result_code: "0",
        result_msg: "success",
        client_id: "portal2",
        client_secret: expect.stringMatching(/^[0-9a-f]{48}$/),
      },
    ]);
    const own = asClient(tenant, "portal2", secret);
    const shown = { ...record, ...portal2, enabled: true };
    expect(await fields(ask("GET /client/portal2"))).toEqual([200, shown]);
    expect(await fields(as(own, "GET /client/portal2"))).toEqual([200, shown]);
    expect(await fields(as(own, "GET /client/list"))).toEqual([200, { num_clients: 1, clients: [shown] }]);
    expect((await ask("GET /client/list")).body).toMatchObject({ num_clients: 2, clients: [{}, shown] });

    api.fixture.advance(hour);
    expect(await fields(as(own, "PATCH /client/upd/portal2?app_version=2"))).toEqual([200, { fields_updated: 1 }]);
    expect((await ask("GET /client/portal2")).body).toMatchObject({
      app_version: "2",
      updated: "2026-03-01T13:00:00.250Z",
    });
    expect(await refusal(ask("PATCH /client/upd/portal2"))).toBe("200 No updates specified");
    expect(await fields(ask("PATCH /client/upd/nobody?enabled=false"))).toEqual([200, { fields_updated: 0 }]);

    const renewed = await as(own, "PATCH /client/secret/portal2?grace_minutes=60");
    expect(renewed.body).toMatchObject({ client_id: "portal2", tenant, client_secret: expect.any(String) });
    const next = asClient(tenant, "portal2", String(renewed.body["client_secret"]));
    for (const either of [own, next]) expect((await as(either, "GET /client/portal2")).status).toBe(200);
    api.fixture.advance(hour + 1);
    expect((await as(own, "GET /client/portal2")).status).toBe(401);

    expect(await fields(ask("PATCH /client/upd/portal2?enabled=false&app_version=3"))).toEqual([
      200,
      { fields_updated: 2 },
    ]);
    expect((await as(next, "GET /client/portal2")).status).toBe(401);
    await ask("PATCH /client/upd/portal2?enabled=true");
    expect(await fields(as(next, "DELETE /client/del/portal2"))).toEqual([200, { num_deleted: 1 }]);
    expect(await refusal(ask("DELETE /client/del/portal2"))).toBe("200 NOT FOUND");
    expect(await refusal(ask("GET /client/portal2"))).toBe("404 NOT_FOUND");
    expect((await ask("PATCH /client/secret/portal2")).status).toBe(404);
  });

  test("are refused in TMS's order of checks", async () => {
    const post = (body: Plain, headers: Headers = {}) =>
      refusal(ask("POST /client", { ...portal2, ...body }, { headers }));
    expect(await post({ tenant: "nowhere", app_version: "x" })).toBe("400 Tenant not enabled.");
    expect(await post({ app_version: "x y" })).toStartWith("400 ");
    expect(await post({}, asAdmin(tenant, "~~admin", "wrong"))).toStartWith("401 ");
    expect(await post({})).toBe("201 success");
    expect(await post({ app_name: "Other" })).toStartWith("409 ");
    expect(await post({ client_id: "other" })).toStartWith("409 ");
    expect((await ask("PATCH /client/upd/portal2?app_version=x%20y")).status).toBe(400);
    for (const minutes of ["-1", "x", "10081", "1.5"])
      expect((await ask(`PATCH /client/secret/portal2?grace_minutes=${minutes}`)).status).toBe(400);
  });

  test.each([[{ mvp: true }], [{ newClients: "disallow" as const }]])(
    "can be registered without authentication only if allowed: %j",
    async (settings) => {
      await using closed = (await world(settings)).api;
      const post = (headers: Headers, operator = false) =>
        closed.ask("POST /client", { headers, operator, body: portal2 });
      expect((await post({})).status).toBe(400);
      const made = await closed.must("POST /admins", { operator: true, body: { tenant, admin_id: "~~second" } });
      expect((await post(asAdmin(tenant, "~~second", String(made["admin_secret"])))).status).toBe(201);
      await closed.must("DELETE /client/del/portal2", { operator: true, headers: { "x-tms-tenant": tenant } });
      expect((await post({}, true)).status).toBe(201);
    },
  );

  test("are registered by unauthenticated callers up to the rate limit", async () => {
    using _ = freezeClock();
    const post = (i: number, headers: Headers = {}, address = "192.0.2.99") =>
      ask("POST /client", { ...portal2, client_id: `c${i}`, app_name: `a${i}` }, { headers, address });
    const statuses = await Promise.all(Array.from({ length: 60 }, async (_, i) => (await post(i)).status));
    expect(statuses.filter((status) => status === 201).length).toBe(50);
    const late = await post(100);
    expect(late.status).toBe(429);
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await post(101, admin)).status).toBe(201);
    expect((await post(102, {}, "192.0.2.98")).status).toBe(201);
  });
});

describe("user MFA", () => {
  const eve = { tenant, tms_user_id: "eve" };
  test("is created, shown, listed, updated and deleted", async () => {
    expect(await fields(ask("POST /usermfa", { ...eve, ttl_minutes: 60 }))).toEqual([
      201,
      { tms_user_id: "eve", expires_at: IN_AN_HOUR, enabled: true },
    ]);
    const shown = { ...record, tms_user_id: "eve", expires_at: IN_AN_HOUR, enabled: true };
    expect(await fields(ask("GET /usermfa/eve"))).toEqual([200, shown]);
    expect((await ask("GET /usermfa/list")).body).toMatchObject({ num_users: 2, users: [{}, shown] });
    expect((await ask("POST /usermfa", { ...eve, ttl_minutes: 60 })).status).toBe(409);
    expect(await fields(ask("PATCH /usermfa/upd", { ...eve, enabled: false }))).toEqual([200, { fields_updated: 1 }]);
    expect(await fields(ask("PATCH /usermfa/upd", { ...eve, ttl_minutes: 120 }))).toEqual([200, { fields_updated: 1 }]);
    expect((await ask("GET /usermfa/eve")).body).toMatchObject({ enabled: false, expires_at: "2026-03-01T14:00:00Z" });
    expect(await refusal(ask("PATCH /usermfa/upd", eve))).toBe("200 No updates specified");
    const nobody = { tenant, tms_user_id: "nobody", enabled: true };
    expect(await fields(ask("PATCH /usermfa/upd", nobody))).toEqual([200, { fields_updated: 0 }]);
    expect(await fields(ask("DELETE /usermfa/del/eve"))).toEqual([200, { num_deleted: 1 }]);
    expect(await refusal(ask("DELETE /usermfa/del/eve"))).toBe("200 NOT FOUND");
    expect(await refusal(ask("GET /usermfa/eve"))).toBe("404 NOT_FOUND");
  });

  test.each([
    [-1, "6109-03-24T14:07:00Z"],
    [0, "2026-03-01T12:00:00Z"],
    [MAX_INT32, "6109-03-24T14:07:00Z"],
  ])("of %d minutes expires %s", async (ttl_minutes, expires_at) => {
    expect((await ask("POST /usermfa", { ...eve, ttl_minutes })).body).toMatchObject({ expires_at });
  });
});

describe("links", () => {
  const link = { tenant, tms_user_id: "ada", host: "h2", host_account: "ada2" };
  test("are created, shown, listed, extended and deleted", async () => {
    const { tenant: _, ...names } = link;
    expect(await fields(ask("POST /userhosts", { ...link, ttl_minutes: 60 }))).toEqual([
      201,
      { ...names, expires_at: IN_AN_HOUR },
    ]);
    const { body } = await ask("GET /userhosts/list");
    const users = body["users"] as Plain[];
    expect([body["num_users"], users.map(({ host }) => host)]).toEqual([2, ["cluster", "h2"]]);
    expect(await fields(ask(`GET /userhosts/${users[1]?.["id"]}`))).toEqual([
      200,
      { ...record, ...names, expires_at: IN_AN_HOUR },
    ]);
    expect((await ask("POST /userhosts", { ...link, ttl_minutes: 60 })).status).toBe(409);
    expect((await ask("POST /userhosts", { ...link, tms_user_id: "nobody", ttl_minutes: 60 })).status).toBe(404);
    expect(await fields(ask("PATCH /userhosts/upd", { ...link, ttl_minutes: 120 }))).toEqual([
      200,
      { fields_updated: 1, expires_msg: "2026-03-01 14:00:00 UTC" },
    ]);
    expect(await fields(ask("PATCH /userhosts/upd", { ...link, host: "h3", ttl_minutes: 1 }))).toEqual([
      200,
      { fields_updated: 0, expires_msg: "UNCHANGED" },
    ]);
    expect(await fields(ask("DELETE /userhosts/del", link))).toEqual([200, { num_deleted: 1 }]);
    expect(await refusal(ask("DELETE /userhosts/del", link))).toBe("200 NOT FOUND");
    expect(await refusal(ask(`GET /userhosts/${users[1]?.["id"]}`))).toBe("404 NOT_FOUND");
  });
});

describe("delegations", () => {
  const delegation = { tenant, client_id: "portal", client_user_id: "eve" };
  test("are created, shown, listed, extended and deleted", async () => {
    await ask("POST /usermfa", { tenant, tms_user_id: "eve", ttl_minutes: -1 });
    const { tenant: _, ...names } = delegation;
    expect(await fields(ask("POST /delegations", { ...delegation, ttl_minutes: 60 }))).toEqual([
      201,
      { ...names, expires_at: IN_AN_HOUR },
    ]);
    const { body } = await ask("GET /delegations/list");
    const users = body["users"] as Plain[];
    expect([body["num_users"], users.map((one) => one["client_user_id"])]).toEqual([2, ["ada", "eve"]]);
    expect(await fields(ask(`GET /delegations/${users[1]?.["id"]}`))).toEqual([
      200,
      { ...record, ...names, expires_at: IN_AN_HOUR },
    ]);
    expect((await ask("POST /delegations", { ...delegation, ttl_minutes: 60 })).status).toBe(409);
    for (const nobody of [{ client_id: "nobody" }, { client_user_id: "nobody" }])
      expect((await ask("POST /delegations", { ...delegation, ...nobody, ttl_minutes: 60 })).status).toBe(404);
    expect(await fields(ask("PATCH /delegations/upd", { ...delegation, ttl_minutes: 120 }))).toEqual([
      200,
      { fields_updated: 1, expires_msg: "2026-03-01 14:00:00 UTC" },
    ]);
    expect(await fields(ask("DELETE /delegations/del", delegation))).toEqual([200, { num_deleted: 1 }]);
    expect(await refusal(ask("DELETE /delegations/del", delegation))).toBe("200 NOT FOUND");
    expect(await refusal(ask(`GET /delegations/${users[1]?.["id"]}`))).toBe("404 NOT_FOUND");
  });
});

describe("hosts", () => {
  const host = { tenant, host: "cluster", addr: "192.0.2.*" };
  test("are created, shown, listed and deleted", async () => {
    expect(await fields(ask("POST /hosts", host))).toEqual([201, host]);
    expect((await ask("POST /hosts", host)).status).toBe(409);
    const { body } = await ask("GET /hosts/list");
    const [shown] = body["users"] as [Plain];
    expect(structuredClone(body)).toMatchObject({ num_mappings: 1, users: [{ ...record, ...host }] });
    expect(await fields(ask(`GET /hosts/${shown["id"]}`))).toEqual([200, shown]);
    expect(await fields(ask("DELETE /hosts/del", host))).toEqual([200, { num_deleted: 1 }]);
    expect(await refusal(ask("DELETE /hosts/del", host))).toBe("200 NOT FOUND");
    expect(await refusal(ask(`GET /hosts/${shown["id"]}`))).toBe("404 NOT_FOUND");
  });

  test("have to present their credential if the tenant requires it", async () => {
    const { public_key_fingerprint, public_key } = await key();
    const question = { user: "ada-account", host: "cluster", public_key_fingerprint };
    const retrieve = (credential?: string) =>
      ask("POST /pubkeys/creds/retrieve", question, {
        headers: credential === undefined ? {} : { "x-tms-host-credential": credential },
      });
    const { credential } = (await ask("PATCH /hosts/credential/cluster")).body;
    const other = (await ask("PATCH /hosts/credential/other")).body["credential"];
    expect(await fields(retrieve())).toEqual([200, { public_key }]);
    expect(await fields(ask("PATCH /tenants/upd", { tenant, require_host_credential: true }))).toEqual([
      200,
      { fields_updated: 1 },
    ]);
    expect((await ask("GET /tenants/default")).body).toMatchObject({ require_host_credential: true });
    expect((await retrieve()).status).toBe(401);
    expect((await retrieve(`${credential}0`)).status).toBe(401);
    expect((await retrieve(String(other))).status).toBe(403);
    expect(await fields(retrieve(String(credential)))).toEqual([200, { public_key }]);

    const check = (presented: unknown, name: string) =>
      ask(`GET /escrow-keys?host=${name}`, undefined, { headers: { "x-tms-host-credential": String(presented) } });
    expect((await check(credential, "cluster")).body).toMatchObject({
      host_accepted: true,
      keys: [expect.any(String)],
    });
    expect((await ask("GET /escrow-keys?host=cluster", undefined, { headers: {} })).body).not.toHaveProperty(
      "host_accepted",
    );
    expect((await check(credential, "other")).status).toBe(403);
    expect((await check(`${credential},${other}`, "cluster")).status).toBe(403);
    for (const wrong of [`${credential}0`, "x", String(credential).replace(/_\d+_/, "_999_")])
      expect((await check(wrong, "cluster")).status).toBe(401);
    const renewed = (await ask("PATCH /hosts/credential/cluster?grace_minutes=5")).body["credential"];
    for (const either of [credential, renewed]) expect((await retrieve(String(either))).status).toBe(200);
    expect(await fields(ask("DELETE /hosts/credential/cluster"))).toEqual([200, { num_deleted: 1 }]);
    expect((await retrieve(String(renewed))).status).toBe(401);
    expect(await refusal(ask("DELETE /hosts/credential/cluster"))).toBe("200 NOT FOUND");
  });
});

describe("tenants", () => {
  test("are created by an admin of default, shown to anyone, disabled and deleted", async () => {
    const made = await ask("POST /tenants/lab");
    expect([made.status, made.body]).toMatchObject([
      201,
      { tenant: "lab", enabled: true, admin_id: "~~admin", admin_secret: expect.stringMatching(/^[0-9a-f]{48}$/) },
    ]);
    expect((await ask("POST /tenants/lab")).status).toBe(409);
    const lab = asAdmin("lab", "~~admin", String(made.body["admin_secret"]));
    const shown = { ...record, tenant: "lab", enabled: true, require_host_credential: false };
    expect(await fields(as({}, "GET /tenants/lab"))).toEqual([200, shown]);
    expect((await as({}, "GET /tenants/list")).body).toMatchObject({ num_tenants: 2, tenants: [{ tenant }, shown] });
    expect(await refusal(as({}, "GET /tenants/nowhere"))).toBe("404 NOT_FOUND");
    expect(await refusal(as(lab, "POST /tenants/lab2"))).toStartWith("403 ");

    expect(await refusal(as(lab, "PATCH /tenants/upd", { tenant: "lab" }))).toBe("200 No updates specified");
    expect(await fields(as(lab, "PATCH /tenants/upd", { tenant: "lab", enabled: false }))).toEqual([
      200,
      { fields_updated: 1 },
    ]);
    expect(await refusal(as(lab, "PATCH /tenants/upd", { tenant: "lab", enabled: true }))).toBe(
      "400 Tenant not enabled.",
    );
    expect(await refusal(ask("PATCH /tenants/upd", { tenant: "lab", enabled: false }))).toStartWith("403 ");
    expect(
      await refusal(ask("PATCH /tenants/upd", { tenant: "lab", require_host_credential: true, enabled: true })),
    ).toStartWith("403 ");
    expect(await fields(ask("PATCH /tenants/upd", { tenant: "lab", enabled: true }))).toEqual([
      200,
      { fields_updated: 1 },
    ]);
    expect(await refusal(as(lab, "PATCH /tenants/upd", { tenant, enabled: true }))).toStartWith("403 ");

    await as(lab, "POST /usermfa", { tenant: "lab", tms_user_id: "eve", ttl_minutes: 1 });
    expect((await as(lab, "DELETE /tenants/del/lab")).status).toBe(409);
    expect(await fields(as(lab, "DELETE /tenants/wipe/lab"))).toEqual([200, { num_deleted: 3 }]);
    const again = asAdmin("lab", "~~admin", String((await ask("POST /tenants/lab")).body["admin_secret"]));
    expect((await as(again, "GET /usermfa/list")).body).toMatchObject({ num_users: 0, users: [] });
    expect(await fields(as(again, "DELETE /tenants/del/lab"))).toEqual([200, { num_deleted: 2 }]);
    for (const what of ["del", "wipe"]) expect((await ask(`DELETE /tenants/${what}/default`)).status).toBe(403);
  });

  test("can be managed by the operator while disabled", async () => {
    const operator = (what: string, body?: Plain, header = tenant) =>
      ask(what, body, { operator: true, headers: { "x-tms-tenant": header } });
    expect((await operator("POST /tenants/lab")).status).toBe(201);
    expect((await operator("PATCH /tenants/upd", { tenant: "lab", enabled: false })).status).toBe(200);
    expect((await operator("GET /usermfa/list", undefined, "lab")).status).toBe(200);
    expect((await operator("PATCH /tenants/upd", { tenant: "lab", enabled: true })).status).toBe(200);
    expect((await operator("DELETE /tenants/wipe/lab")).body).toMatchObject({ num_deleted: 2 });
    expect((await operator("GET /client/list", undefined, "nowhere")).status).toBe(400);
  });
});

describe("admins", () => {
  test("are created, listed, rotated and deleted, except the last one", async () => {
    const made = await ask("POST /admins", { tenant, admin_id: "~~eve" });
    expect([made.status, made.body]).toMatchObject([201, { tenant, admin_id: "~~eve" }]);
    expect((await ask("POST /admins", { tenant, admin_id: "~~eve" })).status).toBe(409);
    expect((await ask("POST /admins", { tenant })).status).toBe(409);
    expect((await ask("POST /admins", { tenant, admin_id: "eve" })).status).toBe(400);
    expect((await ask("GET /admins/list")).body).toMatchObject({
      num_admins: 2,
      admins: [
        { ...record, admin_id: "~~admin" },
        { ...record, admin_id: "~~eve" },
      ],
    });
    const renewed = await ask("PATCH /admins/secret/~~eve");
    const eve = asAdmin(tenant, "~~eve", String(renewed.body["admin_secret"]));
    expect((await as(asAdmin(tenant, "~~eve", String(made.body["admin_secret"])), "GET /admins/list")).status).toBe(
      401,
    );
    expect((await ask("PATCH /admins/secret/~~nobody")).status).toBe(404);
    expect(await fields(as(eve, "DELETE /admins/del/~~admin"))).toEqual([200, { num_deleted: 1 }]);
    expect(await refusal(as(eve, "DELETE /admins/del/~~admin"))).toBe("200 NOT FOUND");
    expect((await as(eve, "DELETE /admins/del/~~eve")).status).toBe(403);
    const byOperator = { operator: true, headers: { "x-tms-tenant": tenant } };
    expect((await ask("DELETE /admins/del/~~eve", undefined, byOperator)).body).toMatchObject({ num_deleted: 1 });
  });
});

describe("keys", () => {
  test("are created, shown, listed, updated and deleted", async () => {
    const made = await as(client, "POST /pubkeys/creds", { ...WANTED, num_uses: 5, ttl_minutes: 60, key_type: "" });
    const answer = {
      public_key: expect.stringMatching(/^ssh-ed25519 \S+$/),
      public_key_fingerprint: expect.stringMatching(/^SHA256:[\w+/]{43}$/),
      key_type: "ed25519",
      key_bits: "256",
      max_uses: "5",
      remaining_uses: "5",
      expires_at: IN_AN_HOUR,
    };
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      ...answer,
      private_key: expect.stringMatching(/^-----BEGIN OPENSSH PRIVATE KEY-----\n/),
    });
    const { public_key, public_key_fingerprint } = made.body;
    const numbers = { key_bits: 256, max_uses: 5, remaining_uses: 5, initial_ttl_minutes: 60 };
    const shown = {
      ...record,
      ...WANTED,
      client_id: "portal",
      ...{ public_key, public_key_fingerprint, key_type: "ed25519", expires_at: IN_AN_HOUR },
      ...numbers,
    };
    const [listed] = (await as(client, "GET /pubkeys/list")).body["pubkeys"] as [Plain];
    expect(listed).toEqual(shown);
    expect(await fields(as(client, `GET /pubkeys/id/${listed["id"]}`))).toEqual([200, listed]);
    expect((await ask("GET /pubkeys/list")).body).toMatchObject({ num_pubkeys: 1, pubkeys: [shown] });

    const names = { client_id: "portal", tenant, host: "cluster", public_key_fingerprint };
    expect(await refusal(as(client, "PATCH /pubkeys", names))).toBe("200 No updates specified");
    expect(await fields(as(client, "PATCH /pubkeys", { ...names, max_uses: 9, ttl_minutes: 120 }))).toEqual([
      200,
      { fields_updated: 2 },
    ]);
    expect((await ask("GET /pubkeys/list")).body["pubkeys"]).toMatchObject([
      { max_uses: 9, remaining_uses: 9, expires_at: "2026-03-01T14:00:00Z", initial_ttl_minutes: 60 },
    ]);
    expect(await fields(ask("PATCH /pubkeys", { ...names, max_uses: 4_294_967_295 }))).toEqual([
      200,
      { fields_updated: 1 },
    ]);
    expect((await ask("GET /pubkeys/list")).body["pubkeys"]).toMatchObject([{ max_uses: MAX_INT32 }]);
    for (const wrong of [-1, 4_294_967_296, "1"])
      expect((await ask("PATCH /pubkeys", { ...names, max_uses: wrong })).status).toBe(400);
    expect(await refusal(ask("PATCH /pubkeys", { ...names, host: "h2", max_uses: 1 }))).toBe("404 NOT_FOUND");
    expect(await fields(as(client, "DELETE /pubkeys/del", names))).toEqual([200, { num_deleted: 1 }]);
    expect(await refusal(as(client, "DELETE /pubkeys/del", names))).toBe("200 NOT FOUND");
    expect(await refusal(ask(`GET /pubkeys/id/${listed["id"]}`))).toBe("404 NOT_FOUND");
  });

  test("without limits show the largest number", async () => {
    expect(await key()).toMatchObject({
      max_uses: String(MAX_INT32),
      remaining_uses: String(MAX_INT32),
      expires_at: NEVER,
    });
    expect((await ask("GET /pubkeys/list")).body["pubkeys"]).toMatchObject([
      { max_uses: MAX_INT32, initial_ttl_minutes: MAX_INT32 },
    ]);
  });

  test("of another client are not disclosed", async () => {
    await key();
    const other = asClient(tenant, "other", await api.fixture.client("other"));
    const [{ id, public_key_fingerprint }] = (await ask("GET /pubkeys/list")).body["pubkeys"] as [Plain];
    expect(await fields(as(other, "GET /pubkeys/list"))).toEqual([200, { num_pubkeys: 0, pubkeys: [] }]);
    expect(await refusal(as(other, `GET /pubkeys/id/${id}`))).toBe("404 NOT_FOUND");
    const names = { tenant, host: "cluster", public_key_fingerprint };
    for (const what of ["PATCH /pubkeys", "DELETE /pubkeys/del"]) {
      expect((await as(other, what, { ...names, client_id: "portal" })).status).toBe(403);
      expect((await as(other, what, { ...names, client_id: "other" })).body).not.toMatchObject({ num_deleted: 1 });
    }
    expect((await ask("GET /pubkeys/list")).body).toMatchObject({ num_pubkeys: 1 });
  });

  test("are refused in TMS's order of conditions", async () => {
    const post = (body: Plain) =>
      refusal(as(client, "POST /pubkeys/creds", { ...WANTED, num_uses: 1, ttl_minutes: 1, ...body }));
    expect(await post({ client_user_id: "eve" })).toMatch(/^403 .*MFA/);
    await ask("POST /usermfa", { tenant, tms_user_id: "eve", ttl_minutes: -1 });
    expect(await post({ client_user_id: "eve" })).toMatch(/^403 .*link/);
    await ask("POST /userhosts", {
      tenant,
      tms_user_id: "eve",
      host: "cluster",
      host_account: "ada-account",
      ttl_minutes: -1,
    });
    expect(await post({ client_user_id: "eve" })).toMatch(/^403 .*delegat/);
    await ask("POST /delegations", { tenant, client_id: "portal", client_user_id: "eve", ttl_minutes: -1 });
    expect(await post({ client_user_id: "eve" })).toBe("201 success");
  });

  test("can be imported with restrictions", async () => {
    const mine = PrivateKey.generate().public;
    const restrictions = { restrict: true, pty: true, from: ["192.0.2.0/24"], expiry_time: true };
    const body = { ...WANTED, num_uses: 1, ttl_minutes: 60, public_key: `${mine} ada@laptop`, restrictions };
    const made = await as(client, "POST /pubkeys", body);
    expect([made.status, made.body]).toMatchObject([
      201,
      { public_key: String(mine), public_key_fingerprint: mine.fingerprint, key_type: "ed25519", max_uses: "1" },
    ]);
    expect(made.body).not.toHaveProperty("private_key");
    expect((await as(client, "POST /pubkeys", body)).status).toBe(409);
    for (const public_key of ["", "ssh-ed25519 AAAA", "x".repeat(20_000), 7])
      expect((await as(client, "POST /pubkeys", { ...body, public_key })).status).toBe(400);
    for (const from of [[], ["nowhere"], "192.0.2.1", [1]])
      expect((await as(client, "POST /pubkeys", { ...body, restrictions: { from } })).status).toBe(400);
    expect(await refusal(as(client, "POST /pubkeys", { ...body, restrictions: { form: ["192.0.2.1"] } }))).toBe(
      "400 parse request payload error: restrictions.form: unknown field",
    );
    expect((await ask("GET /pubkeys/list")).body["pubkeys"]).toMatchObject([{ restrictions }]);
    const question = { user: "ada-account", host: "cluster", public_key_fingerprint: mine.fingerprint };
    const { public_key } = (await ask("POST /pubkeys/creds/retrieve", question)).body;
    expect(public_key).toBe(`restrict,pty,from="192.0.2.0/24",expiry-time="20260301130000Z" ${mine}`);
  });
});

describe("retrieval", () => {
  const retrieve = (more: Plain) =>
    ask("POST /pubkeys/creds/retrieve", { user: "ada-account", host: "cluster", ...more }, { headers: {} });

  test("returns the key while all conditions hold, and a signed statement on request", async () => {
    const { public_key, public_key_fingerprint } = await key({ num_uses: 2, ttl_minutes: 60 });
    const plain = await retrieve({ public_key_fingerprint, user_uid: 1000, key_type: "ssh-ed25519", connection: "a" });
    expect([plain.status, plain.body]).toEqual([200, { result_code: "0", result_msg: "success", public_key }]);
    const { body } = await retrieve({ public_key_fingerprint, connection: "a", statement: true, offline: ["b"] });
    const { text, signature } = body["statement"] as Record<string, string>;
    expect(JSON.parse(text ?? "")).toMatchObject({
      version: 1,
      host: "cluster",
      account: "ada-account",
      remaining_uses: 0,
    });
    expect(signature).toMatch(/^[A-Za-z0-9+/=]+$/);
    const { keys } = (await ask("GET /escrow-keys", undefined, { headers: {} })).body;
    expect(keys).toEqual([api.fixture.tms.statementKey.public.toString()]);

    expect((await retrieve({ public_key_fingerprint, connection: "c" })).status).toBe(403);
    const { public_key_fingerprint: once } = await key({ num_uses: 1 });
    expect((await retrieve({ public_key_fingerprint: once, connection: "" })).status).toBe(200);
    api.fixture.advance(5_001);
    expect((await retrieve({ public_key_fingerprint: once, connection: "" })).status).toBe(403);
    expect(await refusal(retrieve({ public_key_fingerprint: `SHA256:${"A".repeat(43)}` }))).toBe("404 NOT_FOUND");
    expect(await refusal(retrieve({ public_key_fingerprint, user: "root" }))).toBe("404 NOT_FOUND");
    expect(await refusal(retrieve({ public_key_fingerprint: "not one" }))).toBe("404 NOT_FOUND");
    for (const wrong of [{ statement: "yes" }, { offline: "b" }, { offline: Array(101).fill("x") }, { host: null }])
      expect((await retrieve({ public_key_fingerprint, ...wrong })).status).toBe(400);
  });

  test("refuses a key from the second after its expiry", async () => {
    const { public_key_fingerprint } = await key({ ttl_minutes: 60 });
    api.fixture.advance(hour - 250);
    expect((await retrieve({ public_key_fingerprint })).status).toBe(200);
    api.fixture.advance(1);
    expect((await retrieve({ public_key_fingerprint })).status).toBe(403);
  });
});

describe("reservations", () => {
  test("are created, extended, shown, listed and deleted", async () => {
    const { public_key_fingerprint } = await key({ num_uses: 1 });
    const names = { client_user_id: "ada", host: "cluster", public_key_fingerprint };
    const made = await as(client, "POST /reservations", { ...names, ttl_minutes: 60 });
    const { resid } = made.body;
    expect([made.status, made.body]).toMatchObject([
      201,
      { resid: expect.any(String), parent_resid: resid, expires_at: IN_AN_HOUR },
    ]);
    const child = await as(client, "POST /reservations/extend", { ...names, parent_resid: resid });
    expect([child.status, child.body]).toMatchObject([201, { parent_resid: resid, expires_at: IN_AN_HOUR }]);
    const shown = { ...record, ...names, client_id: "portal", resid, parent_resid: resid, expires_at: IN_AN_HOUR };
    expect(await fields(as(client, `GET /reservations/portal/${resid}`))).toEqual([200, shown]);
    expect((await as(client, "GET /reservations/list")).body).toMatchObject({ num_reservations: 2 });
    expect((await ask("GET /reservations/list")).body["reservations"]).toContainEqual(shown);
    expect((await as(client, "POST /reservations", { ...names, ttl_minutes: -1 })).body).toMatchObject({
      expires_at: "2026-03-03T12:00:00Z",
    });

    const other = asClient(tenant, "other", await api.fixture.client("other"));
    expect((await as(other, `GET /reservations/portal/${resid}`)).status).toBe(403);
    expect(await refusal(as(other, `GET /reservations/other/${resid}`))).toBe("404 NOT_FOUND");
    expect(await fields(as(other, "GET /reservations/list"))).toEqual([200, { num_reservations: 0, reservations: [] }]);
    expect(await refusal(as(client, "POST /reservations/extend", { ...names, parent_resid: "none" }))).toStartWith(
      "404 ",
    );
    expect((await as(client, "POST /reservations", { ...names, client_user_id: "eve", ttl_minutes: 1 })).status).toBe(
      403,
    );

    expect(await fields(ask(`DELETE /reservations/del/portal/${child.body["resid"]}`))).toEqual([
      200,
      { num_deleted: 1 },
    ]);
    await as(client, "POST /reservations/extend", { ...names, parent_resid: resid });
    expect(await fields(ask(`DELETE /reservations/del/related/portal/${resid}`))).toEqual([200, { num_deleted: 2 }]);
    expect(await refusal(ask(`DELETE /reservations/del/portal/${resid}`))).toBe("200 NOT FOUND");
  });
});

describe("the audit log", () => {
  test("can be searched and verified by the operator only", async () => {
    await key();
    const search = (query = "", more: Ask = { operator: true, headers: {} }) =>
      ask(`GET /events${query}`, undefined, more);
    const names = ((await search("?event=tms.key.create")).body["events"] as Plain[]).map(({ user }) => user);
    expect(names).toEqual(["default/portal"]);
    expect((await search("?limit=1")).body["events"]).toHaveLength(1);
    expect((await search("?to=2026-01-01T00:00:00Z")).body["events"]).toEqual([]);
    for (const query of ["?limit=0", "?limit=x", "?from=yesterday"]) expect((await search(query)).status).toBe(400);
    expect((await search("", { headers: admin })).status).toBe(403);
    expect((await ask("GET /events/verify")).status).toBe(403);
    const verified = await ask("GET /events/verify", undefined, { operator: true, headers: {} });
    expect(verified.body).toMatchObject({ ok: true, records: expect.any(Number) });
  });
});

describe("additions are refused in TMS's order of checks", () => {
  const stranger = asAdmin(tenant, "~~nobody", "0".repeat(48));

  test.each([
    ["POST /admins", { tenant, admin_id: "~~x" }],
    ["GET /admins/list", undefined],
    ["PATCH /admins/secret/~~admin", undefined],
    ["DELETE /admins/del/~~admin", undefined],
    ["PATCH /hosts/credential/cluster", undefined],
    ["DELETE /hosts/credential/cluster", undefined],
    ["GET /reservations/list", undefined],
  ] as [string, Plain | undefined][])("%s", async (what, body) => {
    await ask("POST /tenants/off");
    await ask("PATCH /tenants/upd", { tenant: "off", enabled: false }, { operator: true, headers: {} });
    const off = body === undefined ? undefined : { ...body, tenant: "off" };
    expect((await as({}, what, body)).status).toBe(400);
    if (body !== undefined) expect((await as({ "x-tms-tenant": "off" }, what, body)).status).toBe(403);
    expect(await refusal(as({ ...stranger, "x-tms-tenant": "off" }, what, off))).toBe("400 Tenant not enabled.");
    expect((await as(stranger, what, body)).status).toBe(401);
    if (!what.includes("reservations")) expect((await as(client, what, body)).status).toBe(401);
  });

  test("POST /pubkeys", async () => {
    const body = { ...WANTED, num_uses: 1, ttl_minutes: 1, public_key: "x" };
    expect(await refusal(as({}, "POST /pubkeys", body))).toBe("400 the header X-TMS-CLIENT-ID is missing");
    expect(await refusal(as({ "x-tms-client-id": "portal" }, "POST /pubkeys", body))).toBe(
      "400 the header X-TMS-TENANT is missing",
    );
    expect((await as({ ...client, "x-tms-client-secret": "x" }, "POST /pubkeys", body)).status).toBe(401);
    expect((await as({ ...admin, "x-tms-client-id": "portal" }, "POST /pubkeys", body)).status).toBe(401);
  });
});

describe("a long list", () => {
  test("is streamed with the right count while other requests are served", async () => {
    for (let i = 0; i < 300; i++) await key();
    const response = await api.raw("GET", "/v1/tms/pubkeys/list", { headers: admin });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const first = await reader.read();
    expect(first.value?.length).toBeLessThan(100_000);
    expect((await ask("GET /tenants/default")).status).toBe(200);
    let text = new TextDecoder().decode(first.value);
    for (let next = await reader.read(); !next.done; next = await reader.read())
      text += new TextDecoder().decode(next.value);
    const { num_pubkeys, pubkeys, result_code } = JSON.parse(text) as Record<string, unknown[]>;
    expect([num_pubkeys, pubkeys?.length, result_code] as unknown).toEqual([300, 300, "0"]);
  });

  test("is not read further after the client has disconnected", async () => {
    for (let i = 0; i < 200; i++) await key();
    let reads = 0;
    const { store } = api.fixture.tms;
    const { get } = store;
    store.get = (name) => {
      reads++;
      return get.call(store, name);
    };
    const response = await api.raw("GET", "/v1/tms/pubkeys/list", { headers: admin });
    await response.body?.cancel();
    const after = reads;
    await ask("GET /tenants/default");
    expect(reads - after).toBeLessThan(5);
  });
});
