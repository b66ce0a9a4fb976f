import { afterEach, beforeEach, describe, expect, jest, spyOn, test } from "bun:test";
import { deleteClient } from "../../../daemon/tms/clients.ts";
import type { TmsContext } from "../../../daemon/tms/context.ts";
import { createDelegation, listDelegations } from "../../../daemon/tms/delegations.ts";
import { GarbageCollector } from "../../../daemon/tms/garbage-collector.ts";
import { rotateHostCredential } from "../../../daemon/tms/host-credentials.ts";
import { createHost } from "../../../daemon/tms/hosts.ts";
import { requireTenant } from "../../../daemon/tms/lookup.ts";
import { createMfa, deleteMfa } from "../../../daemon/tms/mfa.ts";
import { deleteOrphans } from "../../../daemon/tms/orphans.ts";
import { wipeTenant } from "../../../daemon/tms/tenant-removal.ts";
import { createTenant } from "../../../daemon/tms/tenants.ts";
import { createUserHost, listUserHosts } from "../../../daemon/tms/user-hosts.ts";
import { cleanTemp } from "../../kit/temp.ts";
import { ACTOR, ADMIN, interfering, TmsFixture } from "./kit.ts";

cleanTemp();

let fixture: TmsFixture;
beforeEach(async () => {
  fixture = await TmsFixture.open();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const never = new AbortController().signal;
const clean = (tms: TmsContext = fixture.tms) => deleteOrphans(tms, never);
const keys = async () => (await fixture.entries()).map(({ key }) => key);
const link = (tms_user_id: string, host: string) =>
  createUserHost(fixture.tms, fixture.tenant, { tms_user_id, host, host_account: "a", ttl_minutes: -1 }, ACTOR);

describe("deleteOrphans()", () => {
  test("keeps records with parents", async () => {
    await fixture.client("app");
    await fixture.user("alice", { client_id: "app", host: "hpc" });
    await fixture.user("a/b", { client_id: "app", host: "日".repeat(255) });
    await createHost(fixture.tms, fixture.tenant, { host: "h", addr: "a" }, ACTOR);
    await rotateHostCredential(fixture.tms, fixture.tenant, "h", 0, ACTOR);
    await createTenant(fixture.tms, "other", ACTOR);
    const before = await keys();
    expect(await clean()).toBe(0);
    expect(await keys()).toEqual(before);
  });

  test("deletes the dependent records of a deleted user only", async () => {
    await fixture.client("app");
    await fixture.user("bob", { client_id: "app", host: "hpc" });
    const before = await keys();
    await fixture.user("alice", { client_id: "app", host: "hpc" });
    await fixture.user("a/b", { client_id: "app", host: "日".repeat(255) });
    for (const user of ["alice", "a/b"]) await deleteMfa(fixture.tms, fixture.tenant, user, ACTOR);
    expect(await clean()).toBe(4);
    expect(await keys()).toEqual(before);
    expect(await clean()).toBe(0);
  });

  test("deletes dependents of a former parent, not of the re-created one", async () => {
    await fixture.client("app");
    await fixture.user("alice", { client_id: "app", host: "old" });
    await deleteMfa(fixture.tms, fixture.tenant, "alice", ACTOR);
    await fixture.user("alice", { host: "new" });
    await deleteClient(fixture.tms, fixture.tenant, "app", ACTOR);
    await fixture.client("app");
    expect(await clean()).toBe(2);
    expect((await listUserHosts(fixture.tms, fixture.tenant)).map(({ host }) => host)).toEqual(["new"]);
    await createDelegation(
      fixture.tms,
      fixture.tenant,
      { client_id: "app", client_user_id: "alice", ttl_minutes: 1 },
      ACTOR,
    );
    expect(await clean()).toBe(0);
    expect(await listDelegations(fixture.tms, fixture.tenant)).toHaveLength(1);
  });

  test("deletes all records of deleted tenants", async () => {
    const before = await keys();
    for (let i = 0; i < 12; i++) {
      const { tenant } = await createTenant(fixture.tms, `t${i}`, ACTOR);
      const item = await requireTenant(fixture.tms, tenant);
      await createMfa(fixture.tms, item, { tms_user_id: "u", ttl_minutes: -1 }, ACTOR);
      await rotateHostCredential(fixture.tms, item, "h", 0, ACTOR);
      if (i % 3 > 0) await wipeTenant(fixture.tms, item, ADMIN);
    }
    // An admin, a user, a credential and its secret remain, of eight records.
    expect(await clean()).toBe(32);
    const kept = (await keys()).filter((key) => !before.includes(key));
    expect(kept).toHaveLength(4 * 5);
  });

  test("deletes many records by several processes", async () => {
    await fixture.user("alice");
    await fixture.user("bob", { host: "hpc" });
    await Promise.all(Array.from({ length: 700 }, (_, i) => link("alice", `h${i}`)));
    await deleteMfa(fixture.tms, fixture.tenant, "alice", ACTOR);
    const counts = await Promise.all([fixture.tms, fixture.secondProcess(), fixture.secondProcess()].map(clean));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(700);
    expect(await fixture.entries(`/tms/${fixture.tenant.value.id}/ids/`)).toHaveLength(1);
  });

  test("keeps a record that is re-created concurrently, and deletes the others", async () => {
    await fixture.user("alice");
    for (const host of ["one", "two", "three"]) await link("alice", host);
    await deleteMfa(fixture.tms, fixture.tenant, "alice", ACTOR);
    const store = interfering(fixture.tms.store, /user-hosts/, async () => {
      await fixture.user("alice");
      await link("alice", "two");
    });
    expect(await clean({ ...fixture.tms, store })).toBe(2);
    const [record, ...more] = await listUserHosts(fixture.tms, fixture.tenant);
    expect([record?.host, more.length]).toEqual(["two", 0]);
  });

  test("keeps a tenant and a user that are created concurrently", async () => {
    await fixture.user("alice", { host: "hpc" });
    let made = false;
    const { store } = fixture.tms;
    const list: typeof store.list = async (prefix, page) => {
      if (prefix === "/tms/tenants/" && !made) {
        made = true;
        await createTenant(fixture.tms, "new", ACTOR);
        await deleteMfa(fixture.tms, fixture.tenant, "alice", ACTOR);
        await fixture.user("alice", { host: "hpc" });
      }
      return store.list(prefix, page);
    };
    const slow = { ...interfering(store, /^$/, async () => undefined), list };
    await clean({ ...fixture.tms, store: slow });
    const item = await requireTenant(fixture.tms, "new");
    expect(await fixture.entries(`/tms/${item.value.id}/admins/`)).toHaveLength(1);
    expect(await listUserHosts(fixture.tms, fixture.tenant)).toHaveLength(1);
  });

  test("ends when aborted", async () => {
    await fixture.user("alice", { host: "hpc" });
    await deleteMfa(fixture.tms, fixture.tenant, "alice", ACTOR);
    expect(await deleteOrphans(fixture.tms, AbortSignal.abort())).toBe(0);
  });
});

describe("GarbageCollector", () => {
  const untilClean = async () => {
    while ((await fixture.entries(`/tms/${fixture.tenant.value.id}/user-hosts/`)).length > 0) await Bun.sleep(1);
  };
  beforeEach(async () => {
    await fixture.user("alice", { host: "hpc" });
    await deleteMfa(fixture.tms, fixture.tenant, "alice", ACTOR);
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test.each([
    ["soon after it was scheduled", 10_000, true],
    ["every hour", 3_600_000, false],
  ])("runs %s", async (_when, milliseconds, told) => {
    const collector = new GarbageCollector();
    await using _running = collector.start(fixture.tms);
    if (told) for (let i = 0; i < 3; i++) collector.schedule();
    const list = spyOn(fixture.tms.store, "list");
    jest.advanceTimersByTime(milliseconds - 1);
    expect(list).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    jest.useRealTimers();
    await untilClean();
  });

  test("continues after a failure, which is logged", async () => {
    const warn = spyOn(fixture.tms.log, "warn");
    const collector = new GarbageCollector();
    await using _running = collector.start(fixture.tms);
    const list = spyOn(fixture.tms.store, "list").mockRejectedValueOnce(new Error("the disk is gone"));
    jest.advanceTimersByTime(3_600_000);
    jest.useRealTimers();
    while (warn.mock.calls.length === 0) await Bun.sleep(1);
    list.mockRestore();
    jest.useFakeTimers();
    collector.schedule();
    jest.advanceTimersByTime(10_000);
    jest.useRealTimers();
    await untilClean();
  });

  test("does nothing after disposal", async () => {
    const collector = new GarbageCollector();
    const running = collector.start(fixture.tms);
    collector.schedule();
    const list = spyOn(fixture.tms.store, "list");
    await running[Symbol.asyncDispose]();
    collector.schedule();
    jest.advanceTimersByTime(10 * 3_600_000);
    expect(list).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
  });
});
