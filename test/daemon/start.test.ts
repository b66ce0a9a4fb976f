import { describe, expect, test } from "bun:test";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { selfSigned } from "../../core/cert/x509.ts";
import { type Daemon, NotStarted, startDaemon } from "../kit/daemon.ts";
import { cleanEnv, program, run, runProgram } from "../kit/run.ts";
import { cleanTemp, tempDir } from "../kit/temp.ts";

cleanTemp();

const auth = (dir: string, ...more: string[]) => startDaemon(["--roles=auth", `--data-dir=${dir}/data`, ...more]);

async function refusal(start: Promise<Daemon>): Promise<NotStarted> {
  try {
    await (await start).stop();
  } catch (thrown) {
    if (thrown instanceof NotStarted) return thrown;
    throw thrown;
  }
  throw new Error("it started");
}

describe("a daemon that is ready", () => {
  test("prints its addresses on stdout, and serves the diag address", async () => {
    const dir = tempDir();
    await using daemon = await auth(dir, "--diag-addr=127.0.0.1:0", `--pid-file=${dir}/pid`);
    const { ready } = daemon;
    expect(ready).toMatchObject({ event: "ready", pid: daemon.pid, roles: [{ role: "auth" }] });
    expect(ready.roles[0]?.listening[0]).toMatch(/^ssh:\/\/127\.0\.0\.1:\d+$/);
    expect(readFileSync(join(dir, "pid"), "utf8")).toBe(`${daemon.pid}\n`);
    const answer = await fetch(`${ready.diag}/readyz`);
    expect(answer.status).toBe(200);
    expect(await (await fetch(`${ready.diag}/metrics`)).text()).toContain('sallyport_connections{listener="auth"');
  });

  test("in text: a line for each role, and ready", async () => {
    const dir = tempDir();
    const child = Bun.spawn(
      [
        program("sallyport"),
        "start",
        "-r",
        "auth",
        "-c",
        "/dev/null",
        `--data-dir=${dir}/data`,
        "--ports-from=0",
        "-l127.0.0.1",
      ],
      { env: cleanEnv(), stdout: "pipe", stderr: "ignore" },
    );
    let text = "";
    for await (const chunk of child.stdout) {
      text += new TextDecoder().decode(chunk);
      if (text.endsWith("ready\n")) child.kill("SIGTERM");
    }
    expect(text).toMatch(/^auth {3}ssh:\/\/127\.0\.0\.1:\d+\nready\n$/);
    expect(await child.exited).toBe(0);
  });

  test.each(["SIGTERM", "SIGINT"] as const)("ends in order at %s, with status 0", async (signal) => {
    const dir = tempDir();
    const daemon = await auth(dir, `--pid-file=${dir}/pid`);
    expect(await daemon.stop(signal)).toBe(0);
    expect(daemon.log().map((entry) => entry["message"])).toEqual(["ready", "stopping", "stopped"]);
    expect(existsSync(join(dir, "pid"))).toBe(false);
  });

  test("leaves a name that it wrote its pid to as it found it, such as /dev/stdout", async () => {
    const dir = tempDir();
    symlinkSync(join(dir, "target"), join(dir, "pid"));
    const daemon = await auth(dir, `--pid-file=${dir}/pid`);
    await daemon.stop();
    expect(readFileSync(join(dir, "target"), "utf8")).toMatch(/^\d+\n$/);
    expect(readlinkSync(join(dir, "pid"))).toBe(join(dir, "target"));
  });

  test("starts again with its data, also after it was killed", async () => {
    const dir = tempDir();
    const key = () => readFileSync(join(dir, "data/master.key"), "utf8");
    const first = await auth(dir, "--cluster-name=one");
    const before = key();
    await first.stop("SIGKILL");
    const second = await auth(dir);
    expect(key()).toBe(before);
    await second.stop();
    const renamed = await refusal(auth(dir, "--cluster-name=two"));
    expect(renamed.code).toBe(6);
    expect(renamed.stderr).toContain("is called one, not two");
  });

  test("tells the service manager", async () => {
    if (Bun.which("python3") === null) return console.log("skipped: needs python3");
    const dir = tempDir();
    const socket = join(dir, "notify");
    const program = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True:
    text = s.recv(4096).decode()
    print(text.splitlines()[0], flush=True)
    if text.startswith("STOPPING"): break`;
    const manager = Bun.spawn(["python3", "-c", program, socket], { stdout: "pipe" });
    while (!existsSync(socket)) await Bun.sleep(5);
    const daemon = await startDaemon(["--roles=auth", `--data-dir=${dir}/data`], { env: { NOTIFY_SOCKET: socket } });
    await daemon.stop();
    await manager.exited;
    expect(await new Response(manager.stdout).text()).toBe("bound\nREADY=1\nSTOPPING=1\n");
  });
});

describe("all roles", () => {
  const whole = (dir: string, ...more: string[]) =>
    startDaemon(["--cluster-name=test", "--nodename=one", `--data-dir=${dir}/data`, ...more]);

  test("start together, as members of their own cluster, and again without anything being asked", async () => {
    const dir = tempDir();
    const listed = async () => {
      const { stdout } = await run(["tctl", "nodes", "ls", `--data-dir=${dir}/data`, "--format=json"]);
      return (JSON.parse(stdout) as { spec: { hostname: string; addr: string } }[]).map(({ spec }) => spec);
    };
    const first = await whole(dir);
    expect(first.ready.roles.map(({ role }) => role)).toEqual(["auth", "proxy", "node"]);
    expect(await listed()).toMatchObject([{ hostname: "one", addr: first.at("node") }]);
    expect(
      (await fetch(`https://${first.at("proxy", "https")}/webapi/ping`, { tls: { rejectUnauthorized: false } })).status,
    ).toBe(200);
    expect(await first.stop()).toBe(0);
    await using second = await whole(dir);
    expect(await listed()).toMatchObject([{ hostname: "one", addr: second.at("node") }]);
    expect(second.log().filter(({ level }) => level === "error")).toEqual([]);
  });

  test("another machine joins by token and pin, and comes back without a token", async () => {
    const dir = tempDir();
    await using main = await whole(dir);
    const tctl = async (...words: string[]): Promise<unknown> =>
      JSON.parse((await run(["tctl", ...words, `--data-dir=${dir}/data`, "--format=json"])).stdout);
    const [token] = (await tctl("nodes", "add")) as string[];
    const { ca_pins: pins } = (await tctl("status")) as { ca_pins: string[] };
    const at = ["--roles=node", "--nodename=two", `--data-dir=${dir}/two`, `--auth-server=${main.at("auth")}`];
    writeFileSync(join(dir, "token"), `${token}\n`);

    const stranger = await refusal(startDaemon([...at, `--token=@${dir}/token`, `--ca-pin=sha256:${"0".repeat(64)}`]));
    expect(stranger.code).toBe(4);
    expect(stranger.stderr).toContain(`the CA pin of this cluster is ${pins[0]}`);

    const first = await startDaemon([...at, `--token=@${dir}/token`, `--ca-pin=${pins[0]}`]);
    expect(await first.stop()).toBe(0);
    await using second = await startDaemon(at);
    const nodes = (await tctl("nodes", "ls")) as { spec: { hostname: string; addr: string } }[];
    expect(nodes.map(({ spec }) => spec.hostname).sort()).toEqual(["one", "two"]);
    expect(nodes.map(({ spec }) => spec.addr)).toContain(second.at("node"));

    const third = await refusal(
      startDaemon([
        ...at.slice(0, 2),
        `--data-dir=${dir}/three`,
        ...at.slice(3),
        `--token=@${dir}/token`,
        `--ca-pin=${pins[0]}`,
      ]),
    );
    expect(third.stderr).toMatch(/token/);
  });

  test("a second signal ends the daemon without waiting for connections", async () => {
    const dir = tempDir();
    const daemon = await whole(dir);
    const [host = "", port = ""] = daemon.at("proxy").split(":");
    const silent = connect({ host, port: Number(port), allowHalfOpen: true });
    silent.resume();
    await once(silent, "connect");
    const impatient = setInterval(() => daemon.kill("SIGTERM"), 100);
    expect(await daemon.exited).toBe(128 + 15);
    clearInterval(impatient);
    silent.destroy();
  });
});

