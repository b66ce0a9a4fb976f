import { expect, test } from "bun:test";
import { PrivateKey } from "../../../../core/cert/private-key.ts";
import { deleteClient } from "../../../../daemon/tms/clients.ts";
import { openEscrowKey } from "../../../../daemon/tms/keys/escrow-key.ts";
import { getKey } from "../../../../daemon/tms/keys/find.ts";
import { sweepKeys } from "../../../../daemon/tms/keys/sweep.ts";
import { cleanTemp } from "../../../kit/temp.ts";
import { BY, refusal } from "../kit.ts";
import { Shop } from "./kit.ts";

cleanTemp();

const NEVER = new AbortController().signal;

test("keys that hung on what is gone are cleared away, with all that refers to them, and no others", async () => {
  await using shop = await Shop.open({ mvp: true });
  await shop.desk.client("other");
  for (let i = 0; i < 40; i++) await shop.key({ client_id: "other" });
  const key = await shop.key();
  const before = await shop.desk.entries("/tms/key");
  expect(await sweepKeys(shop.tms, NEVER)).toBe(0);
  expect(await shop.desk.entries("/tms/key")).toEqual(before);
  await deleteClient(shop.tms, shop.tenant, "other", BY);
  expect(await sweepKeys(shop.tms, AbortSignal.abort())).toBe(0);
  expect(await sweepKeys(shop.tms, NEVER)).toBe(40);
  expect(await shop.desk.entries("/tms/key")).toHaveLength(2);
  expect(await shop.desk.entries(`/tms/${key.tenant}/key-list/`)).toHaveLength(1);
  expect(await getKey(shop.tms, shop.tenant, key.id)).toEqual(key);
});

test("the key of the escrow's signatures is made once, also by two processes, and cannot be read in the database", async () => {
  await using shop = await Shop.open();
  const keys = await Promise.all([shop.tms, shop.desk.another()].map((tms) => openEscrowKey(tms)));
  const again = await openEscrowKey(shop.tms);
  expect(keys.map((key) => key.public.toString())).toEqual([again.public.toString(), again.public.toString()]);
  expect(again.public.type).toBe("ssh-ed25519");
  const [entry] = await shop.desk.entries("/tms/escrow-key");
  const stored = Buffer.from(entry?.value ?? []).toString();
  expect(() => PrivateKey.parse(stored)).toThrow();
  expect(stored).not.toContain("OPENSSH");
  await shop.tms.store.commit([{ put: "/tms/escrow-key", value: Buffer.from("AAAA"), expect: "any" }]);
  expect(await refusal(openEscrowKey(shop.tms))).toStartWith("failed:");
});
