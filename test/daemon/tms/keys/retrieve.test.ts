import { describe, expect, test } from "bun:test";
import { deleteClient, updateClient } from "../../../../daemon/tms/clients.ts";
import { createDelegation, deleteDelegation, updateDelegation } from "../../../../daemon/tms/delegations.ts";
import { rotateHostCredential } from "../../../../daemon/tms/host-credentials.ts";
import { addKey } from "../../../../daemon/tms/keys/create.ts";
import { deleteKey, updateKey } from "../../../../daemon/tms/keys/update.ts";
import { createMfa, deleteMfa, updateMfa } from "../../../../daemon/tms/mfa.ts";
import type { KeyRow } from "../../../../daemon/tms/schema.ts";
import { updateTenant } from "../../../../daemon/tms/tenants.ts";
import { createUserHost, deleteUserHost, updateUserHost } from "../../../../daemon/tms/user-hosts.ts";
import { keyFile } from "../../../core/cert/keygen.ts";
import { cleanTemp } from "../../../kit/temp.ts";
import { BY, refusal, standstill } from "../kit.ts";
import { aHost, aKey, HOUR, Shop } from "./kit.ts";

cleanTemp();

const LINK = { tms_user_id: "alice", host: "login1", host_account: "alice-account", ttl_minutes: -1 };
const DELEGATION = { client_id: "portal", client_user_id: "alice", ttl_minutes: -1 };
const MFA = { tms_user_id: "alice" };

describe("a host is told a key", () => {
  test("and it is recorded", async () => {
    await using shop = await Shop.open();
    const key = await shop.key();
    expect(await aHost(shop.tms)(key, { connection: "c1" })).toEqual({ public_key: key.public_key });
    const [event] = await shop.desk.events("tms.key.retrieve");
    expect(event).toMatchObject({
      code: "S2173I",
      success: true,
      user: "alice",
      tenant: "default",
      client_id: "portal",
      host: "login1",
      login: "alice-account",
      fingerprint: key.public_key_fingerprint,
      addr_remote: "192.0.2.20",
      connection: "c1",
      counted: false,
    });
  });

  test("with the options that it is restricted by", async () => {
    await using shop = await Shop.open();
    const restrictions = { restrict: true, pty: true, from: ["192.0.2.0/24"], expiry_time: true };
    const key = await shop.key({ ttl_minutes: 60, restrictions });
    expect((await aHost(shop.tms)(key)).public_key).toBe(
      `restrict,pty,from="192.0.2.0/24",expiry-time="20260301130000Z" ${key.public_key}`,
    );
  });
});

describe("there is no key", () => {
  test.each<[string, Partial<Parameters<ReturnType<typeof aHost>>[1]>]>([
    ["for another account", { user: "bob-account" }],
    ["for another host", { host: "login2" }],
    ["of another case", { host: "LOGIN1" }],
    ["of another fingerprint", { public_key_fingerprint: `SHA256:${"A".repeat(43)}` }],
    ["of what is no fingerprint", { public_key_fingerprint: "../../\0\ud800" }],
  ])("%s", async (_name, question) => {
    await using shop = await Shop.open();
    const key = await shop.key();
    expect(await refusal(aHost(shop.tms)(key, question))).toBe("not_found: NOT_FOUND");
    const [event, ...more] = await shop.desk.events("tms.key.retrieve");
    expect(event).toMatchObject({ code: "S2173W", success: false, error: "NOT_FOUND" });
    expect(event).not.toHaveProperty("client_id");
    expect(more).toEqual([]);
  });

  test("and who asks for nothing else is told to wait, while others are served", async () => {
    await using shop = await Shop.open();
    using _ = standstill();
    const key = await shop.key();
    const ask = aHost(shop.tms);
    const miss = async () => (await refusal(ask(key, { host: "nowhere" }))).split(":")[0];
    let misses = 0;
    let last = await miss();
    for (; last === "not_found"; last = await miss()) misses++;
    expect(last).toBe("rate_limited");
    expect(misses).toBe(12_000);
    expect(await ask(key)).toEqual({ public_key: key.public_key });
    const recorded = (await shop.desk.events("tms.key.retrieve")).filter((event) => !("client_id" in event));
    expect(recorded).toHaveLength(60);
  });
});

