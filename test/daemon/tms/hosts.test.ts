import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { deleteHostCredential, requireHost, rotateHostCredential } from "../../../daemon/tms/host-credentials.ts";
import { createHost, deleteHost, getHost, listHosts } from "../../../daemon/tms/hosts.ts";
import { requireTenant } from "../../../daemon/tms/lookup.ts";
import { createTenant, updateTenant } from "../../../daemon/tms/tenants.ts";
import { cleanTemp } from "../../kit/temp.ts";
import { ACTOR, outcomes, refusal, TmsFixture } from "./kit.ts";

cleanTemp();

const MINUTE = 60_000;
let fixture: TmsFixture;
beforeEach(async () => {
  fixture = await TmsFixture.open();
});
afterEach(() => fixture[Symbol.asyncDispose]());

describe("hosts", () => {
  const create = (host: string, addr: string, tms = fixture.tms) =>
    createHost(tms, fixture.tenant, { host, addr }, ACTOR);

  test("have any number of distinct addresses", async () => {
    const record = await create("hpc", "10.1.*");
    expect(record).toEqual({
      id: expect.any(Number) as number,
      host: "hpc",
      addr: "10.1.*",
      created: "2026-03-01T12:00:00.250Z",
      updated: "2026-03-01T12:00:00.250Z",
    });
    expect(await getHost(fixture.tms, fixture.tenant, record.id)).toEqual(record);
    await create("hpc", "[10.0.0.1, 10.0.0.9]");
    await create("HPC", "10.1.*");
    expect(await refusal(create("hpc", "10.1.*"))).toBe("conflict: the host hpc has the address 10.1.* already");
    expect((await listHosts(fixture.tms, fixture.tenant)).map(({ host, addr }) => `${host} ${addr}`)).toEqual([
      "HPC 10.1.*",
      "hpc 10.1.*",
      "hpc [10.0.0.1, 10.0.0.9]",
    ]);
    expect(await fixture.events("tms.host.create")).toHaveLength(3);
  });

  test("are created and deleted once by concurrent calls", async () => {
    const all = [fixture.tms, fixture.secondProcess(), fixture.tms, fixture.secondProcess()];
    expect(await outcomes(all.map((tms) => create("h", "a", tms)))).toEqual({ won: 1, refused: ["conflict"] });
    const counts = await Promise.all(
      all.map((tms) => deleteHost(tms, fixture.tenant, { host: "h", addr: "a" }, ACTOR)),
    );
    expect(counts.toSorted()).toEqual([0, 0, 0, 1]);
    expect(await fixture.events("tms.host.delete")).toMatchObject([{ host: "h", addr: "a", tenant: "default" }]);
  });

  test("are not found after deletion, or by another's id", async () => {
    const { id } = await create("h", "a");
    await deleteHost(fixture.tms, fixture.tenant, { host: "h", addr: "a" }, ACTOR);
    const anew = await create("h", "a");
    expect(await refusal(getHost(fixture.tms, fixture.tenant, id))).toBe("not_found: NOT_FOUND");
    expect(await getHost(fixture.tms, fixture.tenant, anew.id)).toEqual(anew);
    await createTenant(fixture.tms, "other", ACTOR);
    const other = await requireTenant(fixture.tms, "other");
    expect(await refusal(getHost(fixture.tms, other, anew.id))).toBe("not_found: NOT_FOUND");
    expect(await listHosts(fixture.tms, other)).toEqual([]);
  });
});

