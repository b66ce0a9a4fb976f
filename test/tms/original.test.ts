import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../kit/run.ts";
import { type Fields, type Headers, type Reply, TmsServer } from "../kit/tms-server.ts";

/** Compatibility with TMS 0.3.0: the requests of its clients, and the responses that they parse. */
let server: TmsServer;
let admin: Headers;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
const time = expect.stringMatching(TIME);
const number = expect.any(Number);
const hex48 = expect.stringMatching(/^[0-9a-f]{48}$/);
const FOREVER = "9999-12-31T23:59:59Z";
const MAX_INT32 = 2_147_483_647;
const tenant = "lab";

beforeAll(async () => {
  server = await TmsServer.open();
});
afterAll(() => server?.[Symbol.asyncDispose]());

const ask = (method: string, path: string, headers: Headers = {}, body?: unknown): Promise<Reply> =>
  server.ask(method, `/v1/tms${path}`, { headers, ...(body !== undefined && { body }) });

/** Requires the status and all fields except the message. */
const answered = (reply: Reply, status: number, fields: Fields) => {
  expect<Fields>({ status: reply.status, ...reply.body }).toEqual({
    status,
    result_code: status < 300 ? "0" : String(status),
    result_msg: expect.any(String),
    ...fields,
  });
};
/** Sends a request that has to succeed. */
const done = (reply: Reply, status = 200) =>
  expect([reply.status, reply.body["result_code"], reply.text]).toEqual([status, "0", reply.text]);
const client: Record<string, string> = { "X-TMS-TENANT": tenant, "X-TMS-CLIENT-ID": "portal" };

test("hello and version", async () => {
  const hello = await ask("GET", "/hello");
  expect([hello.status, hello.text, hello.headers.get("content-type")]).toEqual([
    200,
    "hello!",
    expect.stringMatching(/^text\/plain/),
  ]);
  expect((await ask("GET", "/hello?name=Ada%20%3Cb%3E")).text).toBe("hello, Ada <b>!");
  const text = expect.any(String);
  answered(await ask("GET", "/version"), 200, {
    tms_version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    git_branch: text,
    git_commit: text,
    git_dirty: expect.stringMatching(/^(true|false)$/),
    source_ts: text,
    rustc_version: text,
  });
});

test("a tenant is created by the admin of `default`, and shown to anyone", async () => {
  const made = await ask("POST", `/tenants/${tenant}`, server.admin);
  answered(made, 201, { enabled: true, tenant, admin_id: "~~admin", admin_secret: hex48 });
  admin = { "X-TMS-TENANT": tenant, "X-TMS-ADMIN-ID": "~~admin", "X-TMS-ADMIN-SECRET": made.at("admin_secret") };
  answered(await ask("POST", `/tenants/${tenant}`, server.admin), 409, {});
  const row = { id: number, tenant, enabled: true, created: time, updated: time };
  expect((await ask("GET", `/tenants/${tenant}`)).body).toMatchObject(row);
  answered(await ask("GET", "/tenants/nowhere"), 404, { result_msg: "NOT_FOUND" });
  const list = await ask("GET", "/tenants/list");
  expect(list.body).toMatchObject({ result_code: "0", num_tenants: 2 });
  expect(list.rows("tenants").map(({ tenant }) => tenant)).toEqual(["default", "lab"]);
});

