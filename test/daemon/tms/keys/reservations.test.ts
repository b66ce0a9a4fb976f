import { describe, expect, test } from "bun:test";
import { Fault } from "../../../../core/fault.ts";
import type { Store } from "../../../../core/store.ts";
import { deleteClient, updateClient } from "../../../../daemon/tms/clients.ts";
import type { TmsContext } from "../../../../daemon/tms/context.ts";
import { updateDelegation } from "../../../../daemon/tms/delegations.ts";
import { getKey } from "../../../../daemon/tms/keys/find.ts";
import {
  countReservations,
  deleteRelatedReservations,
  deleteReservation,
  getReservation,
  listReservations,
} from "../../../../daemon/tms/keys/reservations.ts";
import { createReservation, extendReservation } from "../../../../daemon/tms/keys/reserve.ts";
import { deleteKey, updateKey } from "../../../../daemon/tms/keys/update.ts";
import { updateMfa } from "../../../../daemon/tms/mfa.ts";
import type { KeyRecord, ReservationRecord } from "../../../../daemon/tms/schema.ts";
import { updateTenant } from "../../../../daemon/tms/tenants.ts";
import { updateUserHost } from "../../../../daemon/tms/user-hosts.ts";
import { cleanTemp } from "../../../kit/temp.ts";
import { ACTOR, interfering, refusal } from "../kit.ts";
import { aHost, HOUR, KeyFixture } from "./kit.ts";

cleanTemp();

const LINK = { tms_user_id: "alice", host: "login1", host_account: "alice-account" };
const DELEGATION = { client_id: "portal", client_user_id: "alice" };
const MFA = { tms_user_id: "alice" };

async function reserve(keyFixture: KeyFixture, key: KeyRecord, ttl_minutes = -1) {
  const request = { ...subject(key), ttl_minutes };
  return createReservation(keyFixture.tms, keyFixture.tenant, await keyFixture.client(key.client_id), request, ACTOR);
}

async function extend(keyFixture: KeyFixture, key: KeyRecord, parent_resid: string) {
  const request = { ...subject(key), parent_resid };
  return extendReservation(keyFixture.tms, keyFixture.tenant, await keyFixture.client(key.client_id), request, ACTOR);
}

function subject({ client_user_id, host, public_key_fingerprint }: KeyRecord) {
  return { client_user_id, host, public_key_fingerprint };
}

describe("a reservation", () => {
  test.each([
    [60, "2026-03-01T13:00:00Z"],
    [-1, "2026-03-03T12:00:00Z"],
    [1_000_000, "2026-03-03T12:00:00Z"],
    [0, "2026-03-01T12:00:00Z"],
  ])("of %d minutes expires at %s", async (minutes, expires_at) => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key();
    const record = await reserve(keyFixture, key, minutes);
    expect(record).toMatchObject({ parent_resid: record.resid, client_id: "portal", expires_at, ...subject(key) });
    expect(record.resid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await getReservation(keyFixture.tms, keyFixture.tenant, "portal", record.resid)).toEqual(record);
    expect(await keyFixture.tmsFixture.events("tms.reservation.create")).toMatchObject([
      { user: "@admin", client_id: "portal", resid: record.resid, fingerprint: key.public_key_fingerprint },
    ]);
  });

  test("is listed for two days after its expiry", async () => {
    await using keyFixture = await KeyFixture.open();
    const { resid } = await reserve(keyFixture, await keyFixture.key(), 60);
    keyFixture.tmsFixture.advance(49 * HOUR - 500);
    expect(await getReservation(keyFixture.tms, keyFixture.tenant, "portal", resid)).toMatchObject({ resid });
    keyFixture.tmsFixture.advance(1000);
    expect(await refusal(getReservation(keyFixture.tms, keyFixture.tenant, "portal", resid))).toBe(
      "not_found: NOT_FOUND",
    );
  });
});

