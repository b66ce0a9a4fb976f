import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "../../../core/fault.ts";
import { DEFAULT_CONFIG, loadSettings, type StartFlags } from "../../../daemon/config.ts";

const dir = mkdtempSync(join(tmpdir(), "sallyport-settings-"));
afterAll(() => rmSync(dir, { recursive: true }));

const alice = { uid: 1000, home: "/home/alice", hostname: "laptop", cwd: dir };
const PIN = `sha256:${"0123456789abcdef".repeat(4)}`;
const OTHER_PIN = `sha256:${"f".repeat(64)}`;

let count = 0;
function file(text: string, name = `c${count++}.yaml`): string {
  writeFileSync(join(dir, name), text);
  return name;
}

/** Settings by flags and the text of a file; an empty one keeps a file of this machine out. */
const load = (flags: StartFlags = {}, text = "", machine = alice) =>
  loadSettings({ config: file(text), ...flags }, machine);

function refusal(flags: StartFlags, text = "", machine = alice): Fault {
  try {
    load(flags, text, machine);
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown;
    throw thrown;
  }
  throw new Error("was accepted");
}

describe("without a file and flags", () => {
  test("all roles, on Teleport's ports, with data in the home directory", () => {
    const settings = load();
    expect(settings).toMatchObject({
      roles: ["auth", "proxy", "node"],
      nodename: "laptop",
      dataDir: "/home/alice/.local/share/sallyport",
      pidFile: undefined,
      diag: undefined,
      log: { level: "info", format: "text", output: "stderr" },
      insecure: false,
      maxConnections: 15_000,
      auth: { listen: { host: "0.0.0.0", port: 3025 }, secondFactor: "otp", staticTokens: [] },
      proxy: { sshListen: { port: 3023 }, webListen: { port: 3080 }, keypairs: [] },
      node: { listen: { port: 3022 }, labels: {}, commands: [] },
      tms: {
        listen: { host: "0.0.0.0", port: 3000 },
        publicAddrs: [],
        keypairs: [],
        mvp: false,
        newClients: "allow",
        testTenant: undefined,
        title: "TMS Server",
        serverUrls: [],
      },
    });
  });

  test("root's data directory is /var/lib/sallyport", () => {
    expect(load({}, "", { ...alice, uid: 0 }).dataDir).toBe("/var/lib/sallyport");
  });

  test("no file is needed", () => {
    if (existsSync(DEFAULT_CONFIG)) return console.log(`skipped: this machine has ${DEFAULT_CONFIG}`);
    expect(loadSettings({}, alice).roles).toEqual(["auth", "proxy", "node"]);
  });
});

describe("flags take precedence over the file, the file over defaults", () => {
  test.each([
    ["nodename", "sallyport: {nodename: a}", { nodename: "b" }, "nodename", "a", "b"],
    ["data_dir", "sallyport: {data_dir: /a}", { dataDir: "/b" }, "dataDir", "/a", "/b"],
    ["pid_file", "sallyport: {pid_file: a}", { pidFile: "b" }, "pidFile", join(dir, "a"), join(dir, "b")],
    [
      "advertise_ip",
      "sallyport: {advertise_ip: 10.0.0.1}",
      { advertiseIp: "10.0.0.2" },
      "advertiseIp",
      "10.0.0.1",
      "10.0.0.2",
    ],
    ["ca_pin", `sallyport: {ca_pin: '${PIN}'}`, { caPins: [OTHER_PIN] }, "caPins", [PIN], [OTHER_PIN]],
    [
      "auth_servers",
      "sallyport: {auth_servers: [a]}",
      { authServers: ["b:1"] },
      "authServers",
      [{ host: "a", port: 3025 }],
      [{ host: "b", port: 1 }],
    ],
    [
      "diag_addr",
      "sallyport: {diag_addr: '127.0.0.1:1'}",
      { diagAddr: ":2" },
      "diag",
      { host: "127.0.0.1", port: 1 },
      { host: "127.0.0.1", port: 2 },
    ],
  ] as [string, string, StartFlags, keyof ReturnType<typeof load>, unknown, unknown][])(
    "%s",
    (_name, text, flags, key, byFile, byFlag) => {
      expect(load({}, text)[key]).toEqual(byFile as never);
      expect(load(flags, text)[key]).toEqual(byFlag as never);
    },
  );

  test("listeners", () => {
    const text = "proxy_service: {listen_addr: '10.0.0.1:23', web_listen_addr: '10.0.0.1'}";
    expect(load({}, text).proxy).toMatchObject({
      sshListen: { host: "10.0.0.1", port: 23 },
      webListen: { host: "10.0.0.1", port: 3080 },
    });
    expect(load({ listenIp: "::1", portsFrom: "4000" }, text)).toMatchObject({
      auth: { listen: { host: "::1", port: 4025 } },
      proxy: { sshListen: { host: "::1", port: 4023 }, webListen: { host: "::1", port: 4080 } },
      node: { listen: { host: "::1", port: 4022 } },
      tms: { listen: { host: "::1", port: 4000 } },
    });
  });

  test("--ports-from 0 selects free ports", () => {
    const { auth, proxy, node, tms } = load({ portsFrom: "0" }, "ssh_service: {listen_addr: ':22'}");
    const listeners = [auth.listen, proxy.sshListen, proxy.webListen, node.listen, tms.listen];
    expect(listeners.map(({ port }) => port)).toEqual([0, 0, 0, 0, 0]);
  });

  test("labels", () => {
    const text = "ssh_service: {labels: {env: a}, commands: [{name: k, command: [uname, -r]}]}";
    expect(load({}, text).node).toMatchObject({
      labels: { env: "a" },
      commands: [{ name: "k", command: ["uname", "-r"], period: 60 }],
    });
    expect(load({ labels: "env=b" }, text).node).toMatchObject({ labels: { env: "b" }, commands: [] });
  });

  test("log", () => {
    const text = "sallyport: {log: {severity: ERROR, format: json, output: daemon.log}}";
    expect(load({}, text).log).toEqual({ level: "error", format: "json", output: join(dir, "daemon.log") });
    expect(load({ debug: true, logFormat: "text" }, text).log).toMatchObject({ level: "debug", format: "text" });
  });
});

