import { afterEach, beforeEach, describe, expect, spyOn, test } from "bun:test";
import { randomUUID } from "node:crypto";
import type { AuthClient } from "../../../core/api/client.ts";
import type { UserRow } from "../../../core/api/schemas.ts";
import { PRINTABLE } from "../../../core/audit/text.ts";
import { parseCertificateLine } from "../../../core/cert/certificate.ts";
import type { Write } from "../../../core/store.ts";
import { TestAuth } from "../../kit/auth.ts";
import { PASSWORD, Person, refusalOf, signUp, withAlice } from "../../kit/person.ts";

const MINUTE = 60_000;
const WRONG = { password: "wrong horse battery" };

let auth: TestAuth;
let admin: AuthClient;
let proxy: AuthClient;
let alice: Person;
beforeEach(async () => {
  auth = await TestAuth.start();
  ({ admin, proxy, alice } = await withAlice(auth));
});
afterEach(() => auth[Symbol.asyncDispose]());

/** Wrong answers, each from an address of its own, so that none of them has to wait. */
async function fail(person: Person, times: number): Promise<void> {
  for (let n = 0; n < times; n++) await person.refusal({ ...WRONG, from: address() });
}
let addresses = 0;
const address = () => `198.51.${Math.floor(++addresses / 250)}.${addresses % 250}`;

async function eventsOf(name: string): Promise<readonly Record<string, unknown>[]> {
  return admin.searchEvents({ event: name });
}

test("password and code for a certificate of twelve hours", async () => {
  const { certificate, user, cluster, authorities } = await alice.login();
  const { keyId, principals, validBefore } = parseCertificateLine(certificate);
  expect({ keyId, principals, user, cluster }).toEqual({
    keyId: "alice",
    principals: ["alice", "root"],
    user: "alice",
    cluster: "test",
  });
  expect(validBefore.getTime()).toBe(Math.floor(auth.now.getTime() / 1000) * 1000 + 12 * 60 * MINUTE);
  expect(authorities.map(({ spec }) => spec.type).sort()).toEqual(["host", "user"]);
  expect(await eventsOf("user.login")).toMatchObject([
    { user: "alice", success: true, method: "local", addr_remote: "192.0.2.1", code: "T1000I" },
  ]);
});

describe("every refusal is the same answer", () => {
  /** What somebody sees from outside, and what is done for them inside. */
  async function observe(attempt: () => Promise<unknown>) {
    const argon2 = spyOn(Bun.password, "verify");
    const commits = spyOn(auth.store, "commit");
    try {
      const fault = await refusalOf(attempt());
      return {
        fault: fault.toJSON(),
        argon2: argon2.mock.calls.length,
        commits: commits.mock.calls.filter(([writes]) => !aboutTheLog(writes)).length,
      };
    } finally {
      argon2.mockRestore();
      commits.mockRestore();
    }
  }

  /** The audit log notes its end from time to time, whoever logs in. */
  const aboutTheLog = (writes: readonly Write[]) =>
    writes.some((write) => "put" in write && write.put.startsWith("/audit/head/"));

  test("in its words and in the work that it takes", async () => {
    const locked = await signUp(auth, proxy, await admin.createUser({ name: "lucy" }));
    await fail(locked, 5);
    await admin.createUser({ name: "ivan" });
    const cases: Record<string, () => Promise<unknown>> = {
      "wrong password": () => alice.login({ ...WRONG, from: address() }),
      "wrong code": () => alice.login({ otp: "000000", from: address() }),
      "no code": () => alice.login({ otp: "", from: address() }),
      "a code that is no code": () => alice.login({ otp: "12345x", from: address() }),
      "locked, right answers": () => locked.login({ from: address() }),
      "locked, wrong password": () => locked.login({ ...WRONG, from: address() }),
      unknown: () => new Person(auth, proxy, "zoe").login({ otp: "123456", from: address() }),
      "invited, not signed up": () => new Person(auth, proxy, "ivan").login({ otp: "123456", from: address() }),
    };
    for (const [name, attempt] of Object.entries(cases)) {
      const { fault, argon2, commits } = await observe(attempt);
      expect({ name, fault, argon2, commits }).toEqual({
        name,
        fault: {
          code: "unauthenticated",
          message: "the user name, the password or the code is wrong",
          hint: "a code works once, and needs the right time on the device that shows it; after five wrong answers an account is locked for 20 minutes",
        },
        argon2: 1,
        commits: 2,
      });
      // Forgotten, so that the next case is not the one that locks her.
      await admin.unlockUser("alice");
    }
  });

  test("also for names that are none", async () => {
    for (const name of [
      "",
      "a/b",
      "../alice",
      "alice\u0000",
      "alice\n",
      "ALICE",
      "alice ",
      "__proto__",
      "constructor",
      "é",
      "‮alice",
    ])
      expect([name, (await new Person(auth, proxy, name).refusal({ otp: "123456", from: address() })).code]).toEqual([
        name,
        "unauthenticated",
      ]);
    for (const { user } of await eventsOf("user.login")) expect(user).toMatch(PRINTABLE);
  });

  test("a password of a megabyte is no work for anybody", async () => {
    expect(await alice.refusal({ password: "x".repeat(1_000_000) })).toMatchObject({
      code: "bad_request",
      message: expect.stringContaining("password"),
    });
  });
});

