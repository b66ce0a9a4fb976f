import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import type { AuthClient } from "../../../core/api/client.ts";
import type { UserRow } from "../../../core/api/schemas.ts";
import { totpCode } from "../../../core/mfa/totp.ts";
import { TestAuth } from "../../kit/auth.ts";
import { PASSWORD, refusalOf, signUp } from "../../kit/person.ts";

const HOUR = 3600_000;

let auth: TestAuth;
let admin: AuthClient;
let proxy: AuthClient;
beforeEach(async () => {
  auth = await TestAuth.start();
  admin = await auth.admin();
  proxy = (await auth.host(randomUUID(), ["proxy"], "proxy-1")).api;
});
afterEach(() => auth[Symbol.asyncDispose]());

/** A link for a new user, and what its holder sends to accept it. */
async function invite(name = "alice") {
  const { token, url, expires } = await admin.createUser({ name });
  const { totp } = await proxy.inspectInvite({ token });
  const accept = (more: { password?: string; otp?: string } = {}) =>
    proxy.acceptInvite({
      token,
      password: PASSWORD,
      otp: totpCode(totp?.secret ?? "", auth.now),
      remote_addr: "192.0.2.1",
      ...more,
    });
  return { token, url, expires, accept };
}

const stateOf = async (name: string) => ((await admin.read("user", name)) as UserRow).status;

test("an invitation has user, cluster and the TOTP secret", async () => {
  await proxy.proxyHeartbeat({
    hostname: "proxy-1",
    web_addr: "gate.example.com:443",
    ssh_addr: "gate.example.com:3023",
  });
  const { token, url, expires } = await invite();
  expect(url).toBe(`https://gate.example.com:443/web/invite/${token}`);
  expect(Date.parse(expires)).toBe(auth.now.getTime() + HOUR);
  const shown = await proxy.inspectInvite({ token });
  expect(shown).toEqual({
    user: "alice",
    cluster: "test",
    second_factor: "otp",
    totp: {
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
      uri: `otpauth://totp/test:alice?secret=${shown.totp?.secret}&issuer=test&algorithm=SHA1&digits=6&period=30`,
    },
  });
  // Asked again it is the same: a page may be loaded twice.
  expect(await proxy.inspectInvite({ token })).toEqual(shown);
});

