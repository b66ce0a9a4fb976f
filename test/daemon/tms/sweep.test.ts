import { afterEach, beforeEach, describe, expect, jest, spyOn, test } from "bun:test";
import { requireTenant } from "../../../daemon/tms/callers.ts";
import { deleteClient } from "../../../daemon/tms/clients.ts";
import type { TmsContext } from "../../../daemon/tms/context.ts";
import { createDelegation, listDelegations } from "../../../daemon/tms/delegations.ts";
import { rotateHostCredential } from "../../../daemon/tms/host-credentials.ts";
import { createHost } from "../../../daemon/tms/hosts.ts";
import { Janitor } from "../../../daemon/tms/janitor.ts";
import { createMfa, deleteMfa } from "../../../daemon/tms/mfa.ts";
import { sweep } from "../../../daemon/tms/sweep.ts";
import { wipeTenant } from "../../../daemon/tms/tenant-removal.ts";
import { createTenant } from "../../../daemon/tms/tenants.ts";
import { createUserHost, listUserHosts } from "../../../daemon/tms/user-hosts.ts";
import { cleanTemp } from "../../kit/temp.ts";
import { ADMIN, BY, Desk, meddling } from "./kit.ts";

cleanTemp();

let desk: Desk;
beforeEach(async () => {
  desk = await Desk.open();
});
afterEach(() => desk[Symbol.asyncDispose]());

const never = new AbortController().signal;
const clean = (tms: TmsContext = desk.tms) => sweep(tms, never);
const keys = async () => (await desk.entries()).map(({ key }) => key);
const link = (tms_user_id: string, host: string) =>
  createUserHost(desk.tms, desk.tenant, { tms_user_id, host, host_account: "a", ttl_minutes: -1 }, BY);

describe("sweep()", () => {
  test("leaves what can be seen", async () => {
    await desk.client("app");
    await desk.user("alice", { client_id: "app", host: "hpc" });
    await desk.user("a/b", { client_id: "app", host: "日".repeat(255) });
    await createHost(desk.tms, desk.tenant, { host: "h", addr: "a" }, BY);
    await rotateHostCredential(desk.tms, desk.tenant, "h", 0, BY);
    await createTenant(desk.tms, "other", BY);
    const before = await keys();
    expect(await clean()).toBe(0);
    expect(await keys()).toEqual(before);
  });

  test("removes what hung on a user who is gone, and only that", async () => {
    await desk.client("app");
    await desk.user("bob", { client_id: "app", host: "hpc" });
    const before = await keys();
    await desk.user("alice", { client_id: "app", host: "hpc" });
    await desk.user("a/b", { client_id: "app", host: "日".repeat(255) });
    for (const user of ["alice", "a/b"]) await deleteMfa(desk.tms, desk.tenant, user, BY);
    expect(await clean()).toBe(4);
    expect(await keys()).toEqual(before);
    expect(await clean()).toBe(0);
  });

  test("removes what hung on an earlier generation, and not what hangs on this one", async () => {
    await desk.client("app");
    await desk.user("alice", { client_id: "app", host: "old" });
    await deleteMfa(desk.tms, desk.tenant, "alice", BY);
    await desk.user("alice", { host: "new" });
    await deleteClient(desk.tms, desk.tenant, "app", BY);
    await desk.client("app");
    expect(await clean()).toBe(2);
    expect((await listUserHosts(desk.tms, desk.tenant)).map(({ host }) => host)).toEqual(["new"]);
    await createDelegation(desk.tms, desk.tenant, { client_id: "app", client_user_id: "alice", ttl_minutes: 1 }, BY);
    expect(await clean()).toBe(0);
    expect(await listDelegations(desk.tms, desk.tenant)).toHaveLength(1);
  });

  test("removes everything of tenants that are gone", async () => {
    const before = await keys();
    for (let i = 0; i < 12; i++) {
      const { tenant } = await createTenant(desk.tms, `t${i}`, BY);
      const item = await requireTenant(desk.tms, tenant);
      await createMfa(desk.tms, item, { tms_user_id: "u", ttl_minutes: -1 }, BY);
      await rotateHostCredential(desk.tms, item, "h", 0, BY);
      if (i % 3 > 0) await wipeTenant(desk.tms, item, ADMIN);
    }
    // An admin, a user, a credential and its secret, of eight.
    expect(await clean()).toBe(32);
    const kept = (await keys()).filter((key) => !before.includes(key));
    expect(kept).toHaveLength(4 * 5);
  });

  test("many rows, by several processes at once", async () => {
    await desk.user("alice");
    await desk.user("bob", { host: "hpc" });
    await Promise.all(Array.from({ length: 700 }, (_, i) => link("alice", `h${i}`)));
    await deleteMfa(desk.tms, desk.tenant, "alice", BY);
    const counts = await Promise.all([desk.tms, desk.another(), desk.another()].map(clean));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(700);
    expect(await desk.entries(`/tms/${desk.tenant.value.id}/ids/`)).toHaveLength(1);
  });

  test("a row that is made anew in the same moment stays, and its neighbours go all the same", async () => {
    await desk.user("alice");
    for (const host of ["one", "two", "three"]) await link("alice", host);
    await deleteMfa(desk.tms, desk.tenant, "alice", BY);
    const store = meddling(desk.tms.store, /user-hosts/, async () => {
      await desk.user("alice");
      await link("alice", "two");
    });
    expect(await clean({ ...desk.tms, store })).toBe(2);
    const [row, ...more] = await listUserHosts(desk.tms, desk.tenant);
    expect([row?.host, more.length]).toEqual(["two", 0]);
  });

  test("a tenant and a user that appear while it looks stay", async () => {
    await desk.user("alice", { host: "hpc" });
    let made = false;
    const { store } = desk.tms;
    const list: typeof store.list = async (prefix, page) => {
      if (prefix === "/tms/tenants/" && !made) {
        made = true;
        await createTenant(desk.tms, "new", BY);
        await deleteMfa(desk.tms, desk.tenant, "alice", BY);
        await desk.user("alice", { host: "hpc" });
      }
      return store.list(prefix, page);
    };
    const slow = { ...meddling(store, /^$/, async () => undefined), list };
    await clean({ ...desk.tms, store: slow });
    const item = await requireTenant(desk.tms, "new");
    expect(await desk.entries(`/tms/${item.value.id}/admins/`)).toHaveLength(1);
    expect(await listUserHosts(desk.tms, desk.tenant)).toHaveLength(1);
  });

  test("ends when it is told to", async () => {
    await desk.user("alice", { host: "hpc" });
    await deleteMfa(desk.tms, desk.tenant, "alice", BY);
    expect(await sweep(desk.tms, AbortSignal.abort())).toBe(0);
  });
});

