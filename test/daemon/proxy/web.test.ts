import { describe, expect, spyOn, test } from "bun:test";
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { connect } from "node:tls";
import type { AuthClient } from "../../../core/api/client.ts";
import type { RequestInput } from "../../../core/api/routes.ts";
import { selfSigned } from "../../../core/cert/x509.ts";
import { Fault } from "../../../core/fault.ts";
import type { Settings } from "../../../daemon/config.ts";
import { readJson } from "../../../daemon/net/body.ts";
import { keptTempDir } from "../../kit/temp.ts";
import { atEnd, cleanProxies, run, startProxy, type TestProxy } from "./kit.ts";

cleanProxies();

const TOKEN = "0123456789abcdef0123456789abcdef";

/** Auth as these tests need it: one invitation, one password. */
function fakeAuth() {
  const asked: { login: RequestInput<"login">[]; accept: RequestInput<"acceptInvite">[] } = { login: [], accept: [] };
  let pings = 0;
  const api: Partial<AuthClient> = {
    ping: async () => {
      pings += 1;
      return { cluster: "test", version: "1.2.3", now: new Date().toISOString(), second_factor: "otp" };
    },
    inspectInvite: async ({ token }) => {
      if (token !== TOKEN)
        throw new Fault("not_found", "no such invitation", { hint: "ask for a new one", cause: "x" });
      return {
        user: "alice",
        cluster: "test",
        second_factor: "otp",
        totp: { secret: "JBSWY3DPEHPK3PXP", uri: "otpauth://totp/test:alice?secret=JBSWY3DPEHPK3PXP&issuer=test" },
      };
    },
    acceptInvite: async (body) => {
      asked.accept.push(body);
      if (body.password.length < 12) throw new Fault("bad_request", "the password is too short");
      return { user: "alice" };
    },
    login: async (body) => {
      asked.login.push(body);
      if (body.password === "boom") throw new TypeError("secret detail of the inside");
      if (body.password !== "correct horse battery") throw new Fault("unauthenticated", "wrong");
      return {
        user: "alice",
        cluster: "test",
        certificate: "ssh-ed25519-cert-v01@openssh.com AAAA",
        authorities: (["user", "host"] as const).map((type) => ({
          kind: "cert_authority",
          version: "v1",
          metadata: { name: type },
          spec: {
            type,
            cluster: "test",
            active_keys: [`ssh-ed25519 ${type}1`],
            additional_trusted_keys: ["ssh-ed25519 old"],
          },
        })),
      };
    },
  };
  return { api, asked, pings: () => pings };
}