describe("host credentials", () => {
  const WRONG = "unauthenticated: the host credential is wrong";
  const rotate = async (host: string, grace = 0) =>
    (await rotateHostCredential(fixture.tms, fixture.tenant, host, grace, ACTOR)).credential;
  const prove = async (header: string | undefined, host = "hpc") =>
    requireHost(fixture.tms, header, await requireTenant(fixture.tms, "default"), host);

  test("are optional until the tenant requires them", async () => {
    await prove(undefined);
    await prove("");
    await updateTenant(fixture.tms, "default", { require_host_credential: true }, ACTOR);
    for (const header of [undefined, "", " , "])
      expect(await refusal(prove(header))).toContain("unauthenticated: hosts of this tenant need a credential");
    await prove(await rotate("hpc"));
  });

  test.each([true, false])("are verified whether required or not (%p)", async (require_host_credential) => {
    await updateTenant(fixture.tms, "default", { require_host_credential }, ACTOR);
    const own = await rotate("hpc");
    expect(own).toMatch(new RegExp(`^tmsh_${fixture.tenant.value.id}_[0-9a-f]{48}$`));
    await prove(own);
    await prove(` ${own} `);
    const others = await rotate("login1");
    expect(await refusal(prove(others))).toBe("denied: the host credential is another host's");
    await prove(others, "login1");
    for (const wrong of [
      own.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
      own.toUpperCase(),
      `${own}0`,
      "x",
      own.slice(5),
    ])
      expect(await refusal(prove(wrong))).toBe(WRONG);
    expect(JSON.stringify(await fixture.entries())).not.toContain(own.slice(-48));
  });

  test("limit a host to keys of the tenants that issued them", async () => {
    await createTenant(fixture.tms, "other", ACTOR);
    const other = await requireTenant(fixture.tms, "other");
    const { credential } = await rotateHostCredential(fixture.tms, other, "hpc", 0, ACTOR);
    await requireHost(fixture.tms, credential, other, "hpc");
    for (const require_host_credential of [false, true]) {
      await updateTenant(fixture.tms, "default", { require_host_credential }, ACTOR);
      expect(await refusal(prove(credential))).toBe("denied: the host has no credential of the key's tenant");
    }
    const own = await rotate("hpc");
    await prove(`${credential}, ${own}`);
    // Its secret with this tenant's id is invalid, too.
    expect(await refusal(prove(`tmsh_${fixture.tenant.value.id}_${credential.slice(-48)}`))).toBe(WRONG);
  });

  test("are replaced at once or after a grace period", async () => {
    const first = await rotate("hpc");
    const second = await rotate("hpc", 10);
    await prove(first);
    await prove(second);
    fixture.advance(10 * MINUTE);
    expect(await refusal(prove(first))).toBe(WRONG);
    await prove(second);
    const third = await rotate("hpc");
    expect(await refusal(prove(second))).toBe(WRONG);
    await prove(third);
    const events = await fixture.events("tms.host_credential.rotate");
    expect(events).toMatchObject([0, 10, 0].map((grace_minutes) => ({ host: "hpc", grace_minutes })));
  });

  test("are at most two at a time", async () => {
    const all = [await rotate("hpc", 10), await rotate("hpc", 10), await rotate("hpc", 10)];
    const opened = await Promise.all(
      all.map((one) =>
        prove(one).then(
          () => true,
          () => false,
        ),
      ),
    );
    expect(opened).toEqual([false, true, true]);
  });

  test("are invalid after revocation", async () => {
    const all = [await rotate("hpc"), await rotate("hpc", 10)];
    expect(await deleteHostCredential(fixture.tms, fixture.tenant, "hpc", ACTOR)).toBe(1);
    expect(await deleteHostCredential(fixture.tms, fixture.tenant, "hpc", ACTOR)).toBe(0);
    for (const one of all) expect(await refusal(prove(one))).toBe(WRONG);
    expect(await fixture.entries(`/tms/${fixture.tenant.value.id}/host`)).toEqual([]);
    expect(await fixture.events("tms.host_credential.delete")).toMatchObject([{ host: "hpc" }]);
    await prove(await rotate("hpc"));
  });

  test("issued concurrently leave at most two valid", async () => {
    const there = fixture.secondProcess();
    const all = await Promise.all(
      [fixture.tms, there, fixture.tms, there].map((tms) => rotateHostCredential(tms, fixture.tenant, "hpc", 0, ACTOR)),
    );
    const opened = await Promise.all(
      all.map(({ credential }) =>
        prove(credential).then(
          () => 1,
          () => 0,
        ),
      ),
    );
    expect(opened.reduce<number>((sum, one) => sum + one, 0)).toBe(1);
  });
});
