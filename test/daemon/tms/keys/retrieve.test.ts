import { describe, expect, test } from "bun:test";
import { deleteClient, updateClient } from "../../../../daemon/tms/clients.ts";
import { createDelegation, deleteDelegation, updateDelegation } from "../../../../daemon/tms/delegations.ts";
import { rotateHostCredential } from "../../../../daemon/tms/host-credentials.ts";
import { importKey } from "../../../../daemon/tms/keys/create.ts";
import { deleteKey, updateKey } from "../../../../daemon/tms/keys/update.ts";
import { createMfa, deleteMfa, updateMfa } from "../../../../daemon/tms/mfa.ts";
import type { KeyRecord } from "../../../../daemon/tms/schema.ts";
import { updateTenant } from "../../../../daemon/tms/tenants.ts";
import { createUserHost, deleteUserHost, updateUserHost } from "../../../../daemon/tms/user-hosts.ts";
import { keyFile } from "../../../core/cert/keygen.ts";
import { cleanTemp } from "../../../kit/temp.ts";
import { ACTOR, freezeClock, refusal } from "../kit.ts";
import { aHost, aKey, HOUR, KeyFixture } from "./kit.ts";

cleanTemp();

const LINK = { tms_user_id: "alice", host: "login1", host_account: "alice-account", ttl_minutes: -1 };
const DELEGATION = { client_id: "portal", client_user_id: "alice", ttl_minutes: -1 };
const MFA = { tms_user_id: "alice" };

describe("a host retrieves a key", () => {
  test("with an audit event", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key();
    expect(await aHost(keyFixture.tms)(key, { connection: "c1" })).toEqual({ public_key: key.public_key });
    const [event] = await keyFixture.tmsFixture.events("tms.key.retrieve");
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

  test("with the options of its restrictions", async () => {
    await using keyFixture = await KeyFixture.open();
    const restrictions = { restrict: true, pty: true, from: ["192.0.2.0/24"], expiry_time: true };
    const key = await keyFixture.key({ ttl_minutes: 60, restrictions });
    expect((await aHost(keyFixture.tms)(key)).public_key).toBe(
      `restrict,pty,from="192.0.2.0/24",expiry-time="20260301130000Z" ${key.public_key}`,
    );
  });
});

describe("a retrieval finds no key", () => {
  test.each<[string, Partial<Parameters<ReturnType<typeof aHost>>[1]>]>([
    ["for another account", { user: "bob-account" }],
    ["for another host", { host: "login2" }],
    ["of another case", { host: "LOGIN1" }],
    ["of another fingerprint", { public_key_fingerprint: `SHA256:${"A".repeat(43)}` }],
    ["of an invalid fingerprint", { public_key_fingerprint: "../../\0\ud800" }],
  ])("%s", async (_name, question) => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key();
    expect(await refusal(aHost(keyFixture.tms)(key, question))).toBe("not_found: NOT_FOUND");
    const [event, ...more] = await keyFixture.tmsFixture.events("tms.key.retrieve");
    expect(event).toMatchObject({ code: "S2173W", success: false, error: "NOT_FOUND" });
    expect(event).not.toHaveProperty("client_id");
    expect(more).toEqual([]);
  });

  test("and is rate-limited per source address", async () => {
    await using keyFixture = await KeyFixture.open();
    using _ = freezeClock();
    const key = await keyFixture.key();
    const ask = aHost(keyFixture.tms);
    const miss = async () => (await refusal(ask(key, { host: "nowhere" }))).split(":")[0];
    let misses = 0;
    let last = await miss();
    for (; last === "not_found"; last = await miss()) misses++;
    expect(last).toBe("rate_limited");
    expect(misses).toBe(12_000);
    expect(await ask(key)).toEqual({ public_key: key.public_key });
    const recorded = (await keyFixture.tmsFixture.events("tms.key.retrieve")).filter(
      (event) => !("client_id" in event),
    );
    expect(recorded).toHaveLength(60);
  });
});

