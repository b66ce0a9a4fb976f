import { describe, expect, test } from "bun:test";
import { MAX_INT32 } from "../../../../core/tms/expiry.ts";
import { getKey } from "../../../../daemon/tms/keys/find.ts";
import { countKeys, listKeys } from "../../../../daemon/tms/keys/list.ts";
import { deleteKey, updateKey } from "../../../../daemon/tms/keys/update.ts";
import { requireTenant } from "../../../../daemon/tms/lookup.ts";
import { deleteMfa } from "../../../../daemon/tms/mfa.ts";
import { createTenant } from "../../../../daemon/tms/tenants.ts";
import { cleanTemp } from "../../../kit/temp.ts";
import { ACTOR, outcomes, refusal } from "../kit.ts";
import { aHost, HOUR, KeyFixture } from "./kit.ts";

cleanTemp();

const UNTOUCHED = { max_uses: undefined, ttl_minutes: undefined };

describe("updateKey() sets the number of uses", () => {
  test.each([
    [10, 3, 20, { max_uses: 20, remaining_uses: 17 }],
    [10, 3, 5, { max_uses: 5, remaining_uses: 2 }],
    [10, 3, 2, { max_uses: 2, remaining_uses: 0 }],
    [10, 3, 0, { max_uses: 0, remaining_uses: 0 }],
    [-1, 3, 5, { max_uses: 5, remaining_uses: 5 }],
    [10, 0, 4_294_967_295, { max_uses: MAX_INT32, remaining_uses: MAX_INT32 }],
  ])("from %d, of which %d are used, to %d", async (num_uses, used, max_uses, expected) => {
    await using keyFixture = await KeyFixture.open();
    const ask = aHost(keyFixture.tms);
    const key = await keyFixture.key({ num_uses });
    for (let i = 0; i < used; i++) await ask(key, { connection: `c${i}` });
    expect(await updateKey(keyFixture.tms, keyFixture.tenant, { ...key, ...UNTOUCHED, max_uses }, ACTOR)).toBe(1);
    expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toMatchObject(expected);
    expect(await keyFixture.tmsFixture.events("tms.key.update")).toMatchObject([{ max_uses: expected.max_uses }]);
  });

  test("to unlimited, which stops counting", async () => {
    await using keyFixture = await KeyFixture.open();
    const ask = aHost(keyFixture.tms);
    const key = await keyFixture.key({ num_uses: 1 });
    await ask(key, { connection: "one" });
    await updateKey(keyFixture.tms, keyFixture.tenant, { ...key, ...UNTOUCHED, max_uses: MAX_INT32 }, ACTOR);
    for (const connection of ["two", "three"]) await ask(key, { connection });
    await updateKey(keyFixture.tms, keyFixture.tenant, { ...key, ...UNTOUCHED, max_uses: 2 }, ACTOR);
    expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toMatchObject({ remaining_uses: 1 });
  });
});

describe("updateKey() sets the expiry", () => {
  test.each([
    [90, "2026-03-01T14:30:00Z"],
    [0, "2026-03-01T13:00:00Z"],
    [4_294_967_295, "6109-03-24T15:07:00Z"],
  ])("to %d minutes from now", async (ttl_minutes, expires_at) => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key({ ttl_minutes: 600 });
    keyFixture.tmsFixture.advance(HOUR);
    expect(await updateKey(keyFixture.tms, keyFixture.tenant, { ...key, ...UNTOUCHED, ttl_minutes }, ACTOR)).toBe(1);
    expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toEqual({
      ...key,
      expires_at,
      updated: "2026-03-01T13:00:00.250Z",
    });
  });

  test("with the retention of the key and its index entries", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key({ ttl_minutes: 60 });
    await updateKey(keyFixture.tms, keyFixture.tenant, { ...key, ...UNTOUCHED, ttl_minutes: 6000 }, ACTOR);
    keyFixture.tmsFixture.advance(99 * HOUR);
    expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toMatchObject({ id: key.id });
    expect(await countKeys(keyFixture.tms, keyFixture.tenant)).toBe(1);
    keyFixture.tmsFixture.advance(50 * HOUR);
    expect(await countKeys(keyFixture.tms, keyFixture.tenant)).toBe(0);
    expect(await refusal(getKey(keyFixture.tms, keyFixture.tenant, key.id))).toBe("not_found: NOT_FOUND");
  });
});

