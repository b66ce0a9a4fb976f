import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { servicePrincipal } from "../../../core/ca/service-principal.ts";
import { parseCertificateLine } from "../../../core/cert/certificate.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { PublicKey } from "../../../core/cert/public-key.ts";
import { totpCode } from "../../../core/mfa/totp.ts";
import { openCluster } from "../../../daemon/cluster/open.ts";
import { createLog } from "../../../daemon/log.ts";
import { proxyRole } from "../../../daemon/proxy/role.ts";
import { TestAuth } from "../../kit/auth.ts";
import { keptTempDir } from "../../kit/temp.ts";
import { until } from "../../kit/until.ts";
import { atEnd, cleanProxies, run, sshConfig } from "./kit.ts";

cleanProxies();

/** A proxy that has joined a real auth. */
async function setUp() {
  const auth = await TestAuth.start();
  atEnd(() => auth[Symbol.asyncDispose]());
  const { token, pins } = await auth.role.localJoin(["proxy"]);
  const dataDir = keptTempDir();
  const lines: string[] = [];
  const log = createLog({ level: "debug", format: "json", write: (line) => lines.push(line) });
  const now = () => new Date();
  const cluster = await openCluster({
    dataDir,
    roles: ["proxy"],
    authAddrs: [auth.address],
    token,
    caPins: pins,
    hostname: "gate",
    addresses: ["127.0.0.1"],
    log,
    now,
  });
  atEnd(() => cluster[Symbol.asyncDispose]());
  const running = await proxyRole({
    cluster,
    ssh: { host: "127.0.0.1", port: 0 },
    web: { host: "127.0.0.1", port: 0 },
    publicAddrs: [],
    sshPublicAddrs: [],
    advertiseIp: undefined,
    keypairs: [],
    dataDir,
    hostname: "gate",
    maxConnections: 100,
    log,
    now,
  }).start();
  atEnd(() => running.stop());
  const [ssh = 0, web = 0] = running.listening.map((url) => Number(new URL(url).port));
  const ca = readFileSync(join(dataDir, "proxy/webproxy_cert.pem"), "utf8");
  const call = async (path: string, body?: object) => {
    const init = body && {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    };
    const reply = await fetch(`https://localhost:${web}${path}`, { ...init, tls: { ca } });
    return { status: reply.status, json: await reply.json() };
  };
  return { auth, ssh, web, call, lines };
}

test("a user is invited, signs up, logs in, passes the proxy, and is cut by a lock", async () => {
  const { auth, ssh, web, call, lines } = await setUp();
  const admin = await auth.admin();
  const invitation = await admin.createUser({ name: "alice", traits: { logins: ["alice"] } });
  expect(invitation.url).toBe(`https://127.0.0.1:${web}/web/invite/${invitation.token}`);

  const shown = await call(`/webapi/users/invites/${invitation.token}`);
  expect(shown.json).toMatchObject({ user: "alice", cluster: "test", second_factor: "otp" });
  const { secret } = shown.json.totp;
  const accept = { token: invitation.token, password: "correct horse battery", otp: totpCode(secret, auth.now) };
  expect(await call("/webapi/users/invites", { ...accept, password: "short" })).toMatchObject({ status: 400 });
  expect(await call("/webapi/users/invites", accept)).toEqual({ status: 200, json: { user: "alice" } });
  expect(await call("/webapi/users/invites", accept)).toMatchObject({ status: 404 });

  auth.pass(30_000);
  const key = PrivateKey.generate();
  const login = { user: "alice", password: accept.password, pub_key: key.public.toString() };
  expect((await call("/webapi/ssh/certs", { ...login, otp: "000000" })).status).toBe(401);
  const { json } = await call("/webapi/ssh/certs", { ...login, otp: totpCode(secret, auth.now) });
  expect(json).toMatchObject({ user: "alice", cluster: "test", host_signers: [{ cluster: "test", type: "host" }] });

  const config = sshConfig(ssh, { key, certificate: parseCertificateLine(json.cert) }, [], {
    ca: PublicKey.parse(json.host_signers[0].keys[0]),
    alias: servicePrincipal("proxy", "test"),
  });
  const sites = await run("ssh", ["-F", config, "proxy", "-s", "proxysites"]);
  expect(sites).toMatchObject({ code: 0, stderr: "" });
  // The way to auth: it says who it is.
  const toAuth = await run("ssh", ["-F", config, "proxy", "-s", "proxy:@test"]);
  expect(toAuth.stdout.toString()).toStartWith("SSH-2.0-");

  const session = run("ssh", ["-F", config, "-N", "proxy"]);
  await until("the third login", () => lines.filter((line) => line.includes("logged in")).length === 3);
  await admin.create("lock", {
    kind: "lock",
    metadata: { name: "stolen" },
    spec: { target: { user: "alice" }, message: "see the security desk" },
  });
  expect((await session).stderr).toContain("see the security desk");

  const names = async () => (await admin.searchEvents({})).map(({ event }) => event);
  await until("the end on record", async () => (await names()).includes("client.disconnect"));
  expect(await names()).toContain("session.connect");
});
