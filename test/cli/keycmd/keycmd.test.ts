import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { run } from "../../kit/run.ts";
import { cleanTemp } from "../../kit/temp.ts";
import { caFile, FakeEscrow, found, Host, Offer, refused } from "./fake-tms.ts";
import { SystemLog } from "./system-log.ts";

cleanTemp();

const offer = new Offer();
const escrow = new FakeEscrow(() => found(offer.line));
afterAll(() => escrow.stop());
beforeEach(() => {
  escrow.asked.length = 0;
  escrow.answer(() => found(offer.line));
});

/** Nothing on stdout, status 1, and exactly one line in the log, which holds this. */
async function expectNothing(host: Host, words: readonly string[], why: string | RegExp): Promise<void> {
  const before = host.logged().length;
  const { code, stdout } = await host.keycmd(words);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  const lines = host.logged().slice(before);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(why);
}

describe("keycmd", () => {
  test("prints the line and nothing else", async () => {
    const host = new Host(escrow.url);
    expect(await host.keycmd(offer.words())).toEqual({ code: 0, stdout: `${offer.line}\n`, stderr: "" });
    expect(host.logged()).toEqual([]);
  });

  test("asks what TMS's own KeyCmd asks", async () => {
    await new Host(escrow.url).keycmd(offer.words("bob"));
    const { path, method, headers, body } = escrow.last;
    expect({ path, method }).toEqual({ path: "/v1/tms/pubkeys/creds/retrieve", method: "POST" });
    expect(headers.get("content-type")).toBe("application/json");
    expect(headers.get("authorization")).toBeNull();
    expect(body).toMatchObject({
      user: "bob",
      user_uid: "1000",
      host: "host-1",
      public_key_fingerprint: offer.fingerprint,
      key_type: "ssh-ed25519",
    });
    expect(Object.keys(body).sort()).toEqual(
      ["connection", "host", "key_type", "public_key_fingerprint", "user", "user_uid"].sort(),
    );
  });

  test("asks the very URL that is configured", async () => {
    await new Host(`${escrow.url}/other/retrieve?x=1`).keycmd(offer.words());
    expect(escrow.last.path).toBe("/other/retrieve");
  });

  test("is the same under its own name", async () => {
    const host = new Host(escrow.url);
    const { code, stdout } = await run(["keycmd", `--config=${host.config}`, ...offer.words()]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${offer.line}\n` });
  });

  test.each(["check", "install", "version", "completion"])("looks for a user called %s", async (user) => {
    const { code } = await new Host(escrow.url).keycmd(offer.words(user));
    expect(code).toBe(0);
    expect((await run(["keycmd", ...offer.words(user)])).stdout).toBe("");
    expect(escrow.last.body["user"]).toBe(user);
  });

  test("finds keys of every type", async () => {
    for (const key of [await PrivateKey.make("ecdsa"), await PrivateKey.make("rsa")]) {
      const one = new Offer(key);
      escrow.answer(() => found(one.line));
      expect(await new Host(escrow.url).keycmd(one.words())).toMatchObject({ code: 0, stdout: `${one.line}\n` });
    }
  });

  test("prints the line as it was understood, not as it came", async () => {
    escrow.answer(() => found(`  restrict,from="10.0.0.0/8"   ${offer.line}\ta comment, command="id"\n`));
    const { stdout } = await new Host(escrow.url).keycmd(offer.words());
    expect(stdout).toBe(`restrict,from="10.0.0.0/8" ${offer.line}\n`);
  });

  test("says its version", async () => {
    expect(await run(["keycmd", "--version"])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^sallyport keycmd v\d+\.\d+\.\d+\n$/),
    });
  });

  test("takes no proxy, no authority and no leniency from the environment", async () => {
    const nowhere = "http://127.0.0.1:1";
    const env = { https_proxy: nowhere, HTTPS_PROXY: nowhere, http_proxy: nowhere, ALL_PROXY: nowhere, NO_PROXY: "" };
    expect((await new Host(escrow.url).keycmd(offer.words(), { env })).stdout).toBe(`${offer.line}\n`);
    const lax = { NODE_TLS_REJECT_UNAUTHORIZED: "0", NODE_EXTRA_CA_CERTS: caFile, SSL_CERT_FILE: caFile };
    const host = new Host(escrow.url, { ca_file: undefined });
    expect(await host.keycmd(offer.words(), { env: lax })).toMatchObject({ code: 1, stdout: "" });
  });

  test("names the connection, by its ends where they are given and by its parent otherwise", async () => {
    const host = new Host(escrow.url);
    const named = async (...more: string[]) => {
      await host.keycmd(offer.words("alice", ...more));
      return escrow.last.body["connection"];
    };
    const ends = "192.0.2.1 50000 192.0.2.2 22";
    const [one, same, other] = [await named(ends), await named(ends), await named(ends.replace("50000", "50001"))];
    expect(one).toMatch(/^[0-9a-f]{32}$/);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
    const [parent, again] = [await named(), await named()];
    expect(parent).toMatch(/^[0-9a-f]{32}$/);
    expect(again).toBe(parent);
    expect(parent).not.toBe(one);
  });

  test("shows the host's credential, which nobody else may read", async () => {
    const host = new Host(escrow.url);
    const credential = join(host.dir, "credential");
    writeFileSync(credential, "tmsh_7_abc\n", { mode: 0o400 });
    const with_ = new Host(escrow.url, { credential_file: credential });
    expect((await with_.keycmd(offer.words())).code).toBe(0);
    expect(escrow.last.headers.get("x-tms-host-credential")).toBe("tmsh_7_abc");
    chmodSync(credential, 0o604);
    await expectNothing(with_, offer.words(), "other users can read the credential");
    chmodSync(credential, 0o600);
    writeFileSync(credential, "two\nlines");
    expect((await with_.keycmd(offer.words())).code).toBe(0);
    expect(escrow.last.headers.get("x-tms-host-credential")).toBe("two,lines");
    writeFileSync(credential, "\n");
    await expectNothing(with_, offer.words(), "the file contains no credential");
    await expectNothing(new Host(escrow.url, { credential_file: "/nowhere" }), offer.words(), "/nowhere");
    expect([...with_.logged()].join("")).not.toContain("tmsh_7_abc");
  });
});

describe("arguments that are refused:", () => {
  const { fingerprint } = offer;
  test.each<[string, string[], string]>([
    ["a command that there is not", ["chekc"], "keycmd --help has its commands"],
    ["three", ["alice", "1000", fingerprint], "expected the arguments"],
    ["six", [...offer.words("alice", "a", "b")], "expected the arguments"],
    ["an empty user", offer.words(""), "the user name"],
    ["a user on two lines", offer.words("a\nb"), "the user name"],
    ["a user of many letters", offer.words("a".repeat(256)), "the user name"],
    ["a negative uid", ["alice", "-1", fingerprint, "ssh-ed25519"], "user id"],
    ["a uid of 33 bits", ["alice", "4294967296", fingerprint, "ssh-ed25519"], "user id"],
    ["a uid that is no number", ["alice", "1e3", fingerprint, "ssh-ed25519"], "user id"],
    ["a short fingerprint", ["alice", "1", fingerprint.slice(0, -1), "ssh-ed25519"], "fingerprint"],
    ["a padded fingerprint", ["alice", "1", `${fingerprint}=`, "ssh-ed25519"], "fingerprint"],
    ["a fingerprint of 258 bits", ["alice", "1", `${fingerprint.slice(0, -1)}B`, "ssh-ed25519"], "fingerprint"],
    ["an MD5 fingerprint", ["alice", "1", "MD5:00:11:22", "ssh-ed25519"], "FingerprintHash"],
    ["no type", ["alice", "1", fingerprint, ""], "type of key"],
    ["a type with a blank", ["alice", "1", fingerprint, "ssh ed25519"], "type of key"],
    ["ends on two lines", offer.words("alice", "1.2.3.4 1\n5.6.7.8 2"), "%C"],
    ["a flag", ["--insecure", ...offer.words()], "unknown flag"],
  ])("%s", async (_, words, why) => {
    const host = new Host(escrow.url);
    const { code, stdout, stderr } = await host.keycmd(words);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^keycmd: .*${why}.*\n$`));
    expect(escrow.asked).toEqual([]);
  });

  test("no file after --config", async () => {
    expect(await run(["keycmd", "--config"])).toMatchObject({ code: 2, stdout: "" });
    expect(await run(["keycmd", "--config=", ...offer.words()])).toMatchObject({ code: 1, stdout: "" });
  });

  test("a certificate, which is not even asked for", async () => {
    const words = ["alice", "1", fingerprint, "ssh-ed25519-cert-v01@openssh.com"];
    await expectNothing(new Host(escrow.url), words, "certificates");
    expect(escrow.asked).toEqual([]);
  });

  test("not a cry for help, which gets it on stdout", async () => {
    const { code, stdout } = await run(["sallyport", "keycmd", "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("AuthorizedKeysCommand /usr/local/bin/sallyport keycmd %u %U %f %t");
  });

  test("none, which gets help on stderr", async () => {
    expect(await run(["keycmd"])).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("check") });
  });
});