test("unauthenticated connections up to the file limit do not block tctl, and the log names the limit", async () => {
  const dataDir = `${tempDir()}/data`;
  await using daemon = await startDaemon(["--roles=auth,proxy", `--data-dir=${dataDir}`], {
    through: ["prlimit", "--nofile=120:120"],
  });
  const [host = "", port] = daemon.at("proxy", "ssh").split(":");
  const strangers = Array.from({ length: 150 }, () => connect(Number(port), host).on("error", () => {}));
  try {
    await daemon.logged(({ message }) => String(message).startsWith("connections are refused"));
    const status = await runProgram([program("tctl"), `--data-dir=${dataDir}`, "status"]);
    expect(status).toMatchObject({ code: 0, stderr: "" });
  } finally {
    for (const stranger of strangers) stranger.destroy();
  }
});

describe("SIGHUP", () => {
  test("takes over another HTTPS certificate", async () => {
    const dir = tempDir();
    const put = async (name: string) => {
      const { certPem, keyPem } = await selfSigned({ names: [name], days: 30, now: new Date() });
      writeFileSync(join(dir, "web.pem"), certPem);
      writeFileSync(join(dir, "web.key"), keyPem);
    };
    await put("before.test");
    const file = join(dir, "sallyport.yaml");
    writeFileSync(file, "proxy_service:\n  https_keypairs: [{ key_file: web.key, cert_file: web.pem }]\n");
    await using daemon = await startDaemon([
      "--roles=auth,proxy",
      "--cluster-name=test",
      `--data-dir=${dir}/data`,
      `--config=${file}`,
    ]);
    const served = async () => {
      const [host, port] = daemon.at("proxy", "https").split(":");
      const socket = connectTls({ host: host ?? "", port: Number(port), rejectUnauthorized: false });
      await once(socket, "secureConnect");
      const { subjectaltname } = socket.getPeerCertificate();
      socket.destroy();
      return subjectaltname;
    };
    expect(await served()).toBe("DNS:before.test");
    await put("after.test");
    daemon.kill("SIGHUP");
    await daemon.logged(({ message }) => message === "configuration and certificates were read again");
    expect(await served()).toBe("DNS:after.test");
    writeFileSync(join(dir, "web.key"), "no key");
    daemon.kill("SIGHUP");
    expect(await daemon.logged(({ level }) => level === "error")).toMatchObject({ role: "proxy" });
    expect(await served()).toBe("DNS:after.test");
    await daemon.stop();
    const done = daemon.log().filter(({ message }) => message === "configuration and certificates were read again");
    expect(done).toHaveLength(1);
  });

  test("reads the configuration again, and a broken one changes nothing", async () => {
    const dir = tempDir();
    const file = join(dir, "sallyport.yaml");
    writeFileSync(file, "auth_service:\n  enabled: yes\n");
    const daemon = await startDaemon(["--roles=auth", `--data-dir=${dir}/data`, `--config=${file}`]);
    daemon.kill("SIGHUP");
    await daemon.logged(({ message }) => message === "configuration and certificates were read again");
    writeFileSync(file, "auth_service:\n  enabled: yes\n  listen: 1\n");
    daemon.kill("SIGHUP");
    const entry = await daemon.logged(({ level }) => level === "error");
    expect(entry).toMatchObject({
      message: "the configuration cannot be read; going on as before",
      error: `${file}:3: auth_service.listen: unknown key`,
    });
    expect(await daemon.stop()).toBe(0);
  });
});