describe("roles", () => {
  test.each([
    ["by flag, in the order of their start", { roles: "node,auth" }, "", ["auth", "node"]],
    ["by flag against the file", { roles: "auth" }, "auth_service: {enabled: no}", ["auth"]],
    ["all but those disabled", {}, "ssh_service: {enabled: no}", ["auth", "proxy"]],
    ["no auth beside one elsewhere", { authServers: ["a"] }, "", ["proxy", "node"]],
    ["an escrow where its section is", {}, "tms_service:\n", ["auth", "proxy", "node", "tms"]],
    ["unless it is disabled", {}, "tms_service: {enabled: no}", ["auth", "proxy", "node"]],
    ["an escrow by itself needs no auth", { roles: "tms" }, "", ["tms"]],
    ["an escrow starts last", { roles: "tms,auth" }, "", ["auth", "tms"]],
    ["unless it is configured", {}, "sallyport: {auth_servers: [a]}\nauth_service: {}\n", ["auth", "proxy", "node"]],
  ])("%s", (_name, flags: StartFlags, text, roles) => {
    expect(load(flags, text).roles).toEqual(roles as never);
  });

  test.each([
    [{ roles: "nod" }, "", '--roles: there is no role "nod"', "did you mean node?"],
    [{ roles: "" }, "", '--roles: there is no role ""', "there are: auth, proxy, node, tms"],
    [
      { roles: "node" },
      "",
      "node cannot start without an auth server",
      "add --auth-server=HOST:PORT, or auth_servers in the configuration file",
    ],
    [{ roles: "tms,node,proxy" }, "", "proxy and node cannot start without an auth server", undefined],
    [
      {},
      "auth_service: {enabled: no}\nproxy_service: {enabled: no}\nssh_service: {enabled: no}\n",
      "every role is disabled",
      undefined,
    ],
  ])("refuses %j", (flags: StartFlags, text, message, hint) => {
    const fault = refusal(flags, text);
    expect(fault.message).toBe(message);
    if (hint !== undefined) expect(fault.hint).toBe(hint);
  });
});

describe("public addresses", () => {
  test("--public-addr applies to the primary role", () => {
    const all = load({ publicAddr: "access.example.com:443" });
    expect(all.proxy.publicAddrs).toEqual([{ host: "access.example.com", port: 443 }]);
    expect(all.proxy.sshPublicAddrs).toEqual([{ host: "access.example.com" }]);
    expect(all.auth.publicAddrs).toEqual([]);
    expect(load({ roles: "node", authServers: ["a"], publicAddr: "n1" }).node.publicAddrs).toEqual([{ host: "n1" }]);
    expect(load({ roles: "auth,tms", publicAddr: "auth1" }).auth.publicAddrs).toEqual([{ host: "auth1" }]);
    expect(load({ roles: "tms", publicAddr: "escrow:1" }).tms.publicAddrs).toEqual([{ host: "escrow", port: 1 }]);
  });

  test("the file sets them for each role", () => {
    const { proxy } = load({}, "proxy_service: {public_addr: [a, 'b:1'], ssh_public_addr: 'c:2'}");
    expect(proxy.publicAddrs).toEqual([{ host: "a" }, { host: "b", port: 1 }]);
    expect(proxy.sshPublicAddrs).toEqual([{ host: "c", port: 2 }]);
  });
});

