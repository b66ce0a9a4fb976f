import { describe, expect, test } from "bun:test";
import { Fault } from "../../../core/fault.ts";
import { connectSsh, openChannel } from "../../../core/ssh/client.ts";
import type { ChannelHandlers } from "../../../daemon/sshd/channels.ts";
import type { SshConnection } from "../../../daemon/sshd/connection.ts";
import { SshServer, type SshServerOptions } from "../../../daemon/sshd/server.ts";
import { cleanServers, verifyHost } from "../../core/ssh/kit.ts";
import { own } from "../../kit/account.ts";
import { until } from "../../kit/until.ts";
import { aPeer, atEnd, aWorld, cleanSshd, enter, eventOf, streamPair, userOf, type World } from "./kit.ts";

cleanServers();
cleanSshd();

/** A server that admits everybody as the user that the certificate names, unless told otherwise. */
async function setUp(
  more: Partial<SshServerOptions<string>> & { readonly handlers?: ChannelHandlers } = {},
): Promise<{ world: World; server: SshServer<string>; served: SshConnection<string>[] }> {
  const world = await aWorld();
  const served: SshConnection<string>[] = [];
  const { handlers = {}, ...options } = more;
  const server = new SshServer<string>({
    ident: "Sallyport_test",
    hostKey: world.hostKey,
    view: world.view,
    identify: { certificate: async ({ keyId }) => keyId },
    userOf: (user) => user,
    authorize: () => ({}),
    serve(connection) {
      served.push(connection);
      return handlers;
    },
    notOffered: (what) => `this offers no ${what}`,
    ...{ audit: world.audit, log: world.log, now: world.now },
    ...options,
  });
  atEnd(() => server.close("the test is over"));
  return { world, server, served };
}

describe("a change of the cluster", () => {
  test("in a burst is one check of each connection, and what the role has open is checked after it", async () => {
    const calls: string[] = [];
    const { server, world, served } = await setUp({
      authorize: ({ principal }) => {
        calls.push(principal);
        return {};
      },
      handlers: { recheck: () => void calls.push("open") },
    });
    for (const name of ["alice", "bob"]) await enter(server, await userOf(name));
    expect(served).toHaveLength(2);
    calls.length = 0;
    for (let n = 0; n < 20; n++) await world.remove("role", "nothing");
    await until("the check", () => calls.length > 0);
    await Bun.sleep(120);
    expect(calls).toEqual(["alice", "open", "bob", "open"]);
  });

  test("is checked in at most a tenth of the time", async () => {
    let checks = 0;
    const { server, world } = await setUp({
      authorize: () => {
        checks += 1;
        Bun.sleepSync(20);
        return {};
      },
    });
    await enter(server, await userOf());
    checks = 0;
    const began = performance.now();
    while (performance.now() - began < 1000) {
      await world.remove("role", "nothing");
      await Bun.sleep(5);
    }
    expect(checks).toBeGreaterThanOrEqual(2);
    expect(checks).toBeLessThanOrEqual(6);
  });

  test("ends a connection: the role hears the reason before the user, and once of the end", async () => {
    const calls: string[] = [];
    let allowed = true;
    const { server, world } = await setUp({
      authorize: () => {
        if (!allowed) throw new Fault("denied", "no more", { hint: "ask" });
        return {};
      },
      handlers: { cut: (reason) => void calls.push(`cut: ${reason}`), closed: () => void calls.push("closed") },
    });
    const connection = await enter(server, await userOf());
    allowed = false;
    server.recheck();
    expect((await connection.closed)?.message).toBe("no more (ask)");
    await until("the end", () => server.size === 0);
    expect(calls).toEqual(["cut: no more (ask)", "closed"]);
    expect(await eventOf(world, "client.disconnect")).toMatchObject({ user: "alice", reason: "no more" });
  });
});

describe("a limit", () => {
  test("that is further away than a timer counts is waited for; a clock that is set back moves it", async () => {
    let checks = 0;
    let expires = new Date(Date.now() + 2 ** 33);
    const { server, world } = await setUp({
      authorize: () => {
        checks += 1;
        if (expires <= world.now()) throw new Fault("unauthenticated", "expired");
        return { expires };
      },
    });
    const connection = await enter(server, await userOf());
    await Bun.sleep(50);
    expect(checks).toBe(1);
    expires = new Date(Date.now() + 200);
    server.recheck();
    await until("the check", () => checks === 2);
    world.ahead = -400;
    await Bun.sleep(350);
    expect(server.size).toBe(1);
    expect((await connection.closed)?.message).toBe("expired");
    expect(checks).toBeGreaterThanOrEqual(4);
  });

  test("of traffic starts anew with each touch", async () => {
    const { server, served } = await setUp({ authorize: () => ({ idleTimeoutSeconds: 0.3 }) });
    const connection = await enter(server, await userOf());
    for (let n = 0; n < 5; n++) {
      await Bun.sleep(100);
      served[0]?.touch();
    }
    expect(server.size).toBe(1);
    expect((await connection.closed)?.message).toBe("the connection was idle for too long");
  });
});

