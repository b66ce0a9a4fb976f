import { describe, expect, test } from "bun:test";
import { PrivateKey } from "../../../../core/cert/private-key.ts";
import { deleteClient, updateClient } from "../../../../daemon/tms/clients.ts";
import { deleteDelegation, updateDelegation } from "../../../../daemon/tms/delegations.ts";
import { createKey, importKey } from "../../../../daemon/tms/keys/create.ts";
import { getKey } from "../../../../daemon/tms/keys/find.ts";
import { listKeys } from "../../../../daemon/tms/keys/list.ts";
import { createReservation } from "../../../../daemon/tms/keys/reserve.ts";
import { createMfa, deleteMfa, getMfa, updateMfa } from "../../../../daemon/tms/mfa.ts";
import type { KeyRecord } from "../../../../daemon/tms/schema.ts";
import { createUserHost, deleteUserHost, updateUserHost } from "../../../../daemon/tms/user-hosts.ts";
import { fakeToken, file, freshName, keyFile, sshKeygen } from "../../../core/cert/keygen.ts";
import { cleanTemp } from "../../../kit/temp.ts";
import { ACTOR, interfering, outcomes, refusal } from "../kit.ts";
import { aKey, HOUR, KeyFixture } from "./kit.ts";

cleanTemp();

const LINK = { tms_user_id: "alice", host: "login1", host_account: "alice-account" };
const DELEGATION = { client_id: "portal", client_user_id: "alice" };

describe.each([
  ["ed25519", 256, "ED25519"],
  ["ecdsa", 521, "ECDSA"],
  ["rsa", 4096, "RSA"],
] as const)("a key of type %s", (key_type, bits, name) => {
  test("is a file in ssh-keygen's format", async () => {
    await using keyFixture = await KeyFixture.open();
    const { record, private_key } = await createKey(
      keyFixture.tms,
      keyFixture.tenant,
      await keyFixture.client(),
      aKey({ key_type }),
      ACTOR,
    );
    expect(record).toMatchObject({ key_type, key_bits: bits });

    const path = file(freshName(), private_key);
    // The comment is empty, so the line ends after the key.
    expect(sshKeygen(["-y", "-f", path])).toBe(`${record.public_key}\n`);
    expect(sshKeygen(["-l", "-f", path])).toBe(`${bits} ${record.public_key_fingerprint}  (${name})\n`);
    const lines = private_key.split("\n");
    expect(lines[0]).toBe("-----BEGIN OPENSSH PRIVATE KEY-----");
    expect(lines.slice(-2)).toEqual(["-----END OPENSSH PRIVATE KEY-----", ""]);
    expect(lines.slice(1, -3).every((line) => line.length === 70)).toBe(true);
    expect(private_key).not.toContain("\r");
  });
});

describe("the record of a key", () => {
  test.each([
    [-1, -1, 2147483647, 2147483647, "9999-12-31T23:59:59Z"],
    [5, 90, 5, 90, "2026-03-01T13:30:00Z"],
    [0, 0, 0, 0, "2026-03-01T12:00:00Z"],
    [2147483647, 2147483647, 2147483647, 2147483647, "6109-03-24T14:07:00Z"],
  ])("of %d uses and %d minutes", async (num_uses, ttl_minutes, max_uses, initial_ttl_minutes, expires_at) => {
    await using keyFixture = await KeyFixture.open();
    const record = await keyFixture.key({ num_uses, ttl_minutes });
    expect(record).toMatchObject({ max_uses, remaining_uses: max_uses, initial_ttl_minutes, expires_at });
    expect(record).toMatchObject({ created: "2026-03-01T12:00:00.250Z", updated: "2026-03-01T12:00:00.250Z" });
    expect(await getKey(keyFixture.tms, keyFixture.tenant, record.id)).toEqual(record);
  });

  test("never has the private key", async () => {
    await using keyFixture = await KeyFixture.open();
    const { private_key } = await createKey(
      keyFixture.tms,
      keyFixture.tenant,
      await keyFixture.client(),
      aKey(),
      ACTOR,
    );
    const secret = PrivateKey.parse(private_key).toOpenSSH();
    const body = (secret.split("\n")[3] ?? "").slice(0, 40);
    for (const { value } of await keyFixture.tmsFixture.entries("/"))
      expect(Buffer.from(value).toString()).not.toContain(body);
  });

  test("is in the audit log", async () => {
    await using keyFixture = await KeyFixture.open();
    const record = await keyFixture.key({ num_uses: 3, ttl_minutes: 60 });
    expect(await keyFixture.tmsFixture.events("tms.key.create")).toMatchObject([
      {
        code: "S2170I",
        user: "@admin",
        tenant: "default",
        client_id: "portal",
        client_user_id: "alice",
        host: "login1",
        login: "alice-account",
        fingerprint: record.public_key_fingerprint,
        key_type: "ed25519",
        own: false,
        max_uses: 3,
        expires: "2026-03-01T13:00:00.000Z",
      },
    ]);
  });

  test("is stored in one commit", async () => {
    await using keyFixture = await KeyFixture.open({ mvp: true });
    await keyFixture.tmsFixture.client("other");
    const commits: string[][] = [];
    const counted = {
      ...interfering(keyFixture.tms.store, /never/, async () => undefined),
      commit: (writes: Parameters<typeof keyFixture.tms.store.commit>[0]) => {
        commits.push(writes.map((write) => JSON.stringify(write).slice(0, 60)));
        return keyFixture.tms.store.commit(writes);
      },
    };
    // Reserve a block of ids first.
    await keyFixture.tms.ids.next();
    const tms = { ...keyFixture.tms, store: counted };
    await createKey(tms, keyFixture.tenant, await keyFixture.client("other"), aKey({ client_user_id: "bob" }), ACTOR);
    expect(commits).toHaveLength(1);
  });
});

