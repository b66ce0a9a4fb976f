import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { own } from "../kit/account.ts";
import { runProgram } from "../kit/run.ts";
import { until } from "../kit/until.ts";
import { accountName, House, makeAccount, type Person, pass, ROOT, sha256 } from "./kit.ts";

let house: House;
let alice: Person;

beforeAll(async () => {
  house = await House.open();
  alice = await house.person("alice", [own.login]);
});
afterAll(() => house[Symbol.asyncDispose]());

/** The ways that lead to the node: straight, by ProxyJump, and by the proxy's subsystem. */
const WAYS = ["node", "far", "farther"] as const;

describe.each(WAYS)("a command on %s", (way) => {
  test("has its output, its errors and its status apart", async () => {
    expect(await alice.ssh([way, "echo out; echo err >&2; exit 42"])).toEqual({
      code: 42,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  test("has the client's bytes as its input, and their end; what it writes is what arrives", async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(65_536));
    const input = Buffer.concat(Array.from({ length: 64 }, () => bytes));
    const { code, output } = await pass(alice.command("ssh", way, "cat; sleep 0.1; printf '\\0\\377'; exit 7"), input);
    expect(code).toBe(7);
    expect(output.length).toBe(input.length + 2);
    expect(sha256(output)).toBe(sha256(Buffer.concat([input, Uint8Array.of(0, 255)])));
  });

  test("that a signal ends is told as that signal", async () => {
    const { code, stderr } = await alice.ssh(["-v", way, "kill -USR1 $$"]);
    expect(code).toBe(255);
    expect(stderr).toContain("rtype exit-signal");
  });
});

test("the last output of a command that ends at once arrives, and so does what follows its end of file", async () => {
  const { stdout } = await alice.ssh(["node", "seq 1 100000"]);
  expect(stdout).toEndWith("\n99999\n100000\n");
  // stderr-after-eof of OpenSSH's own tests.
  const late = await alice.ssh(["node", "exec 1>&-; sleep 0.2; echo late >&2; exit 3"]);
  expect(late).toEqual({ code: 3, stdout: "", stderr: "late\n" });
});

test("a command whose reader goes away ends (yes | head -1)", async () => {
  const { code, output } = await pass([
    "sh",
    "-c",
    `${alice.command("ssh", "node", "'exec yes'").join(" ")} | head -1`,
  ]);
  expect({ code, text: Buffer.from(output).toString() }).toEqual({ code: 0, text: "y\n" });
  await until(
    "yes has ended",
    async () => (await runProgram(["pgrep", "-P", `${house.daemon.pid}`, "yes"])).code === 1,
  );
});

test("-n reads nothing, -N asks for nothing, -f goes on in the background", async () => {
  expect(await alice.ssh(["-n", "node", "cat; echo read"], { stdin: "not this" })).toMatchObject({
    code: 0,
    stdout: "read\n",
  });
  const control = join(house.dir, "quiet");
  expect(await alice.ssh(["-N", "-f", "-M", "-S", control, "node"])).toMatchObject({ code: 0 });
  expect((await alice.ssh(["-S", control, "-O", "check", "node"])).stderr).toContain("Master running");
  expect(await alice.ssh(["-S", control, "node", "echo by the same connection"])).toMatchObject({
    code: 0,
    stdout: "by the same connection\n",
  });
  await alice.ssh(["-S", control, "-O", "exit", "node"]);
  const file = join(house.dir, "in the background");
  expect(await alice.ssh(["-f", "node", `sleep 0.2; touch '${file}'`])).toMatchObject({ code: 0 });
  await until("the command has run", () => existsSync(file));
});

test("a command that is a list of words is what the user's shell makes of it", async () => {
  const { stdout } = await alice.ssh(["node", "echo", '"$0"', "'a  b'", "$((6*7))", ";", "echo", "$USER"]);
  expect(stdout).toBe(`${basename(own.shell)} a  b 42\n${own.login}\n`);
});

test("the client chooses its language and its terminal, and nothing that runs code", async () => {
  const sent = {
    ...{ LANG: "de_DE.UTF-8", LC_TIME: "sv_SE.UTF-8", LC_ALL: "C.UTF-8", GIT_PROTOCOL: "version=2" },
    ...{ LD_PRELOAD: "/tmp/evil.so", LD_LIBRARY_PATH: "/tmp", BUN_OPTIONS: "--inspect", BUN_INSPECT: "1" },
    ...{ NODE_OPTIONS: "--require=/tmp/evil.js", NODE_EXTRA_CA_CERTS: "/tmp/x", SSL_CERT_FILE: "/tmp/x" },
    ...{ BASH_ENV: "/tmp/evil.sh", ENV: "/tmp/evil.sh", PATH: "/tmp", HOME: "/tmp", SHELL: "/tmp/x", IFS: "x" },
    ...{
      SALLYPORT_DATA_DIR: "/tmp/x",
      GCONV_PATH: "/tmp",
      PERL5LIB: "/tmp",
      PYTHONPATH: "/tmp",
      "BASH_FUNC_ls%%": "x",
    },
  };
  // SetEnv sends what the client's own environment need not have.
  const set = Object.entries(sent).map(([name, value]) => `${name}=${value}`);
  const { code, stdout } = await alice.ssh(["-o", `SetEnv=${set.join(" ")}`, "node", "cat /proc/self/environ"]);
  expect(code).toBe(0);
  const env = Object.fromEntries(stdout.split("\0").map((line) => line.split(/=(.*)/s, 2)));
  expect(env).toMatchObject({
    LANG: sent.LANG,
    LC_TIME: sent.LC_TIME,
    LC_ALL: sent.LC_ALL,
    HOME: own.home,
    GIT_PROTOCOL: "version=2",
  });
  expect(
    Object.keys(env).filter((name) => /^(LD_|BUN|NODE|SSL|BASH_|ENV$|IFS|SALLYPORT|GCONV|PERL|PYTHON)/.test(name)),
  ).toEqual([]);
  expect(env["PATH"]).not.toBe("/tmp");
  // Whoever runs the tests may have a home in there.
  expect(stdout.replaceAll(own.home, "")).not.toContain("/tmp");
});

describe("an account of its own", () => {
  const name = accountName();
  let bob: Person;
  let home: string;

  beforeAll(async () => {
    if (!ROOT) return console.log("not root: sessions as another account are not tried");
    home = await makeAccount(house, name, [`${name}a`, `${name}b`]);
    bob = await house.person("bob", [name]);
  });

  test.if(ROOT)("runs with its own identity, groups, home, shell and limits, and nothing of the daemon's", async () => {
    const { stdout } = await bob.ssh([
      "node",
      "id -un; id -Gn; pwd; echo $HOME $SHELL $0 $LOGNAME; umask; grep -E '^(CapEff|CapPrm|NoNewPrivs)' /proc/self/status",
    ]);
    expect(stdout.split("\n")).toEqual([
      ...[name, `${name} ${name}a ${name}b`, home, `${home} /bin/bash bash ${name}`, "0022"],
      ...["CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "NoNewPrivs:\t0", ""],
    ]);
    const refused = await bob.ssh(["node", `cat ${house.cluster.dataDir}/* /etc/shadow; kill -0 ${house.daemon.pid}`]);
    expect(refused.stdout).toBe("");
    expect(refused.stderr).toContain("Permission denied");
    expect(refused.stderr).toContain("Operation not permitted");
  });

  test.if(ROOT)(
    "has a login shell, which reads its profile, and a message of the day; a command has neither",
    async () => {
      writeFileSync(join(home, ".bash_profile"), "echo profile of $0\n");
      const shell = await bob.ssh(["-tt", "node"], { stdin: "shopt -q login_shell && echo login\nexit 5\n" });
      expect(shell.code).toBe(5);
      expect(shell.stdout).toContain("profile of -bash\r\n");
      expect(shell.stdout).toContain("\r\nlogin\r\n");
      const [motd = ""] = (existsSync("/etc/motd") ? readFileSync("/etc/motd", "utf8") : "").split("\n");
      expect(shell.stdout).toContain(motd);
      // Without a terminal a shell reads its commands from a pipe, and is a login shell all the same.
      const piped = await bob.ssh(["node"], { stdin: "echo $0; cd /; pwd\n" });
      expect(piped.stdout).toEndWith("profile of -bash\n-bash\n/\n");
      expect((await bob.ssh(["node", "echo $0"])).stdout).toBe("bash\n");
    },
  );

  test.if(ROOT)("starts where its home cannot be entered, and says so", async () => {
    const carol = await house.person("carol", ["nobody"]);
    const { code, stderr } = await carol.ssh(["node", "pwd"]);
    expect(code).not.toBe(0);
    expect(stderr).not.toBe("");
    await Bun.$`chmod 000 ${home}`;
    const { stdout } = await bob.ssh(["node", "cd /; pwd"]);
    await Bun.$`chmod 750 ${home}`;
    expect(stdout).toBe("/\n");
  });

  test.if(ROOT)("is not lent to who may only use another", async () => {
    const { code, stderr } = await bob.ssh(["-l", "root", "-o", "LogLevel=INFO", "node", "true"]);
    expect(code).toBe(255);
    expect(stderr).toContain(`you may log in as ${name}`);
  });
});

test("what ran is on record, with who, as whom, from where and how it ended", async () => {
  await alice.ssh(["far", "echo recorded; exit 9"]);
  const event = await until("the event", async () =>
    (await house.audit("exec")).find(({ command }) => command === "echo recorded; exit 9"),
  );
  expect(event).toMatchObject({
    user: "alice",
    login: own.login,
    addr_remote: "127.0.0.1",
    exit_code: 9,
    success: false,
  });
});
