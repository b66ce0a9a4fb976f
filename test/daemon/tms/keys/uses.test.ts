import { describe, expect, test } from "bun:test";
import { Fault } from "../../../../core/fault.ts";
import { getKey } from "../../../../daemon/tms/keys/find.ts";
import { updateKey } from "../../../../daemon/tms/keys/update.ts";
import { updateMfa } from "../../../../daemon/tms/mfa.ts";
import { cleanTemp } from "../../../kit/temp.ts";
import { ACTOR, freezeClock, interfering, outcomes, refusal } from "../kit.ts";
import { aHost, KeyFixture } from "./kit.ts";

cleanTemp();

const USED_UP = "denied: the key has no uses left";

describe("one login costs one use", () => {
  test("if the host sends the connection", async () => {
    await using keyFixture = await KeyFixture.open();
    const ask = aHost(keyFixture.tms);
    const key = await keyFixture.key({ num_uses: 2 });
    const left = async () => (await getKey(keyFixture.tms, keyFixture.tenant, key.id)).remaining_uses;
    for (const _ of [1, 2, 3]) await ask(key, { connection: "first" });
    expect(await left()).toBe(1);
    for (const _ of [1, 2]) await ask(key, { connection: "second" });
    expect(await left()).toBe(0);
    expect(await refusal(ask(key, { connection: "third" }))).toBe(USED_UP);
    // Logins that were counted can continue.
    await ask(key, { connection: "first" });
    await ask(key, { connection: "second" });
    expect(await left()).toBe(0);
    const events = await keyFixture.tmsFixture.events("tms.key.retrieve");
    expect(events.map((event) => ("counted" in event ? [event.counted, event.remaining_uses] : []))).toEqual([
      [true, 1],
      [false, 1],
      [false, 1],
      [true, 0],
      [false, 0],
      [],
      [false, 0],
      [false, 0],
    ]);
  });

  test("for ten minutes, which is longer than a login may take", async () => {
    await using keyFixture = await KeyFixture.open();
    const ask = aHost(keyFixture.tms);
    const key = await keyFixture.key({ num_uses: 1 });
    await ask(key, { connection: "one" });
    keyFixture.tmsFixture.advance(10 * 60_000 - 1);
    await ask(key, { connection: "one" });
    keyFixture.tmsFixture.advance(1);
    expect(await refusal(ask(key, { connection: "one" }))).toBe(USED_UP);
  });

  test("and all requests within five seconds do if the host sends no connection", async () => {
    await using keyFixture = await KeyFixture.open();
    const ask = aHost(keyFixture.tms);
    const key = await keyFixture.key({ num_uses: 2 });
    for (const _ of [1, 2, 3]) await ask(key);
    keyFixture.tmsFixture.advance(4999);
    await ask(key);
    expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toMatchObject({ remaining_uses: 1 });
    keyFixture.tmsFixture.advance(1);
    await ask(key);
    await ask(key);
    keyFixture.tmsFixture.advance(5000);
    expect(await refusal(ask(key))).toBe(USED_UP);
  });

  test("also after the clock was set back by an hour", async () => {
    await using keyFixture = await KeyFixture.open();
    const ask = aHost(keyFixture.tms);
    const key = await keyFixture.key({ num_uses: 2 });
    await ask(key);
    keyFixture.tmsFixture.advance(-3600_000);
    for (const _ of [1, 2]) await ask(key);
    expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toMatchObject({ remaining_uses: 0 });
    keyFixture.tmsFixture.advance(5000);
    expect(await refusal(ask(key))).toBe(USED_UP);
  });

  test("of its own key, not of another key in the connection", async () => {
    await using keyFixture = await KeyFixture.open();
    const ask = aHost(keyFixture.tms);
    for (const key of [await keyFixture.key({ num_uses: 1 }), await keyFixture.key({ num_uses: 1 })]) {
      await ask(key, { connection: "one" });
      expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toMatchObject({ remaining_uses: 0 });
    }
  });

  test("and none of an unlimited key", async () => {
    await using keyFixture = await KeyFixture.open();
    const ask = aHost(keyFixture.tms);
    const key = await keyFixture.key();
    for (const connection of ["one", "two"]) await ask(key, { connection, offline: ["three"] });
    expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toEqual(key);
    expect(await keyFixture.tmsFixture.entries("/tms/uses/")).toEqual([]);
  });

  test("and none when the login is refused for another reason", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key({ num_uses: 1 });
    await updateMfa(keyFixture.tms, keyFixture.tenant, { tms_user_id: "alice", enabled: false }, ACTOR);
    await refusal(aHost(keyFixture.tms)(key, { connection: "one" }));
    expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toMatchObject({ remaining_uses: 1 });
  });
});

