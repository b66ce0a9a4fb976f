import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { type LoggedIn, startLoggedIn } from "../../../kit/logged-in.ts";
import { writeLogin } from "../../../kit/login.ts";
import { cleanEnv, program, run } from "../../../kit/run.ts";
import { keptTempDir } from "../../../kit/temp.ts";
import { until } from "../../../kit/until.ts";

const dir = keptTempDir();
let cluster: LoggedIn & AsyncDisposable;
beforeAll(async () => {
  cluster = await startLoggedIn(dir);
}, 60_000);
afterAll(() => cluster?.[Symbol.asyncDispose]());

const BANNER = "SSH-2.0-Test\r\n";
const sha256 = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** What a proxy takes for a machine with an SSH server: whoever connects is greeted, and then handed over. */
async function machine(serve: (socket: Socket) => void): Promise<{ place: string } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.write(BANNER);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    place: `127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function start(place: string) {
  return Bun.spawn([program("tsh"), "proxy", "ssh", place], {
    env: cleanEnv(cluster.env),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
}

describe("the bytes", () => {
  const bytes = randomBytes(30_000_000);

  test("all come out of stdout, and then the end of them, whatever stdin does", async () => {
    await using host = await machine((socket) => socket.end(bytes));
    const child = start(host.place);
    const out = Buffer.from(await new Response(child.stdout).arrayBuffer());
    expect(out.subarray(0, BANNER.length).toString()).toBe(BANNER);
    expect(sha256(out.subarray(BANNER.length))).toBe(sha256(bytes));
    child.stdin.end();
    expect([await child.exited, await new Response(child.stderr).text()]).toEqual([0, ""]);
  });

  test("all of stdin arrive, its end too, and what comes after that still comes back", async () => {
    await using host = await machine((socket) => {
      const hash = createHash("sha256");
      socket.on("data", (chunk) => hash.update(chunk));
      socket.on("end", () => socket.end(hash.digest("hex")));
    });
    const child = start(host.place);
    child.stdin.write(bytes);
    child.stdin.end();
    expect(await new Response(child.stdout).text()).toBe(BANNER + sha256(bytes));
    expect(await child.exited).toBe(0);
  });

  test("wait in the sender's hands when nobody takes them", async () => {
    let taken = 0;
    await using host = await machine((socket) => {
      const block = Buffer.alloc(1 << 20);
      const more = () => {
        while (taken < 1 << 30 && socket.write(block)) taken += block.length;
      };
      socket.on("drain", more);
      more();
    });
    // A pipe that is open for reading, and never read.
    const pipe = join(dir, "pipe");
    spawnSync("mkfifo", [pipe]);
    const fd = openSync(pipe, "r+");
    const child = Bun.spawn([program("tsh"), "proxy", "ssh", host.place], {
      env: cleanEnv(cluster.env),
      stdio: ["pipe", fd, "inherit"],
    });
    await until("the first bytes are on their way", () => taken > 0);
    // Until nothing moves any more, or all of it has gone somewhere.
    for (let last = -1, still = 0; still < 5 && taken < 1 << 30; still = last === taken ? still + 1 : 0) {
      last = taken;
      await Bun.sleep(100);
    }
    const memory = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]);
    child.kill("SIGKILL");
    await child.exited;
    closeSync(fd);
    expect(taken).toBeLessThan(64 << 20);
    expect(memory).toBeLessThan(200_000);
  });

  test("that nobody reads any more end it", async () => {
    await using host = await machine((socket) => {
      const block = Buffer.alloc(1 << 16);
      const more = () => {
        while (!socket.destroyed && socket.write(block));
      };
      socket.on("drain", more);
      more();
    });
    const child = start(host.place);
    const reader = child.stdout.getReader();
    await reader.read();
    await reader.cancel();
    expect(await child.exited).toBe(0);
  });
});

describe("a way that is barred", () => {
  const cases: readonly (readonly [string, () => readonly string[], number, RegExp])[] = [
    ["no such machine", () => ["nosuch:22"], 5, /^tsh: error: there is no node or host "nosuch"\n/],
    ["a name like another", () => ["root@node-2:22"], 5, /hint: did you mean node-1\?/],
    ["nothing at that port", () => ["127.0.0.1:1"], 7, /127\.0\.0\.1:1/],
    ["another cluster", () => ["--cluster=other", "node-1:22"], 3, /not logged in/],
  ];
  test.each(cases)("%s", async (_, words, code, stderr) => {
    const ran = await cluster.tsh(["proxy", "ssh", ...words()]);
    expect(ran).toMatchObject({ code, stdout: "" });
    expect(ran.stderr).toMatch(stderr);
  });
});

describe("nothing is sent", () => {
  const login = async (more: Parameters<typeof writeLogin>[1]) => {
    const home = mkdtempSync(join(dir, "home-"));
    await writeLogin(join(home, ".tsh"), more);
    return { env: { HOME: home } };
  };

  test("when nobody is logged in", async () => {
    const ran = await run(["tsh", "proxy", "ssh", "node-1:22"], { env: { HOME: mkdtempSync(join(dir, "home-")) } });
    expect(ran).toEqual({ code: 3, stdout: "", stderr: "tsh: error: not logged in\nhint: tsh login --proxy=HOST\n" });
  });

  test("when the certificate has expired", async () => {
    const ran = await run(["tsh", "proxy", "ssh", "node-1:22"], await login({ expires: new Date("2021-01-01") }));
    expect(ran).toMatchObject({ code: 3, stdout: "" });
    expect(ran.stderr).toMatch(/certificate has expired\nhint: .*tsh login/);
  });

  test("when the proxy is not there", async () => {
    const ran = await run(["tsh", "proxy", "ssh", "node-1:22"], await login({ proxy: "proxy.invalid" }));
    expect(ran).toMatchObject({ code: 7, stdout: "" });
    expect(ran.stderr).toContain("proxy.invalid:3023 could not be reached");
  });

  test.each(["@host", "user@", "a b", "-oProxyCommand=x", ":22"])("to %j", async (place) => {
    const ran = await run(["tsh", "proxy", "ssh", "--", place], await login({}));
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(`is not [USER@]HOST[:PORT]`);
  });

  test("to nothing", async () => {
    const ran = await run(["tsh", "proxy", "ssh", ""], await login({}));
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toStartWith("tsh: error: [USER@]HOST[:PORT] is empty\n");
  });
});