describe("a configuration", () => {
  test("of TMS's KeyCmd is read as it is", async () => {
    const host = new Host(escrow.url);
    const file = join(host.dir, "tms_keycmd.toml");
    const text = `# TMS KeyCmd configuration\ntms_url = "${escrow.url}/v1/tms/pubkeys/creds/retrieve"\nhost_name = "host-1"\n`;
    writeFileSync(file, `${text}client_id = "old"\n`, { mode: 0o600 });
    // Its trust is the system's, which does not know the authority of this test.
    expect((await run(["keycmd", "--config", file, ...offer.words()])).stderr).toContain("certificate");
    writeFileSync(file, `${text}ca_file = ${JSON.stringify(caFile)}\n`);
    expect((await run(["keycmd", "--config", file, ...offer.words()])).stdout).toBe(`${offer.line}\n`);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["without a URL", { tms_url: undefined }, "tms_url is missing"],
    ["without a host", { host_name: undefined }, "host_name is missing"],
    ["with an empty host", { host_name: " " }, "host_name: expected the name"],
    ["with a URL of another kind", { tms_url: "ftp://x/" }, "tms_url: expected a URL"],
    ["with a password in the URL", { tms_url: "https://a:b@localhost/" }, "tms_url: expected a URL"],
    ["with a URL in clear", { tms_url: "http://localhost:1/" }, "tms_url: http lets"],
    ["with a number as URL", { tms_url: 7 }, "tms_url: expected a URL"],
    ["with a misspelt key", { max_stail: 5 }, '"max_stail" is not a known key'],
    ["with a time of text", { timeout_ms: "3s" }, "timeout_ms: expected milliseconds"],
    ["with a time too long", { timeout_ms: 60_000 }, "timeout_ms: expected milliseconds, 100 to 10000"],
    ["with a word for a flag", { insecure: "yes" }, "insecure: expected true or false"],
    ["with a relative path", { ca_file: "ca.pem" }, "ca_file: expected an absolute path"],
    ["with an unclear duration", { max_stale: "soon" }, "max_stale: expected seconds"],
    ["with a cache for weeks", { max_stale: "30d" }, "max_stale: expected seconds"],
    ["with a log that is no path", { log: "stdout" }, 'log: expected "syslog"'],
    ["with another kind of key", { escrow_keys: ["ssh-rsa AAAA"] }, "escrow_keys: expected a list"],
    ["with a key that is no list", { escrow_keys: offer.line }, "escrow_keys: expected a list"],
  ])("%s is refused, by file and key", async (_, change, why) => {
    const host = new Host(escrow.url, change);
    const { code, stdout, stderr } = await host.keycmd(offer.words());
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`${host.config}: ${why}`);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(escrow.asked).toEqual([]);
  });

  test("that is not TOML, not there, not a file, or anybody's to write is refused", async () => {
    const host = new Host(escrow.url);
    writeFileSync(host.config, "tms_url = ");
    expect((await host.keycmd(offer.words())).stderr).toContain("this is not TOML");
    const at = (file: string) => run(["keycmd", "--config", file, ...offer.words()]);
    expect((await at("/nowhere/keycmd.toml")).stderr).toContain("/nowhere/keycmd.toml: no such file");
    expect((await at("/")).stderr).toContain("not a small file");
    host.configure({ tms_url: escrow.url, host_name: "host-1", ca_file: caFile });
    chmodSync(host.config, 0o666);
    expect((await host.keycmd(offer.words())).stderr).toContain("other users can write to it");
    expect(escrow.asked).toEqual([]);
  });
});

