import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createAdmin, listAdmins } from "../../../daemon/tms/admins.ts";
import { authenticate } from "../../../daemon/tms/authenticate.ts";
import { deleteClient, listClients, registerClient } from "../../../daemon/tms/clients.ts";
import { createDelegation } from "../../../daemon/tms/delegations.ts";
import { deleteHostCredential, rotateHostCredential } from "../../../daemon/tms/host-credentials.ts";
import { createHost, deleteHost } from "../../../daemon/tms/hosts.ts";
import { createKey } from "../../../daemon/tms/keys/create.ts";
import { createReservation } from "../../../daemon/tms/keys/reserve.ts";
import { createRetrieval } from "../../../daemon/tms/keys/retrieve.ts";
import { findClient, requireTenant } from "../../../daemon/tms/lookup.ts";
import { createMfa, deleteMfa } from "../../../daemon/tms/mfa.ts";
import { deleteOrphans } from "../../../daemon/tms/orphans.ts";
import { deleteTenant, wipeTenant } from "../../../daemon/tms/tenant-removal.ts";
import {
  createTenant,
  ensureInitialTenants,
  getTenant,
  listTenants,
  updateTenant,
} from "../../../daemon/tms/tenants.ts";
import { createUserHost } from "../../../daemon/tms/user-hosts.ts";
import { cleanTemp } from "../../kit/temp.ts";
import { ACTOR, ADMIN, asAdmin, interfering, OPERATOR, outcomes, refusal, TmsFixture } from "./kit.ts";

cleanTemp();