describe("a reservation is refused", () => {
  test.each<[string, (keyFixture: KeyFixture, key: KeyRecord) => Promise<unknown>, string]>([
    [
      "of a key without uses",
      (s, key) => updateKey(s.tms, s.tenant, { ...key, ttl_minutes: undefined, max_uses: 0 }, ACTOR),
      "denied: the key has no uses left",
    ],
    [
      "of a key that has expired",
      (s, key) => updateKey(s.tms, s.tenant, { ...key, max_uses: undefined, ttl_minutes: 0 }, ACTOR),
      "denied: the key has expired",
    ],
    [
      "with expired MFA",
      (s) => updateMfa(s.tms, s.tenant, { ...MFA, ttl_minutes: 0 }, ACTOR),
      "denied: the user's MFA has expired",
    ],
    [
      "with disabled MFA",
      (s) => updateMfa(s.tms, s.tenant, { ...MFA, enabled: false }, ACTOR),
      "denied: the user's MFA is disabled",
    ],
    [
      "with an expired link",
      (s) => updateUserHost(s.tms, s.tenant, { ...LINK, ttl_minutes: 0 }, ACTOR),
      "denied: the user's link to the host account has expired",
    ],
    [
      "with an expired delegation",
      (s) => updateDelegation(s.tms, s.tenant, { ...DELEGATION, ttl_minutes: 0 }, ACTOR),
      "denied: the user's delegation to the client has expired",
    ],
    ["of a deleted key", (s, key) => deleteKey(s.tms, s.tenant, key, ACTOR), "not_found: NOT_FOUND"],
  ])("%s", async (_name, spoil, why) => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key({ num_uses: 5 });
    await spoil(keyFixture, key);
    keyFixture.tmsFixture.advance(1000);
    expect(await refusal(reserve(keyFixture, key))).toBe(why);
  });

  test("for a key of another client or user", async () => {
    await using keyFixture = await KeyFixture.open({ mvp: true });
    await keyFixture.tmsFixture.client("other");
    const [key, bobs] = [await keyFixture.key(), await keyFixture.key({ client_user_id: "bob" })];
    const other = await keyFixture.client("other");
    const request = { ...subject(key), ttl_minutes: 60 };
    expect(await refusal(createReservation(keyFixture.tms, keyFixture.tenant, other, request, ACTOR))).toBe(
      "not_found: NOT_FOUND",
    );
    expect(await refusal(reserve(keyFixture, { ...bobs, client_user_id: "alice" }))).toBe(
      "denied: the key is another user's",
    );
  });

  test("when the last use is spent concurrently", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key({ num_uses: 1 });
    const use = () => aHost(keyFixture.tms)(key, { connection: "one" });
    const tms = { ...keyFixture.tms, store: interfering(keyFixture.tms.store, /\/reservations\//, use) };
    const request = { ...subject(key), ttl_minutes: 60 };
    expect(await refusal(createReservation(tms, keyFixture.tenant, await keyFixture.client(), request, ACTOR))).toBe(
      "denied: the key has no uses left",
    );
  });
});

