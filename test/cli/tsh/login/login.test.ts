import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { totpCode } from "../../../../core/mfa/totp.ts";
import { type Daemon, startDaemon } from "../../../kit/daemon.ts";
import { golden } from "../../../kit/golden.ts";
import { type LoggedIn, PASSWORD, startLoggedIn } from "../../../kit/logged-in.ts";
import { cleanEnv, program, run, runProgram } from "../../../kit/run.ts";
import { keptTempDir } from "../../../kit/temp.ts";
import { until } from "../../../kit/until.ts";

let cluster: LoggedIn & AsyncDisposable;
const dir = keptTempDir();

beforeAll(async () => {
  cluster = await startLoggedIn(dir, ["--labels=env=test,tier=one"]);
}, 60_000);
afterAll(() => cluster[Symbol.asyncDispose]());

/** What differs from run to run, in words. */
function settled(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UUID")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "TIME")
    .replaceAll(/(localhost|127\.0\.0\.1|\[::1\]):\d+/g, "$1:PORT")
    .replaceAll(/"revision": "\w+"/g, '"revision": "REVISION"')
    .replaceAll(cluster.login, "LOGIN")
    .replaceAll(/sha256:[0-9a-f]{64}/g, "PIN");
}

const password = () => `--password-file=${cluster.passwordFile}`;