describe("createKey() is refused", () => {
  test.each<[string, (keyFixture: KeyFixture) => Promise<unknown>, string]>([
    ["without MFA", (s) => deleteMfa(s.tms, s.tenant, "alice", ACTOR), "the user has no MFA"],
    ["without a link", (s) => deleteUserHost(s.tms, s.tenant, LINK, ACTOR), "the user has no link to the host account"],
    [
      "without a delegation",
      (s) => deleteDelegation(s.tms, s.tenant, DELEGATION, ACTOR),
      "the user has not delegated to the client",
    ],
    [
      "with disabled MFA",
      (s) => updateMfa(s.tms, s.tenant, { tms_user_id: "alice", enabled: false }, ACTOR),
      "the user's MFA is disabled",
    ],
    [
      "with expired MFA",
      (s) => updateMfa(s.tms, s.tenant, { tms_user_id: "alice", ttl_minutes: 0 }, ACTOR),
      "the user's MFA has expired",
    ],
    [
      "with an expired link",
      (s) => updateUserHost(s.tms, s.tenant, { ...LINK, ttl_minutes: 0 }, ACTOR),
      "the user's link to the host account has expired",
    ],
    [
      "with an expired delegation",
      (s) => updateDelegation(s.tms, s.tenant, { ...DELEGATION, ttl_minutes: 0 }, ACTOR),
      "the user's delegation to the client has expired",
    ],
    [
      "to a disabled client",
      (s) => updateClient(s.tms, s.tenant, "portal", { enabled: false }, ACTOR),
      "the client is disabled",
    ],
  ])("%s", async (_name, spoil, why) => {
    await using keyFixture = await KeyFixture.open();
    const client = await keyFixture.client();
    await spoil(keyFixture);
    expect(await refusal(createKey(keyFixture.tms, keyFixture.tenant, client, aKey(), ACTOR))).toBe(`denied: ${why}`);
    expect(await keyFixture.tmsFixture.entries("/tms/key")).toEqual([]);
  });

  test("to a client that was re-created after authentication", async () => {
    await using keyFixture = await KeyFixture.open();
    const client = await keyFixture.client();
    await deleteClient(keyFixture.tms, keyFixture.tenant, "portal", ACTOR);
    await keyFixture.tmsFixture.client("portal");
    expect(await refusal(createKey(keyFixture.tms, keyFixture.tenant, client, aKey(), ACTOR))).toBe(
      "denied: the client is gone",
    );
  });

  test.each<[string, RegExp, (keyFixture: KeyFixture) => Promise<unknown>, string]>([
    [
      "the delegation",
      /\/key-ids\//,
      (s) => deleteDelegation(s.tms, s.tenant, DELEGATION, ACTOR),
      "denied: the user has not delegated to the client",
    ],
    [
      "the MFA",
      /\/key-ids\//,
      (s) => updateMfa(s.tms, s.tenant, { tms_user_id: "alice", enabled: false }, ACTOR),
      "denied: the user's MFA is disabled",
    ],
    [
      "the client",
      /\/key-ids\//,
      (s) => updateClient(s.tms, s.tenant, "portal", { enabled: false }, ACTOR),
      "denied: the client is disabled",
    ],
  ])("when %s is revoked concurrently", async (_name, when, meddle, why) => {
    await using keyFixture = await KeyFixture.open();
    const tms = { ...keyFixture.tms, store: interfering(keyFixture.tms.store, when, () => meddle(keyFixture)) };
    expect(await refusal(createKey(tms, keyFixture.tenant, await keyFixture.client(), aKey(), ACTOR))).toBe(why);
    expect(await keyFixture.tmsFixture.entries("/tms/key")).toEqual([]);
  });

  test("for invalid restrictions", async () => {
    await using keyFixture = await KeyFixture.open();
    const asked = aKey({ restrictions: { from: ["everywhere"] } });
    expect(
      await refusal(createKey(keyFixture.tms, keyFixture.tenant, await keyFixture.client(), asked, ACTOR)),
    ).toStartWith("bad_request:");
  });
});

