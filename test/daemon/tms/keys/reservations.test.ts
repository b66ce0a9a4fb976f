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
import type { KeyRow, ReservationRow } from "../../../../daemon/tms/schema.ts";
import { updateTenant } from "../../../../daemon/tms/tenants.ts";
import { updateUserHost } from "../../../../daemon/tms/user-hosts.ts";
import { cleanTemp } from "../../../kit/temp.ts";
import { BY, meddling, refusal } from "../kit.ts";
import { aHost, HOUR, Shop } from "./kit.ts";

cleanTemp();

const LINK = { tms_user_id: "alice", host: "login1", host_account: "alice-account" };
const DELEGATION = { client_id: "portal", client_user_id: "alice" };
const MFA = { tms_user_id: "alice" };

async function reserve(shop: Shop, key: KeyRow, ttl_minutes = -1) {
  const request = { ...subject(key), ttl_minutes };
  return createReservation(shop.tms, shop.tenant, await shop.client(key.client_id), request, BY);
}

async function extend(shop: Shop, key: KeyRow, parent_resid: string) {
  const request = { ...subject(key), parent_resid };
  return extendReservation(shop.tms, shop.tenant, await shop.client(key.client_id), request, BY);
}

function subject({ client_user_id, host, public_key_fingerprint }: KeyRow) {
  return { client_user_id, host, public_key_fingerprint };
}

describe("a reservation", () => {
  test.each([
    [60, "2026-03-01T13:00:00Z"],
    [-1, "2026-03-03T12:00:00Z"],
    [1_000_000, "2026-03-03T12:00:00Z"],
    [0, "2026-03-01T12:00:00Z"],
  ])("of %d minutes ends at %s", async (minutes, expires_at) => {
    await using shop = await Shop.open();
    const key = await shop.key();
    const row = await reserve(shop, key, minutes);
    expect(row).toMatchObject({ parent_resid: row.resid, client_id: "portal", expires_at, ...subject(key) });
    expect(row.resid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await getReservation(shop.tms, shop.tenant, "portal", row.resid)).toEqual(row);
    expect(await shop.desk.events("tms.reservation.create")).toMatchObject([
      { user: "@admin", client_id: "portal", resid: row.resid, fingerprint: key.public_key_fingerprint },
    ]);
  });

  test("is shown for two days behind its end", async () => {
    await using shop = await Shop.open();
    const { resid } = await reserve(shop, await shop.key(), 60);
    shop.desk.pass(49 * HOUR - 500);
    expect(await getReservation(shop.tms, shop.tenant, "portal", resid)).toMatchObject({ resid });
    shop.desk.pass(1000);
    expect(await refusal(getReservation(shop.tms, shop.tenant, "portal", resid))).toBe("not_found: NOT_FOUND");
  });
});

