import { afterEach, expect, test } from "bun:test";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { totpCode } from "../../../core/mfa/totp.ts";
import { TestAuth } from "../../kit/auth.ts";

const PROXY = "00000000-0000-4000-8000-000000000001";

test("an invited user chooses a password, sets up a code, and logs in", async () => {
  await using auth = await TestAuth.start();
  const admin = await auth.admin();
  const { api: proxy } = await auth.host(PROXY, ["proxy"]);
  const invitation = await admin.createUser({ name: "alice", traits: { logins: ["root"] } });
  const invite = await proxy.inspectInvite(invitation.token);
  expect(invite).toMatchObject({ user: "alice", cluster: "test", second_factor: "otp" });
  const secret = invite.totp?.secret ?? "";
  await proxy.acceptInvite({
    token: invitation.token,
    password: "correct horse",
    otp: totpCode(secret, auth.now),
    remote_addr: "192.0.2.1",
  });
  auth.pass(30_000);
  const key = PrivateKey.generate();
  const reply = await proxy.login({
    user: "alice",
    password: "correct horse",
    otp: totpCode(secret, auth.now),
    public_key: key.public.toString(),
    remote_addr: "192.0.2.1",
  });
  expect(reply.user).toBe("alice");
});
