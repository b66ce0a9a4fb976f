import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Fields, type Headers, TmsServer } from "../kit/tms-server.ts";

/** MVP mode, as Tapis' Systems service uses it: it creates keys without prior records. */
let server: TmsServer;
let headers: Headers;

beforeAll(async () => {
  server = await TmsServer.open({ service: ["enable_mvp: true"] });
  const body = { client_id: "tapis", tenant: "default", app_name: "systems", app_version: "1.0" };
  const made = await server.must("POST", "/v1/tms/client", { headers: server.admin, body });
  headers = {
    "X-TMS-TENANT": "default",
    "X-TMS-CLIENT-ID": "tapis",
    "X-TMS-CLIENT-SECRET": made.at("client_secret"),
  };
});
afterAll(() => server?.[Symbol.asyncDispose]());

const FOREVER = "9999-12-31T23:59:59Z";
const create = (more: Fields = {}) =>
  server.ask("POST", "/v1/tms/pubkeys/creds", {
    headers,
    body: {
      client_user_id: "ada",
      host: "frontera",
      host_account: "ada",
      key_type: "ed25519",
      num_uses: -1,
      ttl_minutes: -1,
      ...more,
    },
  });
const rows = async (path: string, name = "users") =>
  (await server.must("GET", `/v1/tms${path}/list`, { headers: server.admin })).rows(name);
const admin = (method: string, path: string, body: Fields) =>
  server.must(method, `/v1/tms${path}`, { headers: server.admin, body: { tenant: "default", ...body } });

test("only an admin can register clients", async () => {
  const body = { client_id: "stranger", tenant: "default", app_name: "x", app_version: "1.0" };
  expect((await server.ask("POST", "/v1/tms/client", { body })).status).toBe(400);
  expect(await rows("/client", "clients")).toHaveLength(1);
});

test("creates missing prerequisites without expiry, and the key is valid", async () => {
  const made = await create();
  expect(made.status).toBe(201);
  for (const name of ["private_key", "public_key", "public_key_fingerprint"]) expect(made.at(name)).not.toBe("");
  const [mfa, link, delegation] = await Promise.all([rows("/usermfa"), rows("/userhosts"), rows("/delegations")]);
  expect(mfa).toMatchObject([{ tms_user_id: "ada", enabled: true, expires_at: FOREVER }]);
  expect(link).toMatchObject([{ tms_user_id: "ada", host: "frontera", host_account: "ada", expires_at: FOREVER }]);
  expect(delegation).toMatchObject([{ client_id: "tapis", client_user_id: "ada", expires_at: FOREVER }]);
  const key = { account: "ada", host: "frontera", fingerprint: made.at("public_key_fingerprint") };
  expect((await server.retrieve(key)).body["public_key"]).toBe(made.at("public_key"));
  expect((await create({ num_uses: 2, ttl_minutes: 5 })).body).toMatchObject({ max_uses: "2" });
});

test("concurrent first keys of a user share one prerequisite each, and all keys are valid", async () => {
  const made: { readonly account: string; readonly host: string; readonly fingerprint: string }[] = [];
  const users = Array.from({ length: 40 }, (_, i) => `user-${i}`);
  // Some users have MFA already. All requests are concurrent: ten users at a time, ten keys each.
  for (const name of users.filter((_, i) => i % 2 === 0))
    await admin("POST", "/usermfa", { tms_user_id: name, ttl_minutes: -1 });
  const first = async (account: string) => {
    const reply = await create({ client_user_id: account, host: "h", host_account: account });
    expect([reply.status, reply.text]).toEqual([201, reply.text]);
    made.push({ account, host: "h", fingerprint: reply.at("public_key_fingerprint") });
  };
  for (let from = 0; from < users.length; from += 10)
    await Promise.all(users.slice(from, from + 10).flatMap((user) => Array.from({ length: 10 }, () => first(user))));
  const statuses = await Promise.all(made.map(async (key) => (await server.retrieve(key)).status));
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  for (const path of ["/usermfa", "/userhosts", "/delegations"])
    expect((await rows(path)).filter((row) => Object.values(row).includes("user-0"))).toHaveLength(1);
});

test("keeps existing prerequisites as they are, disabled and expired ones too", async () => {
  await create({ client_user_id: "eve", host_account: "eve" });
  await admin("PATCH", "/usermfa/upd", { tms_user_id: "eve", enabled: false });
  expect((await create({ client_user_id: "eve", host_account: "eve" })).status).toBe(403);
  await admin("PATCH", "/usermfa/upd", { tms_user_id: "eve", enabled: true });
  const link = { tms_user_id: "eve", host: "frontera", host_account: "eve" };
  await admin("PATCH", "/userhosts/upd", { ...link, ttl_minutes: 0 });
  // A refused key creates no other record.
  expect((await create({ client_user_id: "eve", host_account: "eve" })).status).toBe(403);
  expect((await rows("/userhosts")).filter(({ tms_user_id }) => tms_user_id === "eve")).toHaveLength(1);
});