async function setUp(options: Parameters<typeof startProxy>[0] = {}) {
  const auth = fakeAuth();
  const proxy = await startProxy({ api: auth.api, ...options });
  const ca = readFileSync(join(proxy.dir, "proxy/webproxy_cert.pem"), "utf8");
  const base = `https://localhost:${proxy.web}`;
  const get = (path: string, init: RequestInit = {}) => fetch(base + path, { ...init, tls: { ca } });
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    get(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  return { ...auth, proxy, base, get, post, ca };
}

const login = { user: "alice", password: "correct horse battery", otp: "123456", pub_key: "ssh-ed25519 AAAA" };

describe("what the cluster says of itself", () => {
  test("ping and find are the same, and do not ask auth each time", async () => {
    const { get, proxy, pings } = await setUp();
    const answers = await Promise.all(
      ["/webapi/ping", "/webapi/find", "/webapi/ping"].map(async (path) => (await get(path)).json()),
    );
    for (const answer of answers)
      expect(answer).toEqual({
        cluster: "test",
        server_version: "1.2.3",
        auth: { type: "local", second_factor: "otp" },
        proxy: { ssh: { addr: `127.0.0.1:${proxy.ssh}` }, web: { addr: `127.0.0.1:${proxy.web}` } },
      });
    expect(pings()).toBe(1);
  });

  test("addresses are those that were configured; SSH is where the web is unless it says otherwise", async () => {
    const { get, proxy } = await setUp({ publicAddrs: [{ host: "gate.example.com", port: 443 }] });
    expect((await (await get("/webapi/ping")).json()).proxy).toEqual({
      ssh: { addr: `gate.example.com:${proxy.ssh}` },
      web: { addr: "gate.example.com:443" },
    });
  });

  test("while auth is away, what it said last; before that, that it is away", async () => {
    const away = async () => {
      throw new Fault("unavailable", "auth does not answer");
    };
    const { get } = await setUp({ api: { ping: away } });
    const reply = await get("/webapi/ping");
    expect(reply.status).toBe(503);
    expect(await reply.json()).toEqual({ error: { code: "unavailable", message: "auth does not answer" } });
  });
});

describe("login", () => {
  test("gives a certificate and the host authorities, and tells auth from where it came", async () => {
    const { post, asked } = await setUp();
    const reply = await post("/webapi/ssh/certs", { ...login, ttl_seconds: 3600 });
    expect(reply.status).toBe(200);
    expect(await reply.json()).toEqual({
      user: "alice",
      cluster: "test",
      cert: "ssh-ed25519-cert-v01@openssh.com AAAA",
      host_signers: [{ cluster: "test", type: "host", keys: ["ssh-ed25519 host1", "ssh-ed25519 old"] }],
    });
    const { pub_key, ...rest } = login;
    expect(asked.login).toEqual([{ ...rest, public_key: pub_key, ttl_seconds: 3600, remote_addr: "127.0.0.1" }]);
  });

  test("X-Forwarded-For is a claim, and not believed", async () => {
    const { post, asked } = await setUp();
    await post("/webapi/ssh/certs", login, { "x-forwarded-for": "10.1.2.3", forwarded: "for=10.1.2.3" });
    expect(asked.login[0]?.remote_addr).toBe("127.0.0.1");
  });

  test.each([
    ["a wrong password", { ...login, password: "no" }, 401, "wrong"],
    ["an unknown field", { ...login, admin: true }, 400, "request: admin: unknown field"],
    ["a missing field", { user: "alice" }, 400, "request: password: expected string, but it is missing"],
    ["a field of another type", { ...login, user: ["alice"] }, 400, "request: user: expected string, received array"],
    ["no JSON", "{", 400, "the body is not JSON"],
    ["nothing", "", 400, "the body is not JSON"],
    ["JSON of another shape", "[1]", 400, "request: expected object, received array"],
    ["what is no UTF-8", Buffer.from('{"user":"\xff"}', "latin1"), 400, "the body is not JSON"],
  ])("%s is refused", async (_name, body, status, message) => {
    const { get } = await setUp();
    const reply = await get("/webapi/ssh/certs", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: typeof body === "string" || body instanceof Buffer ? body : JSON.stringify(body),
    });
    expect(reply.status).toBe(status);
    expect((await reply.json()).error.message).toBe(message);
  });

  test("what nothing had foreseen is logged, and not shown", async () => {
    const { post, proxy } = await setUp();
    const reply = await post("/webapi/ssh/certs", { ...login, password: "boom" });
    expect(reply.status).toBe(500);
    expect(await reply.json()).toEqual({ error: { code: "internal", message: "internal error" } });
    expect(proxy.log.some((line) => line.includes("secret detail of the inside"))).toBe(true);
    expect(proxy.log.some((line) => line.includes("boom"))).toBe(false);
  });

  test("no page of another site may try it, nor a form", async () => {
    const { post, base, get } = await setUp();
    for (const origin of ["https://evil.example", "null", base.replace("https", "http"), `${base}0`])
      expect((await post("/webapi/ssh/certs", login, { origin })).status).toBe(403);
    expect((await post("/webapi/ssh/certs", login, { origin: base })).status).toBe(200);
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"]) {
      const reply = await get("/webapi/ssh/certs", {
        method: "POST",
        headers: { "content-type": type },
        body: JSON.stringify(login),
      });
      expect((await reply.json()).error).toEqual({
        code: "bad_request",
        message: "the body has to be JSON",
        hint: "send it with content-type: application/json",
      });
    }
  });
});