/** Changes that make a key unusable, and that restore it. */
const CONDITIONS: readonly {
  readonly name: string;
  readonly message: string;
  readonly revoke: (keyFixture: KeyFixture, key: KeyRecord) => Promise<unknown>;
  readonly restore: (keyFixture: KeyFixture, key: KeyRecord) => Promise<unknown>;
}[] = [
  {
    name: "its tenant is disabled",
    message: "denied: Tenant not enabled.",
    revoke: (s) => updateTenant(s.tms, "default", { enabled: false }, ACTOR),
    restore: (s) => updateTenant(s.tms, "default", { enabled: true }, ACTOR),
  },
  {
    name: "its client is disabled",
    message: "denied: the client is disabled",
    revoke: (s) => updateClient(s.tms, s.tenant, "portal", { enabled: false }, ACTOR),
    restore: (s) => updateClient(s.tms, s.tenant, "portal", { enabled: true }, ACTOR),
  },
  {
    name: "the user's MFA is disabled",
    message: "denied: the user's MFA is disabled",
    revoke: (s) => updateMfa(s.tms, s.tenant, { ...MFA, enabled: false }, ACTOR),
    restore: (s) => updateMfa(s.tms, s.tenant, { ...MFA, enabled: true }, ACTOR),
  },
  {
    name: "the user's MFA has expired",
    message: "denied: the user's MFA has expired",
    revoke: (s) => updateMfa(s.tms, s.tenant, { ...MFA, ttl_minutes: 0 }, ACTOR),
    restore: (s) => updateMfa(s.tms, s.tenant, { ...MFA, ttl_minutes: 10 }, ACTOR),
  },
  {
    name: "the link has expired",
    message: "denied: the user's link to the host account has expired",
    revoke: (s) => updateUserHost(s.tms, s.tenant, { ...LINK, ttl_minutes: 0 }, ACTOR),
    restore: (s) => updateUserHost(s.tms, s.tenant, { ...LINK, ttl_minutes: 10 }, ACTOR),
  },
  {
    name: "the delegation has expired",
    message: "denied: the user's delegation to the client has expired",
    revoke: (s) => updateDelegation(s.tms, s.tenant, { ...DELEGATION, ttl_minutes: 0 }, ACTOR),
    restore: (s) => updateDelegation(s.tms, s.tenant, { ...DELEGATION, ttl_minutes: 10 }, ACTOR),
  },
  {
    name: "it has expired",
    message: "denied: the key has expired",
    revoke: (s, key) => updateKey(s.tms, s.tenant, { ...key, max_uses: undefined, ttl_minutes: 0 }, ACTOR),
    restore: (s, key) => updateKey(s.tms, s.tenant, { ...key, max_uses: undefined, ttl_minutes: 10 }, ACTOR),
  },
  {
    name: "it has no uses left",
    message: "denied: the key has no uses left",
    revoke: (s, key) => updateKey(s.tms, s.tenant, { ...key, max_uses: 0 }, ACTOR),
    restore: (s, key) => updateKey(s.tms, s.tenant, { ...key, max_uses: 10 }, ACTOR),
  },
];