describe("fifty concurrent logins spend no more uses than are left", () => {
  test.each([1, 7, 50])("of %d", async (num_uses) => {
    await using keyFixture = await KeyFixture.open();
    const ask = aHost(keyFixture.tms);
    const key = await keyFixture.key({ num_uses });
    const logins = Array.from({ length: 50 }, (_, i) => ask(key, { connection: `c${i}` }));
    const refused = num_uses < 50 ? ["denied"] : [];
    expect(await outcomes(logins)).toEqual({ won: num_uses, refused });
    expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toMatchObject({ remaining_uses: 0 });
  });

  test("also with two processes over one database", async () => {
    await using keyFixture = await KeyFixture.open();
    const hosts = [aHost(keyFixture.tms), aHost(keyFixture.tmsFixture.secondProcess())];
    const key = await keyFixture.key({ num_uses: 7 });
    const logins = hosts.flatMap((ask, at) =>
      Array.from({ length: 25 }, (_, i) => ask(key, { connection: `c${at}-${i}` })),
    );
    expect(await outcomes(logins)).toEqual({ won: 7, refused: ["denied"] });
    expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toMatchObject({ remaining_uses: 0 });
  });

  test("and one login through two processes costs one use", async () => {
    await using keyFixture = await KeyFixture.open();
    const hosts = [aHost(keyFixture.tms), aHost(keyFixture.tmsFixture.secondProcess())];
    const key = await keyFixture.key({ num_uses: 5 });
    await Promise.all(hosts.flatMap((ask) => [1, 2, 3].map(() => ask(key, { connection: "one" }))));
    expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toMatchObject({ remaining_uses: 4 });
  });

  test("also while the number of uses is changed", async () => {
    await using keyFixture = await KeyFixture.open();
    const ask = aHost(keyFixture.tms);
    const key = await keyFixture.key({ num_uses: 100 });
    const logins = Array.from({ length: 50 }, (_, i) => ask(key, { connection: `c${i}` }));
    const changes = [20, 60, 30].map((max_uses) =>
      updateKey(keyFixture.tms, keyFixture.tenant, { ...key, ttl_minutes: undefined, max_uses }, ACTOR),
    );
    const { won } = await outcomes(logins);
    await Promise.all(changes);
    const { max_uses, remaining_uses } = await getKey(keyFixture.tms, keyFixture.tenant, key.id);
    expect(remaining_uses).toBe(Math.max(max_uses - won, 0));
  });
});

test("a revocation during the counting of a use takes effect", async () => {
  await using keyFixture = await KeyFixture.open();
  const key = await keyFixture.key({ num_uses: 1 });
  const disable = () => updateMfa(keyFixture.tms, keyFixture.tenant, { tms_user_id: "alice", enabled: false }, ACTOR);
  const ask = aHost({ ...keyFixture.tms, store: interfering(keyFixture.tms.store, /\/uses\//, disable) });
  expect(await refusal(ask(key, { connection: "one" }))).toBe("denied: the user's MFA is disabled");
  expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toMatchObject({ remaining_uses: 1 });
});

test("permanent conflicts are answered as unavailable, not as a refusal", async () => {
  await using keyFixture = await KeyFixture.open();
  const key = await keyFixture.key({ num_uses: 1 });
  const store = interfering(keyFixture.tms.store, /never/, async () => undefined);
  const commit = async () => {
    throw new Fault("conflict", "it was changed by somebody else");
  };
  const ask = aHost({ ...keyFixture.tms, store: { ...store, commit } });
  expect(await refusal(ask(key, { connection: "one" }))).toStartWith("unavailable:");
});

describe("offline logins", () => {
  test("are counted once each when they are reported", async () => {
    await using keyFixture = await KeyFixture.open();
    const ask = aHost(keyFixture.tms);
    const key = await keyFixture.key({ num_uses: 5 });
    await ask(key, { connection: "now", offline: ["a", "b", "a"] });
    expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toMatchObject({ remaining_uses: 2 });
    expect((await keyFixture.tmsFixture.events("tms.key.retrieve")).at(-1)).toMatchObject({
      offline: 2,
      remaining_uses: 2,
    });
    keyFixture.tmsFixture.advance(48 * 3600_000);
    // The response was lost, so the host repeats the report.
    await ask(key, { connection: "later", offline: ["a", "b"] });
    expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toMatchObject({ remaining_uses: 1 });
  });

  test("spend all uses before the current login", async () => {
    await using keyFixture = await KeyFixture.open();
    const ask = aHost(keyFixture.tms);
    const key = await keyFixture.key({ num_uses: 2 });
    expect(await refusal(ask(key, { connection: "now", offline: ["a", "b", "c"] }))).toBe(USED_UP);
    expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toMatchObject({ remaining_uses: 0 });
  });

  test("are counted also when the current login is refused", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key({ num_uses: 3 });
    await updateMfa(keyFixture.tms, keyFixture.tenant, { tms_user_id: "alice", enabled: false }, ACTOR);
    await refusal(aHost(keyFixture.tms)(key, { connection: "now", offline: ["a"] }));
    expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toMatchObject({ remaining_uses: 2 });
  });

  test("cost nothing more when the login continues online", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key({ num_uses: 1 });
    await aHost(keyFixture.tms)(key, { connection: "a", offline: ["a"] });
    expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toMatchObject({ remaining_uses: 0 });
  });

  test("are limited to a hundred per request, and by rate", async () => {
    await using keyFixture = await KeyFixture.open();
    using _ = freezeClock();
    const ask = aHost(keyFixture.tms);
    const key = await keyFixture.key({ num_uses: 50_000 });
    const names = (from: number, count: number) => Array.from({ length: count }, (_, i) => `c${from + i}`);
    expect(await refusal(ask(key, { offline: names(0, 101) }))).toStartWith("bad_request:");
    const tellings = Array.from({ length: 200 }, (_, i) =>
      ask(key, { offline: names(100 * i, 100), connection: "c0" }),
    );
    expect(await outcomes(tellings)).toEqual({ won: 60, refused: ["rate_limited"] });
    const { remaining_uses } = await getKey(keyFixture.tms, keyFixture.tenant, key.id);
    expect(50_000 - remaining_uses).toBe(100 * 60);
  });
});