describe("in MVP mode", () => {
  const bob = aKey({ client_user_id: "bob", host: "login9", host_account: "bob" });

  test("creates missing prerequisites without expiry", async () => {
    await using keyFixture = await KeyFixture.open({ mvp: true });
    await createKey(keyFixture.tms, keyFixture.tenant, await keyFixture.client(), bob, ACTOR);
    expect(await getMfa(keyFixture.tms, keyFixture.tenant, "bob")).toMatchObject({
      enabled: true,
      expires_at: "9999-12-31T23:59:59Z",
    });
    for (const kind of ["tms.mfa.create", "tms.user_host.create", "tms.delegation.create"] as const)
      expect((await keyFixture.tmsFixture.events(kind)).at(-1)).toMatchObject({ expires: "9999-12-31T23:59:59.000Z" });
  });

  test("keeps existing prerequisites, and leaves nothing after a refusal", async () => {
    await using keyFixture = await KeyFixture.open({ mvp: true });
    await createMfa(keyFixture.tms, keyFixture.tenant, { tms_user_id: "bob", ttl_minutes: 0 }, ACTOR);
    const before = await keyFixture.tmsFixture.entries();
    expect(await refusal(createKey(keyFixture.tms, keyFixture.tenant, await keyFixture.client(), bob, ACTOR))).toBe(
      "denied: the user's MFA has expired",
    );
    expect(await keyFixture.tmsFixture.entries()).toEqual(before);
  });

  test("replaces orphaned prerequisites", async () => {
    await using keyFixture = await KeyFixture.open({ mvp: true });
    const former = await keyFixture.key();
    await deleteMfa(keyFixture.tms, keyFixture.tenant, "alice", ACTOR);
    const record = await keyFixture.key();
    expect(record.mfa).not.toBe(former.mfa);
    expect(await getKey(keyFixture.tms, keyFixture.tenant, record.id)).toEqual(record);
    expect(await refusal(getKey(keyFixture.tms, keyFixture.tenant, former.id))).toBe("not_found: NOT_FOUND");
  });

  test("keeps prerequisites that are created concurrently", async () => {
    await using keyFixture = await KeyFixture.open({ mvp: true });
    await createMfa(keyFixture.tms, keyFixture.tenant, { tms_user_id: "bob", ttl_minutes: -1 }, ACTOR);
    const client = await keyFixture.client();
    const others: KeyRecord[] = [];
    let asked = 0;
    const ids = {
      next: async () => {
        // The first id is the key's. Before the second one, the link has been found missing.
        if (++asked === 2) others.push((await createKey(keyFixture.tms, keyFixture.tenant, client, bob, ACTOR)).record);
        return keyFixture.tms.ids.next();
      },
    };
    const tms = { ...keyFixture.tms, ids: ids as typeof keyFixture.tms.ids };
    const { record } = await createKey(tms, keyFixture.tenant, client, bob, ACTOR);
    expect(others).toHaveLength(1);
    for (const key of [record, ...others]) expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toEqual(key);
  });

  test("shares prerequisites among fifty concurrent keys of a new user", async () => {
    await using keyFixture = await KeyFixture.open({ mvp: true });
    const client = await keyFixture.client();
    const made = Array.from({ length: 50 }, () => createKey(keyFixture.tms, keyFixture.tenant, client, bob, ACTOR));
    expect(await outcomes(made)).toEqual({ won: 50, refused: [] });
    const rows = (await Promise.all(made)).map(({ record }) => record);
    expect(new Set(rows.map(({ mfa, link, delegation }) => `${mfa} ${link} ${delegation}`)).size).toBe(1);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(50);
  });
});