describe("login", () => {
  test("says who one is then, as status does", async () => {
    const [login, status] = [
      await cluster.tsh(["login", password(), "-f", "json"]),
      await cluster.tsh(["status", "-f", "json"]),
    ];
    expect([login.code, login.stderr]).toEqual([0, ""]);
    golden("json/tsh-login.json", settled(login.stdout));
    expect(JSON.parse(status.stdout).active).toEqual(JSON.parse(login.stdout));
  });

  test("lasts as long as asked, twelve hours if nothing was", async () => {
    const left = async (...flags: string[]) => {
      const ran = await cluster.tsh(["login", password(), "-f", "json", ...flags]);
      return (new Date(JSON.parse(ran.stdout).valid_until).getTime() - Date.now()) / 60_000;
    };
    expect(Math.round(await left("--ttl=30m"))).toBe(30);
    expect(Math.round(await left())).toBe(720);
  });

  test("with a wrong password, and of nobody, is refused alike", async () => {
    const wrong = join(dir, "wrong");
    writeFileSync(wrong, "not the password\n");
    const known = await cluster.tsh(["login", `--password-file=${wrong}`, "-f", "json"]);
    const unknown = await cluster.tsh(["login", "--user=nobody-at-all", `--password-file=${wrong}`, "-f", "json"]);
    expect([known.code, known.stdout]).toEqual([3, ""]);
    golden("json/tsh-login-refused.error.json", known.stderr);
    expect(unknown).toEqual(known);
  });

  test("reads the password from stdin, too", async () => {
    expect((await cluster.tsh(["login", "--password-file=-"], { stdin: `${PASSWORD}\nmore\n` })).code).toBe(0);
    const empty = await cluster.tsh(["login", "--password-file=-"], { stdin: "" });
    expect(empty).toEqual({ code: 1, stdout: "", stderr: "tsh: error: nothing came on stdin\n" });
  });

  test("where nobody can be asked names the flag", async () => {
    const ran = await runProgram(["setsid", "--wait", program("tsh"), "login"], { env: cluster.env });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toBe(
      "tsh: error: there is no terminal to ask for password of alice in test on\nhint: give it with --password-file\n",
    );
  });

  test("asks on the terminal, and shows nothing of the password", async () => {
    const script = join(dir, "login.exp");
    writeFileSync(
      script,
      `set timeout 15\nspawn -noecho ${program("tsh")} login --format=json\nexpect "Password of alice in test: "\nsend "correct horsex\\177 battery\\r"\nexpect eof\nlassign [wait] a b c status\nexit $status\n`,
    );
    const ran = await runProgram(["expect", script], { env: cluster.env });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('"user": "alice"');
    expect(ran.stdout).not.toContain("horse");
  });

  test("ends with 130 when it is interrupted at the question", async () => {
    const script = join(dir, "interrupt.exp");
    writeFileSync(
      script,
      `set timeout 15\nspawn -noecho ${program("tsh")} login\nexpect "Password"\nsend "\\003"\nexpect eof\nlassign [wait] a b c status\nexit $status\n`,
    );
    expect((await runProgram(["expect", script], { env: cluster.env })).code).toBe(130);
  });

  test("to a cluster that is not there says which is", async () => {
    const ran = await cluster.tsh(["login", "other", password()]);
    expect(ran.code).toBe(5);
    expect(ran.stderr).toContain('hint: its cluster is "test"\n');
  });

  test("without a proxy says what is missing", async () => {
    expect(await run(["tsh", "login"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "tsh: error: no proxy is given\nhint: tsh login --proxy=HOST, or set SALLYPORT_PROXY\n",
    });
  });

  test("goes to where one was before, by the ports that were typed", async () => {
    const env = { SALLYPORT_HOME: join(dir, "ports") };
    const sshPort = async (...words: string[]) => {
      const ran = await cluster.tsh(["login", password(), ...words], { env });
      expect([ran.code, ran.stderr]).toEqual([0, ""]);
      const profile = readFileSync(join(dir, "ports/localhost.yaml"), "utf8");
      return Number(/ssh_proxy_addr: "localhost:(\d+)"/.exec(profile)?.[1]);
    };
    expect(await sshPort("--insecure", `--proxy=${cluster.proxy},7`)).toBe(7);
    expect(await sshPort()).toBe(7);
    expect(await sshPort("--proxy=localhost")).toBe(7);
    expect(await sshPort("--proxy=localhost:,8")).toBe(8);
    expect(await sshPort(`--proxy=${cluster.proxy}`)).toBe(
      Number(cluster.daemon.at("proxy", "ssh").replace(/.*:/, "")),
    );
  });

  test("at a place where nobody answers, and where something else does", async () => {
    const nobody = await run(["tsh", "login", "--proxy=localhost:1", password()]);
    expect(nobody).toMatchObject({ code: 7, stdout: "" });
    expect(nobody.stderr).toContain("localhost:1: connection refused");
    const ssh = await run(["tsh", "login", `--proxy=${cluster.daemon.at("proxy", "ssh")}`, password()], {
      within: 30_000,
    });
    expect(ssh).toMatchObject({ code: 7, stdout: "" });
    const name = await run(["tsh", "login", "--proxy=no-such-host.invalid", password()]);
    expect(name.code).toBe(7);
    expect(name.stderr).toContain("no such host name");
  });
});

describe("the proxy's HTTPS certificate", () => {
  test("that nobody vouches for is refused, and once accepted it is remembered", async () => {
    const env = { HOME: dir, SALLYPORT_HOME: join(dir, "pin"), USER: "alice" };
    const words = ["tsh", "login", `--proxy=${cluster.proxy}`, password()];
    const refused = await run(words, { env });
    expect(refused).toMatchObject({ code: 4, stdout: "" });
    expect(refused.stderr).toMatch(/is not trusted: .*\nhint: .*--insecure.*\(sha256:[0-9a-f]{64}\)\n$/);
    expect((await run([...words, "--insecure"], { env })).code).toBe(0);
    expect((await run(["tsh", "login", password()], { env })).code).toBe(0);

    const file = join(dir, "pin/localhost.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace(/sha256:../, "sha256:zz"));
    const changed = await run(["tsh", "login", password()], { env });
    expect(changed.code).toBe(4);
    expect(changed.stderr).toContain("another HTTPS certificate than the one that was accepted before");
    expect((await run(["tsh", "login", password(), "--insecure"], { env })).code).toBe(0);
  });
});

describe("an identity file", () => {
  test("holds all that another program needs", async () => {
    const before = readFileSync(join(dir, "alice/keys/localhost/alice"), "utf8");
    const out = join(dir, "alice.pem");
    expect((await cluster.tsh(["login", password(), "-o", out])).code).toBe(0);
    expect(readFileSync(join(dir, "alice/keys/localhost/alice"), "utf8")).toBe(before);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const listed = await run(["tsh", "ls", `--proxy=${cluster.proxy}`, "-i", out, "-f", "names"]);
    expect(listed).toEqual({ code: 0, stdout: "node-1\n", stderr: "" });
    const ran = await run(["tsh", "ssh", "-i", out, `--proxy=${cluster.proxy}`, `${cluster.login}@node-1`, "echo in"]);
    expect(ran).toEqual({ code: 0, stdout: "in\n", stderr: "" });
    expect((await run(["tsh", "ls", "-i", out])).stderr).toContain("--identity needs --proxy");
  });

  test("as OpenSSH wants it lets ssh in", async () => {
    const out = join(dir, "id");
    expect((await cluster.tsh(["login", password(), "-o", out, "--out-format=openssh"])).code).toBe(0);
    const [, host = "", port = ""] = /^(.*):(\d+)$/.exec(cluster.daemon.at("node")) ?? [];
    const known = join(dir, "alice/known_hosts");
    const ran = await runProgram(
      [
        "ssh",
        "-F",
        "none",
        "-i",
        out,
        "-o",
        `UserKnownHostsFile=${known}`,
        "-o",
        "HostKeyAlias=node-1.test",
        "-p",
        port,
        `${cluster.login}@${host}`,
        "echo in",
      ],
      { env: { HOME: dir } },
    );
    expect(ran).toEqual({ code: 0, stdout: "in\n", stderr: "" });
  });
});

describe("the ssh-agent", () => {
  test("has the certificate after login, and not after logout", async () => {
    const socket = join(dir, "agent.sock");
    const agent = Bun.spawn(["ssh-agent", "-D", "-a", socket], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
    try {
      const env = { SSH_AUTH_SOCK: socket, SALLYPORT_HOME: join(dir, "with-agent") };
      await until("the agent answers", async () => (await runProgram(["ssh-add", "-l"], { env })).code !== 2);
      expect((await cluster.tsh(["login", `--proxy=${cluster.proxy}`, "--insecure", password()], { env })).code).toBe(
        0,
      );
      expect((await cluster.tsh(["login", password()], { env })).code).toBe(0);
      const listed = await runProgram(["ssh-add", "-l"], { env });
      expect(listed.stdout.trim().split("\n")).toHaveLength(1);
      expect(listed.stdout).toContain("sallyport:localhost:test:alice (ED25519-CERT)");

      expect((await cluster.tsh(["login", password(), "--add-keys-to-agent=only"], { env })).code).toBe(0);
      expect(existsSync(join(dir, "with-agent/keys/localhost/alice"))).toBe(false);
      const ran = await cluster.tsh(["ssh", `${cluster.login}@node-1`, "echo by agent"], { env });
      expect(ran).toEqual({ code: 0, stdout: "by agent\n", stderr: "" });
      await runProgram(["ssh-add", "-D"], { env });
      expect(await cluster.tsh(["ls"], { env })).toEqual({
        code: 3,
        stdout: "",
        stderr: "tsh: error: the ssh-agent does not hold your certificate any more\nhint: tsh login\n",
      });
      expect((await cluster.tsh(["login", password()], { env })).code).toBe(0);

      expect((await cluster.tsh(["logout"], { env })).code).toBe(0);
      expect((await runProgram(["ssh-add", "-l"], { env })).stdout).toBe("The agent has no identities.\n");
    } finally {
      agent.kill();
      await agent.exited;
    }
    const none = await cluster.tsh(["login", password(), "--add-keys-to-agent=yes"], { env: { SSH_AUTH_SOCK: "" } });
    expect(none).toMatchObject({ code: 1, stderr: "tsh: error: there is no ssh-agent: SSH_AUTH_SOCK is not set\n" });
  });
});

describe("an ssh-agent that does not answer", () => {
  test("keeps nobody from logging in and out", async () => {
    const socket = join(dir, "mute.sock");
    const mute = createServer(() => {}).listen(socket);
    try {
      const home = join(dir, "mute");
      const env = { SSH_AUTH_SOCK: socket, SALLYPORT_HOME: home };
      const login = await cluster.tsh(["login", `--proxy=${cluster.proxy}`, "--insecure", password()], { env });
      expect([login.code, login.stderr]).toEqual([0, ""]);
      expect(existsSync(join(home, "keys/localhost/alice"))).toBe(true);
      const logout = await cluster.tsh(["logout"], { env });
      expect([logout.code, logout.stdout]).toEqual([0, "alice is logged out of localhost.\n"]);
      expect(logout.stderr).toContain("the ssh-agent did not answer within 5 s");
      expect(existsSync(join(home, "keys/localhost/alice"))).toBe(false);
    } finally {
      mute.close();
    }
  }, 60_000);
});

describe("ls", () => {
  test("has one shape", async () => {
    const ran = await cluster.tsh(["ls", "--format=json"]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    golden("json/tsh-ls.json", settled(ran.stdout));
    expect((await cluster.tsh(["ls", "-f", "names"])).stdout).toBe("node-1\n");
    expect((await cluster.tsh(["ls"])).stdout).toMatch(/^NODE +ADDRESS +LABELS\nnode-1 +\S+:\d+ +env=test,tier=one\n$/);
    expect((await cluster.tsh(["ls", "-v"])).stdout).toMatch(
      /^NODE +UUID +ADDRESS +VERSION +LABELS\nnode-1 +[0-9a-f-]{36} /,
    );
  });

  test.each([
    ["a label", ["env=test"], 1],
    ["two labels", ["env=test,tier=one"], 1],
    ["a label that none has", ["env=prod"], 0],
    ["a word", ["--search=NODE"], 1],
    ["words that are not all there", ["--search=node nowhere"], 0],
    ["an expression", ['--query=labels["env"] == "test" && !search("x-y")'], 1],
    ["another expression", ['--query=name == "node-2"'], 0],
    ["everything, everywhere", ["-R"], 1],
  ] as const)("finds by %s", async (_what, words, count) => {
    const ran = await cluster.tsh(["ls", "-f", "json", ...words]);
    expect([ran.code, JSON.parse(ran.stdout).length, ran.stderr]).toEqual([0, count, ""]);
  });

  test("says what is wrong with what it is asked", async () => {
    expect((await cluster.tsh(["ls", "--query=name = 1"])).stderr).toStartWith("tsh: error: --query: ");
    expect((await cluster.tsh(["ls", "prod"])).stderr).toStartWith("tsh: error: NAME=VALUE,…: ");
    expect((await run(["tsh", "ls"])).code).toBe(3);
  });

  test("shows what one may reach, and no more", async () => {
    expect((await cluster.signUp("bob", [], [])).code).toBe(0);
    const env = { SALLYPORT_HOME: join(dir, "bob"), USER: "bob" };
    expect((await cluster.tsh(["login", password()], { env })).code).toBe(0);
    expect(await cluster.tsh(["ls", "-f", "json"], { env })).toEqual({ code: 0, stdout: "[]\n", stderr: "" });
    const ran = await cluster.tsh(["ssh", `${cluster.login}@node-1`, "true"], { env });
    expect(ran).toMatchObject({ code: 255, stdout: "" });
    expect(ran.stderr).toContain("you have no logins");
  });
});

describe("a login that is damaged", () => {
  test.each([
    ["key", "keys/localhost/alice", "the private key is damaged", "log in again: tsh login"],
    ["profile", "localhost.yaml", "FILE is not a profile", "remove it, and log in again"],
    ["list of authorities", "known_hosts", "FILE has no host authority of test", "log in again: tsh login"],
  ] as const)("in its %s says what helps, with status 1", async (what, name, words, hint) => {
    const home = join(dir, `damaged ${what}`);
    cpSync(join(dir, "alice"), home, { recursive: true });
    writeFileSync(join(home, name), "{[\n");
    const ran = await cluster.tsh(["ls"], { env: { SALLYPORT_HOME: home } });
    const told = `tsh: error: ${words.replace("FILE", join(home, name))}\nhint: ${hint}\n`;
    expect(ran).toEqual({ code: 1, stdout: "", stderr: told });
  });
});

describe("an expired certificate", () => {
  const again = (name: string, words: string) => {
    const script = join(dir, `${name}.exp`);
    writeFileSync(
      script,
      `set timeout 15\nspawn -noecho ${program("tsh")} ${words}\nexpect "Log in again to go on."\nexpect "Password of alice in test: "\nsend "${PASSWORD}\\r"\nexpect "reached"\nexpect eof\nlassign [wait] a b c status\nexit $status\n`,
    );
    return ["expect", script];
  };

  test("is told, and on a terminal one may log in and go on", async () => {
    const env = { SALLYPORT_HOME: join(dir, "brief") };
    const words = [`--proxy=${cluster.proxy}`, "--insecure", "--ttl=1s", password()];
    expect((await cluster.tsh(["login", ...words], { env })).code).toBe(0);
    while ((await cluster.tsh(["status"], { env })).code === 0) await Bun.sleep(100);
    expect(await cluster.tsh(["ls"], { env })).toEqual({
      code: 3,
      stdout: "",
      stderr: "tsh: error: your certificate has expired\nhint: log in again: tsh login\n",
    });
    expect((await cluster.tsh(["ls", "--proxy=localhost"], { env })).stderr).toEndWith(
      "hint: log in again: tsh login --proxy=localhost\n",
    );
    const script = again("again", `ssh ${cluster.login}@node-1 echo reached`);
    expect((await runProgram(script, { env: { ...cluster.env, ...env } })).code).toBe(0);
  });

  test("whose key was in the ssh-agent alone has a successor there, and not on disk", async () => {
    const socket = join(dir, "brief.sock");
    const agent = Bun.spawn(["ssh-agent", "-D", "-a", socket], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
    const env = { SALLYPORT_HOME: join(dir, "brief-agent"), SSH_AUTH_SOCK: socket };
    try {
      await until("the agent listens", () => existsSync(socket));
      const words = [`--proxy=${cluster.proxy}`, "--insecure", "--ttl=1s", password(), "--add-keys-to-agent=only"];
      expect((await cluster.tsh(["login", ...words], { env })).code).toBe(0);
      await until("it has expired", async () => (await cluster.tsh(["status"], { env })).code !== 0);
      const script = again("again-agent", `ssh ${cluster.login}@node-1 echo reached`);
      expect((await runProgram(script, { env: { ...cluster.env, ...env } })).code).toBe(0);
      expect(existsSync(join(dir, "brief-agent/keys/localhost/alice"))).toBe(false);
      expect((await runProgram(["ssh-add", "-l"], { env })).stdout).toContain("sallyport:localhost:test:alice");
    } finally {
      agent.kill();
      await agent.exited;
    }
  });
});

describe("with a second factor", () => {
  let daemon: Daemon & AsyncDisposable;
  const home = keptTempDir();
  const data = join(home, "data");

  beforeAll(async () => {
    daemon = await startDaemon(
      [
        `--data-dir=${data}`,
        "--cluster-name=strict",
        "--nodename=auth-1",
        "--roles=auth,proxy",
        "--public-addr=localhost",
      ],
      { env: { HOME: home } },
    );
  }, 60_000);
  afterAll(() => daemon[Symbol.asyncDispose]());

  async function invite(name: string): Promise<string> {
    const ran = await run(["tctl", "users", "add", name, "--logins=root", "-f", "json"], {
      env: { SALLYPORT_DATA_DIR: data },
    });
    return (JSON.parse(ran.stdout) as { url: string }).url;
  }

  test("a script signs up and logs in", async () => {
    const env = { HOME: home, SALLYPORT_HOME: join(home, "alice") };
    const secretFile = join(home, "secret");
    const url = await invite("alice");
    const signup = await run(
      [
        "tsh",
        "signup",
        url,
        "--insecure",
        `--password-file=${cluster.passwordFile}`,
        `--otp-secret-out=${secretFile}`,
        "-f",
        "json",
      ],
      { env },
    );
    expect(signup.code).toBe(0);
    const secret = readFileSync(secretFile, "utf8").trim();
    expect(statSync(secretFile).mode & 0o777).toBe(0o600);
    golden("json/tsh-signup.json", signup.stdout.replaceAll(secret, "SECRET"));
    expect(signup.stderr).toBe(
      `Welcome to strict, alice.\nalice is signed up. Log in with: tsh login --proxy=${new URL(url).host} --user=alice\nWait for the app's next code: each code is valid once.\n`,
    );
    expect((await run(["tsh", "ls"], { env })).stderr).toBe(
      `tsh: error: not logged in\nhint: tsh login --proxy=${new URL(url).host} --user=alice\n`,
    );
    // The code of this half minute was used to sign up.
    const otp = totpCode(secret, new Date(Date.now() + 30_000));
    const login = (code: string) =>
      run(["tsh", "login", `--password-file=${cluster.passwordFile}`, `--otp=${code}`], { env });
    expect((await login(otp)).code).toBe(0);
    expect((await login(otp)).code).toBe(3);
    const again = await run(["tsh", "signup", url, "--insecure", `--password-file=${cluster.passwordFile}`], { env });
    expect(again.code).toBe(5);
  });

  test("a person signs up at a terminal, with a QR code and the secret as text", async () => {
    const script = join(home, "signup.exp");
    writeFileSync(
      script,
      `set timeout 15
set env(URL) ${await invite("carol")}
spawn -noecho ${program("tsh")} signup $env(URL) --insecure
expect "Choose a password"
send "short\\r"
expect "at least 12 characters"
expect eof
wait
spawn -noecho ${program("tsh")} signup $env(URL) --insecure
expect "Choose a password"
send "${PASSWORD}\\r"
expect "Once more: "
send "${PASSWORD}\\r"
expect "▄"
expect -re {Secret: +([A-Z2-7]+)}
set secret $expect_out(1,string)
expect "otpauth://totp/strict:carol?secret=$secret"
expect "Code from the app: "
send "[exec ${process.execPath} -e "const {totpCode} = await import('${join(import.meta.dir, "../../../../core/mfa/totp.ts")}'); console.log(totpCode(process.argv\\[1\\], new Date()))" $secret]\\r"
expect "carol is signed up"
expect eof
lassign [wait] a b c status
exit $status
`,
    );
    const ran = await runProgram(["expect", script], {
      env: cleanEnv({ HOME: home, SALLYPORT_HOME: join(home, "carol"), TERM: "xterm" }),
      within: 60_000,
    });
    expect([ran.code, ran.stdout.includes(PASSWORD)]).toEqual([0, false]);
  }, 60_000);

  test.each([
    ["ftp://x/web/invite/a"],
    ["https://localhost/invite/a"],
    ["https://localhost/web/invite/"],
    ["https://localhost/web/invite/../../x"],
  ])("%s is no invitation", async (url) => {
    expect((await run(["tsh", "signup", url])).code).toBe(2);
  });
});