test("a master key without its database is logged, since a new cluster begins", async () => {
  const dir = tempDir();
  const warned = async () => {
    const daemon = await auth(dir);
    await daemon.stop();
    return daemon.log().filter(({ message }) => String(message).startsWith("there is a master key, but")).length;
  };
  expect([await warned(), await warned()]).toEqual([0, 0]);
  for (const end of ["", "-wal", "-shm"]) rmSync(join(dir, `data/sallyport.db${end}`), { force: true });
  expect([await warned(), await warned()]).toEqual([1, 0]);
});

describe("failures to start", () => {
  test("a second daemon with the same data directory", async () => {
    const dir = tempDir();
    await using daemon = await auth(dir);
    const { code, stderr } = await refusal(auth(dir));
    expect(code).toBe(6);
    expect(stderr).toContain(`the data directory ${dir}/data is in use by process ${daemon.pid}`);
  });

  test("a port in use; and then nothing is left behind", async () => {
    const dir = tempDir();
    const server = createServer();
    // A free port from which the port of auth can be reckoned.
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
    });
    try {
      const { code, stderr } = await refusal(auth(dir, `--ports-from=${port - 25}`, `--pid-file=${dir}/pid`));
      expect(code).toBe(1);
      expect(stderr).toContain(`auth: port ${port} is in use on 127.0.0.1`);
      expect(stderr).toContain("--ports-from");
      expect(stderr).not.toMatch(/\bat .*\.ts|node:net/);
      expect(existsSync(join(dir, "pid"))).toBe(false);
    } finally {
      server.close();
    }
    await (await auth(dir)).stop();
  });

  test("a broken configuration, named with its line", async () => {
    const dir = tempDir();
    const file = join(dir, "sallyport.yaml");
    writeFileSync(file, "auth_service:\n  enabled: yes\n  listen_adr: 0.0.0.0:3025\n");
    const { code, stderr } = await run(["sallyport", "start", `--config=${file}`, `--data-dir=${dir}/data`]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `sallyport: error: ${file}:3: auth_service.listen_adr: unknown key\nhint: did you mean listen_addr?\n`,
    );
    expect(existsSync(join(dir, "data"))).toBe(false);
  });

  test("a data directory without write permission", async () => {
    const dir = tempDir();
    mkdirSync(join(dir, "data"), { mode: 0o555 });
    // Root may write everywhere, unless it goes without that.
    const through = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];
    const { code, stderr } = await refusal(startDaemon(["--roles=auth", `--data-dir=${dir}/data`], { through }));
    expect(code).toBe(4);
    expect(stderr).toContain(`the data directory ${dir}/data cannot be written: permission denied`);
    expect(stderr).toContain("--data-dir");
  });

  test("a signal, while it waits for an auth server that does not answer", async () => {
    const dir = tempDir();
    const pin = `sha256:${"0".repeat(64)}`;
    const child = Bun.spawn(
      [
        program("sallyport"),
        "start",
        "--roles=node",
        "--config=/dev/null",
        `--data-dir=${dir}/data`,
        "--ports-from=0",
      ].concat(["--auth-server=127.0.0.1:1", "--token=secret-token", `--ca-pin=${pin}`]),
      { env: cleanEnv(), stdout: "pipe", stderr: "pipe" },
    );
    let log = "";
    for await (const chunk of child.stderr) {
      log += new TextDecoder().decode(chunk);
      if (log.includes("auth does not answer yet")) child.kill("SIGTERM");
    }
    expect(await child.exited).toBe(0);
    expect(await new Response(child.stdout).text()).toBe("");
    expect(log).not.toContain("secret-token");
  });
});