describe("the janitor", () => {
  const untilClean = async () => {
    while ((await desk.entries(`/tms/${desk.tenant.value.id}/user-hosts/`)).length > 0) await Bun.sleep(1);
  };
  beforeEach(async () => {
    await desk.user("alice", { host: "hpc" });
    await deleteMfa(desk.tms, desk.tenant, "alice", BY);
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test.each([
    ["soon after it was told that there may be something", 10_000, true],
    ["every hour", 3_600_000, false],
  ])("looks %s", async (_when, milliseconds, told) => {
    const janitor = new Janitor();
    await using _running = janitor.start(desk.tms);
    if (told) for (let i = 0; i < 3; i++) janitor.soon();
    const list = spyOn(desk.tms.store, "list");
    jest.advanceTimersByTime(milliseconds - 1);
    expect(list).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    jest.useRealTimers();
    await untilClean();
  });

  test("goes on after a failure, of which the operator reads", async () => {
    const warn = spyOn(desk.tms.log, "warn");
    const janitor = new Janitor();
    await using _running = janitor.start(desk.tms);
    const list = spyOn(desk.tms.store, "list").mockRejectedValueOnce(new Error("the disk is gone"));
    jest.advanceTimersByTime(3_600_000);
    jest.useRealTimers();
    while (warn.mock.calls.length === 0) await Bun.sleep(1);
    list.mockRestore();
    jest.useFakeTimers();
    janitor.soon();
    jest.advanceTimersByTime(10_000);
    jest.useRealTimers();
    await untilClean();
  });

  test("does nothing any more when the escrow stops", async () => {
    const janitor = new Janitor();
    const running = janitor.start(desk.tms);
    janitor.soon();
    const list = spyOn(desk.tms.store, "list");
    await running[Symbol.asyncDispose]();
    janitor.soon();
    jest.advanceTimersByTime(10 * 3_600_000);
    expect(list).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
  });
});