describe("an extension", () => {
  test("reserves a further key until the parent's expiry", async () => {
    await using keyFixture = await KeyFixture.open();
    const [first, second] = [await keyFixture.key(), await keyFixture.key({ num_uses: 1, ttl_minutes: 60 })];
    const parent = await reserve(keyFixture, first);
    keyFixture.tmsFixture.advance(2 * HOUR);
    await updateMfa(keyFixture.tms, keyFixture.tenant, { ...MFA, ttl_minutes: 0 }, ACTOR);
    keyFixture.tmsFixture.advance(HOUR);
    const child = await extend(keyFixture, second, parent.resid);
    expect(child).toMatchObject({ parent_resid: parent.resid, expires_at: parent.expires_at, ...subject(second) });
    expect(child.resid).not.toBe(parent.resid);
    expect((await aHost(keyFixture.tms)(second)).public_key).toBe(second.public_key);
  });

  test("keeps a long expired key until its own expiry", async () => {
    await using keyFixture = await KeyFixture.open();
    const ask = aHost(keyFixture.tms);
    const [first, second] = [await keyFixture.key(), await keyFixture.key({ num_uses: 5, ttl_minutes: 60 })];
    keyFixture.tmsFixture.advance(40 * HOUR);
    const parent = await reserve(keyFixture, first);
    const child = await extend(keyFixture, second, parent.resid);
    expect(await ask(second, { connection: "early" })).toEqual({ public_key: second.public_key });
    await updateKey(keyFixture.tms, keyFixture.tenant, { ...second, ttl_minutes: undefined, max_uses: 3 }, ACTOR);
    keyFixture.tmsFixture.advance(47 * HOUR);
    expect(await ask(second, { connection: "late" })).toEqual({ public_key: second.public_key });
    expect(await getKey(keyFixture.tms, keyFixture.tenant, second.id)).toMatchObject({ remaining_uses: 1 });
    expect(await getReservation(keyFixture.tms, keyFixture.tenant, "portal", child.resid)).toEqual(child);
    keyFixture.tmsFixture.advance(2 * HOUR);
    expect(await refusal(ask(second))).toBe("not_found: NOT_FOUND");
  });

  test.each<[string, (keyFixture: KeyFixture, key: KeyRecord) => Promise<string>, string]>([
    ["of an unknown reservation", async () => "6f0f4f0e-7f0f-4f0f-8f0f-0f0f0f0f0f0f", "not_found: NOT_FOUND"],
    ["of an invalid resid", async () => "../x", "not_found: NOT_FOUND"],
    [
      "of one that has ended",
      async (s, key) => (await reserve(s, key, 0)).resid,
      "denied: the reservation has expired",
    ],
    [
      "of one that is below another",
      async (s, key) => (await extend(s, key, (await reserve(s, key)).resid)).resid,
      "denied: the reservation is an extension of another one",
    ],
    [
      "of one that was removed",
      async (s, key) => {
        const { resid } = await reserve(s, key);
        await deleteReservation(s.tms, s.tenant, "portal", resid, ACTOR);
        return resid;
      },
      "not_found: NOT_FOUND",
    ],
  ])("is refused %s", async (_name, parent, why) => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key();
    expect(await refusal(extend(keyFixture, key, await parent(keyFixture, key)))).toBe(why);
  });

  test("is refused for an unknown key or another client's reservation", async () => {
    await using keyFixture = await KeyFixture.open({ mvp: true });
    await keyFixture.tmsFixture.client("other");
    const [key, others] = [await keyFixture.key(), await keyFixture.key({ client_id: "other" })];
    const parent = await reserve(keyFixture, key);
    expect(await refusal(extend(keyFixture, { ...key, host: "login2" }, parent.resid))).toBe(
      "denied: the client has no such key",
    );
    expect(await refusal(extend(keyFixture, others, parent.resid))).toBe("not_found: NOT_FOUND");
  });

  test("does not bypass the MFA of another user", async () => {
    await using keyFixture = await KeyFixture.open({ mvp: true });
    const [key, bobs] = [await keyFixture.key(), await keyFixture.key({ client_user_id: "bob", host_account: "bob" })];
    const parent = await reserve(keyFixture, key);
    expect(await extend(keyFixture, bobs, parent.resid)).toMatchObject({ client_user_id: "bob" });
    await updateMfa(keyFixture.tms, keyFixture.tenant, { tms_user_id: "bob", ttl_minutes: 0 }, ACTOR);
    keyFixture.tmsFixture.advance(HOUR);
    expect(await refusal(extend(keyFixture, bobs, parent.resid))).toBe("denied: the user's MFA has expired");
  });

  test.each<[string, (keyFixture: KeyFixture, parent: ReservationRecord, key: KeyRecord) => Promise<unknown>]>([
    ["is deleted", (s, { resid }) => deleteReservation(s.tms, s.tenant, "portal", resid, ACTOR)],
    ["is deleted with its key", (s, _parent, key) => deleteKey(s.tms, s.tenant, key, ACTOR)],
  ])("waives nothing after its parent %s", async (_name, end) => {
    await using keyFixture = await KeyFixture.open();
    const ask = aHost(keyFixture.tms);
    const [first, second] = [await keyFixture.key(), await keyFixture.key({ ttl_minutes: 60 })];
    const parent = await reserve(keyFixture, first);
    await extend(keyFixture, second, parent.resid);
    keyFixture.tmsFixture.advance(2 * HOUR);
    expect(await ask(second)).toEqual({ public_key: second.public_key });
    await end(keyFixture, parent, first);
    expect(await refusal(ask(second))).toBe("denied: the key has expired");
  });

  test("is refused when its parent is deleted concurrently", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key();
    const { resid: parent_resid } = await reserve(keyFixture, key);
    const remove = () => deleteReservation(keyFixture.tms, keyFixture.tenant, "portal", parent_resid, ACTOR);
    const tms = { ...keyFixture.tms, store: interfering(keyFixture.tms.store, /key-reservations/, remove) };
    const request = { ...subject(key), parent_resid };
    expect(await refusal(extendReservation(tms, keyFixture.tenant, await keyFixture.client(), request, ACTOR))).toBe(
      "not_found: NOT_FOUND",
    );
    expect(await countReservations(keyFixture.tms, keyFixture.tenant)).toBe(0);
  });
});