describe("an answer is refused:", () => {
  const other = new Offer();
  const big = "x".repeat(70_000);
  test.each<[string, () => Response, RegExp]>([
    ["another key", () => found(other.line), /another key, SHA256:/],
    ["an option that gives rights", () => found(`command="id" ${offer.line}`), /option/],
    ["an authority", () => found(`cert-authority ${offer.line}`), /option/],
    ["two lines", () => found(`${offer.line}\n${other.line}`), /control characters/],
    ["two lines, told apart by \\r", () => found(`${offer.line}\r${other.line}`), /control characters/],
    ["no key", () => Response.json({ result_code: "0" }), /no key in it/],
    ["a key that is a list", () => Response.json({ public_key: [offer.line] }), /no key in it/],
    ["a list", () => Response.json([offer.line]), /no key in it/],
    ["text", () => new Response(offer.line), /no key in it/],
    ["HTML", () => new Response("<html>", { headers: { "content-type": "text/html" } }), /no key in it/],
    ["nothing", () => new Response(""), /no key in it/],
    ["a body of 70 KB", () => found(big), /too large/],
    ["a body of 10 MB", () => new Response(big.repeat(150)), /too large/],
    ["another success", () => Response.json({ public_key: offer.line }, { status: 201 }), /answered 201/],
    ["a redirect", () => Response.redirect(`${escrow.url}/elsewhere`, 307), /answered 307/],
    ["not found", () => refused(404, "NOT_FOUND"), /answered 404 "NOT_FOUND"/],
    ["forbidden", () => refused(403, "MFA expired"), /answered 403 "MFA expired"/],
    ["a failure", () => refused(500, "oops"), /answered 500 "oops"/],
    ["too many", () => refused(429, "later"), /answered 429 "later"/],
  ])("%s", async (_, respond, why) => {
    escrow.answer(respond);
    await expectNothing(new Host(escrow.url), offer.words(), why);
    expect(escrow.asked).toHaveLength(1);
  });

  test("a key of another type than sshd said", async () => {
    await expectNothing(new Host(escrow.url), ["alice", "1", offer.fingerprint, "ssh-rsa"], /another type/);
  });
});