describe("a client", () => {
  const about = { tenant, app_name: "portal", app_version: "1.0", client_id: "portal", enabled: true };

  test("is registered once per id and application version", async () => {
    const body = { client_id: "portal", tenant, app_name: "portal", app_version: "1.0" };
    const made = await ask("POST", "/client", {}, body);
    answered(made, 201, { client_id: "portal", client_secret: hex48 });
    client["X-TMS-CLIENT-SECRET"] = made.at("client_secret");
    answered(await ask("POST", "/client", {}, { ...body, app_version: "1.1" }), 409, {});
    answered(await ask("POST", "/client", {}, { ...body, client_id: "other" }), 409, {});
    answered(await ask("POST", "/client", {}, { ...body, tenant: "nowhere" }), 400, {
      result_msg: "Tenant not enabled.",
    });
    for (const app_version of ["^1.2", "*", ">=1, <2", "~1.2.3-alpha.1"])
      done(await ask("POST", "/client", {}, { client_id: app_version, tenant, app_name: "x", app_version }), 201);
    for (const app_version of ["", "one", "1.2.3.4", ">", "1 2"])
      answered(await ask("POST", "/client", {}, { ...body, client_id: "bad", app_version }), 400, {});
  });

  test("sees itself, and the admin sees all clients", async () => {
    const row = { id: number, ...about, created: time, updated: time };
    answered(await ask("GET", "/client/portal", client), 200, row);
    answered(await ask("GET", "/client/portal", admin), 200, row);
    answered(await ask("GET", "/client/nobody", admin), 404, { result_msg: "NOT_FOUND" });
    answered(await ask("GET", "/client/list", client), 200, { num_clients: 1, clients: [row] });
    const all = await ask("GET", "/client/list", admin);
    expect(all.rows("clients").map(({ client_id }) => client_id)).toEqual(
      ["portal", "^1.2", "*", ">=1, <2", "~1.2.3-alpha.1"].sort(),
    );
    expect(all.body).toMatchObject({ num_clients: 5 });
  });

  test("is updated, and its secret rotated", async () => {
    answered(await ask("PATCH", "/client/upd/portal?app_version=2.0", client), 200, { fields_updated: 1 });
    answered(await ask("PATCH", "/client/upd/portal", client), 200, {
      fields_updated: 0,
      result_msg: expect.stringContaining("No updates specified"),
    });
    answered(await ask("PATCH", "/client/upd/nobody?enabled=false", admin), 200, { fields_updated: 0 });
    answered(await ask("PATCH", "/client/upd/portal?app_version=two", client), 400, {});
    answered(await ask("PATCH", "/client/upd/portal?enabled=0", client), 400, {});
    const changed = await ask("PATCH", "/client/secret/portal", client);
    answered(changed, 200, { client_id: "portal", tenant, client_secret: hex48 });
    answered(await ask("GET", "/client/portal", client), 401, {});
    client["X-TMS-CLIENT-SECRET"] = changed.at("client_secret");
    expect((await ask("GET", "/client/portal", client)).body).toMatchObject({ app_version: "2.0" });
  });

  test("cannot be deleted twice", async () => {
    answered(await ask("DELETE", "/client/del/*", admin), 200, { num_deleted: 1 });
    answered(await ask("DELETE", "/client/del/*", admin), 200, {
      num_deleted: 0,
      result_msg: expect.stringContaining("NOT FOUND"),
    });
  });
});

const user = { tenant, tms_user_id: "ada" };
const link = { ...user, host: "h1", host_account: "ada1" };
const delegation = { tenant, client_id: "portal", client_user_id: "ada" };