describe("updateKey()", () => {
  test("returns the number of updated fields", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key();
    const change = (more: object) =>
      updateKey(keyFixture.tms, keyFixture.tenant, { ...key, ...UNTOUCHED, ...more }, ACTOR);
    expect(await change({ max_uses: 5, ttl_minutes: 5 })).toBe(2);
    expect(await change({})).toBe(0);
  });

  test.each([{ client_id: "other" }, { host: "login2" }, { public_key_fingerprint: "SHA256:x" }])(
    "of an unknown key: %p",
    async (wrong) => {
      await using keyFixture = await KeyFixture.open();
      await keyFixture.tmsFixture.client("other");
      const key = await keyFixture.key();
      const named = { ...key, ...UNTOUCHED, ...wrong };
      expect(await refusal(updateKey(keyFixture.tms, keyFixture.tenant, { ...named, max_uses: 1 }, ACTOR))).toBe(
        "not_found: NOT_FOUND",
      );
      expect(await deleteKey(keyFixture.tms, keyFixture.tenant, named, ACTOR)).toBe(0);
      expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toEqual(key);
    },
  );

  test("finds no key of another tenant", async () => {
    await using keyFixture = await KeyFixture.open();
    await createTenant(keyFixture.tms, "second", ACTOR);
    const second = await requireTenant(keyFixture.tms, "second");
    const key = await keyFixture.key();
    expect(await refusal(updateKey(keyFixture.tms, second, { ...key, ...UNTOUCHED, max_uses: 1 }, ACTOR))).toStartWith(
      "not_found:",
    );
    expect(await deleteKey(keyFixture.tms, second, key, ACTOR)).toBe(0);
    expect(await refusal(getKey(keyFixture.tms, second, key.id))).toStartWith("not_found:");
    expect(await Array.fromAsync(listKeys(keyFixture.tms, second))).toEqual([]);
  });
});

describe("deleteKey()", () => {
  test("deletes the key and its index entries", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key();
    expect(await deleteKey(keyFixture.tms, keyFixture.tenant, key, ACTOR)).toBe(1);
    expect(await keyFixture.tmsFixture.entries("/tms/key")).toEqual([]);
    expect(await keyFixture.tmsFixture.entries(`/tms/${key.tenant}/key`)).toEqual([]);
    expect(await keyFixture.tmsFixture.events("tms.key.delete")).toMatchObject([
      { fingerprint: key.public_key_fingerprint, login: "alice-account" },
    ]);
  });

  test("deletes the key once for concurrent calls", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key();
    const counts = await Promise.all(
      Array.from({ length: 10 }, () => deleteKey(keyFixture.tms, keyFixture.tenant, key, ACTOR)),
    );
    expect(counts.toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });
});

describe("listKeys()", () => {
  test("lists by client, user, host and account", async () => {
    await using keyFixture = await KeyFixture.open({ mvp: true });
    await keyFixture.tmsFixture.client("archive");
    const names = [
      { client_user_id: "carol" },
      { client_user_id: "bob", host: "login2" },
      { client_user_id: "bob", host: "login1", host_account: "z" },
      { client_user_id: "bob", host: "login1", host_account: "a" },
      { client_user_id: "bob", host: "login1", host_account: "a" },
      { client_user_id: "a/b c", client_id: "archive" },
    ];
    const rows = [];
    for (const name of names) rows.push(await keyFixture.key(name));
    const [carol, host2, z, a1, a2, archive] = rows;
    expect(await Array.fromAsync(listKeys(keyFixture.tms, keyFixture.tenant))).toEqual([
      archive,
      a1,
      a2,
      z,
      host2,
      carol,
    ] as never);
    expect(await Array.fromAsync(listKeys(keyFixture.tms, keyFixture.tenant, "archive"))).toEqual([archive] as never);
    expect(await Array.fromAsync(listKeys(keyFixture.tms, keyFixture.tenant, "nobody"))).toEqual([]);
    expect(await countKeys(keyFixture.tms, keyFixture.tenant)).toBe(6);
    const [others] = await Promise.all([getKey(keyFixture.tms, keyFixture.tenant, archive?.id ?? 0, "archive")]);
    expect(others).toEqual(archive as never);
    expect(await refusal(getKey(keyFixture.tms, keyFixture.tenant, archive?.id ?? 0, "portal"))).toBe(
      "not_found: NOT_FOUND",
    );
  });

  test("omits orphans", async () => {
    await using keyFixture = await KeyFixture.open({ mvp: true });
    await keyFixture.key();
    const bobs = await keyFixture.key({ client_user_id: "bob" });
    await deleteMfa(keyFixture.tms, keyFixture.tenant, "alice", ACTOR);
    expect(await Array.fromAsync(listKeys(keyFixture.tms, keyFixture.tenant))).toEqual([bobs]);
  });

  test("does not block other work", async () => {
    await using keyFixture = await KeyFixture.open({ mvp: true });
    expect(await outcomes(Array.from({ length: 100 }, () => keyFixture.key()))).toEqual({ won: 100, refused: [] });
    // Counts iterations of the event loop: a fast machine finishes the listing before the first timer fires.
    let turns = 0;
    let turn = setImmediate(function again() {
      turns++;
      turn = setImmediate(again);
    });
    try {
      expect(await countKeys(keyFixture.tms, keyFixture.tenant)).toBe(100);
      expect(turns).toBeGreaterThan(2);
    } finally {
      clearImmediate(turn);
    }
  });
});