let fixture: TmsFixture;
beforeEach(async () => {
  fixture = await TmsFixture.open();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const make = async (name: string) => {
  const made = await createTenant(fixture.tms, name, ACTOR);
  return { ...made, item: await requireTenant(fixture.tms, name) };
};
const names = async () => (await listTenants(fixture.tms)).map(({ tenant }) => tenant);

describe("ensureInitialTenants()", () => {
  test("creates the tenant default once, without an admin", async () => {
    await ensureInitialTenants(fixture.tms, { testTenant: undefined });
    expect(await listTenants(fixture.tms)).toEqual([
      {
        id: expect.any(Number) as number,
        tenant: "default",
        enabled: true,
        require_host_credential: false,
        created: "2026-03-01T12:00:00.250Z",
        updated: "2026-03-01T12:00:00.250Z",
      },
    ]);
    expect(await listAdmins(fixture.tms, fixture.tenant)).toEqual([]);
    expect(await fixture.events("tms.tenant.create")).toMatchObject([{ user: "@local", tenant: "default" }]);
  });

  test("creates, enables and disables the tenant test as configured", async () => {
    await ensureInitialTenants(fixture.tms, { testTenant: false });
    expect(await names()).toEqual(["default"]);
    await ensureInitialTenants(fixture.tms, { testTenant: true });
    await ensureInitialTenants(fixture.tms, { testTenant: true });
    expect((await getTenant(fixture.tms, "test")).enabled).toBe(true);
    await ensureInitialTenants(fixture.tms, { testTenant: false });
    expect((await getTenant(fixture.tms, "test")).enabled).toBe(false);
    await ensureInitialTenants(fixture.tms, { testTenant: undefined });
    expect((await getTenant(fixture.tms, "test")).enabled).toBe(false);
    await ensureInitialTenants(fixture.tms, { testTenant: true });
    expect((await getTenant(fixture.tms, "test")).enabled).toBe(true);
  });

  test("leaves an existing default as it is, and tolerates a second process", async () => {
    await updateTenant(fixture.tms, "default", { enabled: false }, ACTOR);
    await Promise.all(
      [fixture.tms, fixture.secondProcess(), fixture.tms].map((tms) => ensureInitialTenants(tms, { testTenant: true })),
    );
    expect((await getTenant(fixture.tms, "default")).enabled).toBe(false);
    expect(await names()).toEqual(["default", "test"]);
  });
});

describe("createTenant()", () => {
  test("returns the first admin's valid secret", async () => {
    const { item, ...made } = await make("uni");
    expect(made).toEqual({
      tenant: "uni",
      enabled: true,
      admin_id: "~~admin",
      admin_secret: expect.stringMatching(/^[0-9a-f]{48}$/) as string,
    });
    const caller = await authenticate(fixture.tms, item, asAdmin("~~admin", made.admin_secret), ["admin"]);
    expect(caller.kind).toBe("admin");
    expect(JSON.stringify(await fixture.entries())).not.toContain(made.admin_secret);
    expect((await fixture.events("tms.tenant.create")).at(-1)).toMatchObject({
      code: "S2100I",
      user: "@admin",
      tenant: "uni",
    });
  });

  test("succeeds once for concurrent calls", async () => {
    const works = [fixture.tms, fixture.secondProcess(), fixture.tms, fixture.secondProcess()].map((tms) =>
      createTenant(tms, "uni", ACTOR),
    );
    expect(await outcomes(works)).toEqual({ won: 1, refused: ["conflict"] });
    expect(await refusal(createTenant(fixture.tms, "uni", ACTOR))).toBe("conflict: the tenant uni exists already");
    expect(await listAdmins(fixture.tms, await requireTenant(fixture.tms, "uni"))).toHaveLength(1);
  });

  test("compares names exactly", async () => {
    const odd = ["Uni", "uni", "uni ", "uni/x", "uni%2Fx", "ünï", "x' OR '1'='1", "日".repeat(200), "日".repeat(201)];
    for (const name of odd) await make(name);
    expect(await names()).toEqual(["default", ...odd].toSorted());
    for (const name of odd) expect((await getTenant(fixture.tms, name)).tenant).toBe(name);
    expect(await refusal(getTenant(fixture.tms, "UNI"))).toBe("not_found: NOT_FOUND");
  });
});

describe("updateTenant()", () => {
  test("updates the given fields", async () => {
    await make("uni");
    fixture.advance(1000);
    expect(await updateTenant(fixture.tms, "uni", { enabled: false }, ACTOR)).toBe(1);
    expect(await updateTenant(fixture.tms, "uni", { enabled: true, require_host_credential: true }, ACTOR)).toBe(2);
    expect(await updateTenant(fixture.tms, "uni", { enabled: true }, ACTOR)).toBe(1);
    expect(await getTenant(fixture.tms, "uni")).toMatchObject({
      enabled: true,
      require_host_credential: true,
      created: "2026-03-01T12:00:00.250Z",
      updated: "2026-03-01T12:00:01.250Z",
    });
    expect(await fixture.events("tms.tenant.update")).toMatchObject([
      { tenant: "uni", enabled: false },
      { enabled: true, require_host_credential: true },
      { enabled: true },
    ]);
  });

  test("changes nothing without fields or for an unknown tenant", async () => {
    expect(await updateTenant(fixture.tms, "default", { enabled: undefined }, ACTOR)).toBe(0);
    expect(await updateTenant(fixture.tms, "none", { enabled: false }, ACTOR)).toBe(0);
    expect(await fixture.events("tms.tenant.update")).toEqual([]);
  });

  test("makes a disabled tenant refuse all changes", async () => {
    const { item } = await make("uni");
    await updateTenant(fixture.tms, "uni", { enabled: false }, ACTOR);
    const user = { tms_user_id: "alice", ttl_minutes: 1 };
    expect(await refusal(createMfa(fixture.tms, item, user, ACTOR))).toBe("bad_request: Tenant not enabled.");
  });
});

describe("deleteTenant()", () => {
  test("deletes the tenant and its admins, and counts them", async () => {
    const { item } = await make("uni");
    await createAdmin(fixture.tms, item, "~~second", ACTOR);
    expect(await deleteTenant(fixture.tms, item, ADMIN)).toBe(3);
    expect(await names()).toEqual(["default"]);
    expect(await deleteTenant(fixture.tms, item, ADMIN)).toBe(0);
    expect(await fixture.entries(`/tms/${item.value.id}/`)).toEqual([]);
    expect(fixture.scheduled.runs).toBe(1);
    expect(await fixture.events("tms.tenant.delete")).toMatchObject([
      { code: "S2102I", user: "default/~~admin", addr_remote: "192.0.2.1", tenant: "uni", wiped: false, rows: 3 },
    ]);
  });

  test("deletes a disabled tenant", async () => {
    const { item } = await make("uni");
    await updateTenant(fixture.tms, "uni", { enabled: false }, ACTOR);
    expect(await deleteTenant(fixture.tms, item, OPERATOR)).toBe(2);
  });

  const CHILDREN = {
    "a client": [
      (item) => registerClient(fixture.tms, item, { client_id: "c", app_name: "a", app_version: "1" }, OPERATOR),
      (item) => deleteClient(fixture.tms, item, "c", ACTOR),
    ],
    "a user": [
      (item) => createMfa(fixture.tms, item, { tms_user_id: "u", ttl_minutes: 0 }, ACTOR),
      (item) => deleteMfa(fixture.tms, item, "u", ACTOR),
    ],
    "a host": [
      (item) => createHost(fixture.tms, item, { host: "h", addr: "a" }, ACTOR),
      (item) => deleteHost(fixture.tms, item, { host: "h", addr: "a" }, ACTOR),
    ],
    "a host's credential": [
      (item) => rotateHostCredential(fixture.tms, item, "h", 0, ACTOR),
      (item) => deleteHostCredential(fixture.tms, item, "h", ACTOR),
    ],
  } satisfies Record<string, ((item: TmsFixture["tenant"]) => Promise<unknown>)[]>;

  test.each(Object.entries(CHILDREN))("refuses one that has %s, until that is gone", async (_what, [add, remove]) => {
    const { item } = await make("uni");
    await add?.(item);
    expect(await refusal(deleteTenant(fixture.tms, item, ADMIN))).toBe(
      "conflict: the tenant has clients, users or hosts",
    );
    // The tenant remains usable.
    expect(await getTenant(fixture.tms, "uni")).toEqual(item.value);
    await remove?.(item);
    expect(await deleteTenant(fixture.tms, item, ADMIN)).toBe(2);
  });

  test.each(Object.entries(CHILDREN))("never loses %s that is made at the same moment", async (_what, [add]) => {
    const { item } = await make("uni");
    const works = await Promise.allSettled([
      add?.(item),
      deleteTenant(fixture.secondProcess(), item, ADMIN),
      add?.(item),
    ]);
    const [one, removal, two] = works.map(({ status }) => status === "fulfilled");
    // Either the creation succeeded and the tenant exists, or the tenant is gone and the creation failed.
    expect(removal).toBe(!(one || two));
    expect((await names()).includes("uni")).toBe(one === true || two === true);
  });

  test("fails a concurrent creation in the tenant", async () => {
    const { item } = await make("uni");
    const store = interfering(fixture.tms.store, /mfa/, () => deleteTenant(fixture.tms, item, ADMIN));
    const user = { tms_user_id: "alice", ttl_minutes: 1 };
    expect(await refusal(createMfa({ ...fixture.tms, store }, item, user, ACTOR))).toBe(
      "bad_request: Tenant not enabled.",
    );
    expect(await names()).toEqual(["default"]);
  });

  test("refuses additions while it checks that the tenant is empty", async () => {
    const { item } = await make("uni");
    const user = { tms_user_id: "alice", ttl_minutes: 1 };
    let during = "";
    const store = interfering(fixture.tms.store, /admins/, async () => {
      during = await refusal(createMfa(fixture.tms, item, user, ACTOR));
    });
    expect(await deleteTenant({ ...fixture.tms, store }, item, ADMIN)).toBe(2);
    expect(during).toBe("conflict: the tenant is being deleted");
  });

  test("fails when the check took longer than the closing time", async () => {
    const { item } = await make("uni");
    const store = interfering(fixture.tms.store, /admins/, async () => {
      fixture.advance(30_000);
      await createMfa(fixture.tms, item, { tms_user_id: "alice", ttl_minutes: 1 }, ACTOR);
    });
    expect(await refusal(deleteTenant({ ...fixture.tms, store }, item, ADMIN))).toContain(
      "conflict: the tenant was changed",
    );
    expect("closing" in (await getTenant(fixture.tms, "uni"))).toBe(false);
  });

  test("leaves the tenant closed for a limited time when the process dies", async () => {
    const { item } = await make("uni");
    const store = interfering(fixture.tms.store, /admins/, () => Promise.reject(new Error("killed")));
    expect(await refusal(deleteTenant({ ...fixture.tms, store }, item, ADMIN))).toContain("killed");
    expect(await refusal(deleteTenant(fixture.tms, item, ADMIN))).toBe("conflict: the tenant is being deleted");
    fixture.advance(30_000);
    expect(await deleteTenant(fixture.tms, item, ADMIN)).toBe(2);
  });

  test("succeeds once for concurrent calls", async () => {
    const { item } = await make("uni");
    const works = [fixture.tms, fixture.secondProcess()].map((tms) => deleteTenant(tms, item, ADMIN));
    const counts = (await Promise.allSettled(works)).map((one) => (one.status === "fulfilled" ? one.value : 0));
    expect(counts.toSorted()).toEqual([0, 2]);
  });

  test("allows only the operator to delete default", async () => {
    const why = "denied: the tenant default can be deleted by the operator only";
    expect(await refusal(deleteTenant(fixture.tms, fixture.tenant, ADMIN))).toBe(why);
    expect(await refusal(wipeTenant(fixture.tms, fixture.tenant, ADMIN))).toBe(why);
    expect(await deleteTenant(fixture.tms, fixture.tenant, OPERATOR)).toBe(1);
    expect(await deleteTenant(fixture.tms, fixture.tenant, OPERATOR)).toBe(0);
  });

  test("creates default again at once, empty", async () => {
    const { id } = fixture.tenant.value;
    await createAdmin(fixture.tms, fixture.tenant, "~~admin", ACTOR);
    expect(await wipeTenant(fixture.tms, fixture.tenant, OPERATOR)).toBe(2);
    const anew = await requireTenant(fixture.tms, "default");
    expect(anew.value.id).not.toBe(id);
    expect(await listAdmins(fixture.tms, anew)).toEqual([]);
    const made = (await fixture.events("tms.tenant.create")).at(-1);
    expect(made).toMatchObject({ user: "@local", tenant: "default" });
  });

  test("deletes nothing of a re-created tenant", async () => {
    const { item } = await make("uni");
    await deleteTenant(fixture.tms, item, ADMIN);
    await make("uni");
    expect(await deleteTenant(fixture.tms, item, ADMIN)).toBe(0);
    expect(await wipeTenant(fixture.tms, item, ADMIN)).toBe(0);
    expect(await names()).toEqual(["default", "uni"]);
  });
});

describe("wipeTenant()", () => {
  test("deletes all records, and counts the visible ones", async () => {
    const { item } = await make("uni");
    const { tms } = fixture;
    await registerClient(tms, item, { client_id: "c", app_name: "a", app_version: "1" }, OPERATOR);
    for (const tms_user_id of ["u", "gone"]) {
      await createMfa(tms, item, { tms_user_id, ttl_minutes: -1 }, ACTOR);
      await createUserHost(tms, item, { tms_user_id, host: "h", host_account: "a", ttl_minutes: -1 }, ACTOR);
      await createDelegation(tms, item, { client_id: "c", client_user_id: tms_user_id, ttl_minutes: -1 }, ACTOR);
    }
    await deleteMfa(tms, item, "gone", ACTOR);
    await createHost(tms, item, { host: "h", addr: "a" }, ACTOR);
    await rotateHostCredential(tms, item, "h", 0, ACTOR);
    // Tenant, admin, client, user, link, delegation, host, credential.
    expect(await wipeTenant(tms, item, ADMIN)).toBe(8);
    expect(await names()).toEqual(["default"]);
    expect(await wipeTenant(tms, item, ADMIN)).toBe(0);
    expect(await fixture.events("tms.tenant.delete")).toMatchObject([{ tenant: "uni", wiped: true, rows: 8 }]);
  });

  test("counts keys and reservations, which become unusable and are deleted later", async () => {
    const { item } = await make("uni");
    const { tms } = fixture;
    const app = { client_id: "c", app_name: "a", app_version: "1" };
    await registerClient(tms, item, app, OPERATOR);
    await createMfa(tms, item, { tms_user_id: "u", ttl_minutes: -1 }, ACTOR);
    await createUserHost(tms, item, { tms_user_id: "u", host: "h", host_account: "a", ttl_minutes: -1 }, ACTOR);
    await createDelegation(tms, item, { client_id: "c", client_user_id: "u", ttl_minutes: -1 }, ACTOR);
    const client = await findClient(tms, item, "c");
    if (client === undefined) throw new Error("no client");
    const names = { client_user_id: "u", host: "h", host_account: "a" };
    const request = { ...names, num_uses: -1, ttl_minutes: -1, key_type: "ed25519" } as const;
    const { record } = await createKey(tms, item, client, request, ACTOR);
    await createKey(tms, item, client, request, ACTOR);
    const { public_key_fingerprint } = record;
    const reserved = { client_user_id: "u", host: "h", public_key_fingerprint, ttl_minutes: 60 };
    await createReservation(tms, item, client, reserved, ACTOR);

    // Tenant, admin, client, user, link, delegation, two keys, reservation.
    expect(await wipeTenant(tms, item, ADMIN)).toBe(9);
    const retrieve = createRetrieval(tms);
    const asked = { user: "a", host: "h", public_key_fingerprint };
    expect(await refusal(retrieve(asked, { address: "192.0.2.3" }))).toMatch(/^(not_found|denied)/);
    await make("uni");
    expect(await refusal(retrieve(asked, { address: "192.0.2.3" }))).toMatch(/^(not_found|denied)/);
    await deleteOrphans(tms, new AbortController().signal);
    expect(await fixture.entries(`/tms/${item.value.id}/`)).toEqual([]);
    expect(await fixture.entries("/tms/key")).toEqual([]);
  });

  test("leaves a re-created tenant empty, and the old admin's secret invalid", async () => {
    const { item, admin_secret } = await make("uni");
    await registerClient(fixture.tms, item, { client_id: "c", app_name: "a", app_version: "1" }, OPERATOR);
    await wipeTenant(fixture.tms, item, ADMIN);
    const { item: anew } = await make("uni");
    expect(await listClients(fixture.tms, anew)).toEqual([]);
    const claims = asAdmin("~~admin", admin_secret);
    expect(await refusal(authenticate(fixture.tms, anew, claims, ["admin"]))).toContain("unauthenticated");
    const app = { client_id: "c", app_name: "a", app_version: "1" };
    // A caller of the old tenant has no access to the new one.
    expect(await refusal(registerClient(fixture.tms, item, app, OPERATOR))).toBe("bad_request: Tenant not enabled.");
    await registerClient(fixture.tms, anew, app, OPERATOR);
  });
});
