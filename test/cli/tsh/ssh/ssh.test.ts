import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { freePort } from "../../../kit/free-port.ts";
import { type LoggedIn, startLoggedIn } from "../../../kit/logged-in.ts";
import { cleanEnv, program, runProgram } from "../../../kit/run.ts";
import { keptTempDir } from "../../../kit/temp.ts";
import { until } from "../../../kit/until.ts";

let cluster: LoggedIn & AsyncDisposable;
let node = "";
const dir = keptTempDir();

beforeAll(async () => {
  cluster = await startLoggedIn(dir, ["--labels=env=test,tier=one"]);
  node = `${cluster.login}@node-1`;
}, 60_000);
afterAll(() => cluster[Symbol.asyncDispose]());

const ssh = (words: readonly string[], options?: Parameters<LoggedIn["tsh"]>[1]) =>
  cluster.tsh(["ssh", ...words], options);

describe("a command", () => {
  test("has its own output, errors and status", async () => {
    expect(await ssh([node, "echo out; echo err >&2; exit 7"])).toEqual({ code: 7, stdout: "out\n", stderr: "err\n" });
    expect(await ssh([node, "true"])).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("that a signal ends says so as a shell does", async () => {
    expect((await ssh([node, "kill -TERM $$"])).code).toBe(128 + 15);
    expect((await ssh([node, "kill -KILL $$"])).code).toBe(128 + 9);
  });

  test("gets every word behind the host, flags and all", async () => {
    const ran = await ssh([node, "echo", "--help", "-N", "--", "'a  b'"]);
    expect(ran).toEqual({ code: 0, stdout: "--help -N -- a  b\n", stderr: "" });
    expect((await ssh([node, "--", "echo", "hi"])).stdout).toBe("hi\n");
    expect((await ssh(["--", node, "echo", "hi"])).stdout).toBe("hi\n");
  });

  test("takes stdin to its end, and every byte arrives, both ways", async () => {
    const bytes = randomBytes(3_000_000);
    const digest = createHash("sha256").update(bytes).digest("hex");
    expect((await ssh([node, "sha256sum"], { stdin: bytes })).stdout).toBe(`${digest}  -\n`);
    const file = join(dir, "bytes");
    writeFileSync(file, bytes);
    const child = Bun.spawn([program("tsh"), "ssh", node, `cat ${file}`], {
      env: cleanEnv(cluster.env),
      stdout: "pipe",
      stderr: "ignore",
    });
    const got = new Uint8Array(await new Response(child.stdout).arrayBuffer());
    expect(createHash("sha256").update(got).digest("hex")).toBe(digest);
    expect((await ssh([node, "cat; echo done"], { stdin: "" })).stdout).toBe("done\n");
  });

  test("whose output nobody reads any more ends", async () => {
    const piped = `${program("tsh")} ssh ${node} 'echo $$; exec yes' | head -1; echo \${PIPESTATUS[0]}`;
    const ran = await runProgram(["bash", "-c", piped], { env: cluster.env });
    const [pid, status] = ran.stdout.split("\n");
    expect([status, ran.stderr]).toEqual(["141", ""]);
    await until("yes has ended", () => !existsSync(`/proc/${pid}`));
  });

  test("that cannot write its output here says so", async () => {
    const ran = await runProgram(["bash", "-c", `${program("tsh")} ssh ${node} 'echo text' > /dev/full`], {
      env: cluster.env,
    });
    expect(ran).toEqual({ code: 255, stdout: "", stderr: "tsh: error: the disk is full\n" });
  });

  test("is told the language, and no more of what is here", async () => {
    const env = { LANG: "de_DE.UTF-8", LC_TIME: "C", SECRET: "x", FORWARDED: "y" };
    const ran = await ssh(["-o", "SendEnv=COLORTERM", node, "env"], { env: { ...env, COLORTERM: "truecolor" } });
    expect(ran.stdout).toContain("LANG=de_DE.UTF-8\n");
    expect(ran.stdout).toContain("LC_TIME=C\n");
    expect(ran.stdout).toContain("COLORTERM=truecolor\n");
    expect(ran.stdout).not.toContain("SECRET");
  });
});

describe("hosts", () => {
  test("are found by name in any case, with the cluster's name, by UUID and by address", async () => {
    const listed = JSON.parse((await cluster.tsh(["ls", "-f", "json"])).stdout) as {
      metadata: { name: string };
      spec: { addr: string };
    }[];
    const uuid = listed[0]?.metadata.name ?? "";
    const address = (listed[0]?.spec.addr ?? "").replace(/:\d+$/, "");
    for (const host of ["node-1", "NODE-1", "node-1.test", uuid, address]) {
      const ran = await ssh([`${cluster.login}@${host}`, "echo here"]);
      expect([host, ran]).toEqual([host, { code: 0, stdout: "here\n", stderr: "" }]);
    }
  });

  test("with a label are all asked, and each line says whose it is", async () => {
    const ran = await ssh([`${cluster.login}@env=test,tier=one`, "echo a; echo b >&2; printf c; exit 3"], {
      stdin: "not read",
    });
    expect(ran).toEqual({ code: 3, stdout: "node-1: a\nnode-1: c\n", stderr: "node-1: b\n" });
    expect(await ssh([`${cluster.login}@env=none`, "true"])).toEqual({
      code: 255,
      stdout: "",
      stderr: "tsh: error: no machine that you may reach has env=none\nhint: tsh ls shows them\n",
    });
    expect((await ssh(["env=test"])).code).toBe(2);
  });

  test("that do not exist are told, with the nearest", async () => {
    const ran = await ssh([`${cluster.login}@node-2`, "true"]);
    expect([ran.code, ran.stdout]).toEqual([255, ""]);
    expect(ran.stderr).toContain("node-2");
    expect(ran.stderr).toContain("did you mean node-1?");
  });

  test("are completed once they were reached", () => {
    const hosts = readFileSync(join(dir, "alice/keys/localhost/test.hosts"), "utf8");
    expect(hosts.split("\n")).toContain("node-1");
  });
});

describe("who may not", () => {
  test("log in by this name is told which they have", async () => {
    expect(await ssh(["mallory@node-1", "true"])).toEqual({
      code: 255,
      stdout: "",
      stderr: `tsh: error: you may not log in as "mallory"\nhint: your logins are: ${["nobody", cluster.login].sort().join(", ")}\n`,
    });
  });

  test("is logged out is told how to log in, before anything is dialled", async () => {
    const ran = await ssh([node, "true"], { env: { SALLYPORT_HOME: join(dir, "nobody-home") } });
    expect(ran).toEqual({ code: 3, stdout: "", stderr: "tsh: error: not logged in\nhint: tsh login --proxy=HOST\n" });
  });

  test.each([
    ["an option that is not known", ["-o", "ForwardX11Trusted=yes"], "-o ForwardX11Trusted=yes: unknown option"],
    ["an option with a wrong value", ["-o", "BatchMode=maybe"], '-o BatchMode: expected yes or no, not "maybe"'],
    [
      "to trust any host",
      ["-o", "StrictHostKeyChecking=no"],
      "-o StrictHostKeyChecking=no: a host of the cluster is always checked",
    ],
    ["a port that is none", ["-p", "70000"], '--port: "70000" is not a port'],
    ["a forwarding that is none", ["-L", "80"], '--local-forward: "80" is not a forwarding'],
    ["a command with -N", ["-N"], "-N runs no command, but a command is given"],
  ] as const)("asks for %s gets wrong usage", async (_what, flags, message) => {
    const ran = await ssh([...flags, node, "true"]);
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: "" });
    expect(ran.stderr).toStartWith(`tsh: error: ${message}\n`);
  });
});

