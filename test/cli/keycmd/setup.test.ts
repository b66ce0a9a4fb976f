import { afterAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { whyChangeable, whyNotOwn, whyUnreadable, whyUnsafe, whyUnwritable } from "../../../cli/keycmd/setup/access.ts";
import { accountOf } from "../../../cli/keycmd/setup/account.ts";
import { checkSshd } from "../../../cli/keycmd/setup/checks.ts";
import type { Finding } from "../../../cli/keycmd/setup/finding.ts";
import { binary } from "../../kit/build.ts";
import { type Ran, runProgram } from "../../kit/run.ts";
import { cleanTemp } from "../../kit/temp.ts";
import { type Asked, caFile, FakeEscrow, found, Host, issue, Offer, refused } from "./fake-tms.ts";

cleanTemp();

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log("not root: keycmd install, and what only root sees, is not tried");

const offer = new Offer();
const escrow = new FakeEscrow(answer);
afterAll(() => escrow.stop());

/** As our escrow does, with one credential that is right. */
function answer({ path, method, headers }: Asked): Response {
  if (path !== "/v1/tms/escrow-keys" || method !== "GET") return found(offer.line);
  const credential = headers.get("x-tms-host-credential");
  if (credential !== null && credential !== "right") return refused(401, "the host credential is wrong");
  return Response.json({ keys: [`${escrow.signer.public}`], ...(credential !== null && { host_accepted: true }) });
}

/** A directory that sshd would run programs from, with the program in it. */
const safe = isRoot ? mkdtempSync("/opt/keycmd-test-") : "";
const program = join(safe, "sallyport");
if (isRoot) {
  chmodSync(safe, 0o755);
  copyFileSync(binary(), program);
  chmodSync(program, 0o755);
}
afterAll(() => rmSync(safe, { recursive: true, force: true }));

const keycmd = (...words: string[]): Promise<Ran> => runProgram([program, "keycmd", ...words]);

/** What `check` says of one thing. */
async function about(what: string, config: string): Promise<Finding[]> {
  const { stdout, code } = await keycmd("check", `--config=${config}`, "--format=json");
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] };
  expect(code).toBe(ok ? 0 : 1);
  expect(ok).toBe(findings.every(({ status }) => status !== "failed"));
  expect(findings.every(({ status, remedy }) => (status === "ok") === (remedy === null))).toBe(true);
  return findings.filter((finding) => finding.about === what);
}

