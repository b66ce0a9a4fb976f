import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { own } from "../../kit/account.ts";
import { type Actor, TestNode, UUID } from "./kit.ts";

let node: TestNode;
let alice: Actor;

beforeAll(async () => {
  node = await TestNode.start();
  alice = await node.user("alice");
});
afterAll(() => node[Symbol.asyncDispose]());

describe("a command over stock ssh", () => {
  test("stdout, stderr and exit status arrive separately", async () => {
    expect(await alice.ssh(["node", "echo out; echo err >&2; exit 3"])).toEqual({
      code: 3,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  test("reports the signal that ended it", async () => {
    const { code, stderr } = await alice.ssh(["-v", "node", "kill -TERM $$"]);
    expect(code).toBe(255);
    expect(stderr).toContain("rtype exit-signal");
  });

  test("gets EOF on stdin and continues", async () => {
    const input = "line\n".repeat(100_000);
    const { code, stdout } = await alice.ssh(["node", "wc -c; sleep 0.1; echo still here"], { stdin: input });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${input.length}\nstill here\n` });
  });

  test("keeps output that is written right before the exit", async () => {
    for (let i = 0; i < 5; i++) {
      const { stdout } = await alice.ssh(["node", "seq 1 20000"]);
      expect(stdout.split("\n").length).toBe(20_001);
    }
  });

  test("has pipes that can be opened by name, and no descriptor of the daemon", async () => {
    const { stdout } = await alice.ssh(["node", "echo seen >/dev/stderr; ls -l /proc/self/fd | sed 's/.* -> //'"]);
    const links = stdout.trim().split("\n").slice(1);
    expect(links.slice(0, 3).every((link) => link.startsWith("pipe:["))).toBeTrue();
    expect(links.length).toBe(4);
    expect(links[3]).toMatch(/^\/proc\/\d+\/fd$/);
  });

  test("starts with default signals, umask and limits, in its own session", async () => {
    const { stdout } = await alice.ssh([
      "node",
      "grep -E 'SigIgn|SigBlk' /proc/self/status; umask; ulimit -Sn; cut -d' ' -f5-8 /proc/$$/stat; echo $$",
    ]);
    const [blocked, ignored, mask, files, stat, pid] = stdout.trim().split("\n");
    expect(blocked).toEndWith("0000000000000000");
    expect(ignored).toEndWith("0000000000000000");
    expect(mask).toMatch(/^0?022$/);
    expect(files).toBe("1024");
    expect(stat).toBe(`${pid} ${pid} 0 -1`);
  });

  test("has no environment of the daemon", async () => {
    const { stdout } = await alice.ssh(
      [
        "-o",
        "SendEnv=LANG LC_PAPER BUN_OPTIONS LD_PRELOAD NODE_OPTIONS SSL_CERT_FILE FOO",
        "node",
        "env -u _ -u SHLVL -u PWD",
      ],
      {
        env: {
          ...{ LANG: "de_DE.UTF-8", LC_PAPER: "sv_SE", BUN_OPTIONS: "--version", LD_PRELOAD: "/x" },
          ...{ NODE_OPTIONS: "--x", SSL_CERT_FILE: "/x", FOO: "1" },
        },
      },
    );
    const env = Object.fromEntries(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split(/=(.*)/s, 2)),
    );
    expect(env).toMatchObject({ LANG: "de_DE.UTF-8", LC_PAPER: "sv_SE" });
    expect(env).toMatchObject({ USER: own.login, LOGNAME: own.login, HOME: own.home, MAIL: `/var/mail/${own.login}` });
    expect(env).toMatchObject({ SSH_SALLYPORT_USER: "alice", SSH_TELEPORT_HOST_UUID: UUID });
    expect(env["SSH_CONNECTION"]).toMatch(/^127\.0\.0\.1 \d+ 127\.0\.0\.1 \d+$/);
    for (const name of Object.keys(env)) expect(name).not.toMatch(/^(BUN|LD|NODE|SSL|SALLYPORT)_|^FOO$/);
  });

  test("is audited before it runs and after it ends", async () => {
    const before = node.events.length;
    await alice.ssh(["node", "exit 7"]);
    const [start, exec, end] = node.events.slice(before);
    expect(start).toMatchObject({
      event: "session.start",
      code: "T2000I",
      user: "alice",
      login: own.login,
      interactive: false,
    });
    expect(exec).toMatchObject({ event: "exec", code: "T3002E", command: "exit 7", exit_code: 7 });
    expect(end).toMatchObject({ event: "session.end", code: "T2004I", exit_code: 7 });
  });

  test("does not run when it cannot be audited", async () => {
    node.appending = () => Promise.reject(new Error("disk full"));
    const { code, stdout, stderr } = await alice.ssh(["node", "echo ran"]);
    node.appending = async () => {};
    expect({ code, stdout }).toEqual({ code: 255, stdout: "" });
    expect(stderr).toContain("cannot be recorded");
  });

  test("the error for an unknown subsystem names it", async () => {
    const { code, stderr } = await alice.ssh(["-s", "node", "netconf"]);
    expect(code).toBe(255);
    expect(stderr).toContain('there is no subsystem "netconf" here');
  });
});