describe("prerequisites", () => {
  test("a user's MFA", async () => {
    answered(await ask("POST", "/usermfa", admin, { ...user, ttl_minutes: -1 }), 201, {
      tms_user_id: "ada",
      enabled: true,
      expires_at: expect.stringMatching(/^61\d\d-/),
    });
    answered(await ask("POST", "/usermfa", admin, { ...user, ttl_minutes: 1 }), 409, {});
    const row = { id: number, ...user, expires_at: time, enabled: true, created: time, updated: time };
    answered(await ask("GET", "/usermfa/ada", admin), 200, row);
    answered(await ask("GET", "/usermfa/list", admin), 200, { num_users: 1, users: [row] });
    answered(await ask("GET", "/usermfa/nobody", admin), 404, { result_msg: "NOT_FOUND" });
    answered(await ask("PATCH", "/usermfa/upd", admin, { ...user, enabled: true }), 200, { fields_updated: 1 });
    const nobody = { tenant, tms_user_id: "nobody", enabled: true };
    answered(await ask("PATCH", "/usermfa/upd", admin, nobody), 200, { fields_updated: 0 });
    answered(await ask("DELETE", "/usermfa/del/nobody", admin), 200, { num_deleted: 0 });
  });

  test("a link", async () => {
    const { tenant: _, ...rest } = link;
    const made = await ask("POST", "/userhosts", admin, { ...link, ttl_minutes: 60 });
    answered(made, 201, { ...rest, expires_at: time });
    answered(await ask("POST", "/userhosts", admin, { ...link, ttl_minutes: 60 }), 409, {});
    answered(await ask("POST", "/userhosts", admin, { ...link, tms_user_id: "nobody", ttl_minutes: 60 }), 404, {});
    const row = { id: number, ...link, expires_at: time, created: time, updated: time };
    const list = await ask("GET", "/userhosts/list", admin);
    answered(list, 200, { num_users: 1, users: [row] });
    answered(await ask("GET", `/userhosts/${list.rows("users")[0]?.["id"]}`, admin), 200, row);
    const longer = await ask("PATCH", "/userhosts/upd", admin, { ...link, ttl_minutes: -1 });
    const msg = expect.stringMatching(/^61\d\d-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? UTC$/);
    answered(longer, 200, { fields_updated: 1, expires_msg: msg });
    answered(await ask("PATCH", "/userhosts/upd", admin, { ...link, host: "h9", ttl_minutes: 1 }), 200, {
      fields_updated: 0,
      expires_msg: "UNCHANGED",
    });
    answered(await ask("DELETE", "/userhosts/del", admin, { ...link, host: "h9" }), 200, { num_deleted: 0 });
  });

  test("a delegation", async () => {
    const { tenant: _, ...rest } = delegation;
    answered(await ask("POST", "/delegations", admin, { ...delegation, ttl_minutes: 60 }), 201, {
      ...rest,
      expires_at: time,
    });
    answered(await ask("POST", "/delegations", admin, { ...delegation, ttl_minutes: 60 }), 409, {});
    for (const missing of [{ client_id: "nobody" }, { client_user_id: "nobody" }])
      answered(await ask("POST", "/delegations", admin, { ...delegation, ...missing, ttl_minutes: 60 }), 404, {});
    const row = { id: number, ...delegation, expires_at: time, created: time, updated: time };
    const list = await ask("GET", "/delegations/list", admin);
    answered(list, 200, { num_users: 1, users: [row] });
    answered(await ask("GET", `/delegations/${list.rows("users")[0]?.["id"]}`, admin), 200, row);
    answered(await ask("PATCH", "/delegations/upd", admin, { ...delegation, ttl_minutes: -1 }), 200, {
      fields_updated: 1,
      expires_msg: expect.stringMatching(/ UTC$/),
    });
    answered(await ask("DELETE", "/delegations/del", admin, { ...delegation, client_user_id: "nobody" }), 200, {
      num_deleted: 0,
    });
  });

  test("hosts and their addresses", async () => {
    const host = { tenant, host: "h1", addr: "192.0.2.*" };
    answered(await ask("POST", "/hosts", admin, host), 201, host);
    answered(await ask("POST", "/hosts", admin, host), 409, {});
    const row = { id: number, ...host, created: time, updated: time };
    const list = await ask("GET", "/hosts/list", admin);
    answered(list, 200, { num_mappings: 1, users: [row] });
    answered(await ask("GET", `/hosts/${list.rows("users")[0]?.["id"]}`, admin), 200, row);
    answered(await ask("DELETE", "/hosts/del", admin, host), 200, { num_deleted: 1 });
    answered(await ask("DELETE", "/hosts/del", admin, host), 200, { num_deleted: 0 });
  });
});

/** The requests and responses of Tapis' Systems service. */
const CREDS = { client_user_id: "ada", host: "h1", host_account: "ada1", num_uses: -1, ttl_minutes: -1 };
const KINDS = { ed25519: ["ssh-ed25519", "256"], ecdsa: ["ecdsa-sha2-nistp521", "521"], rsa: ["ssh-rsa", "4096"] };
const made: Record<string, Reply> = {};
const named = (type = "ed25519") => ({
  client_id: "portal",
  tenant,
  host: "h1",
  public_key_fingerprint: made[type]?.at("public_key_fingerprint"),
});