describe.if(isRoot)("keycmd install", () => {
  const flags = (dir: string, ...more: string[]) => [
    "install",
    `--config=${join(dir, "etc/keycmd.toml")}`,
    `--url=${escrow.url}`,
    "--host-name=host-1",
    `--ca-file=${caFile}`,
    `--cache=${join(dir, "cache")}`,
    ...more,
  ];
  const place = () => mkdtempSync(join(safe, "host-"));
  const open = (dir: string) => {
    chmodSync(dir, 0o755);
    return dir;
  };

  test("sets a host up that then answers as nobody, and prints two lines", async () => {
    const dir = open(place());
    const config = join(dir, "etc/keycmd.toml");
    const credential = join(dir, "given");
    writeFileSync(credential, "right\n", { mode: 0o600 });
    const { code, stdout } = await keycmd(...flags(dir, `--credential-file=${credential}`));
    expect(code).toBe(0);
    expect(stdout).toBe(
      `AuthorizedKeysCommand ${program} keycmd --config=${config} %u %U %f %t\nAuthorizedKeysCommandUser nobody\n`,
    );
    const { uid, gid } = accountOf("nobody");
    const has = (path: string) => {
      const stat = lstatSync(join(dir, path));
      return [(stat.mode & 0o777).toString(8), stat.uid, stat.gid];
    };
    expect(has("cache")).toEqual(["700", uid, gid]);
    expect(has("etc")).toEqual(["755", 0, 0]);
    expect(has("etc/keycmd.toml")).toEqual(["644", 0, 0]);
    expect(has("etc/keycmd-ca.pem")).toEqual(["644", 0, 0]);
    expect(has("etc/keycmd-credential")).toEqual(["400", uid, gid]);
    rmSync(credential);

    const asNobody = ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", program, "keycmd"];
    expect(await runProgram([...asNobody, "--config", config, ...offer.words()])).toMatchObject({
      code: 0,
      stdout: `${offer.line}\n`,
      stderr: "",
    });
    expect(escrow.last.headers.get("x-tms-host-credential")).toBe("right");
    expect(escrow.last.body["statement"]).toBe(true);

    for (const what of ["program", "config", "credential", "cache", "log", "server", "clock"])
      for (const finding of await about(what, config)) expect(finding).toMatchObject({ about: what, status: "ok" });
    expect((await about("server", config)).map(({ message }) => message).join()).toContain("knows this host as host-1");
    const text = (await keycmd("check", `--config=${config}`)).stdout;
    expect(text).toMatch(/^ok {7}cache {8}.*\/cache is used for 900 s/m);
    // What is there stays as it is.
    expect(await keycmd(...flags(dir))).toMatchObject({ code: 6, stdout: "" });
  });

  test("does nothing when it only says what it would do", async () => {
    const dir = open(place());
    const { code, stdout, stderr } = await keycmd(...flags(dir, "--dry-run"));
    expect(code).toBe(0);
    expect(stdout.split("\n")).toHaveLength(3);
    expect(stderr).toContain(`would write ${join(dir, "etc/keycmd.toml")}`);
    expect(stderr).toContain(`would make the directory ${join(dir, "cache")}, for the user nobody alone`);
    expect(stderr).toContain(`would make the directory ${join(dir, "etc")}\n`);
    expect(lstatSync(join(dir, "etc"), { throwIfNoEntry: false })).toBeUndefined();
    expect(lstatSync(join(dir, "cache"), { throwIfNoEntry: false })).toBeUndefined();
    mkdirSync(join(dir, "etc"));
    expect((await keycmd(...flags(dir, "--dry-run"))).stderr).not.toContain(`directory ${join(dir, "etc")}\n`);
    expect((await keycmd("install", "--dry-run")).stdout).toBe(
      `AuthorizedKeysCommand ${program} keycmd %u %U %f %t\nAuthorizedKeysCommandUser nobody\n`,
    );
  });

  test("names the configuration so that sshd finds it, wherever that starts", async () => {
    const words = [program, "keycmd", "install", "--dry-run", "--config=keycmd.toml"];
    const { stdout } = await runProgram(words, { cwd: safe });
    expect(stdout).toStartWith(`AuthorizedKeysCommand ${program} keycmd --config=${safe}/keycmd.toml %u`);
  });

  test("makes no cache with a server that signs nothing", async () => {
    const dir = open(place());
    escrow.answer(() => new Response("not found", { status: 404 }));
    try {
      expect((await keycmd(...flags(dir))).code).toBe(0);
    } finally {
      escrow.answer(answer);
    }
    expect(readFileSync(join(dir, "etc/keycmd.toml"), "utf8")).not.toContain("cache");
    expect(lstatSync(join(dir, "cache"), { throwIfNoEntry: false })).toBeUndefined();
  });

  test("refuses what could not work, and then leaves nothing behind", async () => {
    const dir = open(place());
    const credential = join(dir, "given");
    writeFileSync(credential, "wrong\n", { mode: 0o600 });
    const closed = join(dir, "closed");
    mkdirSync(closed, { mode: 0o700 });
    const others = join(dir, "others");
    mkdirSync(others, { mode: 0o755 });
    symlinkSync(others, join(dir, "link"));
    symlinkSync(join(dir, "none"), join(dir, "nowhere"));
    const cases: readonly (readonly [string[], number, RegExp])[] = [
      [["install"], 2, /--url is required/],
      [["install", "--url=https://localhost:1"], 2, /--host-name is required/],
      [["install", "--dry-run", "--config=/etc/a b.toml"], 2, /"\/etc\/a b\.toml" is not one word/],
      [["install", "--dry-run", "--config=/etc/%u.toml"], 2, /is not one word/],
      [flags(dir, "--user=no-such-user"), 5, /no user "no-such-user"/],
      [flags(dir, "--url=http://localhost:1"), 2, /tms_url: http lets/],
      [flags(dir, "--url=localhost"), 2, /tms_url: expected a URL/],
      [flags(dir, "--host-name="), 2, /host_name: expected/],
      [flags(dir, "--url=https://localhost:1"), 7, /ECONNREFUSED/],
      [flags(dir, `--url=https://127.0.0.1:${escrow.port}`, "--ca-file=/etc/passwd"), 2, /no certificate in it/],
      [
        flags(dir, `--credential-file=${credential}`),
        4,
        /refuses this host's credential: the host credential is wrong/,
      ],
      [flags(dir, "--credential-file=/nowhere"), 5, /\/nowhere/],
      [flags(dir, `--cache=${closed}/cache`), 1, /the user nobody may not enter .*closed/],
      [flags(dir, `--cache=${others}`), 6, /others cannot serve as the cache: .*belongs to the user 0/],
      [flags(dir, `--cache=${dir}/link`), 6, /link is not a directory/],
      [flags(dir, `--cache=${dir}/nowhere`), 6, /nowhere is not a directory/],
    ];
    for (const [words, status, why] of cases) {
      const { code, stdout, stderr } = await keycmd(...words);
      expect({ words, code, stdout }).toEqual({ words, code: status, stdout: "" });
      expect(stderr).toMatch(why);
      expect(lstatSync(join(dir, "etc"), { throwIfNoEntry: false })).toBeUndefined();
    }
    // Whose it was it still is.
    expect(lstatSync(others)).toMatchObject({ uid: 0, mode: 0o40755 });
  });

  test("takes the cache of before, but not one of another user", async () => {
    const dir = open(place());
    expect((await keycmd(...flags(dir))).code).toBe(0);
    writeFileSync(join(dir, "cache/kept"), "");
    rmSync(join(dir, "etc/keycmd.toml"));
    expect((await keycmd(...flags(dir))).code).toBe(0);
    expect(lstatSync(join(dir, "cache/kept")).isFile()).toBe(true);
    rmSync(join(dir, "etc/keycmd.toml"));
    expect(await keycmd(...flags(dir, "--user=daemon"))).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(/cache belongs to the user \d+, not to daemon/),
    });
  });
});