describe("the log", () => {
  test("cannot be made to lie", async () => {
    const host = new Host(escrow.url);
    escrow.answer(() => refused(403, 'no\nJan 1 00:00:00 sshd[1]: Accepted\x1b[2J\u2028 "x'));
    await expectNothing(host, offer.words('al"ice\u202e'), /^[\x20-\x7e]+$/);
    expect(host.logged()[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z keycmd\[\d+\]: user "al\\"ice\\u202e", key SHA256:/);
  });

  test("has one line for every refusal, and does not grow with what a server says", async () => {
    const host = new Host(escrow.url);
    escrow.answer(() => refused(403, "x".repeat(60_000)));
    await expectNothing(host, offer.words(), /x{100}/);
    await expectNothing(host, offer.words(), /x{100}/);
    expect(host.logged().every((line) => line.length < 1_200)).toBe(true);
  });

  test("that cannot be written, or leads elsewhere, changes nothing", async () => {
    const host = new Host(escrow.url);
    const linked = join(host.dir, "linked.log");
    symlinkSync(join(host.dir, "target"), linked);
    for (const log of ["/nowhere/x.log", linked, "/proc/self/fd/1", "/dev/stdout"]) {
      escrow.answer(() => refused(404, "NOT_FOUND"));
      const { code, stdout } = await new Host(escrow.url, { log }).keycmd(offer.words());
      expect({ log, code, stdout }).toEqual({ log, code: 1, stdout: "" });
    }
  });

  const journal = existsSync("/dev/log");
  if (journal || process.getuid?.() !== 0) console.log("/dev/log is not this test's to listen on: syslog is not tried");
  test.if(!journal && process.getuid?.() === 0)("is syslog, when nothing else is said", async () => {
    using log = new SystemLog("/dev/log");
    const host = new Host(escrow.url, { log: undefined });
    escrow.answer(() => refused(403, "100% no\n%s"));
    expect((await host.keycmd(offer.words("bob"))).code).toBe(1);
    const about = `user "bob", key ${offer.fingerprint}`;
    const line = await log.line(offer.fingerprint);
    expect(line).toMatch(/^<37>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d sallyport-keycmd\[\d+\]: /);
    expect(line).toEndWith(`: ${about}: the server answered 403 "100% no\\n%s"`);
    escrow.answer(() => refused(404, "NOT_FOUND"));
    await host.keycmd(offer.words("eve"));
    expect(await log.line('"eve"')).toStartWith("<38>");
    // Whoever reads the log has stopped, and it is full: nobody waits for that.
    log.fill();
    expect(await host.keycmd(offer.words("eve"))).toMatchObject({ code: 1, stdout: "" });
  });
});
