import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { Node } from "../../../../core/resource/node.ts";
import { freePort } from "../../../kit/free-port.ts";
import { type LoggedIn, startLoggedIn } from "../../../kit/logged-in.ts";
import { cleanEnv, program, type Ran, runProgram } from "../../../kit/run.ts";
import type { Sshd } from "../../../kit/sshd.ts";
import { keptTempDir } from "../../../kit/temp.ts";
import { until } from "../../../kit/until.ts";
import { startSshd } from "../sshd.ts";

const dir = keptTempDir();
let cluster: LoggedIn & AsyncDisposable;
let stock: Sshd;
let uuid = "";
/** What `tsh config` printed, as somebody's ssh_config. */
const config = join(dir, "ssh_config");

beforeAll(async () => {
  cluster = await startLoggedIn(dir, ["--labels=env=test"]);
  stock = await startSshd(cluster, mkdtempSync(join(dir, "sshd-")));
  const printed = await cluster.tsh(["config", `--login=${cluster.login}`]);
  writeFileSync(config, printed.stdout);
  uuid = (JSON.parse((await cluster.tsh(["ls", "-f", "json"])).stdout) as Node[])[0]?.metadata.name ?? "";
}, 60_000);
afterAll(async () => {
  await stock?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

/** A program of OpenSSH or above it, which knows of the cluster by nothing but the printed lines. */
const plain = (
  words: readonly string[],
  options: { stdin?: string | Uint8Array; within?: number } = {},
): Promise<Ran> =>
  runProgram(
    [words[0] ?? "", ...(words[0] === "rsync" || words[0] === "git" ? [] : ["-F", config]), ...words.slice(1)],
    {
      env: { HOME: dir, GIT_SSH_COMMAND: `ssh -F ${config}` },
      ...options,
    },
  );
const fresh = (): string => mkdtempSync(join(dir, "t-"));
const sha256 = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");

describe("with what tsh config prints", () => {
  test("ssh reaches a node by every name, and checks its certificate", async () => {
    for (const host of ["node-1", "NODE-1", "node-1.test", uuid, `${uuid}.test`])
      expect([host, await plain(["ssh", host, "echo here; exit 3"])]).toEqual([
        host,
        { code: 3, stdout: "here\n", stderr: "" },
      ]);
    const { stderr } = await plain(["ssh", "-v", "node-1", "true"]);
    expect(stderr).toMatch(/Server host certificate: ssh-ed25519-cert-v01@openssh\.com/);
    expect(stderr).toContain("Host 'node-1.test' is known and matches the ED25519-CERT host certificate.");
    expect(existsSync(join(dir, ".ssh/known_hosts"))).toBe(false);
  });

  test("-J goes through the proxy without our program", async () => {
    const jump = ["-J", `localhost:${cluster.daemon.at("proxy", "ssh").split(":").at(-1)}`];
    for (const host of ["node-1", "node-1.test"])
      expect(await plain(["ssh", ...jump, host, "echo jumped"])).toEqual({ code: 0, stdout: "jumped\n", stderr: "" });
  });

  test.each([
    ["scp", []],
    ["scp", ["-O"]],
  ] as const)("%s %p copies both ways", async (name, flags) => {
    const here = fresh();
    const bytes = randomBytes(1_000_000);
    writeFileSync(join(here, "file"), bytes);
    expect((await plain([name, ...flags, join(here, "file"), `node-1:${here}/up`])).code).toBe(0);
    expect((await plain([name, ...flags, `node-1:${here}/up`, join(here, "down")])).code).toBe(0);
    expect(readFileSync(join(here, "down")).equals(bytes)).toBe(true);
  });

  test("sftp lists and gets", async () => {
    const here = fresh();
    writeFileSync(join(here, "file"), "content");
    const ran = await plain(["sftp", "-b", "-", "node-1"], { stdin: `ls ${here}\nget ${here}/file ${here}/got\n` });
    expect([ran.code, readFileSync(join(here, "got"), "utf8")]).toEqual([0, "content"]);
  });

  test("rsync copies a tree both ways", async () => {
    const here = fresh();
    mkdirSync(join(here, "tree/sub"), { recursive: true });
    for (const name of ["a", "sub/b"]) writeFileSync(join(here, "tree", name), name);
    const rsync = ["rsync", "-a", "-e", `ssh -F ${config}`];
    expect(await plain([...rsync, `${here}/tree/`, `node-1:${here}/up/`])).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await plain([...rsync, `node-1:${here}/up/`, `${here}/down/`])).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(join(here, "down/sub/b"), "utf8")).toBe("sub/b");
  });

  test("git clones and pushes", async () => {
    const here = fresh();
    const git = async (words: readonly string[]) => {
      const who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"];
      const ran = await plain(["git", ...who, ...words]);
      expect([words, ran.code, ran.stderr]).toEqual([words, 0, expect.any(String)]);
      return ran.stdout;
    };
    await git(["init", "-q", "--bare", join(here, "bare.git")]);
    await git(["clone", "-q", `node-1:${here}/bare.git`, join(here, "work")]);
    await git(["-C", join(here, "work"), "commit", "-q", "--allow-empty", "-m", "first"]);
    await git(["-C", join(here, "work"), "push", "-q", "origin", "HEAD:main"]);
    expect(await git(["ls-remote", `node-1:${here}/bare.git`, "main"])).toMatch(/^[0-9a-f]{40}\trefs\/heads\/main\n$/);
  });

  test("a master connection carries further sessions", async () => {
    // Short: the path of a socket has 107 bytes at most.
    const shared = ["-o", `ControlPath=${join(dir, "m")}`];
    const master = Bun.spawn(["ssh", "-F", config, ...shared, "-MN", "node-1"], {
      env: cleanEnv({ HOME: dir }),
      stdio: ["ignore", "ignore", "ignore"],
    });
    try {
      while ((await plain(["ssh", ...shared, "-O", "check", "node-1"])).code !== 0) await Bun.sleep(20);
      const many = await Promise.all([1, 2, 3].map((n) => plain(["ssh", ...shared, "node-1", `echo ${n}`])));
      expect(many.map(({ stdout }) => stdout)).toEqual(["1\n", "2\n", "3\n"]);
    } finally {
      // Of a gentler signal that comes just before ssh waits nothing is noticed.
      master.kill("SIGKILL");
      await master.exited;
    }
  });

  /** What Ansible puts on its command lines (plugins/connection/ssh.py), with pipelining. */
  test("ansible's ssh runs modules", async () => {
    const options = [
      ["-C", "-o", "ControlMaster=auto", "-o", `ControlPath=${join(dir, "a")}`],
      ["-o", "KbdInteractiveAuthentication=no", "-o", "PasswordAuthentication=no", "-o", "ConnectTimeout=10"],
      ["-o", "PreferredAuthentications=gssapi-with-mic,gssapi-keyex,hostbased,publickey"],
    ].flat();
    const ran = await plain(["ssh", ...options, "node-1", "/bin/sh -c '/usr/bin/env cat && sleep 0'"], {
      stdin: "module",
    });
    expect(ran).toMatchObject({ code: 0, stdout: "module" });
  });

  /** VS Code Remote starts a script through `bash` on stdin, and reaches what that starts through a SOCKS port. */
  test("VS Code's ssh installs and reaches its server", async () => {
    const port = await freePort();
    const child = Bun.spawn(
      ["ssh", "-F", config, "-T", "-D", String(port), "-o", "ConnectTimeout=15", "node-1", "bash"],
      {
        env: cleanEnv({ HOME: dir }),
        stdin: "pipe",
        stdout: "pipe",
        stderr: "inherit",
      },
    );
    try {
      child.stdin.write("echo started\n");
      child.stdin.flush();
      const reader = child.stdout.getReader();
      expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("started\n");
      const target = Number(cluster.daemon.at("node").split(":").at(-1));
      expect(await throughSocks(port, target)).toStartWith("SSH-2.0-");
    } finally {
      child.stdin.end();
      await child.exited;
    }
  });

  test("a machine with a stock sshd, by name, port and certificate", async () => {
    const ran = await plain(["ssh", "-p", String(stock.port), "-o", "ProxyCommand=none", "localhost", "true"]);
    // Our lines are not about this host: nothing is trusted that they do not name.
    expect(ran.code).toBe(255);
    const words = [
      "-o",
      `ProxyCommand=${program("tsh")} proxy ssh %r@%h:%p`,
      "-o",
      `UserKnownHostsFile=${dir}/alice/known_hosts`,
    ];
    const key = join(dir, "alice/keys/localhost/alice");
    const identity = ["-i", key, "-o", `CertificateFile=${key}-ssh/test-cert.pub`, "-o", "StrictHostKeyChecking=yes"];
    const reached = await runProgram(
      [
        "ssh",
        "-F",
        "none",
        ...words,
        ...identity,
        "-p",
        String(stock.port),
        `${cluster.login}@localhost`,
        "echo stock",
      ],
      { env: { HOME: dir, SALLYPORT_HOME: join(dir, "alice") } },
    );
    expect(reached).toEqual({ code: 0, stdout: "stock\n", stderr: "" });
  });

  test("-R of a stock sshd outlives a connection that breaks at this end", async () => {
    const left: Socket[] = [];
    const target = createServer((socket) => void left.push(socket));
    await new Promise<void>((listening) => target.listen(0, "127.0.0.1", listening));
    const local = (target.address() as AddressInfo).port;
    const remote = await freePort();
    const forward = ["-N", "-R", `${remote}:127.0.0.1:${local}`, "-p", String(stock.port)];
    await using child = Bun.spawn([program("tsh"), "ssh", ...forward, `${cluster.login}@localhost`], {
      env: cleanEnv(cluster.env),
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
    });
    const lead = async () => {
      const socket = await until("sshd listens", async () => {
        const dialled = connect(remote, "127.0.0.1");
        return once(dialled, "connect").then(
          () => dialled,
          () => undefined,
        );
      });
      return [socket, await until("the connection is led to this end", () => left.pop())] as const;
    };
    const [first, end] = await lead();
    end.resetAndDestroy();
    await once(first.resume(), "end");
    const [second, other] = await lead();
    other.end("served");
    expect(String(await once(second, "data"))).toBe("served");
    target.close();
    child.kill();
    expect(await new Response(child.stderr).text()).toBe("");
  });

  test("keys change on the way, and every byte arrives", async () => {
    const bytes = randomBytes(8_000_000);
    const ran = await plain(["ssh", "-o", "RekeyLimit=1M", "node-1", "tee /dev/stderr | sha256sum"], { stdin: bytes });
    expect(ran.stdout).toBe(`${sha256(bytes)}  -\n`);
  });

  test("a name that the cluster does not know is looked up as ever, and nothing is said", async () => {
    const ran = await plain(["ssh", "nosuch-host", "true"]);
    expect(ran).toMatchObject({ code: 255, stdout: "" });
    expect(ran.stderr).toStartWith("ssh: Could not resolve hostname nosuch-host");
  });
});

function throughSocks(port: number, target: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let seen = Buffer.alloc(0);
    socket.on("error", reject);
    socket.on("connect", () => socket.write(Buffer.of(5, 1, 0)));
    let asked = false;
    socket.on("data", (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      if (!asked && seen.length >= 2) {
        asked = true;
        socket.write(Buffer.of(5, 1, 0, 1, 127, 0, 0, 1, target >> 8, target & 255));
      }
      // Two bytes of greeting, ten of the answer.
      if (seen.length > 12) {
        socket.destroy();
        resolve(seen.subarray(12).toString());
      }
    });
  });
}