describe("an invitation", () => {
  test("is shown, with the secret as a picture as well, and accepted", async () => {
    const { get, post, asked } = await setUp();
    expect(await (await get(`/webapi/users/invites/${TOKEN}`)).json()).toMatchObject({
      user: "alice",
      totp: { secret: "JBSWY3DPEHPK3PXP" },
    });
    const picture = await get(`/webapi/users/invites/${TOKEN}/qr.svg`);
    expect(picture.headers.get("content-type")).toBe("image/svg+xml");
    expect(await picture.text()).toStartWith("<svg");
    const accepted = await post("/webapi/users/invites", {
      token: TOKEN,
      password: "a long enough one",
      otp: "123456",
    });
    expect(await accepted.json()).toEqual({ user: "alice" });
    expect(asked.accept).toEqual([
      { token: TOKEN, password: "a long enough one", otp: "123456", remote_addr: "127.0.0.1" },
    ]);
  });

  test("that is not known, or not a token, is refused", async () => {
    const { get } = await setUp();
    const unknown = await get("/webapi/users/invites/ffff");
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toEqual({
      error: { code: "not_found", message: "no such invitation", hint: "ask for a new one" },
    });
    for (const bad of ["a%2Fb", "%00", "x".repeat(200), "a b"])
      expect((await get(`/webapi/users/invites/${bad}`)).status).toBe(400);
  });

  test("its page and the front page run their own script and nothing else", async () => {
    const { get } = await setUp();
    for (const path of ["/", `/web/invite/${TOKEN}`]) {
      const reply = await get(path);
      expect(reply.headers.get("content-type")).toBe("text/html; charset=UTF-8");
      const policy = reply.headers.get("content-security-policy") ?? "";
      const html = await reply.text();
      for (const tag of ["script", "style"]) {
        const inline = [...html.matchAll(new RegExp(`<${tag}[^>]*>([^]*?)</${tag}>`, "g"))];
        expect(inline).toHaveLength(1);
        const digest = createHash("sha256")
          .update(inline[0]?.[1] ?? "")
          .digest("base64");
        expect(policy).toContain(`${tag}-src 'sha256-${digest}'`);
      }
      expect(policy).toContain("default-src 'none'");
      // Nothing is loaded from elsewhere, no handler is written into the markup, and the token is not in it.
      expect(html).not.toMatch(/(?:src|href)="|\son\w+="|https?:\/\//);
      expect(html).not.toContain(TOKEN);
    }
  });
});

describe("every answer", () => {
  test("carries headers that keep it to its reader", async () => {
    const { get, post } = await setUp();
    const replies = [
      await get("/"),
      await get("/webapi/ping"),
      await get("/nowhere"),
      await post("/webapi/ssh/certs", "{"),
      await get("/webapi/ssh/certs"),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 404, 400, 405]);
    for (const { headers } of replies) {
      expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    }
  });

  test("says which methods an address takes", async () => {
    const { get } = await setUp();
    for (const [path, allow] of [
      ["/webapi/ssh/certs", "POST"],
      ["/webapi/ping", "GET"],
      [`/webapi/users/invites/${TOKEN}`, "GET"],
    ]) {
      const reply = await get(path ?? "", { method: "DELETE" });
      expect([reply.status, reply.headers.get("allow")]).toEqual([405, allow ?? ""]);
      expect((await reply.json()).error.message).toBe(`this address takes ${allow} only`);
    }
    expect((await get("/webapi/ping", { method: "HEAD" })).status).toBe(200);
  });
});