describe("a reservation allows the use of a key", () => {
  test.each<[string, (keyFixture: KeyFixture, key: KeyRecord) => Promise<unknown>]>([
    ["after the expiry of the user's MFA", (s) => updateMfa(s.tms, s.tenant, { ...MFA, ttl_minutes: 0 }, ACTOR)],
    [
      "after its expiry",
      (s, key) => updateKey(s.tms, s.tenant, { ...key, max_uses: undefined, ttl_minutes: 0 }, ACTOR),
    ],
    [
      "without uses left",
      (s, key) => updateKey(s.tms, s.tenant, { ...key, ttl_minutes: undefined, max_uses: 0 }, ACTOR),
    ],
    [
      "past all of them",
      async (s, key) => {
        await updateMfa(s.tms, s.tenant, { ...MFA, ttl_minutes: 0 }, ACTOR);
        await updateKey(s.tms, s.tenant, { ...key, ttl_minutes: 0, max_uses: 0 }, ACTOR);
      },
    ],
  ])("%s, until it expires or is deleted", async (_name, spoil) => {
    await using keyFixture = await KeyFixture.open();
    const ask = aHost(keyFixture.tms);
    const key = await keyFixture.key({ num_uses: 5 });
    const { resid } = await reserve(keyFixture, key, 60);
    const later = await reserve(keyFixture, key, 120);
    await spoil(keyFixture, key);
    keyFixture.tmsFixture.advance(HOUR - 250);
    expect(await ask(key, { connection: "one" })).toEqual({ public_key: key.public_key });
    keyFixture.tmsFixture.advance(1000);
    expect(await ask(key, { connection: "two" })).toEqual({ public_key: key.public_key });
    const events = await keyFixture.tmsFixture.events("tms.key.retrieve");
    expect(events.map((event) => "resid" in event && [resid, later.resid].includes(String(event.resid)))).toEqual([
      true,
      true,
    ]);
    await deleteReservation(keyFixture.tms, keyFixture.tenant, "portal", later.resid, ACTOR);
    expect(await refusal(ask(key, { connection: "three" }))).toStartWith("denied:");
  });

  test("with its own expiry as expiry-time", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key({ ttl_minutes: 60, restrictions: { expiry_time: true } });
    await reserve(keyFixture, key);
    keyFixture.tmsFixture.advance(2 * HOUR);
    expect((await aHost(keyFixture.tms)(key)).public_key).toBe(`expiry-time="20260303120000Z" ${key.public_key}`);
  });

  test("while remaining uses are still counted", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key({ num_uses: 2, ttl_minutes: 60 });
    await reserve(keyFixture, key);
    keyFixture.tmsFixture.advance(2 * HOUR);
    const ask = aHost(keyFixture.tms);
    for (const connection of ["a", "b", "c"]) await ask(key, { connection });
    expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toMatchObject({ remaining_uses: 0 });
  });

  test.each<[string, (keyFixture: KeyFixture, key: KeyRecord) => Promise<unknown>, string]>([
    [
      "disabled MFA",
      (s) => updateMfa(s.tms, s.tenant, { ...MFA, enabled: false }, ACTOR),
      "denied: the user's MFA is disabled",
    ],
    [
      "an expired link",
      (s) => updateUserHost(s.tms, s.tenant, { ...LINK, ttl_minutes: 0 }, ACTOR),
      "denied: the user's link to the host account has expired",
    ],
    [
      "an expired delegation",
      (s) => updateDelegation(s.tms, s.tenant, { ...DELEGATION, ttl_minutes: 0 }, ACTOR),
      "denied: the user's delegation to the client has expired",
    ],
    [
      "an expired link behind expired MFA",
      async (s) => {
        await updateMfa(s.tms, s.tenant, { ...MFA, ttl_minutes: 0 }, ACTOR);
        await updateUserHost(s.tms, s.tenant, { ...LINK, ttl_minutes: 0 }, ACTOR);
      },
      "denied: the user's link to the host account has expired",
    ],
    [
      "a disabled client",
      (s) => updateClient(s.tms, s.tenant, "portal", { enabled: false }, ACTOR),
      "denied: the client is disabled",
    ],
    [
      "a disabled tenant",
      (s) => updateTenant(s.tms, "default", { enabled: false }, ACTOR),
      "denied: Tenant not enabled.",
    ],
    ["of a deleted key", (s, key) => deleteKey(s.tms, s.tenant, key, ACTOR), "not_found: NOT_FOUND"],
    ["of a deleted client", (s) => deleteClient(s.tms, s.tenant, "portal", ACTOR), "not_found: NOT_FOUND"],
  ])("but not %s", async (_name, spoil, why) => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key({ num_uses: 5 });
    await reserve(keyFixture, key);
    await spoil(keyFixture, key);
    keyFixture.tmsFixture.advance(1000);
    expect(await refusal(aHost(keyFixture.tms)(key))).toBe(why);
  });

  test("but of no other key", async () => {
    await using keyFixture = await KeyFixture.open();
    const [key, other] = [await keyFixture.key({ ttl_minutes: 60 }), await keyFixture.key({ ttl_minutes: 60 })];
    await reserve(keyFixture, key);
    keyFixture.tmsFixture.advance(2 * HOUR);
    expect(await refusal(aHost(keyFixture.tms)(other))).toBe("denied: the key has expired");
  });

  test("and not of a key that replaced it", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key();
    const { resid } = await reserve(keyFixture, key);
    await deleteKey(keyFixture.tms, keyFixture.tenant, key, ACTOR);
    expect(await refusal(getReservation(keyFixture.tms, keyFixture.tenant, "portal", resid))).toBe(
      "not_found: NOT_FOUND",
    );
    expect(await countReservations(keyFixture.tms, keyFixture.tenant)).toBe(0);
  });
});

