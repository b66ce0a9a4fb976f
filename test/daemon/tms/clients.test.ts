import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { authenticate } from "../../../daemon/tms/authenticate.ts";
import {
  deleteClient,
  getClient,
  listClients,
  type NewClient,
  registerClient,
  rotateClientSecret,
  updateClient,
} from "../../../daemon/tms/clients.ts";
import type { TmsContext } from "../../../daemon/tms/context.ts";
import { cleanTemp } from "../../kit/temp.ts";
import { ACTOR, ADMIN, asClient, OPERATOR, outcomes, refusal, TmsFixture } from "./kit.ts";

cleanTemp();

let fixture: TmsFixture;
beforeEach(async () => {
  fixture = await TmsFixture.open();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const STRANGER = { kind: "unauthenticated", actor: { user: "", address: "192.0.2.9" } } as const;
const app = (client_id = "app", app_name = "portal", app_version = "1.0"): NewClient => ({
  client_id,
  app_name,
  app_version,
});
const register = (request = app(), tms: TmsContext = fixture.tms) =>
  registerClient(tms, fixture.tenant, request, ADMIN);

describe("registerClient()", () => {
  test("returns a valid secret and stores only its hash", async () => {
    const { client_id, client_secret } = await register();
    expect(client_id).toBe("app");
    expect(client_secret).toMatch(/^[0-9a-f]{48}$/);
    const { secrets, ...record } = await getClient(fixture.tms, fixture.tenant, "app");
    expect(record).toEqual({
      id: expect.any(Number) as number,
      client_id: "app",
      app_name: "portal",
      app_version: "1.0",
      enabled: true,
      created: "2026-03-01T12:00:00.250Z",
      updated: "2026-03-01T12:00:00.250Z",
    });
    expect(secrets).toHaveLength(1);
    const entries = (await fixture.entries()).map(({ value }) => Buffer.from(value).toString()).join();
    expect(entries).not.toContain(client_secret);
    expect(await fixture.events("tms.client.create")).toMatchObject([
      { code: "S2120I", user: "default/~~admin", addr_remote: "192.0.2.1", tenant: "default", client_id: "app" },
    ]);
    expect((await authenticate(fixture.tms, fixture.tenant, asClient("app", client_secret), ["client"])).kind).toBe(
      "client",
    );
  });

  test("refuses an id or an application version that is registered", async () => {
    await register();
    expect(await refusal(register(app("app", "other")))).toBe("conflict: the client app exists already");
    expect(await refusal(register(app("app2")))).toBe("conflict: the application portal 1.0 is registered already");
    await register(app("app2", "portal", "1.1"));
    await register(app("App", "Portal"));
    expect((await listClients(fixture.tms, fixture.tenant)).map(({ client_id }) => client_id)).toEqual([
      "App",
      "app",
      "app2",
    ]);
  });

  test("accepts one of several concurrent registrations of one id", async () => {
    const there = fixture.secondProcess();
    const same = Array.from({ length: 20 }, (_, i) => register(app(), i % 2 ? fixture.tms : there));
    expect(await outcomes(same)).toEqual({ won: 1, refused: ["conflict"] });
    const versions = Array.from({ length: 20 }, (_, i) => register(app(`v${i}`, "tool"), i % 2 ? fixture.tms : there));
    expect(await outcomes(versions)).toEqual({ won: 1, refused: ["conflict"] });
    expect(await listClients(fixture.tms, fixture.tenant)).toHaveLength(2);
  });

  test("accepts many concurrent registrations of different ids", async () => {
    const there = fixture.secondProcess();
    const works = Array.from({ length: 200 }, (_, i) => register(app(`c${i}`, `a${i}`), i % 2 ? fixture.tms : there));
    expect(await outcomes(works)).toEqual({ won: 200, refused: [] });
    const ids = (await listClients(fixture.tms, fixture.tenant)).map(({ id }) => id);
    expect(new Set(ids).size).toBe(200);
  });

  test.each(["", "v1", "latest", "1.0.0.0"])("refuses the version %j", async (version) => {
    expect(await refusal(register(app("app", "portal", version)))).toContain("bad_request: app_version");
  });

  test("accepts any text as an id, and finds it by exact comparison", async () => {
    const odd = ["x' OR '1'='1", "a/b", "a%2Fb", "日本", "..", "%", '"', "\\", "a".repeat(255), "日".repeat(255)];
    for (const [i, id] of odd.entries()) await register(app(id, `app${i}`));
    for (const id of odd) expect((await getClient(fixture.tms, fixture.tenant, id)).client_id).toBe(id);
    expect((await listClients(fixture.tms, fixture.tenant)).map(({ client_id }) => client_id)).toEqual(odd.toSorted());
    expect(await deleteClient(fixture.tms, fixture.tenant, "x' OR '1'='1", ACTOR)).toBe(1);
    expect(await listClients(fixture.tms, fixture.tenant)).toHaveLength(odd.length - 1);
  });

  test("refuses ids with the prefix of admins", async () => {
    expect(await refusal(register(app("~~admin")))).toContain("bad_request: client_id");
    await register(app("~admin"));
  });

  test("accepts unauthenticated callers if the settings allow it", async () => {
    await registerClient(fixture.tms, fixture.tenant, app(), STRANGER);
    expect(await fixture.events("tms.client.create")).toMatchObject([{ user: "", addr_remote: "192.0.2.9" }]);
  });

  test.each([{ mvp: true }, { newClients: "disallow" }] as const)(
    "refuses unauthenticated callers otherwise: %j",
    async (settings) => {
      const tms = { ...fixture.tms, ...settings };
      expect(await refusal(registerClient(tms, fixture.tenant, app(), STRANGER))).toContain("bad_request");
      for (const [i, caller] of [ADMIN, OPERATOR].entries())
        await registerClient(tms, fixture.tenant, app(`c${i}`, `a${i}`), caller);
    },
  );
});

describe("updateClient()", () => {
  const update = (changes: Parameters<typeof updateClient>[3], id = "app") =>
    updateClient(fixture.tms, fixture.tenant, id, changes, ACTOR);

  test("updates the given fields", async () => {
    await register();
    fixture.advance(1000);
    expect(await update({ app_version: "^2", enabled: false })).toBe(2);
    expect(await update({ enabled: true })).toBe(1);
    expect(await update({})).toBe(0);
    expect(await update({ enabled: true }, "nobody")).toBe(0);
    expect(await getClient(fixture.tms, fixture.tenant, "app")).toMatchObject({
      app_version: "^2",
      enabled: true,
      updated: "2026-03-01T12:00:01.250Z",
      created: "2026-03-01T12:00:00.250Z",
    });
    expect(await fixture.events("tms.client.update")).toMatchObject([
      { client_id: "app", app_version: "^2", enabled: false },
      { client_id: "app", enabled: true },
    ]);
    expect(await refusal(update({ app_version: "new" }))).toContain("bad_request");
    expect(await refusal(update({ app_version: "new" }, "nobody"))).toContain("bad_request");
  });

  test("frees the former version, and refuses a registered one", async () => {
    await register();
    await register(app("app2", "portal", "2.0"));
    expect(await refusal(update({ app_version: "2.0" }))).toBe(
      "conflict: the application portal 2.0 is registered already",
    );
    expect(await update({ app_version: "1.0" })).toBe(1);
    expect(await update({ app_version: "3.0" })).toBe(1);
    expect(await update({ app_version: "1.0" }, "app2")).toBe(1);
    await register(app("app3", "portal", "2.0"));
    expect(await refusal(register(app("app4", "portal", "3.0")))).toContain("conflict");
  });

  test("accepts one of two concurrent changes to one version", async () => {
    for (const id of ["a", "b", "c"]) await register(app(id, "portal", `1.${id.charCodeAt(0)}`));
    const works = ["a", "b", "c"].map((id) => update({ app_version: "2" }, id));
    expect(await outcomes(works)).toEqual({ won: 1, refused: ["conflict"] });
  });

  test("keeps both of two concurrent changes", async () => {
    await register();
    const there = fixture.secondProcess();
    await Promise.all([
      update({ app_version: "2" }),
      updateClient(there, fixture.tenant, "app", { enabled: false }, ACTOR),
      rotateClientSecret(there, fixture.tenant, "app", 5, ACTOR),
    ]);
    const record = await getClient(fixture.tms, fixture.tenant, "app");
    expect(record).toMatchObject({ app_version: "2", enabled: false });
    expect(record.secrets).toHaveLength(2);
  });
});

describe("rotateClientSecret()", () => {
  test("refuses an unknown client", async () => {
    expect(await refusal(rotateClientSecret(fixture.tms, fixture.tenant, "nobody", 0, ACTOR))).toBe(
      "not_found: NOT_FOUND",
    );
    await register();
    const secret = await rotateClientSecret(fixture.tms, fixture.tenant, "app", 5, ACTOR);
    expect(secret).toMatch(/^[0-9a-f]{48}$/);
    expect(await fixture.events("tms.client.rotate")).toMatchObject([{ client_id: "app", grace_minutes: 5 }]);
  });
});

describe("deleteClient()", () => {
  test("frees the id and the application version", async () => {
    await register();
    expect(await deleteClient(fixture.tms, fixture.tenant, "app", ACTOR)).toBe(1);
    expect(await deleteClient(fixture.tms, fixture.tenant, "app", ACTOR)).toBe(0);
    expect(await refusal(getClient(fixture.tms, fixture.tenant, "app"))).toBe("not_found: NOT_FOUND");
    expect(fixture.scheduled.runs).toBe(1);
    expect(await fixture.events("tms.client.delete")).toMatchObject([{ client_id: "app" }]);
    const kept = (await fixture.entries(`/tms/${fixture.tenant.value.id}/`)).map(({ key }) => key);
    expect(kept).toEqual([]);
    await register();
  });

  test("succeeds once for concurrent calls", async () => {
    await register();
    const works = [fixture.tms, fixture.secondProcess(), fixture.tms].map((tms) =>
      deleteClient(tms, fixture.tenant, "app", ACTOR),
    );
    expect((await Promise.all(works)).toSorted()).toEqual([0, 0, 1]);
    expect(await fixture.events("tms.client.delete")).toHaveLength(1);
  });
});