describe("a reservation is refused", () => {
  test.each<[string, (shop: Shop, key: KeyRow) => Promise<unknown>, string]>([
    [
      "of a key without uses",
      (s, key) => updateKey(s.tms, s.tenant, { ...key, ttl_minutes: undefined, max_uses: 0 }, BY),
      "denied: the key has no uses left",
    ],
    [
      "of a key that has expired",
      (s, key) => updateKey(s.tms, s.tenant, { ...key, max_uses: undefined, ttl_minutes: 0 }, BY),
      "denied: the key has expired",
    ],
    [
      "with expired MFA",
      (s) => updateMfa(s.tms, s.tenant, { ...MFA, ttl_minutes: 0 }, BY),
      "denied: the user's MFA has expired",
    ],
    [
      "with disabled MFA",
      (s) => updateMfa(s.tms, s.tenant, { ...MFA, enabled: false }, BY),
      "denied: the user's MFA is disabled",
    ],
    [
      "with an expired link",
      (s) => updateUserHost(s.tms, s.tenant, { ...LINK, ttl_minutes: 0 }, BY),
      "denied: the user's link to the host account has expired",
    ],
    [
      "with an expired delegation",
      (s) => updateDelegation(s.tms, s.tenant, { ...DELEGATION, ttl_minutes: 0 }, BY),
      "denied: the user's delegation to the client has expired",
    ],
    ["of a key that is gone", (s, key) => deleteKey(s.tms, s.tenant, key, BY), "not_found: NOT_FOUND"],
  ])("%s", async (_name, spoil, why) => {
    await using shop = await Shop.open();
    const key = await shop.key({ num_uses: 5 });
    await spoil(shop, key);
    shop.desk.pass(1000);
    expect(await refusal(reserve(shop, key))).toBe(why);
  });

  test("of another client's key, and of another user's", async () => {
    await using shop = await Shop.open({ mvp: true });
    await shop.desk.client("other");
    const [key, bobs] = [await shop.key(), await shop.key({ client_user_id: "bob" })];
    const other = await shop.client("other");
    const request = { ...subject(key), ttl_minutes: 60 };
    expect(await refusal(createReservation(shop.tms, shop.tenant, other, request, BY))).toBe("not_found: NOT_FOUND");
    expect(await refusal(reserve(shop, { ...bobs, client_user_id: "alice" }))).toBe(
      "denied: the key is another user's",
    );
  });

  test("when the last use goes while it is made", async () => {
    await using shop = await Shop.open();
    const key = await shop.key({ num_uses: 1 });
    const use = () => aHost(shop.tms)(key, { connection: "one" });
    const tms = { ...shop.tms, store: meddling(shop.tms.store, /\/reservations\//, use) };
    const request = { ...subject(key), ttl_minutes: 60 };
    expect(await refusal(createReservation(tms, shop.tenant, await shop.client(), request, BY))).toBe(
      "denied: the key has no uses left",
    );
  });
});

describe("a reservation below another", () => {
  test("takes a further key of the operation in, until the same end", async () => {
    await using shop = await Shop.open();
    const [first, second] = [await shop.key(), await shop.key({ num_uses: 1, ttl_minutes: 60 })];
    const parent = await reserve(shop, first);
    shop.desk.pass(2 * HOUR);
    await updateMfa(shop.tms, shop.tenant, { ...MFA, ttl_minutes: 0 }, BY);
    shop.desk.pass(HOUR);
    const child = await extend(shop, second, parent.resid);
    expect(child).toMatchObject({ parent_resid: parent.resid, expires_at: parent.expires_at, ...subject(second) });
    expect(child.resid).not.toBe(parent.resid);
    expect((await aHost(shop.tms)(second)).public_key).toBe(second.public_key);
  });

  test("keeps a key that ended long ago until its own end, and no longer", async () => {
    await using shop = await Shop.open();
    const ask = aHost(shop.tms);
    const [first, second] = [await shop.key(), await shop.key({ num_uses: 5, ttl_minutes: 60 })];
    shop.desk.pass(40 * HOUR);
    const parent = await reserve(shop, first);
    const child = await extend(shop, second, parent.resid);
    expect(await ask(second, { connection: "early" })).toEqual({ public_key: second.public_key });
    await updateKey(shop.tms, shop.tenant, { ...second, ttl_minutes: undefined, max_uses: 3 }, BY);
    shop.desk.pass(47 * HOUR);
    expect(await ask(second, { connection: "late" })).toEqual({ public_key: second.public_key });
    expect(await getKey(shop.tms, shop.tenant, second.id)).toMatchObject({ remaining_uses: 1 });
    expect(await getReservation(shop.tms, shop.tenant, "portal", child.resid)).toEqual(child);
    shop.desk.pass(2 * HOUR);
    expect(await refusal(ask(second))).toBe("not_found: NOT_FOUND");
  });

  test.each<[string, (shop: Shop, key: KeyRow) => Promise<string>, string]>([
    ["of nothing", async () => "6f0f4f0e-7f0f-4f0f-8f0f-0f0f0f0f0f0f", "not_found: NOT_FOUND"],
    ["of no number", async () => "../x", "not_found: NOT_FOUND"],
    [
      "of one that has ended",
      async (s, key) => (await reserve(s, key, 0)).resid,
      "denied: the reservation has expired",
    ],
    [
      "of one that is below another",
      async (s, key) => (await extend(s, key, (await reserve(s, key)).resid)).resid,
      "denied: the reservation is not one at the top",
    ],
    [
      "of one that was removed",
      async (s, key) => {
        const { resid } = await reserve(s, key);
        await deleteReservation(s.tms, s.tenant, "portal", resid, BY);
        return resid;
      },
      "not_found: NOT_FOUND",
    ],
  ])("is not made %s", async (_name, parent, why) => {
    await using shop = await Shop.open();
    const key = await shop.key();
    expect(await refusal(extend(shop, key, await parent(shop, key)))).toBe(why);
  });

  test("is not made of a key that there is not, nor of another client's reservation", async () => {
    await using shop = await Shop.open({ mvp: true });
    await shop.desk.client("other");
    const [key, others] = [await shop.key(), await shop.key({ client_id: "other" })];
    const parent = await reserve(shop, key);
    expect(await refusal(extend(shop, { ...key, host: "login2" }, parent.resid))).toBe(
      "denied: the client has no such key",
    );
    expect(await refusal(extend(shop, others, parent.resid))).toBe("not_found: NOT_FOUND");
  });

  test("is no way round the MFA of another user", async () => {
    await using shop = await Shop.open({ mvp: true });
    const [key, bobs] = [await shop.key(), await shop.key({ client_user_id: "bob", host_account: "bob" })];
    const parent = await reserve(shop, key);
    expect(await extend(shop, bobs, parent.resid)).toMatchObject({ client_user_id: "bob" });
    await updateMfa(shop.tms, shop.tenant, { tms_user_id: "bob", ttl_minutes: 0 }, BY);
    shop.desk.pass(HOUR);
    expect(await refusal(extend(shop, bobs, parent.resid))).toBe("denied: the user's MFA has expired");
  });

  test.each<[string, (shop: Shop, parent: ReservationRow, key: KeyRow) => Promise<unknown>]>([
    ["is removed", (s, { resid }) => deleteReservation(s.tms, s.tenant, "portal", resid, BY)],
    ["goes with its key", (s, _parent, key) => deleteKey(s.tms, s.tenant, key, BY)],
  ])("forgives nothing any more once the one above %s", async (_name, end) => {
    await using shop = await Shop.open();
    const ask = aHost(shop.tms);
    const [first, second] = [await shop.key(), await shop.key({ ttl_minutes: 60 })];
    const parent = await reserve(shop, first);
    await extend(shop, second, parent.resid);
    shop.desk.pass(2 * HOUR);
    expect(await ask(second)).toEqual({ public_key: second.public_key });
    await end(shop, parent, first);
    expect(await refusal(ask(second))).toBe("denied: the key has expired");
  });

  test("is not made when the one above goes meanwhile", async () => {
    await using shop = await Shop.open();
    const key = await shop.key();
    const { resid: parent_resid } = await reserve(shop, key);
    const remove = () => deleteReservation(shop.tms, shop.tenant, "portal", parent_resid, BY);
    const tms = { ...shop.tms, store: meddling(shop.tms.store, /key-reservations/, remove) };
    const request = { ...subject(key), parent_resid };
    expect(await refusal(extendReservation(tms, shop.tenant, await shop.client(), request, BY))).toBe(
      "not_found: NOT_FOUND",
    );
    expect(await countReservations(shop.tms, shop.tenant)).toBe(0);
  });
});

describe("with a reservation a key works on", () => {
  test.each<[string, (shop: Shop, key: KeyRow) => Promise<unknown>]>([
    ["past the user's MFA", (s) => updateMfa(s.tms, s.tenant, { ...MFA, ttl_minutes: 0 }, BY)],
    ["past its end", (s, key) => updateKey(s.tms, s.tenant, { ...key, max_uses: undefined, ttl_minutes: 0 }, BY)],
    ["past its uses", (s, key) => updateKey(s.tms, s.tenant, { ...key, ttl_minutes: undefined, max_uses: 0 }, BY)],
    [
      "past all of them",
      async (s, key) => {
        await updateMfa(s.tms, s.tenant, { ...MFA, ttl_minutes: 0 }, BY);
        await updateKey(s.tms, s.tenant, { ...key, ttl_minutes: 0, max_uses: 0 }, BY);
      },
    ],
  ])("%s, until it ends or is removed", async (_name, spoil) => {
    await using shop = await Shop.open();
    const ask = aHost(shop.tms);
    const key = await shop.key({ num_uses: 5 });
    const { resid } = await reserve(shop, key, 60);
    const later = await reserve(shop, key, 120);
    await spoil(shop, key);
    shop.desk.pass(HOUR - 250);
    expect(await ask(key, { connection: "one" })).toEqual({ public_key: key.public_key });
    shop.desk.pass(1000);
    expect(await ask(key, { connection: "two" })).toEqual({ public_key: key.public_key });
    const events = await shop.desk.events("tms.key.retrieve");
    expect(events.map((event) => "resid" in event && [resid, later.resid].includes(String(event.resid)))).toEqual([
      true,
      true,
    ]);
    await deleteReservation(shop.tms, shop.tenant, "portal", later.resid, BY);
    expect(await refusal(ask(key, { connection: "three" }))).toStartWith("denied:");
  });

  test("and expiry-time says so", async () => {
    await using shop = await Shop.open();
    const key = await shop.key({ ttl_minutes: 60, restrictions: { expiry_time: true } });
    await reserve(shop, key);
    shop.desk.pass(2 * HOUR);
    expect((await aHost(shop.tms)(key)).public_key).toBe(`expiry-time="20260303120000Z" ${key.public_key}`);
  });

  test("and uses that are left are counted all the same", async () => {
    await using shop = await Shop.open();
    const key = await shop.key({ num_uses: 2, ttl_minutes: 60 });
    await reserve(shop, key);
    shop.desk.pass(2 * HOUR);
    const ask = aHost(shop.tms);
    for (const connection of ["a", "b", "c"]) await ask(key, { connection });
    expect(await getKey(shop.tms, shop.tenant, key.id)).toMatchObject({ remaining_uses: 0 });
  });

  test.each<[string, (shop: Shop, key: KeyRow) => Promise<unknown>, string]>([
    [
      "disabled MFA",
      (s) => updateMfa(s.tms, s.tenant, { ...MFA, enabled: false }, BY),
      "denied: the user's MFA is disabled",
    ],
    [
      "an expired link",
      (s) => updateUserHost(s.tms, s.tenant, { ...LINK, ttl_minutes: 0 }, BY),
      "denied: the user's link to the host account has expired",
    ],
    [
      "an expired delegation",
      (s) => updateDelegation(s.tms, s.tenant, { ...DELEGATION, ttl_minutes: 0 }, BY),
      "denied: the user's delegation to the client has expired",
    ],
    [
      "an expired link behind expired MFA",
      async (s) => {
        await updateMfa(s.tms, s.tenant, { ...MFA, ttl_minutes: 0 }, BY);
        await updateUserHost(s.tms, s.tenant, { ...LINK, ttl_minutes: 0 }, BY);
      },
      "denied: the user's link to the host account has expired",
    ],
    [
      "a disabled client",
      (s) => updateClient(s.tms, s.tenant, "portal", { enabled: false }, BY),
      "denied: the client is disabled",
    ],
    ["a disabled tenant", (s) => updateTenant(s.tms, "default", { enabled: false }, BY), "denied: Tenant not enabled."],
    ["a key that is gone", (s, key) => deleteKey(s.tms, s.tenant, key, BY), "not_found: NOT_FOUND"],
    ["a client that is gone", (s) => deleteClient(s.tms, s.tenant, "portal", BY), "not_found: NOT_FOUND"],
  ])("but not past %s", async (_name, spoil, why) => {
    await using shop = await Shop.open();
    const key = await shop.key({ num_uses: 5 });
    await reserve(shop, key);
    await spoil(shop, key);
    shop.desk.pass(1000);
    expect(await refusal(aHost(shop.tms)(key))).toBe(why);
  });

  test("but no other key does", async () => {
    await using shop = await Shop.open();
    const [key, other] = [await shop.key({ ttl_minutes: 60 }), await shop.key({ ttl_minutes: 60 })];
    await reserve(shop, key);
    shop.desk.pass(2 * HOUR);
    expect(await refusal(aHost(shop.tms)(other))).toBe("denied: the key has expired");
  });

  test("nor one that took its place", async () => {
    await using shop = await Shop.open();
    const key = await shop.key();
    const { resid } = await reserve(shop, key);
    await deleteKey(shop.tms, shop.tenant, key, BY);
    expect(await refusal(getReservation(shop.tms, shop.tenant, "portal", resid))).toBe("not_found: NOT_FOUND");
    expect(await countReservations(shop.tms, shop.tenant)).toBe(0);
  });
});

describe("reservations are removed", () => {
  test("one alone, and those below it stay", async () => {
    await using shop = await Shop.open();
    const key = await shop.key();
    const parent = await reserve(shop, key);
    const child = await extend(shop, key, parent.resid);
    expect(await deleteReservation(shop.tms, shop.tenant, "portal", parent.resid, BY)).toBe(1);
    expect(await deleteReservation(shop.tms, shop.tenant, "portal", parent.resid, BY)).toBe(0);
    expect(await Array.fromAsync(listReservations(shop.tms, shop.tenant))).toEqual([child]);
    expect(await deleteRelatedReservations(shop.tms, shop.tenant, "portal", parent.resid, BY)).toBe(1);
    expect(await shop.desk.entries(`/tms/${key.tenant}/key-reservations/`)).toEqual([]);
  });

  test("with those below, in several commits when they are many, of which each is on record", async () => {
    await using shop = await Shop.open();
    const key = await shop.key();
    const [parent, other] = [await reserve(shop, key), await reserve(shop, key)];
    await Promise.all(Array.from({ length: 600 }, () => extend(shop, key, parent.resid)));
    let commits = 0;
    const commit: Store["commit"] = (writes) =>
      ++commits === 2 ? Promise.reject(new Fault("failed", "the disk is full")) : shop.tms.store.commit(writes);
    const store = new Proxy(shop.tms.store, {
      get: (target, name) => (name === "commit" ? commit : Reflect.get(target, name, target).bind(target)),
    });
    const remove = (tms: TmsContext) => deleteRelatedReservations(tms, shop.tenant, "portal", parent.resid, BY);
    expect(await refusal(remove({ ...shop.tms, store }))).toBe("failed: the disk is full");
    const removals = () => shop.desk.events("tms.reservation.delete");
    expect(await removals()).toMatchObject([{ resid: parent.resid, rows: 500 }]);
    expect(await remove(shop.tms)).toBe(101);
    expect(await removals()).toMatchObject([{ rows: 500 }, { resid: parent.resid, rows: 101 }]);
    expect(await Array.fromAsync(listReservations(shop.tms, shop.tenant))).toEqual([other]);
  });

  test("only of the client that is named", async () => {
    await using shop = await Shop.open();
    await shop.desk.client("other");
    const { resid } = await reserve(shop, await shop.key());
    for (const remove of [deleteReservation, deleteRelatedReservations])
      expect(await remove(shop.tms, shop.tenant, "other", resid, BY)).toBe(0);
    expect(await refusal(getReservation(shop.tms, shop.tenant, "other", resid))).toBe("not_found: NOT_FOUND");
    expect(await Array.fromAsync(listReservations(shop.tms, shop.tenant, "other"))).toEqual([]);
    expect(await Array.fromAsync(listReservations(shop.tms, shop.tenant, "portal"))).toHaveLength(1);
  });
});
