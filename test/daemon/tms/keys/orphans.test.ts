import { expect, test } from "bun:test";
import { PrivateKey } from "../../../../core/cert/private-key.ts";
import { deleteClient } from "../../../../daemon/tms/clients.ts";
import { getKey } from "../../../../daemon/tms/keys/find.ts";
import { deleteOrphanKeys } from "../../../../daemon/tms/keys/orphans.ts";
import { openStatementKey } from "../../../../daemon/tms/keys/statement.ts";
import { cleanTemp } from "../../../kit/temp.ts";
import { ACTOR, refusal } from "../kit.ts";
import { KeyFixture } from "./kit.ts";

cleanTemp();

const NEVER = new AbortController().signal;

test("deleteOrphanKeys() deletes orphans with their index entries, and no other keys", async () => {
  await using keyFixture = await KeyFixture.open({ mvp: true });
  await keyFixture.tmsFixture.client("other");
  for (let i = 0; i < 40; i++) await keyFixture.key({ client_id: "other" });
  const key = await keyFixture.key();
  const before = await keyFixture.tmsFixture.entries("/tms/key");
  expect(await deleteOrphanKeys(keyFixture.tms, NEVER)).toBe(0);
  expect(await keyFixture.tmsFixture.entries("/tms/key")).toEqual(before);
  await deleteClient(keyFixture.tms, keyFixture.tenant, "other", ACTOR);
  expect(await deleteOrphanKeys(keyFixture.tms, AbortSignal.abort())).toBe(0);
  expect(await deleteOrphanKeys(keyFixture.tms, NEVER)).toBe(40);
  expect(await keyFixture.tmsFixture.entries("/tms/key")).toHaveLength(2);
  expect(await keyFixture.tmsFixture.entries(`/tms/${key.tenant}/key-list/`)).toHaveLength(1);
  expect(await getKey(keyFixture.tms, keyFixture.tenant, key.id)).toEqual(key);
});

test("the statement key is generated once, also by two processes, and is stored sealed", async () => {
  await using keyFixture = await KeyFixture.open();
  const keys = await Promise.all(
    [keyFixture.tms, keyFixture.tmsFixture.secondProcess()].map((tms) => openStatementKey(tms)),
  );
  const again = await openStatementKey(keyFixture.tms);
  expect(keys.map((key) => key.public.toString())).toEqual([again.public.toString(), again.public.toString()]);
  expect(again.public.type).toBe("ssh-ed25519");
  const [entry] = await keyFixture.tmsFixture.entries("/tms/escrow-key");
  const stored = Buffer.from(entry?.value ?? []).toString();
  expect(() => PrivateKey.parse(stored)).toThrow();
  expect(stored).not.toContain("OPENSSH");
  await keyFixture.tms.store.commit([{ put: "/tms/escrow-key", value: Buffer.from("AAAA"), expect: "any" }]);
  expect(await refusal(openStatementKey(keyFixture.tms))).toStartWith("failed:");
});