describe.if(isRoot)("keycmd check", () => {
  /** A host that is as it should be. */
  function hostIn(dir: string, more: Readonly<Record<string, unknown>> = {}) {
    const at = (name: string) => join(dir, name);
    chmodSync(dir, 0o755);
    const { uid, gid } = accountOf("nobody");
    mkdirSync(at("cache"), { mode: 0o700 });
    chownSync(at("cache"), uid, gid);
    writeFileSync(at("credential"), "right\n", { mode: 0o400 });
    chownSync(at("credential"), uid, gid);
    writeFileSync(at("log"), "", { mode: 0o600 });
    chownSync(at("log"), uid, gid);
    copyFileSync(caFile, at("ca.pem"));
    chmodSync(at("ca.pem"), 0o644);
    const values: Record<string, unknown> = {
      tms_url: escrow.url,
      host_name: "host-1",
      ca_file: at("ca.pem"),
      cache: at("cache"),
      escrow_keys: [`${escrow.signer.public} of the escrow`],
      credential_file: at("credential"),
      log: at("log"),
      ...more,
    };
    const lines = Object.entries(values).filter(([, value]) => value !== undefined);
    writeFileSync(at("keycmd.toml"), lines.map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join(""));
    chmodSync(at("keycmd.toml"), 0o644);
    return at;
  }
  const host = (more?: Readonly<Record<string, unknown>>) => hostIn(mkdtempSync(join(safe, "host-")), more);

  test.each<[string, string, (at: (name: string) => string) => void, Finding["status"], RegExp]>([
    [
      "a configuration that nobody can read",
      "config",
      (at) => chmodSync(at("keycmd.toml"), 0o600),
      "failed",
      /may not read/,
    ],
    [
      "one that nobody owns",
      "config",
      (at) => chownSync(at("keycmd.toml"), 65_534, 0),
      "failed",
      /the user nobody can change/,
    ],
    ["one in a directory for all", "config", (at) => chmodSync(at(""), 0o777), "failed", /others than root can write/],
    ["one behind a closed door", "config", (at) => chmodSync(at(""), 0o700), "failed", /the user nobody may not enter/],
    [
      "a certificate that nobody can read",
      "config",
      (at) => chmodSync(at("ca.pem"), 0o600),
      "failed",
      /ca_file: the user nobody/,
    ],
    [
      "a certificate that anybody could swap",
      "config",
      (at) => chmodSync(at("ca.pem"), 0o666),
      "failed",
      /ca_file: the user nobody can/,
    ],
    [
      "a credential for all",
      "credential",
      (at) => chmodSync(at("credential"), 0o444),
      "failed",
      /other users can read/,
    ],
    ["one that nobody cannot read", "credential", (at) => chownSync(at("credential"), 0, 0), "failed", /may not read/],
    ["a cache that is root's", "cache", (at) => chownSync(at("cache"), 0, 0), "failed", /belongs to the user 0/],
    ["one that is open", "cache", (at) => chmodSync(at("cache"), 0o755), "failed", /is not 0700/],
    ["one that is not there", "cache", (at) => rmSync(at("cache"), { recursive: true }), "failed", /is not there/],
    ["a log that is root's", "log", (at) => chownSync(at("log"), 0, 0), "warning", /syslog is used instead/],
    [
      "a credential that is wrong",
      "server",
      (at) => writeFileSync(at("credential"), "wrong"),
      "failed",
      /refuses this host/,
    ],
  ])("finds %s", async (_, what, breakIt, status, why) => {
    const at = host();
    expect((await about(what, at("keycmd.toml"))).map((finding) => finding.status)).not.toContain(status);
    breakIt(at);
    const wrong = (await about(what, at("keycmd.toml"))).filter((finding) => finding.status === status);
    expect(wrong.map(({ message }) => message).join("\n")).toMatch(why);
  });

  test.each<[string, string, Record<string, unknown>, Finding["status"], RegExp]>([
    ["no configuration for the cache's keys", "cache", { escrow_keys: undefined }, "failed", /escrow_keys is missing/],
    ["a key that nobody signs with", "server", { escrow_keys: [offer.line] }, "failed", /not in escrow_keys/],
    ["that anything goes", "config", { insecure: true }, "warning", /anyone on the network path/],
    ["a server that is not there", "server", { tms_url: "https://localhost:1" }, "failed", /ECONNREFUSED/],
    ["a server of another name", "server", { tms_url: "https://ip6-localhost:1" }, "failed", /ip6-localhost/],
    ["that it does not trust the server", "server", { ca_file: undefined }, "failed", /certificate is not accepted/],
    ["a log where there is no place", "log", { log: "/nowhere/log" }, "warning", /is not there/],
    ["a key that is misspelt", "config", { cashe: "/x" }, "failed", /"cashe" is not a known key/],
  ])("finds %s", async (_, what, change, status, why) => {
    const wrong = (await about(what, host(change)("keycmd.toml"))).filter((finding) => finding.status === status);
    expect(wrong.map(({ message }) => message).join("\n")).toMatch(why);
  });

  test("finds a certificate that ends soon", async () => {
    const at = host();
    writeFileSync(at("ca.pem"), (await issue({ days: 10 })).cert);
    const [, soon] = await about("config", at("keycmd.toml"));
    expect(soon).toMatchObject({ status: "warning", message: expect.stringMatching(/ends in (?:9|10) days/) });
  });

  test("finds clocks that are apart", async () => {
    const clock = (seconds: number) => {
      const Date_ = new Date(Date.now() + seconds * 1000).toUTCString();
      escrow.answer(() => Response.json({ keys: [`${escrow.signer.public}`] }, { headers: { Date: Date_ } }));
    };
    try {
      for (const [seconds, status] of [
        [20, "warning"],
        [-600, "failed"],
      ] as const) {
        clock(seconds);
        expect(await about("clock", host()("keycmd.toml"))).toMatchObject([{ status }]);
      }
      expect(await about("clock", host({ cache: undefined })("keycmd.toml"))).toMatchObject([{ status: "warning" }]);
    } finally {
      escrow.answer(answer);
    }
  });

  test("finds a program that sshd will not run", async () => {
    const dir = mkdtempSync(join(safe, "bin-"));
    chmodSync(dir, 0o777);
    copyFileSync(program, join(dir, "sallyport"));
    const { stdout, code } = await runProgram([join(dir, "sallyport"), "keycmd", "check", "--format=json"]);
    expect(code).toBe(1);
    expect(stdout).toContain(`others than root can write to ${dir}`);
  });
});