/** What cuts a key off and what restores it; `forgiven` by a reservation. */
const CONDITIONS: readonly {
  readonly name: string;
  readonly why: string;
  readonly cut: (shop: Shop, key: KeyRow) => Promise<unknown>;
  readonly mend: (shop: Shop, key: KeyRow) => Promise<unknown>;
}[] = [
  {
    name: "its tenant is disabled",
    why: "denied: Tenant not enabled.",
    cut: (s) => updateTenant(s.tms, "default", { enabled: false }, BY),
    mend: (s) => updateTenant(s.tms, "default", { enabled: true }, BY),
  },
  {
    name: "its client is disabled",
    why: "denied: the client is disabled",
    cut: (s) => updateClient(s.tms, s.tenant, "portal", { enabled: false }, BY),
    mend: (s) => updateClient(s.tms, s.tenant, "portal", { enabled: true }, BY),
  },
  {
    name: "the user's MFA is disabled",
    why: "denied: the user's MFA is disabled",
    cut: (s) => updateMfa(s.tms, s.tenant, { ...MFA, enabled: false }, BY),
    mend: (s) => updateMfa(s.tms, s.tenant, { ...MFA, enabled: true }, BY),
  },
  {
    name: "the user's MFA has expired",
    why: "denied: the user's MFA has expired",
    cut: (s) => updateMfa(s.tms, s.tenant, { ...MFA, ttl_minutes: 0 }, BY),
    mend: (s) => updateMfa(s.tms, s.tenant, { ...MFA, ttl_minutes: 10 }, BY),
  },
  {
    name: "the link has expired",
    why: "denied: the user's link to the host account has expired",
    cut: (s) => updateUserHost(s.tms, s.tenant, { ...LINK, ttl_minutes: 0 }, BY),
    mend: (s) => updateUserHost(s.tms, s.tenant, { ...LINK, ttl_minutes: 10 }, BY),
  },
  {
    name: "the delegation has expired",
    why: "denied: the user's delegation to the client has expired",
    cut: (s) => updateDelegation(s.tms, s.tenant, { ...DELEGATION, ttl_minutes: 0 }, BY),
    mend: (s) => updateDelegation(s.tms, s.tenant, { ...DELEGATION, ttl_minutes: 10 }, BY),
  },
  {
    name: "it has expired",
    why: "denied: the key has expired",
    cut: (s, key) => updateKey(s.tms, s.tenant, { ...key, max_uses: undefined, ttl_minutes: 0 }, BY),
    mend: (s, key) => updateKey(s.tms, s.tenant, { ...key, max_uses: undefined, ttl_minutes: 10 }, BY),
  },
  {
    name: "it has no uses left",
    why: "denied: the key has no uses left",
    cut: (s, key) => updateKey(s.tms, s.tenant, { ...key, max_uses: 0 }, BY),
    mend: (s, key) => updateKey(s.tms, s.tenant, { ...key, max_uses: 10 }, BY),
  },
];

