import { describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { aRole } from "../../core/policy/make.ts";
import { cleanServers, HOST, patternAt } from "../../core/ssh/kit.ts";
import { ME, startSshd } from "../../core/ssh/sshd.ts";
import { until } from "../../kit/until.ts";
import {
  aNode,
  atEnd,
  aUser,
  cleanProxies,
  clusterUser,
  everywhere,
  run,
  sshConfig,
  startNode,
  startProxy,
  type TestProxy,
  tcpServer,
} from "./kit.ts";

cleanProxies();
cleanServers();

/** A proxy, and an ssh_config of alice's with which every host but the proxy is believed to be HOST. */
async function setUp(
  options: Parameters<typeof startProxy>[0] = {},
  who?: Parameters<typeof clusterUser>[0],
): Promise<{ proxy: TestProxy; ssh: (...args: string[]) => ReturnType<typeof run>; config: string }> {
  const proxy = await startProxy(options);
  const config = sshConfig(proxy.ssh, await clusterUser(who), [`HostKeyAlias ${HOST}`]);
  return { proxy, config, ssh: (...args) => run("ssh", ["-F", config, ...args]) };
}

async function sshd(): Promise<number> {
  const { port, stop } = await startSshd();
  atEnd(stop);
  return port;
}

async function node(proxy: TestProxy, name: string, labels: Record<string, string> = {}) {
  return (await startNode(proxy, name, labels)).node;
}

describe("a way to a host", () => {
  test("is the subsystem proxy:%h:%p, for a ProxyCommand of stock ssh", async () => {
    const { proxy, ssh, config } = await setUp();
    const port = await sshd();
    const command = `ssh -F ${config} -p ${proxy.ssh} %r@proxy -s proxy:%h:%p`;
    const done = await ssh(
      "-o",
      `ProxyCommand=${command}`,
      "-l",
      ME,
      "-p",
      String(port),
      "127.0.0.1",
      "id -un; exit 3",
    );
    expect(done).toMatchObject({ code: 3, stderr: "" });
    expect(done.stdout.toString()).toBe(`${ME}\n`);
    expect(proxy.events).toMatchObject([
      { event: "session.connect", code: "T2010I", user: "alice", login: ME, server_addr: `127.0.0.1:${port}` },
    ]);
  });

  test("is direct-tcpip, for ssh -J", async () => {
    const { proxy, ssh } = await setUp();
    const port = await sshd();
    const done = await ssh("-J", "proxy", "-l", ME, "-p", String(port), "127.0.0.1", "id -un; exit 3");
    expect(done).toMatchObject({ code: 3, stderr: "" });
    expect(done.stdout.toString()).toBe(`${ME}\n`);
    expect(proxy.events).toMatchObject([{ event: "session.connect", server_addr: `127.0.0.1:${port}` }]);
  });

  test("leads to nodes by name, whatever port ssh puts there, by UUID and by label", async () => {
    const { proxy, ssh } = await setUp();
    const { node: db1, clients } = await startNode(proxy, "db1", { env: "prod" });
    await node(proxy, "db2", { env: "dev" });
    for (const name of ["db1", "DB1", "db1.test", db1.metadata.name, "db1 -p 3022"]) {
      const done = await ssh("-J", "proxy", "-l", "alice", ...name.split(" "), "whoami");
      expect([name, done.stdout.toString(), done.stderr]).toEqual([name, "alice as alice\n", ""]);
    }
    const greeting = "SSH-2.0-Sallyport_test\r\n";
    for (const place of ["db1", "db1:0", "db1:22", "db1@test", "db1:22@default@test", "env=prod", "env=prod:0@test"]) {
      const done = await ssh("proxy", "-s", `proxy:${place}`);
      expect([place, done.stdout.toString().slice(0, greeting.length)]).toEqual([place, greeting]);
    }
    expect(new Set(clients)).toEqual(new Set(["127.0.0.1"]));
    for (const event of proxy.events)
      expect(event).toMatchObject({ event: "session.connect", target_id: db1.metadata.name, target_hostname: "db1" });
  });

  test("leads to hosts that DNS knows, and to nodes by a name that only DNS knows", async () => {
    const names: Record<string, string[]> = { "old.example": ["127.0.0.1"], "alias.example": ["127.0.0.1"] };
    const resolveDns = async (name: string) => {
      const found = names[name];
      if (found === undefined) throw Object.assign(new Error("not found"), { code: "ENOTFOUND" });
      return found;
    };
    const { proxy, ssh } = await setUp({ resolveDns });
    const port = await sshd();
    const done = await ssh("-J", "proxy", "-l", ME, "-p", String(port), "old.example", "echo there");
    expect(done.stdout.toString()).toBe("there\n");

    const db1 = await node(proxy, "db1");
    const aliased = await ssh(
      "-J",
      "proxy",
      "-l",
      "alice",
      "-p",
      db1.spec.addr.split(":")[1] ?? "",
      "alias.example",
      "whoami",
    );
    expect(aliased.stdout.toString()).toBe("alice as alice\n");
    expect(proxy.events.at(-1)).toMatchObject({ target_id: db1.metadata.name });

    const missing = await ssh("proxy", "-s", "proxy:db2:22");
    expect(missing).toMatchObject({
      code: 5,
      stderr: 'error: there is no node or host "db2"\r\nhint: did you mean db1?\r\n',
    });
  });

  test("leads to the auth server with @CLUSTER, whatever the roles", async () => {
    const port = await tcpServer((socket) => socket.end("SSH-2.0-auth\r\n"));
    const { proxy, ssh } = await setUp({ roles: [] });
    Object.assign(proxy.cluster, { authAddr: `127.0.0.1:${port}` });
    const done = await ssh("proxy", "-s", "proxy:@test");
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(done.stdout.toString()).toBe("SSH-2.0-auth\r\n");
    const other = await ssh("proxy", "-s", "proxy:db1:22@elsewhere");
    expect(other).toMatchObject({
      code: 5,
      stderr: 'error: there is no cluster "elsewhere" here\r\nhint: this is the proxy of "test"\r\n',
    });
  });

  test("carries every byte both ways, and the end of each side", async () => {
    const { proxy, ssh, config } = await setUp();
    await node(proxy, "db1");
    const size = 48 * 1024 * 1024 + 17;
    const down = await ssh("-J", "proxy", "-l", "alice", "db1", `produce ${size}`);
    expect(down.stdout.length).toBe(size);
    expect(digest(down.stdout)).toBe(digest(patternAt(0, size)));
    const up = patternAt(0, size);
    const back = await run("ssh", ["-F", config, "-J", "proxy", "-l", "alice", "db1", "echo"], up);
    expect(digest(back.stdout)).toBe(digest(up));

    const echo = await tcpServer((socket) => {
      // Half-closed: it answers after the user's end.
      let heard = "";
      socket.write("SSH-2.0-echo\r\n");
      socket.on("data", (chunk) => {
        heard += chunk;
      });
      socket.on("end", () => socket.end(`heard ${heard.length}`));
    });
    const half = await run("ssh", ["-F", config, "proxy", "-s", `proxy:127.0.0.1:${echo}`], "x".repeat(100_000));
    expect(half).toMatchObject({ code: 0, stdout: Buffer.from("SSH-2.0-echo\r\nheard 100000") });
  });
});

describe("nothing else", () => {
  test.each([
    ["a shell", ["proxy"], "shell"],
    ["a command", ["proxy", "cat /etc/passwd"], "commands"],
    ["sftp", ["proxy", "-s", "sftp"], 'subsystem "sftp"'],
    ["an unknown subsystem", ["proxy", "-s", "proxyagent"], 'subsystem "proxyagent"'],
  ])("%s is refused in words, and recorded", async (_name, args, what) => {
    const { proxy, ssh } = await setUp();
    const done = await ssh("-T", ...args);
    expect(done).toMatchObject({
      code: 4,
      stderr: `error: this is the proxy of the cluster "test": it leads to nodes, and offers no ${what}\r\nhint: tsh ssh NODE, or ssh -J PROXY NODE\r\n`,
    });
    expect(proxy.events).toMatchObject([
      { event: "session.rejected", code: "T1006W", user: "alice", reason: `a proxy offers no ${what}` },
    ]);
  });

  test("ports and Unix sockets are not listened on, and files not sent", async () => {
    const { proxy, ssh, config } = await setUp();
    const remote = await ssh("-N", "-R", "0:127.0.0.1:22", "-o", "ExitOnForwardFailure=yes", "proxy");
    expect(remote.stderr).toContain("remote port forwarding failed");
    const unix = await ssh("-N", "-R", "/tmp/never:127.0.0.1:22", "-o", "ExitOnForwardFailure=yes", "proxy");
    expect(unix.stderr).toContain("remote port forwarding failed");
    const scp = await run("scp", ["-F", config, "proxy:/etc/passwd", "/dev/null"]);
    expect(scp.code).not.toBe(0);
    expect(proxy.events.map((event) => "reason" in event && event.reason)).toEqual([
      "a proxy offers no tcpip-forward requests",
      "a proxy offers no streamlocal-forward@openssh.com requests",
      'a proxy offers no subsystem "sftp"',
    ]);
  });

  test("what is no SSH server is out of reach: nothing is sent to it, and nothing it says is passed on", async () => {
    const heard: string[] = [];
    const mail = await tcpServer((socket) => {
      socket.on("data", (chunk) => heard.push(String(chunk)));
      socket.write("220 mail.example ESMTP\r\n".repeat(400));
    });
    const { proxy, ssh, config } = await setUp();
    const done = await run("ssh", ["-F", config, "proxy", "-s", `proxy:127.0.0.1:${mail}`], "EHLO me\r\n");
    expect(done).toMatchObject({
      code: 4,
      stderr: `error: 127.0.0.1:${mail} is not an SSH server, and a proxy connects to nothing else\r\n`,
    });
    expect(done.stdout.length).toBe(0);
    const direct = await ssh("-W", `127.0.0.1:${mail}`, "proxy");
    expect(direct.stderr).toContain(`administratively prohibited: 127.0.0.1:${mail} is not an SSH server`);
    expect(heard).toEqual([]);
    expect(proxy.events.filter(({ event }) => event === "session.rejected")).toHaveLength(2);
  });

  test("addresses that are nobody's are refused", async () => {
    const { ssh } = await setUp();
    for (const host of ["169.254.169.254", "0.0.0.0", "[::]", "[fe80::1]", "224.0.0.1", "[::ffff:169.254.169.254]"]) {
      const done = await ssh("proxy", "-s", `proxy:${host}:22`);
      expect([host, done.code, done.stderr.includes("where a proxy does not connect to")]).toEqual([host, 4, true]);
    }
  });
});

describe("who may go where", () => {
  const dev = aRole("dev", { allow: { logins: ["alice"], node_labels: { env: "dev" } } });
  const noProd = aRole("no-prod", { deny: { node_labels: { env: "prod" } } });

  test("a node that no role opens is not told apart from one that does not exist", async () => {
    const { proxy, ssh } = await setUp({ roles: [dev] }, { roles: ["dev"] });
    proxy.put(aUser("alice", ["dev"]));
    await node(proxy, "web1", { env: "dev" });
    await node(proxy, "web2", { env: "prod" });
    expect((await ssh("-J", "proxy", "-l", "alice", "web1", "whoami")).stdout.toString()).toBe("alice as alice\n");
    for (const name of ["web2", "web3"]) {
      const done = await ssh("proxy", "-s", `proxy:${name}:22`);
      expect(done).toMatchObject({
        code: 4,
        stderr: `error: no role of alice opens "${name}", if there is such a node\r\nhint: did you mean web1?\r\n`,
      });
    }
    // Nor is a host that is no node open to somebody who may not reach every node.
    const port = await sshd();
    expect(await ssh("proxy", "-s", `proxy:127.0.0.1:${port}`)).toMatchObject({ code: 4 });
    const direct = await ssh("-J", "proxy", "web2", "whoami");
    expect(direct.stderr).toContain('administratively prohibited: no role of alice opens "web2"');
    expect(proxy.events.filter(({ event }) => event === "session.rejected")).toHaveLength(4);
  });

  test("another service on the address of a node that is denied is denied", async () => {
    const { proxy, ssh } = await setUp({ roles: [everywhere, noProd] }, { roles: ["everywhere", "no-prod"] });
    proxy.put(aUser("alice", ["everywhere", "no-prod"]));
    const port = await sshd();
    expect(await ssh("-J", "proxy", "-l", ME, "-p", String(port), "127.0.0.1", "true")).toMatchObject({ code: 0 });
    await node(proxy, "db1", { env: "prod" });
    for (const place of ["db1", "db1:2222", `127.0.0.1:${port}`, `[::ffff:127.0.0.1]:${port}`])
      expect([place, (await ssh("proxy", "-s", `proxy:${place}`)).code]).toEqual([place, 4]);
  });

  test("hosts that are no nodes are closed to who needs a second factor for each session: nobody asks for it there", async () => {
    const careful = aRole("careful", { options: { require_session_mfa: true } });
    const { proxy, ssh } = await setUp({ roles: [everywhere, careful] }, { roles: ["everywhere", "careful"] });
    const port = await sshd();
    expect(await ssh("-J", "proxy", "-l", ME, "-p", String(port), "127.0.0.1", "true")).toMatchObject({ code: 0 });
    proxy.put(aUser("alice", ["everywhere", "careful"]));
    const place = `proxy:127.0.0.1:${port}`;
    await until("the role", () => proxy.cluster.view.users.get("alice")?.spec.roles.includes("careful"));
    const refused = await ssh("proxy", "-s", place);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain("your roles ask for a second factor for each session");
  });

  test("a name that several nodes share is an error that lists them, unless the port tells them apart", async () => {
    const { proxy, ssh } = await setUp();
    const [a, b] = [await node(proxy, "db"), await node(proxy, "db")];
    const done = await ssh("proxy", "-s", "proxy:db:22");
    expect(done.code).toBe(6);
    for (const { metadata, spec } of [a, b]) expect(done.stderr).toContain(`${metadata.name} db ${spec.addr}`);
    expect(done.stderr).toContain("hint: name one by its UUID");
    const port = a.spec.addr.split(":")[1] ?? "";
    expect((await ssh("-J", "proxy", "-l", "alice", "-p", port, "db", "whoami")).stdout.toString()).toBe(
      "alice as alice\n",
    );
    expect(proxy.events.at(-1)).toMatchObject({ target_id: a.metadata.name });
    expect((await ssh("proxy", "-s", "proxy:env=prod")).code).toBe(4);
  });

  test("a node that does not answer is said to be offline, and since when", async () => {
    const { proxy, ssh } = await setUp();
    const { port, stop } = await startSshd();
    await stop();
    const gone = aNode("db1", port);
    proxy.put(gone);
    const words = `db1 is offline: nothing answers at 127.0.0.1:${port}`;
    expect(await ssh("proxy", "-s", "proxy:db1")).toMatchObject({ code: 7, stderr: `error: ${words}\r\n` });
    const since = new Date(Date.now() - 120_000).toISOString();
    proxy.put({ ...gone, metadata: { ...gone.metadata, expires: since } });
    expect(await ssh("proxy", "-s", "proxy:db1")).toMatchObject({
      code: 7,
      stderr: `error: ${words}\r\nhint: it was last heard of at ${since}\r\n`,
    });
    expect((await ssh("-J", "proxy", "db1", "true")).stderr).toContain(`connect failed: ${words}`);
  });
});

describe("who is let in", () => {
  const hour = 3_600_000;
  test.each([
    ["an unknown authority", {}, PrivateKey.generate(), "an authority that is not trusted"],
    ["an expired certificate", { validBefore: new Date(Date.now() - 1000) }, undefined, "the certificate expired"],
    [
      "one from the future",
      { validAfter: new Date(Date.now() + hour), validBefore: new Date(Date.now() + 2 * hour) },
      undefined,
      "not valid before",
    ],
    [
      "another address",
      { criticalOptions: { "source-address": "10.0.0.0/8" } },
      undefined,
      "may not be used from 127.0.0.1",
    ],
    ["a user who is gone", { keyId: "bob" }, undefined, "the user bob does not exist"],
    ["no word of the cluster", { extensions: { "permit-pty": "" } }, undefined, "not one of a cluster"],
  ])("not with %s", async (_name, spec, ca, reason) => {
    const proxy = await startProxy();
    const config = sshConfig(proxy.ssh, await clusterUser(spec, ca));
    const done = await run("ssh", ["-F", config, "proxy", "-s", "proxysites"]);
    expect(done.code).toBe(255);
    expect(done.stderr).toContain(reason);
    expect(proxy.events[0]).toMatchObject({ event: "auth", code: "T3007W", success: false, login: "root" });
  });

  test("not who is locked, by user or by role", async () => {
    for (const target of [{ user: "alice" }, { role: "everywhere" }]) {
      const { proxy, ssh } = await setUp();
      proxy.put({
        kind: "lock",
        version: "v1",
        metadata: { name: "l" },
        spec: { target, message: "see the security desk" },
      });
      await until("the lock", () => proxy.cluster.view.locks.length > 0);
      expect((await ssh("proxy", "-s", "proxysites")).stderr).toContain("see the security desk");
    }
  });

  test("a certificate is let in under any login, and gets the list of clusters", async () => {
    const { ssh } = await setUp();
    const done = await ssh("-l", "whoever", "proxy", "-s", "proxysites");
    expect(done).toMatchObject({ code: 0, stderr: "" });
    const sites = JSON.parse(done.stdout.toString());
    expect(sites).toEqual([{ name: "test", lastconnected: expect.any(String), status: "online" }]);
  });
});

describe("what is open", () => {
  /** A session through the proxy that hangs until it is cut. */
  async function hanging(options?: Parameters<typeof startProxy>[0], who?: Parameters<typeof clusterUser>[0]) {
    const { proxy, config } = await setUp(options, who);
    const db1 = await node(proxy, "db1", { env: "dev" });
    const command = `ssh -F ${config} proxy -s proxy:%h:%p`;
    const session = run("ssh", ["-F", config, "-o", `ProxyCommand=${command}`, "-l", "alice", "db1", "hang"]);
    await until("the session", () => proxy.events.some(({ event }) => event === "session.connect"));
    return { proxy, db1, session };
  }
  const cutWith = (proxy: TestProxy) =>
    proxy.events.flatMap((event) => (event.event === "client.disconnect" ? [event.reason] : []));

  test("is cut by a lock, with its message", async () => {
    const { proxy, session } = await hanging();
    proxy.put({
      kind: "lock",
      version: "v1",
      metadata: { name: "l" },
      spec: { target: { user: "alice" }, message: "laptop stolen" },
    });
    const done = await session;
    expect(done.code).toBe(255);
    expect(done.stderr).toContain("laptop stolen");
    expect(cutWith(proxy)).toEqual(["access is locked: laptop stolen"]);
  });

  test("is cut by a lock on the node", async () => {
    const { proxy, session, db1 } = await hanging();
    proxy.put({ kind: "lock", version: "v1", metadata: { name: "l" }, spec: { target: { node: db1.metadata.name } } });
    expect((await session).stderr).toContain("access to db1 has ended");
  });

  test("is cut when the user or the user's role is gone, and when labels change", async () => {
    const dev = aRole("everywhere", { allow: { logins: ["alice"], node_labels: { env: "dev" } } });
    for (const change of [
      (proxy: TestProxy) => proxy.remove("user", "alice"),
      (proxy: TestProxy) => proxy.put(aUser("alice", [])),
      (proxy: TestProxy) => proxy.remove("role", "everywhere"),
      (proxy: TestProxy, db1: ReturnType<typeof aNode>) =>
        proxy.put({ ...db1, metadata: { ...db1.metadata, labels: { env: "prod" } } }),
    ]) {
      const { proxy, session, db1 } = await hanging({ roles: [dev] });
      change(proxy, db1);
      expect((await session).stderr).toMatch(/the user alice does not exist|access to db1 has ended/);
      expect(cutWith(proxy)).toHaveLength(1);
    }
  });

  test("outlives its certificate, unless a role says otherwise; nothing new is opened with an expired one", async () => {
    const strict = aRole("everywhere", { ...everywhere.spec, options: { disconnect_expired_cert: true } });
    const port = await tcpServer((socket) => socket.write("SSH-2.0-patient\r\n"));
    // By the proxy's clock it is always a tenth of a second away, until that is set.
    const expires = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
    let time = new Date(expires.getTime() - 100);
    let asked = 0;
    const now = () => {
      asked++;
      return time;
    };
    const { proxy, config } = await setUp({ roles: [strict], now }, { validBefore: expires });
    const session = run("ssh", ["-F", config, "proxy", "-s", `proxy:127.0.0.1:${port}`]);
    await until("the session", () => proxy.events.some(({ event }) => event === "session.connect"));
    for (let times = 0; times < 3; times++) {
      const before = asked;
      await until("the proxy looks at its clock", () => asked > before);
    }
    time = expires;
    expect((await session).stderr).toContain("your certificate has expired");
    expect(cutWith(proxy)).toEqual([`your certificate has expired, at ${expires.toISOString()}`]);
  });

  test("is cut when the host dies, and the user is told by the end of it", async () => {
    let victim: { destroy(): unknown } | undefined;
    const port = await tcpServer((socket) => {
      victim = socket;
      socket.write("SSH-2.0-mortal\r\n");
    });
    const { proxy, config } = await setUp();
    const session = run("ssh", ["-F", config, "proxy", "-s", `proxy:127.0.0.1:${port}`], Buffer.alloc(0));
    await until("the victim", () => proxy.events.length > 0 && victim !== undefined);
    victim?.destroy();
    expect((await session).stdout.toString()).toBe("SSH-2.0-mortal\r\n");
  });

  test("ends with a goodbye when the proxy stops", async () => {
    const { proxy, session } = await hanging();
    await proxy.running.stop();
    expect((await session).stderr).toContain("the proxy is stopping");
  });
});

test("a user who does not read costs a bounded amount of memory, and holds back the host", async () => {
  let sent = 0;
  const port = await tcpServer((socket) => {
    const chunk = Buffer.alloc(256 * 1024);
    socket.write("SSH-2.0-source\r\n");
    const more = () => {
      do sent += chunk.length;
      while (socket.write(chunk));
    };
    socket.on("drain", more);
    more();
  });
  const { config } = await setUp();
  const child = spawn("sh", ["-c", `ssh -F ${config} proxy -s proxy:127.0.0.1:${port} | sleep 60`], { detached: true });
  atEnd(() => process.kill(-(child.pid ?? 0), "SIGKILL"));
  await until("the first bytes", () => sent > 0);
  // Nobody reads its output: after the pipe, the windows and the buffers of sockets have filled, nothing moves.
  let before = -1;
  while (before !== sent) {
    before = sent;
    await Bun.sleep(500);
  }
  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThan(48 * 1024 * 1024);
});

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