describe("five wrong answers", () => {
  test("lock an account for 20 minutes, which the operator sees and may end", async () => {
    await fail(alice, 4);
    expect(((await admin.read("user", "alice")) as UserRow).status.locked_until).toBeUndefined();
    await fail(alice, 1);
    const until = new Date(auth.now.getTime() + 20 * MINUTE).toISOString();
    expect(((await admin.read("user", "alice")) as UserRow).status.locked_until).toBe(until);
    expect(await eventsOf("user.locked")).toMatchObject([{ user: "alice", until, code: "S1000W" }]);

    expect((await alice.refusal({ from: address() })).code).toBe("unauthenticated");
    await admin.unlockUser("alice");
    await alice.login({ from: address() });
  });

  test("which no further answer prolongs", async () => {
    await fail(alice, 5);
    auth.pass(19 * MINUTE);
    await fail(alice, 3);
    auth.pass(MINUTE);
    await alice.login({ from: address() });
  });

  test("of another kind: wrong codes count, and an account that does not exist is locked as well", async () => {
    for (let n = 0; n < 5; n++) await alice.refusal({ otp: "000000", from: address() });
    expect(((await admin.read("user", "alice")) as UserRow).status.locked_until).toBeDefined();
    await fail(new Person(auth, proxy, "zoe"), 5);
    expect(await eventsOf("user.locked")).toMatchObject([{ user: "alice" }, { user: "zoe" }]);
  });

  test("and not four: the right one forgets the wrong ones", async () => {
    for (let round = 0; round < 3; round++) {
      await fail(alice, 4);
      await alice.login({ from: address() });
      auth.pass(MINUTE);
    }
  });

  test("are forgotten one by one as time passes", async () => {
    await fail(alice, 4);
    auth.pass(20 * MINUTE);
    await fail(alice, 4);
    await alice.login({ from: address() });
  });

  test("lock it at every auth process, and after a restart", async () => {
    await using other = await auth.another();
    const elsewhere = new Person(other, (await other.host(randomUUID(), ["proxy"])).api, "alice", alice.secret);
    await fail(alice, 3);
    await fail(elsewhere, 2);
    expect((await alice.refusal({ from: address() })).code).toBe("unauthenticated");
    expect((await elsewhere.refusal({ from: address() })).code).toBe("unauthenticated");

    auth = await auth.restart();
    const { api } = await auth.host(randomUUID(), ["proxy"]);
    const later = new Person(auth, api, "alice", alice.secret);
    expect((await later.refusal({ from: address() })).code).toBe("unauthenticated");
    auth.pass(20 * MINUTE);
    await later.login({ from: address() });
  });

  test("are all that is looked at of fifty at once", async () => {
    // The last of the guesses is right.
    const guesses = Array.from({ length: 50 }, (_, n) => (n < 49 ? `wrong guess number ${n}` : PASSWORD));
    const answers = await Promise.allSettled(guesses.map((password) => alice.login({ password, from: address() })));
    expect(answers.filter(({ status }) => status === "fulfilled")).toEqual([]);
    expect(await eventsOf("user.locked")).toHaveLength(1);
    const failed = await eventsOf("user.login");
    expect(failed).toHaveLength(50);
  }, 60_000);
});