describe("too much", () => {
  test("a body of 40 MB is answered in words, by curl and by fetch, and costs no memory", async () => {
    const { base, post } = await setUp();
    const big = Buffer.alloc(40 * 1024 * 1024, "x");
    const before = process.memoryUsage().rss;
    const expected = {
      error: {
        code: "too_large",
        message: "the body is larger than 64 KiB",
        hint: "nothing that is sent here is that large",
      },
    };
    const curl = ["-sk", "-w", "\n%{http_code}", "-H", "content-type: application/json", "--data-binary", "@-"];
    for (const more of [[], ["-H", "Expect:"], ["-H", "Transfer-Encoding: chunked", "-H", "Expect:"]]) {
      const { stdout, code } = await run("curl", [...curl, ...more, `${base}/webapi/ssh/certs`], big);
      const [body = "", status] = stdout.toString().split("\n");
      expect([code, status]).toEqual([0, "413"]);
      expect(JSON.parse(body)).toEqual(expected);
    }
    const reply = await post("/webapi/users/invites", big.toString());
    expect([reply.status, await reply.json()]).toEqual([413, expected]);
    // 160 MB went by.
    expect(process.memoryUsage().rss - before).toBeLessThan(250e6);
    expect((await post("/webapi/ssh/certs", login)).status).toBe(200);
  });

  test("a body that does not come is not waited for", async () => {
    const body = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from("{")) });
    const request = new Request("https://x", { method: "POST", headers: { "content-type": "application/json" }, body });
    await expect(readJson(request, 50)).rejects.toThrow("the body took too long to arrive");
  });

  test("guesses are counted by source; what was right is not", async () => {
    // In no time, as the limits count it: a slow machine takes so long that the next guess is due.
    const clock = spyOn(performance, "now").mockReturnValue(Math.ceil(performance.now()));
    atEnd(() => clock.mockRestore());
    const { post, get } = await setUp();
    for (let i = 0; i < 120; i++) expect((await post("/webapi/ssh/certs", login)).status).toBe(200);
    const guesses = await Promise.all(Array.from({ length: 110 }, () => get("/webapi/users/invites/ffff")));
    const statuses = new Set(guesses.map(({ status }) => status));
    expect(statuses).toEqual(new Set([404, 429]));
    const limited = guesses.find(({ status }) => status === 429);
    expect(Number(limited?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await limited?.json()).error).toMatchObject({
      code: "rate_limited",
      message: "too many requests from 127.0.0.1",
    });
    expect((await post("/webapi/ssh/certs", login)).status).toBe(429);
    expect((await get("/webapi/ping")).status).toBe(200);
  });
});