test("keycmd check without rights says what it cannot see", async () => {
  const host = new Host(escrow.url);
  chmodSync(host.dir, 0o755);
  const words = ["check", `--config=${host.config}`, "--format=json"];
  const before = isRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
  const { stdout } = await runProgram([...before, isRoot ? program : binary(), "keycmd", ...words]);
  expect(JSON.parse(stdout)).toMatchObject({
    findings: expect.arrayContaining([expect.objectContaining({ about: "sshd_config", status: "warning" })]),
  });
});

describe("the settings of sshd", () => {
  const usual = {
    command: [binary(), "keycmd", "%u", "%U", "%f", "%t"],
    user: "nobody",
    publicKeys: true,
    fingerprintHash: "SHA256",
    version: [9, 2] as const,
  };
  test.each<[string, Partial<typeof usual> | object, Finding["status"], RegExp]>([
    ["right", {}, "ok", /as nobody/],
    ["with both ends", { command: [...usual.command, "%C"], version: [9, 4] }, "ok", /%C/],
    ["with both ends, of a later version", { command: [...usual.command, "%C"], version: [10, 0] }, "ok", /%C/],
    ["with both ends, of a version of its own", { command: [...usual.command, "%C"], version: undefined }, "ok", /%C/],
    ["with both ends, too early", { command: [...usual.command, "%C"], version: [9, 3] }, "failed", /OpenSSH 9\.3/],
    [
      "with both ends, years too early",
      { command: [...usual.command, "%C"], version: [8, 9] },
      "failed",
      /8\.9 ends every connection/,
    ],
    ["without a command", { command: undefined }, "failed", /no AuthorizedKeysCommand/],
    ["with another program", { command: ["/bin/true", ...usual.command.slice(1)] }, "warning", /not this program/],
    ["with arguments in another order", { command: [binary(), "keycmd", "%U", "%u", "%f", "%t"] }, "failed", /end in/],
    ["without arguments", { command: [binary(), "keycmd"] }, "failed", /end in/],
    ["without a user", { user: undefined }, "failed", /AuthorizedKeysCommandUser/],
    ["as root", { user: "root" }, "warning", /runs as root/],
    ["without keys", { publicKeys: false }, "failed", /PubkeyAuthentication/],
    ["with MD5", { fingerprintHash: "MD5" }, "failed", /FingerprintHash is MD5/],
  ])("%s", (_, change, status, why) => {
    const findings = checkSshd({ ...usual, ...change }, binary());
    expect(findings.find((finding) => finding.status === status)?.message).toMatch(why);
    if (status === "ok") expect(findings).toHaveLength(1);
  });
});