describe("the escrow", () => {
  test("accepts the keys of TMS's configuration, and a flag for MVP mode", () => {
    const text = `tms_service:
  http_addr: https://localhost
  http_port: 3333
  enable_mvp: no
  enable_test_tenant: on
  new_clients: disallow
  title: Escrow
  server_urls: https://escrow/v1
  https_keypairs: [{ key_file: k.pem, cert_file: c.pem }]
`;
    const { tms } = load({}, text);
    expect(tms).toEqual({
      listen: { host: "0.0.0.0", port: 3333 },
      publicAddrs: [],
      keypairs: [{ keyFile: join(dir, "k.pem"), certFile: join(dir, "c.pem") }],
      mvp: false,
      newClients: "disallow",
      testTenant: true,
      title: "Escrow",
      serverUrls: ["https://escrow/v1"],
    });
    expect(load({ tmsMvp: true }, text).tms.mvp).toBe(true);
    expect(load({}, "tms_service: {listen_addr: ':1', http_port: 2}").tms.listen.port).toBe(1);
  });
});

describe("secrets", () => {
  file("secret-token-1\n", "token");
  file(`${PIN}\n\n${OTHER_PIN}\n`, "pins");

  test("are read from files, relative to the configuration file", () => {
    expect(load({ token: "@token" }).token?.()).toBe("secret-token-1");
    expect(load({}, "sallyport: {auth_token: ./token}").token?.()).toBe("secret-token-1");
    expect(load({}, "sallyport: {ca_pin: ./pins}").caPins).toEqual([PIN, OTHER_PIN]);
    expect(load({ caPins: [`${PIN},${OTHER_PIN}`] }).caPins).toEqual([PIN, OTHER_PIN]);
    expect(load({}, "auth_service: {tokens: ['node,proxy:static-token', 'node:./token']}").auth.staticTokens).toEqual([
      { roles: ["node", "proxy"], value: "static-token" },
      { roles: ["node"], value: "secret-token-1" },
    ]);
  });

  test("a flag's token takes precedence over the file's", () => {
    const text = "sallyport: {auth_token: aaaaaaaa}";
    expect([load({}, text).token?.(), load({ token: "bbbbbbbb" }, text).token?.()]).toEqual(["aaaaaaaa", "bbbbbbbb"]);
  });

  test("a token file is read only to join", () => {
    const { token } = load({ token: "@none" });
    expect(() => token?.()).toThrow(`the token file ${join(dir, "none")} does not exist`);
  });

  test.each([
    [{ token: "short" }, "", "--token: expected a token of 8 to 128 letters, digits, . _ -"],
    [{ caPins: ["sha256:abc"] }, "", "--ca-pin: expected sha256: and 64 hexadecimal digits"],
    [{}, "auth_service: {tokens: ['king:secret-token']}", 'auth_service.tokens[0]: there is no role "king"'],
    [
      {},
      "auth_service: {tokens: ['node:a b']}",
      "auth_service.tokens[0]: expected a token of 8 to 128 letters, digits, . _ -",
    ],
  ])("refuses %j %s", (flags: StartFlags, text, message) => {
    const fault = refusal(flags, text);
    expect(fault.message).toBe(message);
    expect(`${fault.message} ${fault.hint}`).not.toMatch(/short|secret-token|a b/);
  });
});

describe("refuses", () => {
  test.each([
    [{ listenIp: "localhost" }, '--listen-ip: expected an IP address, not "localhost"'],
    [{ advertiseIp: "x" }, '--advertise-ip: expected an IP address, not "x"'],
    [{ portsFrom: "65500" }, '--ports-from: expected a number up to 65455, not "65500"'],
    [{ portsFrom: "x" }, '--ports-from: expected a number up to 65455, not "x"'],
    [{ authServers: ["a:b"] }, '--auth-server: expected host or host:port, not "a:b"'],
    [{ publicAddr: "https://a" }, '--public-addr: expected host or host:port, not "https://a"'],
    [{ diagAddr: "a b" }, '--diag-addr: expected host:port, not "a b"'],
    [{ clusterName: "a b" }, '--cluster-name: expected a name (letters, digits, . _ -), not "a b"'],
    [{ nodename: "a b" }, '"a b" is not a valid host name'],
    [{ logFormat: "xml" }, '--log-format: expected one of text, json, not "xml"'],
    [{ labels: "env" }, 'labels: "env" has no "="'],
  ])("%j", (flags: StartFlags, message) => {
    const fault = refusal(flags);
    expect(fault.code).toBe("bad_request");
    expect(fault.message).toBe(message);
  });

  test("an invalid host name", () => {
    expect(refusal({}, "", { ...alice, hostname: "my laptop" }).hint).toBe("choose one with --nodename");
  });

  test("a missing or unreadable file", () => {
    expect(() => loadSettings({ config: "none.yaml" }, alice)).toThrow(
      `the configuration file ${join(dir, "none.yaml")} does not exist`,
    );
    if (process.getuid?.() === 0) return console.log("skipped in part: root may read every file");
    chmodSync(join(dir, file("", "closed.yaml")), 0);
    expect(() => loadSettings({ config: "closed.yaml" }, alice)).toThrow(
      "this user may not read the configuration file",
    );
  });

  test("an error in the file, with its name and line", () => {
    const name = file("auth_service:\n  listen_addr: 7\n");
    expect(() => loadSettings({ config: name }, alice)).toThrow(
      `${join(dir, name)}:2: auth_service.listen_addr: expected text, not a number`,
    );
  });
});
