import { describe, expect, test } from "bun:test";
import { MAX } from "../../../../core/tms/numbers.ts";
import { requireTenant } from "../../../../daemon/tms/callers.ts";
import { getKey } from "../../../../daemon/tms/keys/find.ts";
import { countKeys, listKeys } from "../../../../daemon/tms/keys/list.ts";
import { deleteKey, updateKey } from "../../../../daemon/tms/keys/update.ts";
import { deleteMfa } from "../../../../daemon/tms/mfa.ts";
import { createTenant } from "../../../../daemon/tms/tenants.ts";
import { cleanTemp } from "../../../kit/temp.ts";
import { BY, outcomes, refusal } from "../kit.ts";
import { aHost, HOUR, Shop } from "./kit.ts";

cleanTemp();

const UNTOUCHED = { max_uses: undefined, ttl_minutes: undefined };

describe("the number of uses is changed", () => {
  test.each([
    [10, 3, 20, { max_uses: 20, remaining_uses: 17 }],
    [10, 3, 5, { max_uses: 5, remaining_uses: 2 }],
    [10, 3, 2, { max_uses: 2, remaining_uses: 0 }],
    [10, 3, 0, { max_uses: 0, remaining_uses: 0 }],
    [-1, 3, 5, { max_uses: 5, remaining_uses: 5 }],
    [10, 0, 4_294_967_295, { max_uses: MAX, remaining_uses: MAX }],
  ])("of %d, of which %d are used, to %d", async (num_uses, used, max_uses, expected) => {
    await using shop = await Shop.open();
    const ask = aHost(shop.tms);
    const key = await shop.key({ num_uses });
    for (let i = 0; i < used; i++) await ask(key, { connection: `c${i}` });
    expect(await updateKey(shop.tms, shop.tenant, { ...key, ...UNTOUCHED, max_uses }, BY)).toBe(1);
    expect(await getKey(shop.tms, shop.tenant, key.id)).toMatchObject(expected);
    expect(await shop.desk.events("tms.key.update")).toMatchObject([{ max_uses: expected.max_uses }]);
  });

  test("to as many as one likes, which are not counted any more", async () => {
    await using shop = await Shop.open();
    const ask = aHost(shop.tms);
    const key = await shop.key({ num_uses: 1 });
    await ask(key, { connection: "one" });
    await updateKey(shop.tms, shop.tenant, { ...key, ...UNTOUCHED, max_uses: MAX }, BY);
    for (const connection of ["two", "three"]) await ask(key, { connection });
    await updateKey(shop.tms, shop.tenant, { ...key, ...UNTOUCHED, max_uses: 2 }, BY);
    expect(await getKey(shop.tms, shop.tenant, key.id)).toMatchObject({ remaining_uses: 1 });
  });
});

describe("the end is changed", () => {
  test.each([
    [90, "2026-03-01T14:30:00Z"],
    [0, "2026-03-01T13:00:00Z"],
    [4_294_967_295, "6109-03-24T15:07:00Z"],
  ])("to %d minutes from now", async (ttl_minutes, expires_at) => {
    await using shop = await Shop.open();
    const key = await shop.key({ ttl_minutes: 600 });
    shop.desk.pass(HOUR);
    expect(await updateKey(shop.tms, shop.tenant, { ...key, ...UNTOUCHED, ttl_minutes }, BY)).toBe(1);
    expect(await getKey(shop.tms, shop.tenant, key.id)).toEqual({
      ...key,
      expires_at,
      updated: "2026-03-01T13:00:00.250Z",
    });
  });

  test("and with it how long it is kept, by all of its names", async () => {
    await using shop = await Shop.open();
    const key = await shop.key({ ttl_minutes: 60 });
    await updateKey(shop.tms, shop.tenant, { ...key, ...UNTOUCHED, ttl_minutes: 6000 }, BY);
    shop.desk.pass(99 * HOUR);
    expect(await getKey(shop.tms, shop.tenant, key.id)).toMatchObject({ id: key.id });
    expect(await countKeys(shop.tms, shop.tenant)).toBe(1);
    shop.desk.pass(50 * HOUR);
    expect(await countKeys(shop.tms, shop.tenant)).toBe(0);
    expect(await refusal(getKey(shop.tms, shop.tenant, key.id))).toBe("not_found: NOT_FOUND");
  });
});