describe("a login", () => {
  test("by password is refused where the role takes none, and taken where it does", async () => {
    for (const password of [undefined, async (secret: string, { login }: { login: string }) => `${login} ${secret}`]) {
      const certificate = async () => "by certificate";
      const { server, served } = await setUp({ identify: { certificate, ...(password && { password }) } });
      const [client, inner] = streamPair();
      void server.serve(inner, aPeer());
      const entering = connectSsh(client, { user: "join", credential: { password: "word" }, verifyHost });
      if (password === undefined) expect(await entering.catch(Fault.from)).toMatchObject({ code: "unauthenticated" });
      else atEnd((await entering).close);
      expect(served.map(({ principal }) => principal)).toEqual(password === undefined ? [] : ["join word"]);
    }
  });

  test("that the role allows no longer, once it is complete, ends at once", async () => {
    const { server, world } = await setUp({
      authorize: () => {
        throw new Fault("denied", "changed meanwhile");
      },
    });
    const connection = await enter(server, await userOf());
    expect((await connection.closed)?.message).toBe("changed meanwhile");
    expect(await eventOf(world, "client.disconnect")).toMatchObject({ reason: "changed meanwhile" });
  });

  test("in which the role fails is refused without its words, which are for the log", async () => {
    const { server, world } = await setUp({
      identify: { certificate: () => Promise.reject(new Error("a secret path")) },
    });
    const fault = (await enter(server, await userOf()).catch(Fault.from)) as Fault;
    expect(fault.message).toBe("internal error");
    expect(await eventOf(world, "auth")).toMatchObject({ error: "internal error" });
    expect(world.logged.join("")).toContain("a secret path");
  });

  test("counts as a connection of its user until it ends", async () => {
    const { server } = await setUp();
    const [one] = [await enter(server, await userOf()), await enter(server, await userOf("bob"))];
    expect([server.size, server.connectionsOf("alice"), server.connectionsOf("eve")]).toEqual([2, 1, 0]);
    one.close();
    await until("the end", () => server.connectionsOf("alice") === 0);
    expect(server.size).toBe(1);
  });

  test("that completes while the server stops ends at once", async () => {
    const identified = Promise.withResolvers<string>();
    const { server } = await setUp({ identify: { certificate: () => identified.promise } });
    const entering = enter(server, await userOf());
    await Bun.sleep(20);
    server.close("stopping");
    identified.resolve("alice");
    expect((await (await entering).closed)?.message).toBe("stopping");
  });
});

describe("what a role does not serve", () => {
  test("is refused in its words, and recorded", async () => {
    const { server, world } = await setUp();
    const connection = await enter(server, await userOf());
    await expect(openChannel(connection, "host", 22)).rejects.toThrow("this offers no TCP forwarding");
    const shell = new Promise((resolve, reject) => {
      connection.ssh.shell((error) => (error ? reject(error) : resolve(undefined)));
    });
    await expect(shell).rejects.toThrow("this offers no sessions");
    const reasons = world.events.map((event) => event.event === "session.rejected" && event.reason);
    expect(reasons).toEqual(["this offers no TCP forwarding", "this offers no sessions"]);
  });

  test("and what it refuses itself is told with the hint", async () => {
    const { server, served, world } = await setUp({
      handlers: { tcpip: ({ refuse }) => refuse(new Fault("denied", "not there", { hint: "try here" })) },
    });
    const connection = await enter(server, await userOf());
    await expect(openChannel(connection, "host", 22)).rejects.toThrow("not there (try here)");
    served[0]?.refused(new Fault("denied", "not there"), { sid: "1" });
    expect(await eventOf(world, "session.rejected")).toMatchObject({
      sid: "1",
      login: own.login,
      addr_local: "10.0.0.1",
    });
  });
});

test("a role that fails to serve a connection ends that connection, and the log says why", async () => {
  const { server, world } = await setUp({
    serve: () => {
      throw new Error("broken");
    },
  });
  const peer = aPeer();
  const connection = await enter(server, await userOf(), { peer }).catch(() => undefined);
  await connection?.closed;
  await until("the log", () => world.logged.join("").includes("broken"));
  expect(server.size).toBe(0);
});
