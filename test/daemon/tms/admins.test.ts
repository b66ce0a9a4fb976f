import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createAdmin, deleteAdmin, listAdmins, rotateAdminSecret } from "../../../daemon/tms/admins.ts";
import { authenticate } from "../../../daemon/tms/authenticate.ts";
import { cleanTemp } from "../../kit/temp.ts";
import { ACTOR, ADMIN, asAdmin, OPERATOR, outcomes, refusal, TmsFixture } from "./kit.ts";

cleanTemp();

let fixture: TmsFixture;
beforeEach(async () => {
  fixture = await TmsFixture.open();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const create = (id = "~~admin", tms = fixture.tms) => createAdmin(tms, fixture.tenant, id, ACTOR);
const remove = (id: string, caller = ADMIN, tms = fixture.tms) => deleteAdmin(tms, fixture.tenant, id, caller);
const ids = async () => (await listAdmins(fixture.tms, fixture.tenant)).map(({ admin_id }) => admin_id);

describe("createAdmin()", () => {
  test("returns a valid secret", async () => {
    const { admin_id, admin_secret } = await create();
    expect(admin_id).toBe("~~admin");
    const caller = await authenticate(fixture.tms, fixture.tenant, asAdmin("~~admin", admin_secret), [
      "client",
      "admin",
    ]);
    expect(caller).toEqual({ kind: "admin", actor: { user: "default/~~admin", address: "192.0.2.7" } });
    expect(await fixture.events("tms.admin.create")).toMatchObject([
      { code: "S2110I", tenant: "default", name: "~~admin" },
    ]);
  });

  test("refuses an existing id, and an id without the prefix of admins", async () => {
    const works = [fixture.tms, fixture.secondProcess(), fixture.tms].map((tms) => create("~~admin", tms));
    expect(await outcomes(works)).toEqual({ won: 1, refused: ["conflict"] });
    for (const id of ["admin", "~admin", "app"]) expect(await refusal(create(id))).toContain("bad_request: admin_id");
    await create("~~a/b");
    expect(await ids()).toEqual(["~~a/b", "~~admin"]);
  });
});

describe("rotateAdminSecret()", () => {
  test("refuses an unknown admin, and supports a grace period", async () => {
    const { admin_secret } = await create();
    const next = await rotateAdminSecret(fixture.tms, fixture.tenant, "~~admin", 1, ACTOR);
    const works = [admin_secret, next].map((secret) =>
      authenticate(fixture.tms, fixture.tenant, asAdmin("~~admin", secret), ["admin"]),
    );
    expect((await outcomes(works)).won).toBe(2);
    expect(await refusal(rotateAdminSecret(fixture.tms, fixture.tenant, "~~none", 0, ACTOR))).toBe(
      "not_found: NOT_FOUND",
    );
    expect(await fixture.events("tms.admin.rotate")).toMatchObject([{ name: "~~admin", grace_minutes: 1 }]);
  });
});

describe("deleteAdmin()", () => {
  test("lets an admin delete others, but not the last one", async () => {
    await create("~~one");
    await create("~~two");
    expect(await remove("~~none")).toBe(0);
    expect(await remove("~~one")).toBe(1);
    expect(await refusal(remove("~~two"))).toContain("denied: the last admin");
    expect(await remove("~~one")).toBe(0);
    expect(await ids()).toEqual(["~~two"]);
    expect(await fixture.events("tms.admin.delete")).toMatchObject([{ user: "default/~~admin", name: "~~one" }]);
  });

  test("lets the operator delete the last one", async () => {
    await create();
    expect(await remove("~~admin", OPERATOR)).toBe(1);
    expect(await ids()).toEqual([]);
  });

  test("keeps one under concurrent deletions", async () => {
    const all = Array.from({ length: 6 }, (_, i) => `~~${i}`);
    for (const id of all) await create(id);
    const there = fixture.secondProcess();
    const works = all.map((id, i) => remove(id, ADMIN, i % 2 ? there : fixture.tms));
    expect(await outcomes(works)).toEqual({ won: 5, refused: ["denied"] });
    expect(await ids()).toHaveLength(1);
  });
});
