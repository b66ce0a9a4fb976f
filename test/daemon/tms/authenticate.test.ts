import { afterEach, beforeEach, describe, expect, spyOn, test } from "bun:test";
import * as crypto from "node:crypto";
import type { Item } from "../../../daemon/store/collection.ts";
import { rotateAdminSecret } from "../../../daemon/tms/admins.ts";
import { authenticate, type CallerCredentials } from "../../../daemon/tms/authenticate.ts";
import { deleteClient, rotateClientSecret, updateClient } from "../../../daemon/tms/clients.ts";
import { findTenant, requireTenant } from "../../../daemon/tms/lookup.ts";
import type { TenantRecord } from "../../../daemon/tms/schema.ts";
import { createTenant, updateTenant } from "../../../daemon/tms/tenants.ts";
import { cleanTemp } from "../../kit/temp.ts";
import { ACTOR, asAdmin, asClient, refusal, TmsFixture } from "./kit.ts";

cleanTemp();

const MINUTE = 60_000;
const EITHER = ["client", "admin"] as const;
const WRONG = "unauthenticated: the credentials are wrong";

let fixture: TmsFixture;
let secret: string;
let adminSecret: string;
let other: Item<TenantRecord>;

beforeEach(async () => {
  fixture = await TmsFixture.open();
  secret = await fixture.client("app");
  ({ admin_secret: adminSecret } = await createTenant(fixture.tms, "other", ACTOR));
  other = await requireTenant(fixture.tms, "other");
});
afterEach(() => fixture[Symbol.asyncDispose]());

const ask = (claims: CallerCredentials, allow: readonly ("client" | "admin")[] = EITHER, tenant = fixture.tenant) =>
  authenticate(fixture.tms, tenant, claims, allow);
const askNowhere = (claims: CallerCredentials) => authenticate(fixture.tms, undefined, claims, EITHER);

describe("requireTenant()", () => {
  test("refuses a missing and a disabled tenant alike", async () => {
    await updateTenant(fixture.tms, "other", { enabled: false }, ACTOR);
    for (const name of ["other", "none", "", "default ", "DEFAULT", "def%61ult", "../default", "\ud800"])
      expect(await refusal(requireTenant(fixture.tms, name))).toBe("bad_request: Tenant not enabled.");
    expect((await findTenant(fixture.tms, "other"))?.value.enabled).toBe(false);
  });
});