describe.if(isRoot)("who may do what with a file", () => {
  const nobody = isRoot ? accountOf("nobody") : accountOf("root");
  const root = accountOf("root");

  test("is read from owners and modes, all the way up", () => {
    const dir = mkdtempSync(join(safe, "files-"));
    const file = join(dir, "file");
    writeFileSync(file, "", { mode: 0o644 });
    expect(whyUnreadable(file, nobody)).toContain("may not enter");
    chmodSync(dir, 0o755);
    expect(whyUnreadable(file, nobody)).toBeUndefined();
    expect(whyChangeable(file, nobody)).toBeUndefined();
    expect(whyUnsafe(file)).toBeUndefined();
    expect(whyUnwritable(file, nobody)).toContain("may not write");
    expect(whyUnwritable(join(dir, "new"), nobody)).toContain("may not write");
    expect(whyUnwritable(file, root)).toBeUndefined();
    chownSync(file, 0, nobody.gid);
    chmodSync(file, 0o640);
    expect(whyUnreadable(file, nobody)).toBeUndefined();
    chmodSync(file, 0o604);
    expect(whyUnreadable(file, nobody)).toContain("may not read");
    chmodSync(file, 0o664);
    expect(whyUnsafe(file)).toContain("others than root can write");
    expect(whyChangeable(file, nobody)).toContain("nobody can change");
    symlinkSync(file, join(dir, "link"));
    expect(whyUnsafe(join(dir, "link"))).toContain(file);
    expect(whyNotOwn(join(dir, "link"), nobody)).toContain("not a directory");
    expect(whyUnreadable(join(dir, "none"), nobody)).toContain("is not there");
  });

  test("is not known of who does not exist", () => {
    expect(() => accountOf("no-such-user")).toThrow(/no user/);
    expect(() => accountOf("--help")).toThrow(/no user/);
  });
});