describe.each([
  ["that may be used for ever", -1],
  ["whose uses are counted", 100],
])("a key %s is refused", (_name, num_uses) => {
  test.each(CONDITIONS)("while $name", async ({ why, cut, mend }) => {
    await using shop = await Shop.open();
    const ask = aHost(shop.tms);
    const key = await shop.key({ num_uses });
    await ask(key, { connection: "before" });
    await cut(shop, key);
    expect(await refusal(ask(key, { connection: "meanwhile" }))).toBe(why);
    expect((await shop.desk.events("tms.key.retrieve")).at(-1)).toMatchObject({
      success: false,
      error: why.replace("denied: ", ""),
      client_id: "portal",
    });
    await mend(shop, key);
    expect(await ask(key, { connection: "after" })).toEqual({ public_key: key.public_key });
  });

  test("for good once something that it hung on was removed, even when that is made anew", async () => {
    const removals: ((shop: Shop) => Promise<unknown>)[] = [
      async ({ tms, tenant, desk }) => {
        await deleteClient(tms, tenant, "portal", BY);
        await desk.client("portal");
        await createDelegation(tms, tenant, DELEGATION, BY);
      },
      async ({ tms, tenant }) => {
        await deleteMfa(tms, tenant, "alice", BY);
        await createMfa(tms, tenant, { ...MFA, ttl_minutes: -1 }, BY);
        await createUserHost(tms, tenant, LINK, BY);
        await createDelegation(tms, tenant, DELEGATION, BY);
      },
      async ({ tms, tenant }) => {
        await deleteUserHost(tms, tenant, LINK, BY);
        await createUserHost(tms, tenant, LINK, BY);
      },
      async ({ tms, tenant }) => {
        await deleteDelegation(tms, tenant, DELEGATION, BY);
        await createDelegation(tms, tenant, DELEGATION, BY);
      },
      async ({ tms, tenant }, key?: KeyRow) => key && deleteKey(tms, tenant, key, BY),
    ];
    for (const remove of removals) {
      await using shop = await Shop.open();
      const ask = aHost(shop.tms);
      const key = await shop.key({ num_uses });
      await ask(key);
      await (remove as (shop: Shop, key: KeyRow) => Promise<unknown>)(shop, key);
      expect(await refusal(ask(key))).toBe("not_found: NOT_FOUND");
    }
  });
});

test("a key ends by itself, to the second", async () => {
  await using shop = await Shop.open();
  const ask = aHost(shop.tms);
  const key = await shop.key({ ttl_minutes: 60 });
  shop.desk.pass(HOUR - 250);
  expect(await ask(key)).toEqual({ public_key: key.public_key });
  shop.desk.pass(1);
  expect(await refusal(ask(key))).toBe("denied: the key has expired");
  shop.desk.pass(48 * HOUR);
  expect(await refusal(ask(key))).toBe("not_found: NOT_FOUND");
});

test("a key that the client brought is told like any other, and again once it has another account", async () => {
  await using shop = await Shop.open({ mvp: true });
  const ask = aHost(shop.tms);
  const { line } = keyFile("ed25519");
  const add = async (host_account: string) =>
    addKey(
      shop.tms,
      shop.tenant,
      await shop.client(),
      { ...aKey({ host_account, num_uses: 1 }), public_key: line },
      BY,
    );
  const key = await add("one");
  expect(line).toStartWith((await ask(key)).public_key);
  await deleteKey(shop.tms, shop.tenant, key, BY);
  const other = await add("two");
  expect(await refusal(ask(key))).toBe("not_found: NOT_FOUND");
  expect(line).toStartWith((await ask(other)).public_key);
});

describe("a tenant that wants its hosts to prove themselves", () => {
  test("is told of by nobody else, and nothing is counted for others", async () => {
    await using shop = await Shop.open();
    const key = await shop.key({ num_uses: 1 });
    await updateTenant(shop.tms, "default", { require_host_credential: true }, BY);
    const { credential } = await rotateHostCredential(shop.tms, shop.tenant, "login1", 0, BY);
    const other = await rotateHostCredential(shop.tms, shop.tenant, "login2", 0, BY);
    const as = (hostCredential?: string) => aHost(shop.tms, { address: "192.0.2.20", hostCredential });
    expect(await refusal(as()(key))).toStartWith("unauthenticated:");
    expect(await refusal(as(`${credential.slice(0, -1)}x`)(key))).toStartWith("unauthenticated:");
    expect(await refusal(as(other.credential)(key))).toStartWith("denied:");
    expect(await as(credential)(key)).toEqual({ public_key: key.public_key });
    const events = await shop.desk.events("tms.key.retrieve");
    expect(events.map((event) => "success" in event && event.success)).toEqual([false, false, false, true]);
  });
});