describe("authenticate()", () => {
  test("accepts a client by its secret", async () => {
    const caller = await ask(asClient("app", secret));
    expect(caller.kind).toBe("client");
    expect(caller.kind === "client" && caller.client.value.client_id).toBe("app");
    expect(caller.actor).toEqual({ user: "default/app", address: "192.0.2.7" });
  });

  test("accepts an admin by its secret, in its own tenant only", async () => {
    const claims = asAdmin("~~admin", adminSecret);
    expect(await ask(claims, EITHER, other)).toEqual({
      kind: "admin",
      actor: { user: "other/~~admin", address: "192.0.2.7" },
    });
    expect(await refusal(ask(claims))).toBe(WRONG);
  });

  test("logs a name with exactly one slash", async () => {
    await createTenant(fixture.tms, "a/b%", ACTOR);
    const { admin_secret } = await createTenant(fixture.tms, "x", ACTOR);
    expect(
      (await ask(asAdmin("~~admin", admin_secret), EITHER, await requireTenant(fixture.tms, "x"))).actor.user,
    ).toBe("x/~~admin");
    const odd = await requireTenant(fixture.tms, "a/b%");
    expect(await refusal(ask(asAdmin("c/d", "wrong"), EITHER, odd))).toBe(WRONG);
    expect((await fixture.events("tms.auth")).map(({ user }) => user)).toEqual(["a%2Fb%25/c%2Fd"]);
  });

  test("accepts the operator on routes for admins only", async () => {
    const operator = { operator: true, address: "" };
    for (const allow of [EITHER, ["admin"]] as const)
      expect(await ask(operator, allow)).toEqual({ kind: "operator", actor: { user: "@admin" } });
    expect(await refusal(ask(operator, ["client"]))).toContain("unauthenticated: credentials are missing");
  });

  test("gives an operator with credentials the rights of those only", async () => {
    for (const allow of [EITHER, ["client"]] as const)
      expect((await ask({ ...asClient("app", secret), operator: true }, allow)).kind).toBe("client");
    expect((await ask({ ...asAdmin("~~admin", adminSecret), operator: true }, EITHER, other)).kind).toBe("admin");
    expect(await refusal(ask({ ...asClient("app", "wrong"), operator: true }))).toBe(WRONG);
    expect(await refusal(ask({ clientId: "app", operator: true, address: "" }))).toContain("credentials are missing");
    expect(await refusal(ask({ ...asClient("app", secret), operator: true }, ["admin"]))).toContain("missing");
  });

  test("accepts each kind only if the route does", async () => {
    expect(await refusal(ask(asClient("app", secret), ["admin"]))).toBe(
      "unauthenticated: credentials are missing: those of an admin",
    );
    expect(await refusal(ask(asAdmin("~~admin", adminSecret), ["client"], other))).toContain("those of a client");
    expect(await refusal(ask({ operator: false, address: "192.0.2.7" }))).toContain("a client or an admin");
    expect(await refusal(ask({ clientId: "app", operator: false, address: "192.0.2.7" }))).toContain("missing");
  });

  test("tries the client first, then the admin", async () => {
    const admin = asAdmin("~~admin", adminSecret);
    expect((await ask({ ...admin, ...asClient("app", "wrong") }, EITHER, other)).kind).toBe("admin");
    const both = { ...asAdmin("~~admin", "wrong"), ...asClient("app", secret) };
    expect((await ask(both)).kind).toBe("client");
  });

  test.each([
    ["an unknown client", "nobody", undefined],
    ["the id of another case", "App", undefined],
    ["an id that is a path", "../clients/app", undefined],
    ["an id that is a pattern", "ap%", undefined],
    ["an id that is SQL", "app' OR '1'='1", undefined],
    ["a wrong secret", "app", "0".repeat(48)],
    ["no secret", "app", ""],
  ])("%s is refused", async (_what, id, presented) => {
    expect(await refusal(ask(asClient(id, presented ?? secret)))).toBe(WRONG);
  });

  test("refuses an unknown tenant, and another tenant's client", async () => {
    expect(await refusal(askNowhere(asClient("app", secret)))).toBe("unauthenticated: the credentials are wrong");
    expect(await refusal(ask(asClient("app", secret), EITHER, other))).toBe(WRONG);
  });

  test("refuses a disabled client, with the reason for a right secret only", async () => {
    await updateClient(fixture.tms, fixture.tenant, "app", { enabled: false }, ACTOR);
    expect(await refusal(ask(asClient("app", secret)))).toBe("unauthenticated: Client not enabled.");
    expect(await refusal(ask(asClient("app", "wrong")))).toBe(WRONG);
    for (let i = 0; i < 20; i++) await refusal(ask(asClient("app", secret)));
    await updateClient(fixture.tms, fixture.tenant, "app", { enabled: true }, ACTOR);
    expect((await ask(asClient("app", secret))).kind).toBe("client");
  });

  test("accepts both secrets during a grace period", async () => {
    const next = await rotateClientSecret(fixture.tms, fixture.tenant, "app", 30, ACTOR);
    fixture.advance(30 * MINUTE - 1);
    expect((await ask(asClient("app", secret))).kind).toBe("client");
    expect((await ask(asClient("app", next))).kind).toBe("client");
    fixture.advance(1);
    expect(await refusal(ask(asClient("app", secret)))).toBe(WRONG);
    expect((await ask(asClient("app", next))).kind).toBe("client");
  });

  test("accepts only the new secret without a grace period", async () => {
    const next = await rotateAdminSecret(fixture.tms, other, "~~admin", 0, ACTOR);
    expect(await refusal(ask(asAdmin("~~admin", adminSecret), EITHER, other))).toBe(WRONG);
    expect((await ask(asAdmin("~~admin", next), EITHER, other)).kind).toBe("admin");
  });

  test("refuses the old secret of a re-created client", async () => {
    await deleteClient(fixture.tms, fixture.tenant, "app", ACTOR);
    const next = await fixture.client("app");
    expect(await refusal(ask(asClient("app", secret)))).toBe(WRONG);
    expect((await ask(asClient("app", next))).kind).toBe("client");
  });

  test("writes nothing on success", async () => {
    const commit = spyOn(fixture.tms.store, "commit");
    await ask(asClient("app", secret));
    expect(commit).not.toHaveBeenCalled();
  });

  test("does equal work for unknown ids and wrong secrets", async () => {
    const work = async (attempt: () => Promise<unknown>) => {
      const spies = [
        spyOn(fixture.tms.store, "get"),
        spyOn(crypto, "timingSafeEqual"),
        spyOn(fixture.tms.store, "commit"),
      ];
      await refusal(attempt());
      const counts = spies.map((spy) => spy.mock.calls.length);
      for (const spy of spies) spy.mockRestore();
      return counts;
    };
    const known = await work(() => ask(asClient("app", "wrong")));
    expect(known[1]).toBe(2);
    expect(await work(() => ask(asClient("nobody", "wrong")))).toEqual(known);
    expect(await work(() => askNowhere(asClient("nobody", "wrong")))).toEqual(known);
  });
});