describe("a key pair", () => {
  test.each(Object.entries(KINDS))(
    "of type %s is accepted by ssh-keygen",
    async (key_type, [line, bits]) => {
      const reply = await ask("POST", "/pubkeys/creds", client, { ...CREDS, key_type: key_type.toUpperCase() });
      made[key_type] = reply;
      answered(reply, 201, {
        private_key: expect.stringMatching(
          /^-----BEGIN OPENSSH PRIVATE KEY-----\n[^\r]*-----END OPENSSH PRIVATE KEY-----\n$/,
        ),
        public_key: expect.stringMatching(new RegExp(`^${line} [A-Za-z0-9+/]+=*$`)),
        public_key_fingerprint: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/),
        key_type,
        key_bits: bits,
        max_uses: String(MAX_INT32),
        remaining_uses: String(MAX_INT32),
        expires_at: FOREVER,
      });
      const blob = Buffer.from(reply.at("public_key").split(" ")[1] ?? "", "base64");
      const digest = createHash("sha256").update(blob).digest("base64").replace(/=+$/, "");
      expect(reply.at("public_key_fingerprint")).toBe(`SHA256:${digest}`);
      const file = join(server.dir, `key-${key_type}`);
      writeFileSync(file, reply.at("private_key"), { mode: 0o600 });
      expect((await runProgram(["ssh-keygen", "-y", "-P", "", "-f", file])).stdout.trim()).toBe(reply.at("public_key"));
      expect((await runProgram(["ssh-keygen", "-l", "-f", file])).stdout).toStartWith(
        `${bits} ${reply.at("public_key_fingerprint")} `,
      );
    },
    300_000,
  );

  test("is ed25519 by default, and for unknown types", async () => {
    for (const key_type of [undefined, "", "dsa", "ED25519"])
      expect((await ask("POST", "/pubkeys/creds", client, { ...CREDS, key_type })).body).toMatchObject({
        key_type: "ed25519",
      });
  });

  test("has the requested uses and lifetime", async () => {
    const reply = await ask("POST", "/pubkeys/creds", client, { ...CREDS, num_uses: 3, ttl_minutes: 60 });
    const left = (Date.parse(reply.at("expires_at")) - Date.now()) / 60_000;
    expect(Math.abs(left - 60)).toBeLessThan(2);
    expect(reply.body).toMatchObject({ max_uses: "3", remaining_uses: "3", expires_at: time });
    for (const wrong of [
      { num_uses: MAX_INT32 + 1 },
      { ttl_minutes: -MAX_INT32 - 2 },
      { num_uses: 1.5 },
      { num_uses: "many" },
    ])
      answered(await ask("POST", "/pubkeys/creds", client, { ...CREDS, ...wrong }), 400, {});
  });

  test("is refused without MFA, link or delegation", async () => {
    for (const wrong of [{ client_user_id: "eve" }, { host: "h9" }, { host_account: "root" }])
      answered(await ask("POST", "/pubkeys/creds", client, { ...CREDS, ...wrong }), 403, {});
  });

  test("is retrieved for its account and host only", async () => {
    const fingerprint = made["ed25519"]?.at("public_key_fingerprint");
    const asked = { user: "ada1", user_uid: "1001", host: "h1", public_key_fingerprint: fingerprint };
    const retrieve = (more: Fields = {}) =>
      ask("POST", "/pubkeys/creds/retrieve", {}, { ...asked, key_type: "ssh-ed25519", ...more });
    answered(await retrieve(), 200, { public_key: made["ed25519"]?.at("public_key") });
    for (const wrong of [
      { user: "root" },
      { host: "h2" },
      { host: "H1" },
      { public_key_fingerprint: `SHA256:${"A".repeat(43)}` },
      { public_key_fingerprint: fingerprint?.replace("SHA256:", "") },
    ])
      answered(await retrieve(wrong), 404, { result_msg: "NOT_FOUND" });
  });

  test("is shown to its client and the admin", async () => {
    const list = await ask("GET", "/pubkeys/list", client);
    const [row = {}] = list.rows("pubkeys").filter(({ key_type }) => key_type === "rsa");
    expect(row).toEqual({
      id: number,
      tenant,
      client_id: "portal",
      client_user_id: "ada",
      host: "h1",
      host_account: "ada1",
      public_key_fingerprint: made["rsa"]?.at("public_key_fingerprint"),
      public_key: made["rsa"]?.at("public_key"),
      key_type: "rsa",
      key_bits: 4096,
      max_uses: MAX_INT32,
      remaining_uses: MAX_INT32,
      initial_ttl_minutes: MAX_INT32,
      expires_at: FOREVER,
      created: time,
      updated: time,
    });
    expect(list.body["num_pubkeys"]).toBe(list.rows("pubkeys").length);
    for (const who of [client, admin]) answered(await ask("GET", `/pubkeys/id/${row["id"]}`, who), 200, row);
  });

  test("is updated in its uses and expiry", async () => {
    const patch = (more: Fields) => ask("PATCH", "/pubkeys", client, { ...named(), ...more });
    answered(await patch({}), 200, { fields_updated: 0, result_msg: expect.stringContaining("No updates specified") });
    answered(await patch({ max_uses: 5 }), 200, { fields_updated: 1 });
    answered(await patch({ max_uses: 7, ttl_minutes: 30 }), 200, { fields_updated: 2 });
    answered(await patch({ max_uses: -1 }), 400, {});
    answered(await patch({ ttl_minutes: 4_294_967_295 }), 200, { fields_updated: 1 });
    answered(await patch({ public_key_fingerprint: "SHA256:none", max_uses: 5 }), 404, {});
    const [row] = (await ask("GET", "/pubkeys/list", admin))
      .rows("pubkeys")
      .filter(({ public_key_fingerprint }) => public_key_fingerprint === named().public_key_fingerprint);
    expect(row).toMatchObject({ max_uses: 7, remaining_uses: 7, initial_ttl_minutes: MAX_INT32 });
    expect(String(row?.["expires_at"])).toMatch(/^61\d\d-/);
  });
});