describe("a change", () => {
  test("of both counts as two, of nothing as none", async () => {
    await using shop = await Shop.open();
    const key = await shop.key();
    const change = (more: object) => updateKey(shop.tms, shop.tenant, { ...key, ...UNTOUCHED, ...more }, BY);
    expect(await change({ max_uses: 5, ttl_minutes: 5 })).toBe(2);
    expect(await change({})).toBe(0);
  });

  test.each([{ client_id: "other" }, { host: "login2" }, { public_key_fingerprint: "SHA256:x" }])(
    "of a key that there is not: %p",
    async (wrong) => {
      await using shop = await Shop.open();
      await shop.desk.client("other");
      const key = await shop.key();
      const named = { ...key, ...UNTOUCHED, ...wrong };
      expect(await refusal(updateKey(shop.tms, shop.tenant, { ...named, max_uses: 1 }, BY))).toBe(
        "not_found: NOT_FOUND",
      );
      expect(await deleteKey(shop.tms, shop.tenant, named, BY)).toBe(0);
      expect(await getKey(shop.tms, shop.tenant, key.id)).toEqual(key);
    },
  );

  test("reaches no other tenant", async () => {
    await using shop = await Shop.open();
    await createTenant(shop.tms, "second", BY);
    const second = await requireTenant(shop.tms, "second");
    const key = await shop.key();
    expect(await refusal(updateKey(shop.tms, second, { ...key, ...UNTOUCHED, max_uses: 1 }, BY))).toStartWith(
      "not_found:",
    );
    expect(await deleteKey(shop.tms, second, key, BY)).toBe(0);
    expect(await refusal(getKey(shop.tms, second, key.id))).toStartWith("not_found:");
    expect(await Array.fromAsync(listKeys(shop.tms, second))).toEqual([]);
  });
});

describe("a key is deleted", () => {
  test("with all of its names", async () => {
    await using shop = await Shop.open();
    const key = await shop.key();
    expect(await deleteKey(shop.tms, shop.tenant, key, BY)).toBe(1);
    expect(await shop.desk.entries("/tms/key")).toEqual([]);
    expect(await shop.desk.entries(`/tms/${key.tenant}/key`)).toEqual([]);
    expect(await shop.desk.events("tms.key.delete")).toMatchObject([
      { fingerprint: key.public_key_fingerprint, login: "alice-account" },
    ]);
  });

  test("once, however many ask for it", async () => {
    await using shop = await Shop.open();
    const key = await shop.key();
    const counts = await Promise.all(Array.from({ length: 10 }, () => deleteKey(shop.tms, shop.tenant, key, BY)));
    expect(counts.toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });
});

describe("keys are listed", () => {
  test("by client, user, host and account", async () => {
    await using shop = await Shop.open({ mvp: true });
    await shop.desk.client("archive");
    const names = [
      { client_user_id: "carol" },
      { client_user_id: "bob", host: "login2" },
      { client_user_id: "bob", host: "login1", host_account: "z" },
      { client_user_id: "bob", host: "login1", host_account: "a" },
      { client_user_id: "bob", host: "login1", host_account: "a" },
      { client_user_id: "a/b c", client_id: "archive" },
    ];
    const rows = [];
    for (const name of names) rows.push(await shop.key(name));
    const [carol, host2, z, a1, a2, archive] = rows;
    expect(await Array.fromAsync(listKeys(shop.tms, shop.tenant))).toEqual([archive, a1, a2, z, host2, carol] as never);
    expect(await Array.fromAsync(listKeys(shop.tms, shop.tenant, "archive"))).toEqual([archive] as never);
    expect(await Array.fromAsync(listKeys(shop.tms, shop.tenant, "nobody"))).toEqual([]);
    expect(await countKeys(shop.tms, shop.tenant)).toBe(6);
    const [others] = await Promise.all([getKey(shop.tms, shop.tenant, archive?.id ?? 0, "archive")]);
    expect(others).toEqual(archive as never);
    expect(await refusal(getKey(shop.tms, shop.tenant, archive?.id ?? 0, "portal"))).toBe("not_found: NOT_FOUND");
  });

  test("but not those that hung on what is gone", async () => {
    await using shop = await Shop.open({ mvp: true });
    await shop.key();
    const bobs = await shop.key({ client_user_id: "bob" });
    await deleteMfa(shop.tms, shop.tenant, "alice", BY);
    expect(await Array.fromAsync(listKeys(shop.tms, shop.tenant))).toEqual([bobs]);
  });

  test("without holding up others", async () => {
    await using shop = await Shop.open({ mvp: true });
    expect(await outcomes(Array.from({ length: 100 }, () => shop.key()))).toEqual({ won: 100, refused: [] });
    // Counted in turns of the event loop: a fast machine lists them all before the first timer is due.
    let turns = 0;
    let turn = setImmediate(function again() {
      turns++;
      turn = setImmediate(again);
    });
    try {
      expect(await countKeys(shop.tms, shop.tenant)).toBe(100);
      expect(turns).toBeGreaterThan(2);
    } finally {
      clearImmediate(turn);
    }
  });
});
