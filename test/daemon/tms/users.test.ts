import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { deleteClient } from "../../../daemon/tms/clients.ts";
import type { TmsContext } from "../../../daemon/tms/context.ts";
import {
  createDelegation,
  deleteDelegation,
  getDelegation,
  listDelegations,
  updateDelegation,
} from "../../../daemon/tms/delegations.ts";
import { findDelegation, findMfa, findUserHost } from "../../../daemon/tms/lookup.ts";
import { createMfa, deleteMfa, getMfa, listMfa, updateMfa } from "../../../daemon/tms/mfa.ts";
import { updateTenant } from "../../../daemon/tms/tenants.ts";
import {
  createUserHost,
  deleteUserHost,
  getUserHost,
  listUserHosts,
  updateUserHost,
} from "../../../daemon/tms/user-hosts.ts";
import { cleanTemp } from "../../kit/temp.ts";
import { ACTOR, interfering, outcomes, refusal, TmsFixture } from "./kit.ts";

cleanTemp();

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** 2147483647 minutes after the clock's time. */
const LATEST = "6109-03-24T14:07:00Z";
const ID = expect.any(Number) as number;
const STAMP = { id: ID, created: "2026-03-01T12:00:00.250Z", updated: "2026-03-01T12:00:00.250Z" };
const NOT_FOUND = "not_found: NOT_FOUND";