describe("too many wrong secrets", () => {
  const guess = (id = "app", address?: string) => refusal(ask(asClient(id, "wrong", address)));

  test("lock the id for the address for five minutes after ten, also for the right secret", async () => {
    for (let i = 0; i < 10; i++) expect(await guess()).toBe(WRONG);
    const locked = "rate_limited: too many wrong credentials (try again in 300 s)";
    expect(await guess()).toBe(locked);
    expect(await refusal(ask(asClient("app", secret)))).toBe(locked);
    fixture.advance(5 * MINUTE - 1500);
    expect(await refusal(ask(asClient("app", secret)))).toContain("in 2 s");
    fixture.advance(1500);
    expect((await ask(asClient("app", secret))).kind).toBe("client");
  });

  test("do not lock for longer after the clock was set back", async () => {
    for (let i = 0; i < 10; i++) await guess();
    fixture.advance(-24 * 60 * MINUTE);
    expect((await ask(asClient("app", secret))).kind).toBe("client");
    expect(await guess()).toBe(WRONG);
    expect(await guess()).toContain("try again in 300 s");
  });

  test("do not lock another address, id or tenant, or an admin of that id", async () => {
    const admin = await createTenant(fixture.tms, "third", ACTOR);
    const third = await requireTenant(fixture.tms, "third");
    for (let i = 0; i < 11; i++) await guess();
    expect((await ask(asClient("app", secret, "192.0.2.8"))).kind).toBe("client");
    const second = await fixture.client("second");
    expect((await ask(asClient("second", second))).kind).toBe("client");
    expect((await ask(asAdmin(admin.admin_id, admin.admin_secret), EITHER, third)).kind).toBe("admin");
    expect(await refusal(ask(asClient("app", secret)))).toContain("rate_limited");
  });

  test("do not lock admin credentials in a request with locked client credentials", async () => {
    for (let i = 0; i < 10; i++) await refusal(ask(asClient("app", "wrong"), EITHER, other));
    const both = { ...asClient("app", "wrong"), ...asAdmin("~~admin", adminSecret) };
    expect((await ask(both, EITHER, other)).kind).toBe("admin");
  });

  test("count an IPv6 network as one address", async () => {
    for (let i = 0; i < 10; i++) await guess("app", `2001:db8::${i + 1}`);
    expect(await refusal(ask(asClient("app", secret, "2001:db8::ffff")))).toContain("rate_limited");
    expect((await ask(asClient("app", secret, "2001:db8:0:1::1"))).kind).toBe("client");
  });

  test("are forgotten ten minutes after the first", async () => {
    for (let i = 0; i < 9; i++) await guess();
    fixture.advance(10 * MINUTE);
    for (let i = 0; i < 9; i++) expect(await guess()).toBe(WRONG);
    expect((await ask(asClient("app", secret))).kind).toBe("client");
  });

  test("lock an unknown id like an existing one", async () => {
    for (let i = 0; i < 10; i++) expect(await guess("nobody")).toBe(WRONG);
    expect(await guess("nobody")).toContain("rate_limited");
  });

  test("are counted under concurrency, and by another process", async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => guess()));
    expect(new Set(answers.map((answer) => answer.split(":")[0]))).toEqual(
      new Set(["unauthenticated", "rate_limited"]),
    );
    const there = authenticate(fixture.secondProcess(), fixture.tenant, asClient("app", secret), EITHER);
    expect(await refusal(there)).toContain("rate_limited");
    expect(await fixture.events("tms.locked")).toHaveLength(1);
  });

  test("for many ids are limited per address, without locking other clients behind it", async () => {
    const answers = await Promise.all(Array.from({ length: 300 }, (_, i) => guess(`name${i}`)));
    expect(answers.filter((answer) => answer === WRONG)).toHaveLength(120);
    expect(answers.filter((answer) => answer.startsWith("rate_limited:"))).toHaveLength(180);
    expect(await fixture.entries("/tms/attempts/")).toHaveLength(120);
    expect((await ask(asClient("app", secret))).kind).toBe("client");
    expect(await guess("name300", "192.0.2.8")).toBe(WRONG);
    fixture.advance(2 * MINUTE);
    expect(await guess("name300")).toBe(WRONG);
  });

  test("lock an id also after the address has exceeded its limit", async () => {
    expect(await guess()).toBe(WRONG);
    for (let i = 0; i < 200; i++) await guess(`name${i}`);
    expect(await guess("another")).toContain("rate_limited");
    for (let i = 0; i < 9; i++) expect(await guess()).toBe(WRONG);
    expect(await refusal(ask(asClient("app", secret)))).toContain("rate_limited");
    // Attempts beyond the limit are accepted later, and counted from then on.
    fixture.advance(1000);
    for (let i = 0; i < 10; i++) expect(await guess("another")).toBe(WRONG);
    expect(await fixture.events("tms.locked")).toHaveLength(2);
  });

  test("of one client do not lock other clients behind its address", async () => {
    for (let i = 0; i < 500; i++) await guess();
    const second = await fixture.client("second");
    expect((await ask(asClient("second", second))).kind).toBe("client");
  });

  test("are in the audit log up to a limit, as is the lock", async () => {
    for (let i = 0; i < 12; i++) await guess("app\n\u001b[2J");
    const events = await fixture.events("tms.auth");
    expect(events).toHaveLength(10);
    expect(events[0]).toMatchObject({
      code: "S2000W",
      user: "default/app\\u000a\\u001b[2J",
      tenant: "default",
      addr_remote: "192.0.2.7",
      success: false,
      error: "the credentials are wrong",
    });
    expect(await fixture.events("tms.locked")).toMatchObject([{ code: "S2001W", until: "2026-03-01T12:05:00.250Z" }]);
    for (let i = 0; i < 100; i++) await guess(`name${i}`);
    expect(await fixture.events("tms.auth")).toHaveLength(60);
    expect(JSON.stringify(await fixture.events("tms.auth"))).not.toContain(secret);
  });
});
