import { describe, expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { selfSigned } from "../../../core/cert/x509.ts";
import { Fault } from "../../../core/fault.ts";
import type { Running } from "../../../daemon/boot.ts";
import { ownAddress } from "../../../daemon/config/address.ts";
import { loadSettings, type Settings } from "../../../daemon/config.ts";
import { createLog } from "../../../daemon/log.ts";
import { databaseFile, openStorage } from "../../../daemon/storage.ts";
import { openSqlite } from "../../../daemon/store/sqlite.ts";
import { socketFile, tmsRole } from "../../../daemon/tms/role.ts";
import { startDaemon } from "../../kit/daemon.ts";
import { run } from "../../kit/run.ts";
import { cleanTemp, tempDir } from "../../kit/temp.ts";

cleanTemp();

interface Started extends AsyncDisposable {
  readonly running: Running;
  readonly dataDir: string;
  readonly log: readonly string[];
  settings(config: string): Settings;
  /** A request over HTTPS to the URL that the role reports. */
  web(path: string, init?: RequestInit): Promise<Response>;
  /** A request over the socket. */
  local(path: string, init?: RequestInit): Promise<Response>;
}

async function start(config = "", dataDir = join(tempDir(), "data"), listenIp = "127.0.0.1"): Promise<Started> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lines: string[] = [];
  const log = createLog({ level: "info", format: "json", write: (line) => lines.push(line) });
  const now = () => new Date();
  const machine = { uid: 1000, home: "/home/x", hostname: "box", cwd: "/" };
  const settings = (text: string): Settings => {
    const file = join(tempDir(), "sallyport.yaml");
    writeFileSync(file, text);
    return loadSettings({ roles: "tms", config: file, listenIp, portsFrom: "0" }, machine);
  };
  await using stack = new AsyncDisposableStack();
  const store = stack.use(openSqlite(databaseFile(dataDir), { now }));
  const storage = stack.use(await openStorage({ dataDir, cluster: "box", store, log, now }));
  const options = { storage, version: "1.2.3", hostname: "box", advertiseIp: undefined, log, now };
  const running = await tmsRole({ ...options, settings: settings(config).tms }).start();
  stack.defer(() => running.stop());
  const held = stack.move();
  return {
    running,
    dataDir,
    log: lines,
    settings,
    web: (path, init = {}) => fetch(`${running.listening[0]}${path}`, { ...init, tls: { rejectUnauthorized: false } }),
    local: (path, init = {}) => fetch(`http://escrow${path}`, { ...init, unix: socketFile(dataDir) }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
const client = (name: string) => json({ client_id: name, tenant: "default", app_name: name, app_version: "1" });

async function refusal(starting: Promise<Started>): Promise<Fault> {
  try {
    await (await starting)[Symbol.asyncDispose]();
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown;
    throw thrown;
  }
  throw new Error("it started");
}

describe("the first start", () => {
  test("creates a tenant, a certificate and a socket, but no admin", async () => {
    await using escrow = await start();
    expect(escrow.running.listening).toEqual([expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/)]);
    for (const ask of [escrow.web, escrow.local])
      expect(await (await ask("/v1/tms/tenants/list")).json()).toMatchObject({
        num_tenants: 1,
        tenants: [{ tenant: "default", enabled: true }],
      });
    const operator = { headers: { "x-tms-tenant": "default" } };
    expect(await (await escrow.local("/v1/tms/admins/list", operator)).json()).toMatchObject({ num_admins: 0 });
    expect((await escrow.web("/v1/tms/admins/list", operator)).status).toBe(401);
    for (const name of ["tms_cert.pem", "tms_key.pem"])
      expect(statSync(join(escrow.dataDir, "tms", name)).mode & 0o777).toBe(0o600);
    const socket = socketFile(escrow.dataDir);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(statSync(join(socket, "..")).mode & 0o777).toBe(0o700);
    await escrow.running.stop();
    expect(existsSync(socket)).toBe(false);
  });

  test("creates the tenant `test` if configured; false disables it later, no setting leaves it as it is", async () => {
    const dataDir = join(tempDir(), "data");
    const enabled = async (escrow: Started) => {
      const { tenants } = (await (await escrow.web("/v1/tms/tenants/list")).json()) as {
        tenants: { tenant: string; enabled: boolean }[];
      };
      return Object.fromEntries(tenants.map((one) => [one.tenant, one.enabled]));
    };
    {
      await using escrow = await start("tms_service: {enable_test_tenant: yes}", dataDir);
      expect(await enabled(escrow)).toEqual({ default: true, test: true });
    }
    await using escrow = await start("", dataDir);
    expect(await enabled(escrow)).toEqual({ default: true, test: true });
    await escrow.running.reload?.(escrow.settings("tms_service: {enable_test_tenant: no}"));
    expect(await enabled(escrow)).toEqual({ default: true, test: false });
    await escrow.running.reload?.(escrow.settings("tms_service: {enable_test_tenant: yes}"));
    expect(await enabled(escrow)).toEqual({ default: true, test: true });
  });
});

describe("the self-signed certificate, which hosts have pinned,", () => {
  const LOCAL = ["localhost", "127.0.0.1", "::1"];
  const certified = async (names: readonly string[], config = "", listenIp = "0.0.0.0") => {
    const dataDir = join(tempDir(), "data");
    const file = join(dataDir, "tms/tms_cert.pem");
    mkdirSync(join(dataDir, "tms"), { recursive: true, mode: 0o700 });
    const { keyPem, certPem } = await selfSigned({ names, days: 3650, now: new Date() });
    writeFileSync(file, certPem, { mode: 0o600 });
    writeFileSync(join(dataDir, "tms/tms_key.pem"), keyPem, { mode: 0o600 });
    await using _ = await start(config, dataDir, listenIp);
    const after = readFileSync(file, "utf8");
    return { same: after === certPem, now: new X509Certificate(after) };
  };

  test("survives a change of the machine's address that is not configured", async () => {
    expect(await certified(["203.0.113.9", "box", ...LOCAL])).toMatchObject({ same: true });
  });

  test("contains the machine's address", async () => {
    const { same, now } = await certified(["another", ...LOCAL]);
    expect(same).toBe(false);
    for (const name of [ownAddress(), "127.0.0.1"]) expect(now.checkIP(name)).toBe(name);
    expect(now.checkHost("box")).toBe("box");
  });

  test.each([
    ["tms_service: {public_addr: escrow.example.com}", "0.0.0.0"],
    ["", "127.0.0.2"],
  ])("is renewed for a configured address: %j, %s", async (config, listenIp) => {
    expect(await certified(["203.0.113.9", "box", ...LOCAL], config, listenIp)).toMatchObject({ same: false });
  });
});

describe("the operator's socket", () => {
  test("replaces the socket of an earlier process", async () => {
    const dataDir = join(tempDir(), "data");
    mkdirSync(join(dataDir, "proc"), { recursive: true });
    writeFileSync(socketFile(dataDir), "left");
    chmodSync(join(dataDir, "proc"), 0o755);
    await using escrow = await start("", dataDir);
    expect((await escrow.local("/v1/tms/hello")).status).toBe(200);
    expect(statSync(join(dataDir, "proc")).mode & 0o777).toBe(0o700);
  });

  test("fails the start cleanly when its path is too long", async () => {
    const dataDir = join(tempDir(), "x".repeat(60), "y".repeat(60));
    const fault = await refusal(start("", dataDir));
    expect(fault.message).toContain("is longer than 107 bytes");
    expect(fault.hint).toBe("choose a shorter --data-dir");
  });

  test("is removed when the start fails later", async () => {
    const dataDir = join(tempDir(), "data");
    const fault = await refusal(
      start("tms_service: {https_keypairs: [{key_file: /nowhere, cert_file: /nowhere}]}", dataDir),
    );
    expect(fault.message).toContain("cannot read /nowhere");
    expect(existsSync(socketFile(dataDir))).toBe(false);
  });
});

describe("a reload", () => {
  test("applies `new_clients` and MVP mode", async () => {
    await using escrow = await start();
    const register = async (name: string) => (await escrow.web("/v1/tms/client", client(name))).status;
    expect(await register("a")).toBe(201);
    await escrow.running.reload?.(escrow.settings("tms_service: {new_clients: disallow}"));
    expect(await register("b")).toBe(400);
    await escrow.running.reload?.(escrow.settings(""));
    expect(await register("b")).toBe(201);
    await escrow.running.reload?.(escrow.settings("tms_service: {enable_mvp: yes}"));
    expect(await register("c")).toBe(400);
  });

  test("applies new certificates, or changes nothing when they cannot be read", async () => {
    await using escrow = await start("tms_service: {public_addr: escrow.example.com}");
    const dir = tempDir();
    const { keyPem, certPem } = await selfSigned({ names: ["other.example.com"], days: 30, now: new Date() });
    writeFileSync(join(dir, "k.pem"), keyPem);
    writeFileSync(join(dir, "c.pem"), certPem);
    const pair = (cert: string) =>
      escrow.settings(`tms_service: {https_keypairs: [{key_file: ${dir}/k.pem, cert_file: ${dir}/${cert}}]}`);
    const trusts = async (ca: string, serverName: string) => {
      const tls = { ca, serverName };
      const url = `${escrow.running.listening[0]}/v1/tms/hello`;
      return (await fetch(url, { tls, keepalive: false }).catch(() => undefined))?.status;
    };
    const own = readFileSync(join(escrow.dataDir, "tms/tms_cert.pem"), "utf8");
    expect(await trusts(own, "escrow.example.com")).toBe(200);
    await expect(escrow.running.reload?.(pair("none.pem"))).rejects.toThrow("cannot read");
    expect(await trusts(own, "escrow.example.com")).toBe(200);
    await escrow.running.reload?.(pair("c.pem"));
    expect(await trusts(certPem, "other.example.com")).toBe(200);
  });
});

test("shares auth's storage, and logs one line per role", async () => {
  const dir = tempDir();
  await using daemon = await startDaemon(["--roles=auth,tms", `--data-dir=${dir}/data`, "--diag-addr=127.0.0.1:0"]);
  expect(daemon.ready.roles.map(({ role }) => role)).toEqual(["auth", "tms"]);
  const url = daemon.ready.roles[1]?.listening[0];
  const tls = { rejectUnauthorized: false };
  expect((await fetch(`${url}/v1/tms/client`, { ...client("a"), tls })).status).toBe(201);
  const question = { user: "x", host: "x", public_key_fingerprint: "x" };
  expect((await fetch(`${url}/v1/tms/pubkeys/creds/retrieve`, { ...json(question), tls })).status).toBe(404);
  const events = await run([
    "tctl",
    "audit",
    "search",
    "--event=tms.client.create",
    "--format=json",
    `--data-dir=${dir}/data`,
  ]);
  expect(JSON.parse(events.stdout)).toMatchObject([{ event: "tms.client.create" }]);
  const metrics = await (await fetch(`${daemon.ready.diag}/metrics`)).text();
  expect(metrics).toContain('sallyport_tms_retrievals_total{outcome="not_found"} 1');
  expect(daemon.log().filter(({ level }) => level === "error" || level === "warn")).toEqual([]);
});