describe("an invitation is accepted", () => {
  test("once", async () => {
    const { accept, token } = await invite();
    expect(await stateOf("alice")).toMatchObject({ enrolled: false });
    await accept();
    expect(await stateOf("alice")).toMatchObject({ enrolled: true });
    const gone = { code: "not_found", message: "this invitation is unknown, already used, or expired" };
    expect(await refusalOf(accept())).toMatchObject(gone);
    expect(await refusalOf(proxy.inspectInvite({ token }))).toMatchObject(gone);
    expect(await refusalOf(proxy.inspectInvite({ token: "0".repeat(32) }))).toMatchObject(gone);
  });

  test("once among concurrent requests", async () => {
    const { accept } = await invite();
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => accept({ password: `password number ${n}` })),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("until it expires", async () => {
    const { accept } = await invite();
    auth.pass(HOUR - 1);
    await accept({ password: "short" }).catch(() => undefined);
    auth.pass(1);
    expect((await refusalOf(accept())).code).toBe("not_found");
  });

  test("after a password that is too short, and after a wrong code", async () => {
    const { accept } = await invite();
    expect(await refusalOf(accept({ password: "eleven char" }))).toMatchObject({
      code: "bad_request",
      message: "the password is too short: at least 12 characters",
    });
    expect(await refusalOf(accept({ otp: "000000" }))).toMatchObject({
      code: "bad_request",
      message: "the code is wrong",
    });
    expect(await refusalOf(accept({ otp: "" }))).toMatchObject({
      message: "a code of the authenticator app is needed",
    });
    await accept();
  });

  test("when the user is changed concurrently", async () => {
    const { accept } = await invite();
    const changes = Array.from({ length: 20 }, (_, n) => admin.updateUser("alice", { logins: [`login-${n}`] }));
    await Promise.all([accept(), ...changes.map((change) => change.catch(() => undefined))]);
    expect(await stateOf("alice")).toMatchObject({ enrolled: true });
  });

  test("not after the user is removed", async () => {
    const { accept } = await invite();
    await admin.remove("user", "alice");
    expect((await refusalOf(accept())).code).toBe("not_found");
  });
});

describe("a password", () => {
  test.each([
    ["twelve letters", "abcdefghijkl"],
    ["twelve signs of four bytes each", "🔑".repeat(12)],
    ["blanks, too", " ".repeat(12)],
    ["a thousand characters", "x".repeat(1000)],
  ])("of %s is taken", async (_name, password) => {
    const alice = await signUp(auth, proxy, await invite(), password);
    await alice.login({ password });
  });

  test.each([
    ["eleven letters", "abcdefghijk"],
    ["eleven signs of four bytes each", "🔑".repeat(11)],
    ["more than a thousand characters", "x".repeat(1025)],
    ["a megabyte", "x".repeat(1_000_000)],
    ["nothing", ""],
  ])("of %s is refused", async (_name, password) => {
    const { accept } = await invite();
    expect((await refusalOf(accept({ password }))).code).toBe("bad_request");
  });
});

describe("a reset", () => {
  test("changes nothing until accepted, then replaces password and second factor", async () => {
    const alice = await signUp(auth, proxy, await invite());
    const reset = await admin.resetUser("alice");
    expect(Date.parse(reset.expires)).toBe(auth.now.getTime() + 8 * HOUR);
    await alice.login();
    auth.pass(30_000);
    const renewed = await signUp(auth, proxy, reset, "another long password");
    expect((await alice.refusal({ otp: renewed.code() })).code).toBe("unauthenticated");
    expect((await renewed.refusal({ password: "another long password", otp: alice.code() })).code).toBe(
      "unauthenticated",
    );
    await renewed.login({ password: "another long password" });
  });

  test("removes earlier invitations", async () => {
    const { accept } = await invite();
    const first = await admin.resetUser("alice");
    const second = await admin.resetUser("alice");
    expect((await refusalOf(accept())).code).toBe("not_found");
    expect((await refusalOf(proxy.inspectInvite({ token: first.token }))).code).toBe("not_found");
    await signUp(auth, proxy, second);
  });

  test("unlocks an account", async () => {
    const alice = await signUp(auth, proxy, await invite());
    for (let n = 0; n < 5; n++) await alice.refusal({ password: "wrong horse battery", from: `198.51.100.${n}` });
    const renewed = await signUp(auth, proxy, await admin.resetUser("alice"));
    await renewed.login();
  });
});

describe("a user's name", () => {
  test.each(["alice", "alice@example.com", "a.b+c-d_e", "__proto__", "constructor", "0", "A".repeat(127)])(
    "may be %p",
    async (name) => {
      const person = await signUp(auth, proxy, await invite(name));
      await person.login();
      expect((await admin.read("user", name)).metadata.name).toBe(name);
      await admin.remove("user", name);
      expect((await admin.list("user")).map(({ metadata }) => metadata.name)).toEqual([]);
    },
  );

  test.each([
    "",
    " ",
    "a b",
    "a/b",
    "../a",
    ".",
    "..",
    "-a",
    "@admin",
    "a\n",
    "a\u0000",
    "\u001b[31m",
    "a\u202eb",
    "é",
    "a,b",
    "a:b",
    "a*",
    "A".repeat(128),
  ])("may not be %j", async (name) => {
    expect(await refusalOf(admin.createUser({ name }))).toMatchObject({
      code: "bad_request",
      message: expect.stringContaining("name: "),
    });
    expect((await refusalOf(admin.create("user", { kind: "user", metadata: { name }, spec: {} }))).code).toBe(
      "bad_request",
    );
  });

  test("is unique", async () => {
    await invite();
    expect(await refusalOf(admin.createUser({ name: "alice" }))).toMatchObject({
      code: "conflict",
      message: 'the user "alice" exists already',
      hint: "tctl users reset alice makes a new sign-up link",
    });
  });
});

test("a new user's roles have to exist", async () => {
  expect(await refusalOf(admin.createUser({ name: "alice", roles: ["access", "boss"] }))).toMatchObject({
    code: "not_found",
    message: 'there is no role "boss"',
  });
});

test("every step is audited, without secrets", async () => {
  const { accept, token } = await invite();
  await accept();
  const { token: reset } = await admin.resetUser("alice");
  await admin.remove("user", "alice");
  const events = await admin.searchEvents({});
  expect(events.map(({ event, user, name }) => [event, user, name].filter(Boolean).join(" ")).slice(-5)).toEqual([
    "user.create @admin alice",
    "user.password_change alice",
    "mfa.add alice",
    "reset_password_token.create @admin alice",
    "user.delete @admin alice",
  ]);
  for (const secret of [token, reset, PASSWORD]) expect(JSON.stringify(events)).not.toContain(secret);
});
