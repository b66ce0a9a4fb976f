import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { requireTenant } from "../../../daemon/tms/callers.ts";
import { deleteHostCredential, requireHost, rotateHostCredential } from "../../../daemon/tms/host-credentials.ts";
import { createHost, deleteHost, getHost, listHosts } from "../../../daemon/tms/hosts.ts";
import { createTenant, updateTenant } from "../../../daemon/tms/tenants.ts";
import { cleanTemp } from "../../kit/temp.ts";
import { BY, Desk, outcomes, refusal } from "./kit.ts";

cleanTemp();

const MINUTE = 60_000;
let desk: Desk;
beforeEach(async () => {
  desk = await Desk.open();
});
afterEach(() => desk[Symbol.asyncDispose]());

describe("hosts", () => {
  const create = (host: string, addr: string, tms = desk.tms) => createHost(tms, desk.tenant, { host, addr }, BY);

  test("have any number of addresses, each once", async () => {
    const row = await create("hpc", "10.1.*");
    expect(row).toEqual({
      id: expect.any(Number) as number,
      host: "hpc",
      addr: "10.1.*",
      created: "2026-03-01T12:00:00.250Z",
      updated: "2026-03-01T12:00:00.250Z",
    });
    expect(await getHost(desk.tms, desk.tenant, row.id)).toEqual(row);
    await create("hpc", "[10.0.0.1, 10.0.0.9]");
    await create("HPC", "10.1.*");
    expect(await refusal(create("hpc", "10.1.*"))).toBe("conflict: the host hpc has the address 10.1.* already");
    expect((await listHosts(desk.tms, desk.tenant)).map(({ host, addr }) => `${host} ${addr}`)).toEqual([
      "HPC 10.1.*",
      "hpc 10.1.*",
      "hpc [10.0.0.1, 10.0.0.9]",
    ]);
    expect(await desk.events("tms.host.create")).toHaveLength(3);
  });

  test("of several that make the same one wins, and of several that remove it", async () => {
    const all = [desk.tms, desk.another(), desk.tms, desk.another()];
    expect(await outcomes(all.map((tms) => create("h", "a", tms)))).toEqual({ won: 1, refused: ["conflict"] });
    const counts = await Promise.all(all.map((tms) => deleteHost(tms, desk.tenant, { host: "h", addr: "a" }, BY)));
    expect(counts.toSorted()).toEqual([0, 0, 0, 1]);
    expect(await desk.events("tms.host.delete")).toMatchObject([{ host: "h", addr: "a", tenant: "default" }]);
  });

  test("are not found once they are gone, nor under another's number", async () => {
    const { id } = await create("h", "a");
    await deleteHost(desk.tms, desk.tenant, { host: "h", addr: "a" }, BY);
    const anew = await create("h", "a");
    expect(await refusal(getHost(desk.tms, desk.tenant, id))).toBe("not_found: NOT_FOUND");
    expect(await getHost(desk.tms, desk.tenant, anew.id)).toEqual(anew);
    await createTenant(desk.tms, "other", BY);
    const other = await requireTenant(desk.tms, "other");
    expect(await refusal(getHost(desk.tms, other, anew.id))).toBe("not_found: NOT_FOUND");
    expect(await listHosts(desk.tms, other)).toEqual([]);
  });
});

describe("hosts' credentials", () => {
  const WRONG = "unauthenticated: the host credential is wrong";
  const rotate = async (host: string, grace = 0) =>
    (await rotateHostCredential(desk.tms, desk.tenant, host, grace, BY)).credential;
  const prove = async (header: string | undefined, host = "hpc") =>
    requireHost(desk.tms, header, await requireTenant(desk.tms, "default"), host);

  test("are not needed before the tenant wants them", async () => {
    await prove(undefined);
    await prove("");
    await updateTenant(desk.tms, "default", { require_host_credential: true }, BY);
    for (const header of [undefined, "", " , "])
      expect(await refusal(prove(header))).toContain("unauthenticated: hosts of this tenant need a credential");
    await prove(await rotate("hpc"));
  });

  test.each([true, false])("are right, wrong or another's, needed or not (%p)", async (require_host_credential) => {
    await updateTenant(desk.tms, "default", { require_host_credential }, BY);
    const own = await rotate("hpc");
    expect(own).toMatch(new RegExp(`^tmsh_${desk.tenant.value.id}_[0-9a-f]{48}$`));
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
    expect(JSON.stringify(await desk.entries())).not.toContain(own.slice(-48));
  });

  test("say whose keys a host takes: those of a tenant of which it has none are not for it", async () => {
    await createTenant(desk.tms, "other", BY);
    const other = await requireTenant(desk.tms, "other");
    const { credential } = await rotateHostCredential(desk.tms, other, "hpc", 0, BY);
    await requireHost(desk.tms, credential, other, "hpc");
    for (const require_host_credential of [false, true]) {
      await updateTenant(desk.tms, "default", { require_host_credential }, BY);
      expect(await refusal(prove(credential))).toBe("denied: the host has no credential of the key's tenant");
    }
    const own = await rotate("hpc");
    await prove(`${credential}, ${own}`);
    // Its secret under this tenant's number opens nothing either.
    expect(await refusal(prove(`tmsh_${desk.tenant.value.id}_${credential.slice(-48)}`))).toBe(WRONG);
  });

  test("a new one replaces the last, at once or after a while", async () => {
    const first = await rotate("hpc");
    const second = await rotate("hpc", 10);
    await prove(first);
    await prove(second);
    desk.pass(10 * MINUTE);
    expect(await refusal(prove(first))).toBe(WRONG);
    await prove(second);
    const third = await rotate("hpc");
    expect(await refusal(prove(second))).toBe(WRONG);
    await prove(third);
    const events = await desk.events("tms.host_credential.rotate");
    expect(events).toMatchObject([0, 10, 0].map((grace_minutes) => ({ host: "hpc", grace_minutes })));
  });

  test("of three that follow each other quickly two open", async () => {
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

  test("a removed one opens nothing", async () => {
    const all = [await rotate("hpc"), await rotate("hpc", 10)];
    expect(await deleteHostCredential(desk.tms, desk.tenant, "hpc", BY)).toBe(1);
    expect(await deleteHostCredential(desk.tms, desk.tenant, "hpc", BY)).toBe(0);
    for (const one of all) expect(await refusal(prove(one))).toBe(WRONG);
    expect(await desk.entries(`/tms/${desk.tenant.value.id}/host`)).toEqual([]);
    expect(await desk.events("tms.host_credential.delete")).toMatchObject([{ host: "hpc" }]);
    await prove(await rotate("hpc"));
  });

  test("made at once, at least the last one opens, and none beyond it", async () => {
    const there = desk.another();
    const all = await Promise.all(
      [desk.tms, there, desk.tms, there].map((tms) => rotateHostCredential(tms, desk.tenant, "hpc", 0, BY)),
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