describe("a reservation", () => {
  const about = () => ({ client_user_id: "ada", host: "h1", public_key_fingerprint: named().public_key_fingerprint });
  let parent: Reply;
  let child: Reply;

  test("is created for 48 hours at most, and extended", async () => {
    parent = await ask("POST", "/reservations", client, { ...about(), ttl_minutes: -1 });
    answered(parent, 201, { resid: expect.any(String), parent_resid: parent.at("resid"), expires_at: time });
    expect(parent.at("resid")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const hours = (Date.parse(parent.at("expires_at")) - Date.now()) / 3_600_000;
    expect(Math.abs(hours - 48)).toBeLessThan(0.1);
    child = await ask("POST", "/reservations/extend", client, { ...about(), parent_resid: parent.at("resid") });
    answered(child, 201, {
      resid: expect.any(String),
      parent_resid: parent.at("resid"),
      expires_at: parent.at("expires_at"),
    });
    const nested = { ...about(), parent_resid: child.at("resid") };
    answered(await ask("POST", "/reservations/extend", client, nested), 403, {});
    answered(await ask("POST", "/reservations/extend", client, { ...about(), parent_resid: "none" }), 404, {});
    const other = { ...about(), public_key_fingerprint: "SHA256:none", ttl_minutes: 60 };
    answered(await ask("POST", "/reservations", client, other), 404, {});
  });

  test("is shown, and deleted alone or with its extensions", async () => {
    const at = (reply: Reply) => `/reservations/portal/${reply.at("resid")}`;
    answered(await ask("GET", at(child), client), 200, {
      id: number,
      resid: child.at("resid"),
      parent_resid: parent.at("resid"),
      tenant,
      client_id: "portal",
      ...about(),
      expires_at: time,
      created: time,
      updated: time,
    });
    answered(await ask("GET", `/reservations/portal/${crypto.randomUUID()}`, admin), 404, { result_msg: "NOT_FOUND" });
    const end = (reply: Reply, related = "") =>
      ask("DELETE", `/reservations/del/${related}portal/${reply.at("resid")}`, client);
    answered(await end(child), 200, { num_deleted: 1 });
    answered(await end(child), 200, { num_deleted: 0 });
    const extend = { ...about(), parent_resid: parent.at("resid") };
    for (let i = 0; i < 2; i += 1) await ask("POST", "/reservations/extend", client, extend);
    answered(await end(parent, "related/"), 200, { num_deleted: 3 });
    answered(await ask("GET", at(parent), client), 404, { result_msg: "NOT_FOUND" });
  });
});

describe("a deletion includes dependent records", () => {
  const keys = async () => (await ask("GET", "/pubkeys/list", admin)).rows("pubkeys").length;

  test("of a key: its reservations", async () => {
    const about = { client_user_id: "ada", host: "h1", public_key_fingerprint: named("ecdsa").public_key_fingerprint };
    const reserved = await ask("POST", "/reservations", client, { ...about, ttl_minutes: 10 });
    answered(await ask("DELETE", "/pubkeys/del", client, named("ecdsa")), 200, { num_deleted: 1 });
    answered(await ask("DELETE", "/pubkeys/del", client, named("ecdsa")), 200, { num_deleted: 0 });
    answered(await ask("GET", `/reservations/portal/${reserved.at("resid")}`, client), 404, {
      result_msg: "NOT_FOUND",
    });
  });

  test("of a user's MFA: links, delegations, keys", async () => {
    expect(await keys()).toBeGreaterThan(0);
    answered(await ask("DELETE", "/usermfa/del/ada", admin), 200, { num_deleted: 1 });
    expect(await keys()).toBe(0);
    for (const path of ["/userhosts/list", "/delegations/list", "/usermfa/list"])
      answered(await ask("GET", path, admin), 200, { num_users: 0, users: [] });
    // A user that is re-created under the same name has none of them.
    await ask("POST", "/usermfa", admin, { ...user, ttl_minutes: -1 });
    for (const path of ["/userhosts/list", "/delegations/list"])
      answered(await ask("GET", path, admin), 200, { num_users: 0, users: [] });
    expect(await keys()).toBe(0);
    answered(await ask("POST", "/pubkeys/creds", client, CREDS), 403, {});
  });

  test("of a link or a delegation: its keys", async () => {
    for (const [path, body] of [
      ["/userhosts", link],
      ["/delegations", delegation],
    ] as const) {
      await ask("POST", "/userhosts", admin, { ...link, ttl_minutes: -1 });
      await ask("POST", "/delegations", admin, { ...delegation, ttl_minutes: -1 });
      done(await ask("POST", "/pubkeys/creds", client, CREDS), 201);
      answered(await ask("DELETE", `${path}/del`, admin, body), 200, { num_deleted: 1 });
      expect(await keys()).toBe(0);
      await ask("POST", path, admin, { ...body, ttl_minutes: -1 });
      expect(await keys()).toBe(0);
    }
  });

  test("of a tenant: it has to be empty, or is wiped", async () => {
    answered(await ask("DELETE", `/tenants/del/${tenant}`, admin), 409, {});
    const wiped = await ask("DELETE", `/tenants/wipe/${tenant}`, admin);
    expect(wiped.status).toBe(200);
    // Four clients, a user with one account and one delegation, the admin and the tenant.
    expect(wiped.body).toMatchObject({ num_deleted: 9 });
    answered(await ask("GET", `/tenants/${tenant}`), 404, { result_msg: "NOT_FOUND" });
    answered(await ask("GET", "/client/list", admin), 400, { result_msg: "Tenant not enabled." });
    const again = await server.tenant(tenant);
    answered(await ask("GET", "/client/list", again.admin), 200, { num_clients: 0, clients: [] });
    answered(await ask("DELETE", `/tenants/del/${tenant}`, again.admin), 200, { num_deleted: 2 });
  });
});

test("the admin of `default` can enable a disabled tenant, unlike in TMS 0.3.0", async () => {
  const closing = await server.tenant("closing");
  answered(await ask("PATCH", "/tenants/upd", closing.admin, { tenant: "closing", enabled: false }), 200, {
    fields_updated: 1,
  });
  answered(await ask("PATCH", "/tenants/upd", closing.admin, { tenant: "closing", enabled: true }), 400, {
    result_msg: "Tenant not enabled.",
  });
  answered(await ask("PATCH", "/tenants/upd", server.admin, { tenant: "closing", enabled: true }), 200, {
    fields_updated: 1,
  });
  answered(await ask("GET", "/usermfa/list", closing.admin), 200, { num_users: 0, users: [] });
});
