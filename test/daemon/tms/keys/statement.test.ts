import { describe, expect, test } from "bun:test";
import { readStatement, type SignedStatement, type Statement } from "../../../../core/tms/statement.ts";
import { updateDelegation } from "../../../../daemon/tms/delegations.ts";
import { createReservation } from "../../../../daemon/tms/keys/reserve.ts";
import { updateMfa } from "../../../../daemon/tms/mfa.ts";
import type { KeyRecord } from "../../../../daemon/tms/schema.ts";
import { updateUserHost } from "../../../../daemon/tms/user-hosts.ts";
import { file, freshName, sshKeygen } from "../../../core/cert/keygen.ts";
import { cleanTemp } from "../../../kit/temp.ts";
import { ACTOR } from "../kit.ts";
import { aHost, HOUR, KeyFixture } from "./kit.ts";

cleanTemp();

const LINK = { tms_user_id: "alice", host: "login1", host_account: "alice-account" };
const DELEGATION = { client_id: "portal", client_user_id: "alice" };

async function said(keyFixture: KeyFixture, key: KeyRecord, connection = "c"): Promise<Statement> {
  const { statement } = await aHost(keyFixture.tms)(key, { statement: true, connection });
  if (statement === undefined) throw new Error("there is no statement");
  return await readStatement(statement, [keyFixture.tms.statementKey.public.toString()]);
}

/** The output of `ssh-keygen -Y verify` for a statement. */
function checked({ text, signature }: SignedStatement, escrow: string): string {
  const allowed = file(freshName(), `escrow namespaces="keycmd@sallyport" ${escrow}\n`);
  const lines = signature.match(/.{1,70}/g) ?? [];
  const armour = ["-----BEGIN SSH SIGNATURE-----", ...lines, "-----END SSH SIGNATURE-----", ""].join("\n");
  const words = ["-Y", "verify", "-f", allowed, "-I", "escrow", "-n", "keycmd@sallyport"];
  return sshKeygen([...words, "-s", file(freshName(), armour)], text);
}

describe("a statement", () => {
  test("is returned on request, with a signature that ssh-keygen verifies", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key();
    const answer = await aHost(keyFixture.tms)(key, { statement: true });
    if (answer.statement === undefined) throw new Error("there is no statement");
    const escrow = keyFixture.tms.statementKey.public.toString();
    expect(checked(answer.statement, escrow)).toContain('Good "keycmd@sallyport" signature for escrow');
    const altered = { ...answer.statement, text: answer.statement.text.replace("login1", "login2") };
    expect(() => checked(altered, escrow)).toThrow();
  });

  test("has all fields that the host needs", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key({
      num_uses: 3,
      ttl_minutes: 60,
      restrictions: { restrict: true, expiry_time: true },
    });
    expect(await said(keyFixture, key)).toEqual({
      version: 1,
      host: "login1",
      account: "alice-account",
      fingerprint: key.public_key_fingerprint,
      line: `restrict,expiry-time="20260301130000Z" ${key.public_key}`,
      expires: "2026-03-01T13:00:00Z",
      remaining_uses: 2,
      serial: String(Date.parse("2026-03-01T12:00:00.250Z") * 1000),
      issued: "2026-03-01T12:00:00.250Z",
    });
  });

  test("has no expiry if nothing expires", async () => {
    await using keyFixture = await KeyFixture.open({ mvp: true });
    const key = await keyFixture.key({ client_user_id: "bob" });
    expect(await said(keyFixture, key)).toMatchObject({ expires: null, remaining_uses: null, line: key.public_key });
  });

  test.each<[string, (keyFixture: KeyFixture) => Promise<unknown>]>([
    ["the MFA", (s) => updateMfa(s.tms, s.tenant, { tms_user_id: "alice", ttl_minutes: 30 }, ACTOR)],
    ["the link", (s) => updateUserHost(s.tms, s.tenant, { ...LINK, ttl_minutes: 30 }, ACTOR)],
    ["the delegation", (s) => updateDelegation(s.tms, s.tenant, { ...DELEGATION, ttl_minutes: 30 }, ACTOR)],
  ])("expires with %s if that expires first", async (_name, shorten) => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key({ ttl_minutes: 60 });
    await shorten(keyFixture);
    expect(await said(keyFixture, key)).toMatchObject({ expires: "2026-03-01T12:30:00Z" });
  });

  test("expires with the reservation that waived a condition, without uses", async () => {
    await using keyFixture = await KeyFixture.open();
    const key = await keyFixture.key({ num_uses: 5, ttl_minutes: 60, restrictions: { expiry_time: true } });
    const request = { ...key, ttl_minutes: 120 };
    await createReservation(keyFixture.tms, keyFixture.tenant, await keyFixture.client(), request, ACTOR);
    expect(await said(keyFixture, key)).toMatchObject({ expires: "2026-03-01T13:00:00Z", remaining_uses: 4 });
    keyFixture.tmsFixture.advance(1.5 * HOUR);
    expect(await said(keyFixture, key)).toMatchObject({
      expires: "2026-03-01T14:00:00Z",
      remaining_uses: null,
      line: `expiry-time="20260301140000Z" ${key.public_key}`,
    });
  });
});

test("serials of statements increase even when the clock does not", async () => {
  await using keyFixture = await KeyFixture.open();
  const [ask, key] = [aHost(keyFixture.tms), await keyFixture.key()];
  const serials: number[] = [];
  for (const passed of [0, 0, 5, -60_000, 0]) {
    keyFixture.tmsFixture.advance(passed);
    const { statement } = await ask(key, { statement: true });
    serials.push(Number(JSON.parse(statement?.text ?? "").serial));
  }
  expect(serials).toEqual([...new Set(serials)].sort((a, b) => a - b));
});