describe("the other side", () => {
  test("is refused when its authority is not the one that was learnt at login", async () => {
    const home = join(dir, "alice");
    const known = readFileSync(join(home, "known_hosts"), "utf8");
    const other = (
      await Bun.$`ssh-keygen -q -t ed25519 -N "" -f ${join(dir, "other")} && cat ${join(dir, "other.pub")}`.text()
    ).split(" ")[1];
    writeFileSync(join(home, "known_hosts"), known.replace(/ssh-ed25519 \S+/, `ssh-ed25519 ${other}`));
    try {
      const ran = await ssh([node, "echo reached"]);
      expect([ran.code, ran.stdout]).toEqual([255, ""]);
      expect(ran.stderr).toContain("authority that is not trusted");
    } finally {
      writeFileSync(join(home, "known_hosts"), known);
    }
  });
});

describe("forwarding", () => {
  async function echoServer(): Promise<Server & { port: number }> {
    const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return Object.assign(server, { port: (server.address() as { port: number }).port });
  }

  /** What comes back for `sent`, once somebody listens on this port, or at this path. */
  async function exchange(place: number | string, sent: Uint8Array): Promise<Buffer> {
    const where = typeof place === "string" ? { path: place } : { port: place, host: "127.0.0.1" };
    for (;;) {
      const got = await new Promise<Buffer | undefined>((resolve, reject) => {
        const chunks: Buffer[] = [];
        const socket = connect({ ...where, allowHalfOpen: true });
        socket.on("error", (error: NodeJS.ErrnoException) => {
          if (error.code === "ECONNREFUSED" || error.code === "ENOENT") resolve(undefined);
          // What was sent and not read is thrown away with the connection: that is how nonsense is refused.
          else if (error.code === "ECONNRESET") resolve(Buffer.concat(chunks));
          else reject(error);
        });
        socket.on("data", (chunk) => chunks.push(chunk));
        socket.once("end", () => resolve(Buffer.concat(chunks)));
        socket.once("connect", () => socket.end(sent));
      });
      if (got !== undefined) return got;
      if (forwarder.exitCode !== null) throw new Error(`tsh ended with ${forwarder.exitCode}`);
      await Bun.sleep(20);
    }
  }

  let forwarder: Bun.Subprocess;

  async function withForward(flags: readonly string[], work: () => Promise<void>): Promise<void> {
    forwarder = Bun.spawn([program("tsh"), "ssh", "-N", ...flags, node], {
      env: cleanEnv(cluster.env),
      stdin: "ignore",
      stdout: "ignore",
      stderr: "inherit",
    });
    try {
      await work();
    } finally {
      forwarder.kill("SIGINT");
      expect(await forwarder.exited).toBe(130);
    }
  }

  const BYTES = randomBytes(500_000);

  test("-L takes connections here to there", async () => {
    const [server, port] = [await echoServer(), await freePort()];
    await withForward(["-L", `127.0.0.1:${port}:127.0.0.1:${server.port}`], async () => {
      expect((await exchange(port, BYTES)).equals(BYTES)).toBe(true);
    });
    server.close();
  });

  test("-R takes connections there to here", async () => {
    const [server, port] = [await echoServer(), await freePort()];
    await withForward(["-R", `127.0.0.1:${port}:127.0.0.1:${server.port}`], async () => {
      expect((await exchange(port, BYTES)).equals(BYTES)).toBe(true);
    });
    server.close();
  });

  async function leaveSocket(path: string): Promise<void> {
    const listen = `const server = require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
    await Bun.spawn([process.execPath, "-e", listen]).exited;
    expect(existsSync(path)).toBe(true);
  }

  test("-L and -R go from Unix sockets to Unix sockets", async () => {
    const target = join(dir, "target.sock");
    const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
    await new Promise<void>((done) => server.listen(target, done));
    for (const flag of ["-L", "-R"]) {
      const path = join(dir, `from${flag}.sock`);
      // What somebody left who was killed is in nobody's way on this side. On the other it is, as with sshd.
      if (flag === "-L") await leaveSocket(path);
      await withForward([flag, `${path}:${target}`], async () => {
        expect((await exchange(path, BYTES)).equals(BYTES)).toBe(true);
        expect([flag, statSync(path).mode & 0o777]).toEqual([flag, 0o600]);
      });
      // The other side does so in its own time.
      await until(`${path} is removed`, () => !existsSync(path));
    }
    server.close();
  });

  test("-D speaks SOCKS 5, 4 and 4a", async () => {
    const [server, port] = [await echoServer(), await freePort()];
    const at = Buffer.alloc(2);
    at.writeUInt16BE(server.port);
    const requests = {
      "5 by name": [Buffer.from([5, 1, 0, 5, 1, 0, 3, 9, ...Buffer.from("localhost"), ...at]), 12],
      "5 by address": [Buffer.from([5, 2, 0, 2, 5, 1, 0, 1, 127, 0, 0, 1, ...at]), 12],
      "4": [Buffer.from([4, 1, ...at, 127, 0, 0, 1, 0]), 8],
      "4a": [Buffer.from([4, 1, ...at, 0, 0, 0, 1, 0, ...Buffer.from("localhost"), 0]), 8],
    } as const;
    await withForward(["-D", `127.0.0.1:${port}`], async () => {
      for (const [version, [request, answer]] of Object.entries(requests)) {
        const got = await exchange(port, Buffer.concat([request, BYTES]));
        expect([version, got.subarray(answer).equals(BYTES)]).toEqual([version, true]);
      }
      expect((await exchange(port, Buffer.from("GET / HTTP/1.1\r\n\r\n"))).length).toBe(0);
    });
    server.close();
  });

  test("that cannot be had ends the command, unless told otherwise", async () => {
    const server = await echoServer();
    const spec = `127.0.0.1:${server.port}:127.0.0.1:1`;
    const ran = await ssh(["-L", spec, node, "echo ran"]);
    expect(ran).toEqual({
      code: 255,
      stdout: "",
      stderr: `tsh: error: 127.0.0.1:${server.port}: the address is in use already\n`,
    });
    const taken = join(dir, "taken.sock");
    const other = createServer().listen(taken);
    expect((await ssh(["-L", `${taken}:127.0.0.1:1`, node, "echo ran"])).stderr).toBe(
      `tsh: error: ${taken}: the address is in use already\n`,
    );
    expect(existsSync(taken)).toBe(true);
    other.close();
    const anyway = await ssh(["-o", "ExitOnForwardFailure=no", "-L", spec, node, "echo ran"]);
    expect([anyway.code, anyway.stdout]).toEqual([0, "ran\n"]);
    server.close();
  });
});

describe("a terminal", () => {
  /** Plays an expect script with `tsh` in the variable tsh. @returns what it printed with `puts` */
  async function play(script: string): Promise<string> {
    const file = join(dir, "play.exp");
    writeFileSync(
      file,
      `set timeout 15\nlog_user 0\nset tsh ${program("tsh")}\nset node ${node}\nset stty_init "rows 33 cols 101"\n${script}`,
    );
    const child = Bun.spawn(["expect", file], {
      env: cleanEnv({ ...cluster.env, TERM: "xterm" }),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    });
    const text = await new Response(child.stdout).text();
    return text.replaceAll("\r", "");
  }

  test("of the right size and kind is there for a shell, follows a change, and gives its status", async () => {
    const seen = await play(`
spawn -noecho $tsh ssh $node
# What is typed is echoed, so every answer is a text that was not typed.
send "echo re''ady\\r"
expect "ready"
send "echo size \\$(stty size) \\$TERM\\r"
expect -re {size (\\d+ \\d+ \\w+)} { puts "$expect_out(1,string)" }
stty rows 44 columns 120 < $spawn_out(slave,name)
send "for i in \\$(seq 150); do stty size | grep 44 && break; sleep 0.1; done\\r"
expect -re {(44 120)} { puts "$expect_out(1,string)" }
send "exit 5\\r"
expect eof
lassign [wait] pid id os status
puts "status $status"
`);
    expect(seen).toBe("33 101 xterm\n44 120\nstatus 5\n");
  }, 60_000);

  test("is there for a command with -t only, and ~. leaves it", async () => {
    const seen = await play(`
spawn -noecho $tsh ssh -t $node tty
expect -re {(/dev/\\S+)} { puts terminal }
expect eof
spawn -noecho $tsh ssh $node tty
expect -re {not a tty} { puts none }
expect eof
spawn -noecho $tsh ssh $node
send "echo re''ady; sleep 100\\r"
expect "ready"
send "\\r~?"
expect "Supported escape sequences" { puts help }
send "\\r~."
expect eof
lassign [wait] pid id os status
puts "status $status"
`);
    expect(seen).toBe("terminal\nnone\nhelp\nstatus 255\n");
  }, 60_000);

  test("-tt forces one where there is none, -T refuses it", async () => {
    expect((await ssh(["-tt", node, "tty"])).stdout).toStartWith("/dev/");
    expect((await ssh(["-T", node], { stdin: "tty; echo from stdin\n" })).stdout).toContain("not a tty\nfrom stdin\n");
    const warned = await ssh(["-t", node, "tty"]);
    expect(warned.stdout).toBe("not a tty\n");
    expect(warned.stderr).toContain("stdin is not a terminal");
  });
});

test("-A lets programs there use the agent here, and nothing else does", async () => {
  const socket = join(dir, "forwarded.sock");
  const agent = Bun.spawn(["ssh-agent", "-D", "-a", socket], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  try {
    const env = { SSH_AUTH_SOCK: socket };
    await until("the agent answers", async () => (await runProgram(["ssh-add", "-l"], { env })).code !== 2);
    const key = join(dir, "forwarded");
    await runProgram(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "only-here", "-f", key]);
    await runProgram(["ssh-add", "-q", key], { env });
    expect((await ssh(["-A", node, "ssh-add -l"], { env })).stdout).toContain("only-here");
    expect((await ssh([node, "echo agent=$SSH_AUTH_SOCK"], { env })).stdout).toBe("agent=\n");
  } finally {
    agent.kill();
    await agent.exited;
  }
  expect((await ssh(["-A", node, "true"])).stderr).toContain("there is no ssh-agent to forward");
});

test("-J goes through a machine of the cluster", async () => {
  const port = cluster.daemon.at("node").replace(/^.*:/, "");
  const ran = await ssh(["-J", node, "-p", port, `${cluster.login}@localhost`, "echo $SSH_CONNECTION"]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).toContain("127.0.0.1");
});

test("nothing is left behind in the profile's directory", () => {
  expect(
    readdirSync(join(dir, "alice"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".new")),
  ).toEqual([]);
  expect(existsSync(join(dir, "alice/current-profile"))).toBe(true);
});