describe.each([
  ["with unlimited uses", -1],
  ["with limited uses", 100],
])("a key %s is refused", (_name, num_uses) => {
  test.each(CONDITIONS)("while $name", async ({ message, revoke, restore }) => {
    await using keyFixture = await KeyFixture.open();
    const ask = aHost(keyFixture.tms);
    const key = await keyFixture.key({ num_uses });
    await ask(key, { connection: "before" });
    await revoke(keyFixture, key);
    expect(await refusal(ask(key, { connection: "meanwhile" }))).toBe(message);
    expect((await keyFixture.tmsFixture.events("tms.key.retrieve")).at(-1)).toMatchObject({
      success: false,
      error: message.replace("denied: ", ""),
      client_id: "portal",
    });
    await restore(keyFixture, key);
    expect(await ask(key, { connection: "after" })).toEqual({ public_key: key.public_key });
  });

  test("for good after a parent was deleted, even if it is re-created", async () => {
    const removals: ((keyFixture: KeyFixture) => Promise<unknown>)[] = [
      async ({ tms, tenant, tmsFixture: fixture }) => {
        await deleteClient(tms, tenant, "portal", ACTOR);
        await fixture.client("portal");
        await createDelegation(tms, tenant, DELEGATION, ACTOR);
      },
      async ({ tms, tenant }) => {
        await deleteMfa(tms, tenant, "alice", ACTOR);
        await createMfa(tms, tenant, { ...MFA, ttl_minutes: -1 }, ACTOR);
        await createUserHost(tms, tenant, LINK, ACTOR);
        await createDelegation(tms, tenant, DELEGATION, ACTOR);
      },
      async ({ tms, tenant }) => {
        await deleteUserHost(tms, tenant, LINK, ACTOR);
        await createUserHost(tms, tenant, LINK, ACTOR);
      },
      async ({ tms, tenant }) => {
        await deleteDelegation(tms, tenant, DELEGATION, ACTOR);
        await createDelegation(tms, tenant, DELEGATION, ACTOR);
      },
      async ({ tms, tenant }, key?: KeyRecord) => key && deleteKey(tms, tenant, key, ACTOR),
    ];
    for (const remove of removals) {
      await using keyFixture = await KeyFixture.open();
      const ask = aHost(keyFixture.tms);
      const key = await keyFixture.key({ num_uses });
      await ask(key);
      await (remove as (keyFixture: KeyFixture, key: KeyRecord) => Promise<unknown>)(keyFixture, key);
      expect(await refusal(ask(key))).toBe("not_found: NOT_FOUND");
    }
  });
});

test("a key expires to the second", async () => {
  await using keyFixture = await KeyFixture.open();
  const ask = aHost(keyFixture.tms);
  const key = await keyFixture.key({ ttl_minutes: 60 });
  keyFixture.tmsFixture.advance(HOUR - 250);
  expect(await ask(key)).toEqual({ public_key: key.public_key });
  keyFixture.tmsFixture.advance(1);
  expect(await refusal(ask(key))).toBe("denied: the key has expired");
  keyFixture.tmsFixture.advance(48 * HOUR);
  expect(await refusal(ask(key))).toBe("not_found: NOT_FOUND");
});

test("an imported key is retrieved like any other, also for another account after re-import", async () => {
  await using keyFixture = await KeyFixture.open({ mvp: true });
  const ask = aHost(keyFixture.tms);
  const { line } = keyFile("ed25519");
  const add = async (host_account: string) =>
    importKey(
      keyFixture.tms,
      keyFixture.tenant,
      await keyFixture.client(),
      { ...aKey({ host_account, num_uses: 1 }), public_key: line },
      ACTOR,
    );
  const key = await add("one");
  expect(line).toStartWith((await ask(key)).public_key);
  await deleteKey(keyFixture.tms, keyFixture.tenant, key, ACTOR);
  const other = await add("two");
  expect(await refusal(ask(key))).toBe("not_found: NOT_FOUND");
  expect(line).toStartWith((await ask(other)).public_key);
});

describe("a tenant that requires host credentials", () => {
  test("discloses and counts nothing for other callers", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key({ num_uses: 1 });
    await updateTenant(keyFixture.tms, "default", { require_host_credential: true }, ACTOR);
    const { credential } = await rotateHostCredential(keyFixture.tms, keyFixture.tenant, "login1", 0, ACTOR);
    const other = await rotateHostCredential(keyFixture.tms, keyFixture.tenant, "login2", 0, ACTOR);
    const as = (hostCredential?: string) => aHost(keyFixture.tms, { address: "192.0.2.20", hostCredential });
    expect(await refusal(as()(key))).toStartWith("unauthenticated:");
    expect(await refusal(as(`${credential.slice(0, -1)}x`)(key))).toStartWith("unauthenticated:");
    expect(await refusal(as(other.credential)(key))).toStartWith("denied:");
    expect(await as(credential)(key)).toEqual({ public_key: key.public_key });
    const events = await keyFixture.tmsFixture.events("tms.key.retrieve");
    expect(events.map((event) => "success" in event && event.success)).toEqual([false, false, false, true]);
  });
});