test("right answers side by side all count as right", async () => {
  auth = await auth.restart({ secondFactor: "off" });
  const { api } = await auth.host(randomUUID(), ["proxy"]);
  const robot = new Person(auth, api, "alice");
  await Promise.all(Array.from({ length: 12 }, () => robot.login()));
});

describe("an address that keeps failing", () => {
  const guess = (n: number, from: string) => new Person(auth, proxy, `guess-${n}`).refusal({ otp: "123456", from });
  const pauses = async (from: string): Promise<string[]> => {
    const hints: string[] = [];
    for (let n = 0; n < 8; n++) {
      const early = await guess(n, from);
      expect(early).toMatchObject({ code: "rate_limited", message: "too many failed logins from your address" });
      const [, seconds] = /^try again in (\d+) s$/.exec(early.hint ?? "") ?? [];
      hints.push(seconds ?? "?");
      auth.pass(Number(seconds) * 1000);
      expect((await guess(n, from)).code).toBe("unauthenticated");
    }
    return hints;
  };

  test("has to pause longer and longer, whomever it guesses at, and then is forgotten", async () => {
    const from = "203.0.113.7";
    for (let n = 0; n < 5; n++) expect((await guess(n, from)).code).toBe("unauthenticated");
    expect(await pauses(from)).toEqual(["1", "1", "1", "2", "4", "8", "8", "8"]);
    expect((await alice.refusal({ from })).code).toBe("rate_limited");
    await alice.login();
    auth.pass(10 * MINUTE);
    await alice.login({ from });
  });

  test("is let in once for each pause, also by several auth processes and after a restart", async () => {
    const from = "203.0.113.7";
    for (let n = 0; n < 6; n++) {
      await guess(n, from);
      auth.pass(1000);
    }
    await using other = await auth.another();
    const { api } = await other.host(randomUUID(), ["proxy"]);
    const both = [...Array(10).keys()].flatMap((n) => [
      guess(n, from),
      new Person(other, api, `other-${n}`).refusal({ otp: "123456", from }),
    ]);
    const codes = (await Promise.all(both)).map(({ code }) => code).sort();
    expect(codes.filter((code) => code === "unauthenticated")).toHaveLength(1);
    auth = await auth.restart();
    const later = new Person(auth, (await auth.host(randomUUID(), ["proxy"])).api, "alice", alice.secret);
    expect((await later.refusal({ from })).code).toBe("rate_limited");
  });

  test("is the whole network that an IPv6 customer has", async () => {
    for (let n = 0; n < 5; n++) await guess(n, `2001:db8:1:2::${n}`);
    expect((await alice.refusal({ from: "2001:db8:1:2:ffff::1" })).code).toBe("rate_limited");
    await alice.login({ from: "2001:db8:1:3::1" });
  });
});