describe("an imported public key", () => {
  test.each([
    ["ed25519", undefined, 256],
    ["ecdsa", 256, 256],
    ["ecdsa", 384, 384],
    ["ecdsa", 521, 521],
    ["rsa", 2048, 2048],
    ["rsa", 3072, 3072],
  ] as const)("may be of type %s with %p bits", async (type, size, key_bits) => {
    await using keyFixture = await KeyFixture.open();
    const { line } = keyFile(type, size);
    const request = { ...aKey({ num_uses: 2 }), public_key: line };
    const record = await importKey(keyFixture.tms, keyFixture.tenant, await keyFixture.client(), request, ACTOR);
    expect(record).toMatchObject({ key_type: type, key_bits, remaining_uses: 2 });
    expect(line).toBe(`${record.public_key} a comment`);
    expect(await keyFixture.tmsFixture.events("tms.key.create")).toMatchObject([{ own: true }]);
  });

  test.each([
    ["", "bad_request"],
    ["ssh-ed25519 AAAA", "bad_request"],
    ["-----BEGIN OPENSSH PRIVATE KEY-----", "bad_request"],
    [fakeToken("ed25519").public.toString(), "bad_request"],
    [`restrict ${PrivateKey.generate().public}`, "bad_request"],
  ])("may not be %j", async (public_key, code) => {
    await using keyFixture = await KeyFixture.open();
    const added = importKey(
      keyFixture.tms,
      keyFixture.tenant,
      await keyFixture.client(),
      { ...aKey(), public_key },
      ACTOR,
    );
    expect(await refusal(added)).toStartWith(`${code}:`);
  });

  test("is stored once per host", async () => {
    await using keyFixture = await KeyFixture.open({ mvp: true });
    const client = await keyFixture.client();
    const public_key = PrivateKey.generate().public.toString();
    const add = (host: string) =>
      importKey(keyFixture.tms, keyFixture.tenant, client, { ...aKey({ host }), public_key }, ACTOR);
    const record = await add("login1");
    expect(await refusal(add("login1"))).toStartWith("conflict:");
    expect((await add("login2")).public_key_fingerprint).toBe(record.public_key_fingerprint);
    expect(await outcomes(Array.from({ length: 20 }, () => add("login3")))).toEqual({ won: 1, refused: ["conflict"] });
  });

  test("replaces an orphan completely", async () => {
    await using keyFixture = await KeyFixture.open();
    const public_key = PrivateKey.generate().public.toString();
    const add = async () =>
      importKey(keyFixture.tms, keyFixture.tenant, await keyFixture.client(), { ...aKey(), public_key }, ACTOR);
    const former = await add();
    await deleteUserHost(keyFixture.tms, keyFixture.tenant, LINK, ACTOR);
    await createUserHost(keyFixture.tms, keyFixture.tenant, { ...LINK, ttl_minutes: -1 }, ACTOR);
    const record = await add();
    expect(await Array.fromAsync(listKeys(keyFixture.tms, keyFixture.tenant))).toEqual([record]);
    const places = [
      ...(await keyFixture.tmsFixture.entries("/tms/key")),
      ...(await keyFixture.tmsFixture.entries(`/tms/${record.tenant}/key`)),
    ];
    expect(places.map(({ key }) => key).some((key) => key.endsWith(String(former.id)))).toBe(false);
    expect(places).toHaveLength(3);
  });
});

test("a refusal consumes no ids", async () => {
  await using keyFixture = await KeyFixture.open({ mvp: true });
  const client = await keyFixture.client();
  const key = await keyFixture.key({ num_uses: 0 });
  await updateMfa(keyFixture.tms, keyFixture.tenant, { tms_user_id: "alice", ttl_minutes: 0 }, ACTOR);
  keyFixture.tmsFixture.advance(1000);
  const before = await keyFixture.tms.ids.next();
  expect(
    await refusal(createKey(keyFixture.tms, keyFixture.tenant, client, aKey({ host: "login2" }), ACTOR)),
  ).toStartWith("denied:");
  const request = { ...key, ttl_minutes: 60 };
  expect(await refusal(createReservation(keyFixture.tms, keyFixture.tenant, client, request, ACTOR))).toStartWith(
    "denied:",
  );
  expect(await keyFixture.tms.ids.next()).toBe(before + 1);
});

test("the conditions are checked again after a key was generated", async () => {
  await using keyFixture = await KeyFixture.open();
  await updateMfa(keyFixture.tms, keyFixture.tenant, { tms_user_id: "alice", ttl_minutes: 60 }, ACTOR);
  const pool = {
    take: async () => {
      keyFixture.tmsFixture.advance(2 * HOUR);
      return PrivateKey.generate();
    },
  };
  const tms = { ...keyFixture.tms, pool: pool as unknown as typeof keyFixture.tms.pool };
  expect(await refusal(createKey(tms, keyFixture.tenant, await keyFixture.client(), aKey(), ACTOR))).toBe(
    "denied: the user's MFA has expired",
  );
});