describe("TLS", () => {
  async function shown({ web }: TestProxy, servername = ""): Promise<X509Certificate> {
    const socket = connect({ host: "127.0.0.1", port: web, rejectUnauthorized: false, servername });
    await new Promise((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
    const { raw } = socket.getPeerCertificate();
    socket.destroy();
    return new X509Certificate(raw);
  }
  async function keypair(name: string) {
    const dir = keptTempDir();
    const { certPem, keyPem } = await selfSigned({ names: [name], days: 30, now: new Date() });
    const pair = { keyFile: join(dir, "key.pem"), certFile: join(dir, "cert.pem") };
    writeFileSync(pair.keyFile, keyPem);
    writeFileSync(pair.certFile, certPem);
    return pair;
  }
  const settings = (keypairs: readonly { keyFile: string; certFile: string }[]) =>
    ({ proxy: { keypairs } }) as unknown as Settings;

  test("a proxy makes a certificate for all its names, keeps it, and makes it anew for another name", async () => {
    const publicAddrs = [{ host: "gate.example.com", port: 443 }];
    const first = await startProxy({ publicAddrs, hostname: "box" });
    const certificate = await shown(first);
    for (const name of ["gate.example.com", "box", "localhost"]) expect(certificate.checkHost(name)).toBeDefined();
    for (const address of ["127.0.0.1", "::1"]) expect(certificate.checkIP(address)).toBeDefined();
    for (const file of ["cert", "key"])
      expect(statSync(join(first.dir, `proxy/webproxy_${file}.pem`)).mode & 0o777).toBe(0o600);
    const again = await startProxy({ publicAddrs, hostname: "box", dataDir: first.dir });
    expect((await shown(again)).fingerprint256).toBe(certificate.fingerprint256);
    const renamed = await startProxy({ hostname: "crate", dataDir: first.dir });
    expect((await shown(renamed)).checkHost("crate")).toBe("crate");
  });

  test("the configured one is used, by name where there are several, and read again on a reload", async () => {
    const [one, two, three] = [
      await keypair("one.example"),
      await keypair("two.example"),
      await keypair("three.example"),
    ];
    const proxy = await startProxy({ keypairs: [one, two] });
    expect((await shown(proxy)).checkHost("one.example")).toBe("one.example");
    expect((await shown(proxy, "two.example")).checkHost("two.example")).toBe("two.example");

    // A connection that is open goes on.
    const kept = connect({ host: "127.0.0.1", port: proxy.web, rejectUnauthorized: false });
    await new Promise((resolve) => kept.once("secureConnect", resolve));
    await proxy.running.reload?.(settings([three]));
    expect((await shown(proxy)).checkHost("three.example")).toBe("three.example");
    kept.write("GET /nowhere HTTP/1.1\r\nhost: x\r\n\r\n");
    const heard = await new Promise<string>((resolve) => kept.once("data", (chunk: Buffer) => resolve(String(chunk))));
    expect(heard).toStartWith("HTTP/1.1 404");
    kept.destroy();
  });

  test("files that are no use leave everything as it was, and are named", async () => {
    const [one, two] = [await keypair("one.example"), await keypair("two.example")];
    const proxy = await startProxy({ keypairs: [one] });
    writeFileSync(join(proxy.dir, "junk"), "junk");
    const junk = join(proxy.dir, "junk");
    for (const [pair, reason] of [
      [{ keyFile: two.keyFile, certFile: one.certFile }, "does not belong to the certificate"],
      [{ keyFile: junk, certFile: one.certFile }, `${junk} is not a private key`],
      [{ keyFile: one.keyFile, certFile: junk }, `${junk} is not a certificate`],
      [{ keyFile: "/nonexistent", certFile: one.certFile }, "cannot read /nonexistent"],
    ] as const) {
      await expect(proxy.running.reload?.(settings([pair]))).rejects.toThrow(reason);
      expect((await shown(proxy)).checkHost("one.example")).toBe("one.example");
    }
    await expect(startProxy({ keypairs: [{ keyFile: junk, certFile: junk }] })).rejects.toThrow("is not a certificate");
  });

  test("a port that is in use is said at the start, though Bun would share it", async () => {
    const taken = createServer();
    await new Promise<void>((listening) => taken.listen(0, "127.0.0.1", listening));
    atEnd(() => taken.close());
    const { port } = taken.address() as { port: number };
    await expect(startProxy({ web: { host: "127.0.0.1", port } })).rejects.toThrow(`port ${port} is in use`);
    const first = await startProxy();
    await expect(startProxy({ web: { host: "127.0.0.1", port: first.web } })).rejects.toThrow("is in use");
  });

  test("nothing older than TLS 1.2 is spoken", async () => {
    const { proxy } = await setUp();
    const old = connect({
      host: "127.0.0.1",
      port: proxy.web,
      rejectUnauthorized: false,
      maxVersion: "TLSv1.1",
      minVersion: "TLSv1",
    });
    const ended = new Promise((resolve) => old.once("error", resolve).once("close", resolve));
    expect(
      await Promise.race([
        ended.then(() => "refused"),
        new Promise((r) => old.once("secureConnect", () => r("let in"))),
      ]),
    ).toBe("refused");
  });
});