describe("a code", () => {
  test("may be half a minute early or late, and no more", async () => {
    auth.pass(10 * MINUTE);
    for (const steps of [-1, 0, 1]) {
      await alice.login({ otp: alice.code(steps) });
      auth.pass(5 * MINUTE);
    }
    for (const steps of [-2, 2, -20, 20])
      expect((await alice.refusal({ otp: alice.code(steps) })).code).toBe("unauthenticated");
  });

  test("counts once, and so do those before it", async () => {
    const [early, code] = [alice.code(-1), alice.code()];
    await alice.login({ otp: code });
    for (const otp of [code, early])
      expect((await alice.refusal({ otp, from: address() })).code).toBe("unauthenticated");
    await alice.login({ otp: alice.code(1) });
  });

  test("that comes several times at once counts once", async () => {
    const otp = alice.code();
    const answers = await Promise.allSettled(Array.from({ length: 5 }, () => alice.login({ otp, from: address() })));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("that was used for signing up does not count for logging in", async () => {
    const { token } = await admin.createUser({ name: "bob" });
    const { totp } = await proxy.inspectInvite({ token });
    const bob = new Person(auth, proxy, "bob", totp?.secret);
    await proxy.acceptInvite({ token, password: PASSWORD, otp: bob.code(), remote_addr: "192.0.2.1" });
    expect((await bob.refusal()).code).toBe("unauthenticated");
    auth.pass(30_000);
    await bob.login();
  });

  test("is spent for every auth process, and after a restart", async () => {
    const otp = alice.code();
    await alice.login({ otp });
    await using other = await auth.another();
    const elsewhere = new Person(other, (await other.host(randomUUID(), ["proxy"])).api, "alice", alice.secret);
    expect((await elsewhere.refusal({ otp })).code).toBe("unauthenticated");
    auth = await auth.restart();
    const { api } = await auth.host(randomUUID(), ["proxy"]);
    expect((await new Person(auth, api, "alice", alice.secret).refusal({ otp })).code).toBe("unauthenticated");
  });
});

describe("the second factor", () => {
  const again = async (secondFactor: "off" | "optional" | "otp") => {
    auth = await auth.restart({ secondFactor });
    admin = await auth.admin();
    const { api } = await auth.host(randomUUID(), ["proxy"]);
    proxy = api;
    const enrol = async (name: string) => signUp(auth, proxy, await admin.createUser({ name }));
    return { enrol, alice: new Person(auth, proxy, "alice", alice.secret) };
  };

  test("off: nobody is asked for a code", async () => {
    const { enrol, alice } = await again("off");
    const bob = await enrol("bob");
    expect(bob.secret).toBe("");
    await bob.login();
    await alice.login({ otp: "" });
    expect((await bob.refusal(WRONG)).code).toBe("unauthenticated");
  });

  test("optional: who has set it up must show it, the others not", async () => {
    const { enrol, alice } = await again("optional");
    const { token } = await admin.createUser({ name: "bob" });
    await proxy.acceptInvite({ token, password: PASSWORD, remote_addr: "192.0.2.1" });
    await new Person(auth, proxy, "bob").login();
    expect((await alice.refusal({ otp: "" })).code).toBe("unauthenticated");
    await alice.login();
    const carol = await enrol("carol");
    expect((await carol.refusal({ otp: "" })).code).toBe("unauthenticated");
    await carol.login();
  });

  test("otp after a time without it: who has none needs a new link, and the operator reads so in the log", async () => {
    const { enrol } = await again("off");
    const { name } = await enrol("bob");
    const { token } = await admin.createUser({ name: "carol" });
    await again("otp");
    expect((await new Person(auth, proxy, name).refusal({ otp: "123456" })).code).toBe("unauthenticated");
    expect(auth.log.join("")).toContain("tctl users reset");
    expect(
      await refusalOf(proxy.acceptInvite({ token, password: PASSWORD, otp: "123456", remote_addr: "192.0.2.1" })),
    ).toMatchObject({
      code: "bad_request",
      message: "this invitation was made before a second factor was required",
    });
    const bob = await signUp(auth, proxy, await admin.resetUser("bob"));
    await bob.login();
  });
});

test("a lock is disclosed only to a caller that has proven to be the user", async () => {
  await admin.create("lock", {
    kind: "lock",
    metadata: { name: "l1" },
    spec: { target: { user: "alice" }, message: "call the desk" },
  });
  expect(await alice.refusal(WRONG)).toMatchObject({ code: "unauthenticated" });
  expect(await alice.refusal()).toMatchObject({ code: "denied", message: "access is locked: call the desk" });
  expect(await eventsOf("user.login")).toMatchObject([
    { success: false },
    { success: false, error: "access is locked: call the desk" },
  ]);
});

test("a password is the same however its characters are put together", async () => {
  const { token } = await admin.createUser({ name: "zoe" });
  const zoe = await signUp(auth, proxy, { token }, "Zoë ﬁndet die Tür");
  await zoe.login({ password: "Zoë findet die Tür" });
});

test("no two auth processes write one audit log", async () => {
  const fault = await refusalOf(TestAuth.start({ dataDir: auth.dataDir }));
  expect(fault.message).toContain("another process writes to");
});