describe("reservations are deleted", () => {
  test("alone, without their extensions", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key();
    const parent = await reserve(keyFixture, key);
    const child = await extend(keyFixture, key, parent.resid);
    expect(await deleteReservation(keyFixture.tms, keyFixture.tenant, "portal", parent.resid, ACTOR)).toBe(1);
    expect(await deleteReservation(keyFixture.tms, keyFixture.tenant, "portal", parent.resid, ACTOR)).toBe(0);
    expect(await Array.fromAsync(listReservations(keyFixture.tms, keyFixture.tenant))).toEqual([child]);
    expect(await deleteRelatedReservations(keyFixture.tms, keyFixture.tenant, "portal", parent.resid, ACTOR)).toBe(1);
    expect(await keyFixture.tmsFixture.entries(`/tms/${key.tenant}/key-reservations/`)).toEqual([]);
  });

  test("with their extensions, in several commits with an event each", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key();
    const [parent, other] = [await reserve(keyFixture, key), await reserve(keyFixture, key)];
    await Promise.all(Array.from({ length: 600 }, () => extend(keyFixture, key, parent.resid)));
    let commits = 0;
    const commit: Store["commit"] = (writes) =>
      ++commits === 2 ? Promise.reject(new Fault("failed", "the disk is full")) : keyFixture.tms.store.commit(writes);
    const store = new Proxy(keyFixture.tms.store, {
      get: (target, name) => (name === "commit" ? commit : Reflect.get(target, name, target).bind(target)),
    });
    const remove = (tms: TmsContext) =>
      deleteRelatedReservations(tms, keyFixture.tenant, "portal", parent.resid, ACTOR);
    expect(await refusal(remove({ ...keyFixture.tms, store }))).toBe("failed: the disk is full");
    const removals = () => keyFixture.tmsFixture.events("tms.reservation.delete");
    expect(await removals()).toMatchObject([{ resid: parent.resid, rows: 49 }]);
    expect(await remove(keyFixture.tms)).toBe(601 - 49);
    const recorded = (await removals()).map((event) => (event as { rows?: number }).rows);
    expect(recorded).toEqual([...Array<number>(12).fill(49), 601 - 12 * 49]);
    expect(await Array.fromAsync(listReservations(keyFixture.tms, keyFixture.tenant))).toEqual([other]);
  });

  test("of the named client only", async () => {
    await using keyFixture = await KeyFixture.open();
    await keyFixture.tmsFixture.client("other");
    const { resid } = await reserve(keyFixture, await keyFixture.key());
    for (const remove of [deleteReservation, deleteRelatedReservations])
      expect(await remove(keyFixture.tms, keyFixture.tenant, "other", resid, ACTOR)).toBe(0);
    expect(await refusal(getReservation(keyFixture.tms, keyFixture.tenant, "other", resid))).toBe(
      "not_found: NOT_FOUND",
    );
    expect(await Array.fromAsync(listReservations(keyFixture.tms, keyFixture.tenant, "other"))).toEqual([]);
    expect(await Array.fromAsync(listReservations(keyFixture.tms, keyFixture.tenant, "portal"))).toHaveLength(1);
  });
});