let fixture: TmsFixture;
beforeEach(async () => {
  fixture = await TmsFixture.open();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const mfa = (tms_user_id = "alice", ttl_minutes = 60, tms: TmsContext = fixture.tms) =>
  createMfa(tms, fixture.tenant, { tms_user_id, ttl_minutes }, ACTOR);
const linkOf = (tms_user_id: string, host: string, host_account: string) => ({ tms_user_id, host, host_account });
const LINK = linkOf("alice", "hpc", "al");
const link = (names = LINK, ttl_minutes = 60, tms: TmsContext = fixture.tms) =>
  createUserHost(tms, fixture.tenant, { ...names, ttl_minutes }, ACTOR);
const PAIR = { client_id: "app", client_user_id: "alice" };
const delegation = (names = PAIR, ttl_minutes = 60, tms: TmsContext = fixture.tms) =>
  createDelegation(tms, fixture.tenant, { ...names, ttl_minutes }, ACTOR);

describe("MFA", () => {
  test("is created with an expiry, found and listed", async () => {
    const record = await mfa();
    expect(record).toEqual({ ...STAMP, tms_user_id: "alice", expires_at: "2026-03-01T13:00:00Z", enabled: true });
    expect(await getMfa(fixture.tms, fixture.tenant, "alice")).toEqual(record);
    await mfa("Bob");
    expect((await listMfa(fixture.tms, fixture.tenant)).map(({ tms_user_id }) => tms_user_id)).toEqual([
      "Bob",
      "alice",
    ]);
    expect(await refusal(getMfa(fixture.tms, fixture.tenant, "ALICE"))).toBe(NOT_FOUND);
    expect(await fixture.events("tms.mfa.create")).toMatchObject([
      { code: "S2130I", user: "@admin", tenant: "default", tms_user_id: "alice", expires: "2026-03-01T13:00:00.000Z" },
      { tms_user_id: "Bob" },
    ]);
  });

  test.each([
    [0, "2026-03-01T12:00:00Z"],
    [1, "2026-03-01T12:01:00Z"],
    [2_147_483_647, LATEST],
    [-1, LATEST],
    [-2_147_483_648, LATEST],
  ])("of %d minutes expires at %s", async (minutes, end) => {
    expect((await mfa("alice", minutes)).expires_at).toBe(end);
    expect((await getMfa(fixture.tms, fixture.tenant, "alice")).expires_at).toBe(end);
    await updateMfa(fixture.tms, fixture.tenant, { tms_user_id: "alice", ttl_minutes: minutes }, ACTOR);
    expect((await getMfa(fixture.tms, fixture.tenant, "alice")).expires_at).toBe(end);
  });

  test("is created once by concurrent calls", async () => {
    const there = fixture.secondProcess();
    const works = Array.from({ length: 20 }, (_, i) => mfa("alice", 60, i % 2 ? fixture.tms : there));
    expect(await outcomes(works)).toEqual({ won: 1, refused: ["conflict"] });
    fixture.advance(61 * MINUTE);
    expect(await refusal(mfa())).toBe("conflict: the user alice has an MFA record already");
  });

  test("is disabled, enabled and extended without loss of dependent records", async () => {
    await mfa();
    const { id } = await link();
    const update = (changes: { enabled?: boolean; ttl_minutes?: number }, tms_user_id = "alice") =>
      updateMfa(fixture.tms, fixture.tenant, { tms_user_id, ...changes }, ACTOR);
    fixture.advance(90 * MINUTE);
    expect(await update({ enabled: false })).toBe(1);
    expect(await update({ enabled: true, ttl_minutes: 30 })).toBe(2);
    expect(await update({})).toBe(0);
    expect(await update({ enabled: true }, "nobody")).toBe(0);
    expect(await getMfa(fixture.tms, fixture.tenant, "alice")).toEqual({
      ...STAMP,
      tms_user_id: "alice",
      enabled: true,
      expires_at: "2026-03-01T14:00:00Z",
      updated: "2026-03-01T13:30:00.250Z",
    });
    expect((await getUserHost(fixture.tms, fixture.tenant, id)).id).toBe(id);
    expect(await fixture.events("tms.mfa.update")).toMatchObject([
      { enabled: false },
      { enabled: true, expires: "2026-03-01T14:00:00.000Z" },
    ]);
  });

  test("is kept for a year after its expiry, then deleted with its dependent records", async () => {
    await mfa("alice", 0);
    await link(LINK, -1);
    fixture.advance(365 * DAY - MINUTE);
    expect(await listMfa(fixture.tms, fixture.tenant)).toHaveLength(1);
    expect(await updateMfa(fixture.tms, fixture.tenant, { tms_user_id: "alice", ttl_minutes: 1 }, ACTOR)).toBe(1);
    fixture.advance(365 * DAY + 3 * MINUTE);
    expect(await listMfa(fixture.tms, fixture.tenant)).toEqual([]);
    expect(await listUserHosts(fixture.tms, fixture.tenant)).toEqual([]);
    await mfa();
    expect(await listUserHosts(fixture.tms, fixture.tenant)).toEqual([]);
  });

  test("is deleted with its dependent records", async () => {
    await fixture.client("app");
    await mfa();
    const [{ id: linkId }, { id: delegationId }] = [await link(), await delegation()];
    expect(await deleteMfa(fixture.tms, fixture.tenant, "alice", ACTOR)).toBe(1);
    expect(await deleteMfa(fixture.tms, fixture.tenant, "alice", ACTOR)).toBe(0);
    expect(fixture.scheduled.runs).toBe(1);
    expect(await fixture.events("tms.mfa.delete")).toMatchObject([{ tms_user_id: "alice" }]);
    const gone = async () => {
      expect(await refusal(getUserHost(fixture.tms, fixture.tenant, linkId))).toBe(NOT_FOUND);
      expect(await refusal(getDelegation(fixture.tms, fixture.tenant, delegationId))).toBe(NOT_FOUND);
      expect(await listUserHosts(fixture.tms, fixture.tenant)).toEqual([]);
      expect(await listDelegations(fixture.tms, fixture.tenant)).toEqual([]);
      expect(await updateUserHost(fixture.tms, fixture.tenant, { ...LINK, ttl_minutes: 5 }, ACTOR)).toBeUndefined();
      expect(await updateDelegation(fixture.tms, fixture.tenant, { ...PAIR, ttl_minutes: 5 }, ACTOR)).toBeUndefined();
      expect(await deleteUserHost(fixture.tms, fixture.tenant, LINK, ACTOR)).toBe(0);
      expect(await deleteDelegation(fixture.tms, fixture.tenant, PAIR, ACTOR)).toBe(0);
    };
    await gone();
    // It does not return with a re-created user.
    await mfa();
    await gone();
    const [anew] = [await link(), await delegation()];
    expect(anew.id).not.toBe(linkId);
    expect(await listUserHosts(fixture.tms, fixture.tenant)).toEqual([anew]);
    expect(await refusal(getUserHost(fixture.tms, fixture.tenant, linkId))).toBe(NOT_FOUND);
    expect(await deleteUserHost(fixture.tms, fixture.tenant, LINK, ACTOR)).toBe(1);
  });
});

describe("links", () => {
  test("are created for users with MFA, found by id, and listed in order", async () => {
    expect(await refusal(link())).toBe("not_found: the user alice has no MFA record");
    await mfa();
    const record = await link();
    expect(record).toEqual({ ...STAMP, mfa: ID, ...LINK, expires_at: "2026-03-01T13:00:00Z" });
    expect(await getUserHost(fixture.tms, fixture.tenant, record.id)).toEqual(record);
    for (const id of [0, -1, record.id + 1, 2 ** 31, 1.5, Number.NaN])
      expect(await refusal(getUserHost(fixture.tms, fixture.tenant, id))).toBe(NOT_FOUND);
    // Ids are looked up by kind.
    expect(await refusal(getDelegation(fixture.tms, fixture.tenant, record.id))).toBe(NOT_FOUND);

    await mfa("Bob");
    for (const names of [linkOf("Bob", "z", "z"), linkOf("alice", "hpc", "aa"), linkOf("alice", "abc", "z")])
      await link(names);
    const rows = await listUserHosts(fixture.tms, fixture.tenant);
    expect(rows.map(({ tms_user_id, host, host_account }) => [tms_user_id, host, host_account].join())).toEqual([
      "Bob,z,z",
      "alice,abc,z",
      "alice,hpc,aa",
      "alice,hpc,al",
    ]);
    expect((await fixture.events("tms.user_host.create"))[0]).toMatchObject({
      tms_user_id: "alice",
      host: "hpc",
      login: "al",
      expires: "2026-03-01T13:00:00.000Z",
    });
  });

  test("are created for users with disabled or expired MFA", async () => {
    await mfa("alice", 0);
    await updateMfa(fixture.tms, fixture.tenant, { tms_user_id: "alice", enabled: false }, ACTOR);
    fixture.advance(MINUTE);
    await link();
    expect(await listUserHosts(fixture.tms, fixture.tenant)).toHaveLength(1);
  });

  test("are created once by concurrent calls", async () => {
    await mfa();
    const there = fixture.secondProcess();
    const works = Array.from({ length: 20 }, (_, i) => link(LINK, 60, i % 2 ? fixture.tms : there));
    expect(await outcomes(works)).toEqual({ won: 1, refused: ["conflict"] });
    fixture.advance(61 * MINUTE);
    expect(await refusal(link())).toBe("conflict: the user alice has the account al on hpc already");
  });

  test("distinguish names that are equal after path encoding", async () => {
    const odd = [
      linkOf("a/b", "c", "d"),
      linkOf("a", "b/c", "d"),
      linkOf("a", "b", "c/d"),
      linkOf("a%2Fb", "c", "d"),
      linkOf("日".repeat(255), "%".repeat(255), "😀".repeat(127)),
      linkOf("x' OR '1'='1", "; rm -rf /", "$(id)"),
    ];
    for (const { tms_user_id } of odd) await mfa(tms_user_id).catch(() => undefined);
    const ids = [];
    for (const names of odd) ids.push((await link(names)).id);
    for (const [i, id] of ids.entries())
      expect(await getUserHost(fixture.tms, fixture.tenant, id)).toMatchObject(odd[i] ?? {});
    for (const [i, names] of odd.entries()) {
      expect(await deleteUserHost(fixture.tms, fixture.tenant, names, ACTOR)).toBe(1);
      expect(await listUserHosts(fixture.tms, fixture.tenant)).toHaveLength(odd.length - 1 - i);
    }
  });

  test("are extended from the current time", async () => {
    await mfa();
    const before = await link();
    fixture.advance(MINUTE);
    const after = await updateUserHost(fixture.tms, fixture.tenant, { ...LINK, ttl_minutes: -1 }, ACTOR);
    expect(after).toEqual({ ...before, updated: "2026-03-01T12:01:00.250Z", expires_at: "6109-03-24T14:08:00Z" });
    expect(await getUserHost(fixture.tms, fixture.tenant, before.id)).toEqual(after as typeof before);
    const other = { ...linkOf("alice", "hpc", "AL"), ttl_minutes: 1 };
    expect(await updateUserHost(fixture.tms, fixture.tenant, other, ACTOR)).toBeUndefined();
    expect(await fixture.events("tms.user_host.update")).toMatchObject([{ expires: "6109-03-24T14:08:00.000Z" }]);
  });

  test("are found by id until thirty days after their expiry", async () => {
    await mfa("alice", -1);
    const { id } = await link(LINK, 0);
    fixture.advance(30 * DAY - MINUTE);
    await updateUserHost(fixture.tms, fixture.tenant, { ...LINK, ttl_minutes: 5 }, ACTOR);
    fixture.advance(30 * DAY);
    expect((await getUserHost(fixture.tms, fixture.tenant, id)).id).toBe(id);
    fixture.advance(10 * MINUTE);
    expect(await refusal(getUserHost(fixture.tms, fixture.tenant, id))).toBe(NOT_FOUND);
    await link();
  });

  test("are deleted once", async () => {
    await mfa();
    const { id } = await link();
    const works = [fixture.tms, fixture.secondProcess(), fixture.tms].map((tms) =>
      deleteUserHost(tms, fixture.tenant, LINK, ACTOR),
    );
    expect((await Promise.all(works)).toSorted()).toEqual([0, 0, 1]);
    expect(await refusal(getUserHost(fixture.tms, fixture.tenant, id))).toBe(NOT_FOUND);
    expect(await fixture.entries(`/tms/${fixture.tenant.value.id}/ids/`)).toEqual([]);
    expect(await fixture.events("tms.user_host.delete")).toMatchObject([
      { tms_user_id: "alice", host: "hpc", login: "al" },
    ]);
  });
});

describe("delegations", () => {
  test("require the client and the user's MFA", async () => {
    expect(await refusal(delegation())).toBe("not_found: there is no client app");
    await fixture.client("app");
    expect(await refusal(delegation())).toBe("not_found: the user alice has no MFA record");
    await mfa();
    const record = await delegation();
    expect(record).toEqual({ ...STAMP, client: ID, mfa: ID, ...PAIR, expires_at: "2026-03-01T13:00:00Z" });
    expect(await getDelegation(fixture.tms, fixture.tenant, record.id)).toEqual(record);
    expect(await refusal(getUserHost(fixture.tms, fixture.tenant, record.id))).toBe(NOT_FOUND);
    expect(await fixture.events("tms.delegation.create")).toMatchObject([
      { ...PAIR, tenant: "default", expires: "2026-03-01T13:00:00.000Z" },
    ]);
  });

  test("are listed by client and user", async () => {
    for (const id of ["b", "A"]) await fixture.client(id);
    for (const user of ["y", "x"]) await mfa(user);
    for (const client_id of ["b", "A"])
      for (const client_user_id of ["y", "x"]) await delegation({ client_id, client_user_id });
    const rows = await listDelegations(fixture.tms, fixture.tenant);
    expect(rows.map(({ client_id, client_user_id }) => client_id + client_user_id)).toEqual(["Ax", "Ay", "bx", "by"]);
  });

  test("are created once, extended from the current time, deleted once", async () => {
    await fixture.client("app");
    await mfa();
    const there = fixture.secondProcess();
    const works = Array.from({ length: 20 }, (_, i) => delegation(PAIR, 60, i % 2 ? fixture.tms : there));
    expect(await outcomes(works)).toEqual({ won: 1, refused: ["conflict"] });
    expect(await refusal(delegation())).toBe("conflict: the user alice has delegated to app already");
    fixture.advance(MINUTE);
    const after = await updateDelegation(fixture.tms, fixture.tenant, { ...PAIR, ttl_minutes: 1 }, ACTOR);
    expect(after).toMatchObject({ expires_at: "2026-03-01T12:02:00Z", updated: "2026-03-01T12:01:00.250Z" });
    const removals = [fixture.tms, there].map((tms) => deleteDelegation(tms, fixture.tenant, PAIR, ACTOR));
    expect((await Promise.all(removals)).toSorted()).toEqual([0, 1]);
    expect(await updateDelegation(fixture.tms, fixture.tenant, { ...PAIR, ttl_minutes: 1 }, ACTOR)).toBeUndefined();
    expect(await fixture.events("tms.delegation.update")).toMatchObject([{ expires: "2026-03-01T12:02:00.000Z" }]);
    expect(await fixture.events("tms.delegation.delete")).toMatchObject([PAIR]);
  });

  test("cease to exist with their client, and do not return with a re-created one", async () => {
    await fixture.client("app");
    await mfa();
    const { id } = await delegation();
    await deleteClient(fixture.tms, fixture.tenant, "app", ACTOR);
    expect(await refusal(getDelegation(fixture.tms, fixture.tenant, id))).toBe(NOT_FOUND);
    await fixture.client("app");
    expect(await refusal(getDelegation(fixture.tms, fixture.tenant, id))).toBe(NOT_FOUND);
    expect(await listDelegations(fixture.tms, fixture.tenant)).toEqual([]);
    const anew = await delegation();
    expect(await listDelegations(fixture.tms, fixture.tenant)).toEqual([anew]);
  });
});

describe("lookups", () => {
  test("find only records whose parents have not been re-created", async () => {
    const { tms, tenant } = fixture;
    const names = { client_id: "app", client_user_id: "alice" };
    const account = { tms_user_id: "alice", host: "hpc", host_account: "al" };
    await fixture.client("app");
    await mfa();
    await link();
    await delegation();
    await deleteMfa(tms, tenant, "alice", ACTOR);
    const recreated = await mfa();
    expect((await findMfa(tms, tenant, "alice"))?.value).toEqual(recreated);
    expect(await findDelegation(tms, tenant, names)).toBeUndefined();
    expect(await findUserHost(tms, tenant, account)).toBeUndefined();
    await delegation();
    await link();
    expect((await findDelegation(tms, tenant, names))?.value.mfa).toBe(recreated.id);
    expect((await findUserHost(tms, tenant, account))?.value.mfa).toBe(recreated.id);
    await deleteClient(tms, tenant, "app", ACTOR);
    await fixture.client("app");
    expect(await findDelegation(tms, tenant, names)).toBeUndefined();
  });
});

describe("a parent that is deleted while its child is created", () => {
  beforeEach(async () => {
    await fixture.client("app");
    await mfa();
  });
  const during = (meddle: () => Promise<unknown>, when = /user-hosts|delegations/): TmsContext => ({
    ...fixture.tms,
    store: interfering(fixture.tms.store, when, meddle),
  });
  const forget = () => deleteMfa(fixture.tms, fixture.tenant, "alice", ACTOR);

  test("leaves no child", async () => {
    expect(await refusal(link(LINK, 60, during(forget)))).toBe("not_found: the user alice has no MFA record");
    await mfa();
    expect(await refusal(delegation(PAIR, 60, during(forget)))).toBe("not_found: the user alice has no MFA record");
    await mfa();
    const drop = () => deleteClient(fixture.tms, fixture.tenant, "app", ACTOR);
    expect(await refusal(delegation(PAIR, 60, during(drop)))).toBe("not_found: there is no client app");
    expect(await fixture.entries(`/tms/${fixture.tenant.value.id}/ids/`)).toEqual([]);
    expect(await fixture.events("tms.user_host.create")).toEqual([]);
    expect(await fixture.events("tms.delegation.create")).toEqual([]);
  });

  test("and re-created has a child of the new record", async () => {
    const replace = async () => {
      await forget();
      await mfa();
    };
    const record = await link(LINK, 60, during(replace));
    expect(record.mfa).toBe((await getMfa(fixture.tms, fixture.tenant, "alice")).id);
    expect(await listUserHosts(fixture.tms, fixture.tenant)).toEqual([record]);
  });

  test("fails the creation, too, if it is the tenant, disabled or re-created", async () => {
    const disable = () => updateTenant(fixture.tms, "default", { enabled: false }, ACTOR);
    expect(await refusal(link(LINK, 60, during(disable)))).toBe("bad_request: Tenant not enabled.");
    await updateTenant(fixture.tms, "default", { enabled: true }, ACTOR);
    expect(await listUserHosts(fixture.tms, fixture.tenant)).toEqual([]);
  });

  test("leaves no orphan visible under concurrency", async () => {
    const there = fixture.secondProcess();
    const works: Promise<unknown>[] = [];
    let replaced: Promise<unknown> = Promise.resolve();
    for (let i = 0; i < 60; i++) {
      works.push(link(linkOf("alice", `h${i}`, "a"), 60, i % 2 ? fixture.tms : there));
      if (i % 20 === 10) replaced = replaced.then(forget).then(() => mfa());
    }
    const { refused } = await outcomes(works);
    expect(refused.filter((code) => code !== "not_found")).toEqual([]);
    await replaced;
    const { id } = await getMfa(fixture.tms, fixture.tenant, "alice");
    for (const record of await listUserHosts(fixture.tms, fixture.tenant)) {
      expect(record.mfa).toBe(id);
      expect(await getUserHost(fixture.tms, fixture.tenant, record.id)).toEqual(record);
    }
  });
});
