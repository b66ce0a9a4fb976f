import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { dirname, join } from "node:path";
import { own } from "../kit/account.ts";
import { freePort } from "../kit/free-port.ts";
import { cleanEnv, runProgram } from "../kit/run.ts";
import { until } from "../kit/until.ts";
import { House, type Person, pass, sha256 } from "./kit.ts";

let house: House;
let alice: Person;
/** A web server that only the node can be asked to reach. */
let web: { port: number; server: ReturnType<typeof Bun.serve> };

beforeAll(async () => {
  house = await House.open();
  alice = await house.person("alice", [own.login]);
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => new Response(`seen ${request.url}\n`),
  });
  web = { port: server.port ?? 0, server };
});
afterAll(async () => {
  await web.server.stop(true);
  await house[Symbol.asyncDispose]();
});

const curl = (...words: string[]) => runProgram(["curl", "-sS", "--max-time", "20", ...words]);

/** Runs `ssh` with these words until the work is done. */
async function during<T>(
  words: readonly string[],
  ready: () => boolean | Promise<boolean>,
  work: () => Promise<T>,
): Promise<T> {
  const client = Bun.spawn(alice.command("ssh", "-o", "ExitOnForwardFailure=yes", ...words), {
    env: cleanEnv(),
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  try {
    await until(
      () => `ssh ${words.join(" ")} forwards`,
      async () => {
        if (client.exitCode !== null) throw new Error(await new Response(client.stderr).text());
        return ready();
      },
    );
    return await work();
  } finally {
    // Of a gentler signal that comes just before ssh waits nothing is noticed.
    client.kill("SIGKILL");
    await client.exited;
  }
}

const answers = (port: number) => async () =>
  (await runProgram(["bash", "-c", `exec 3<>/dev/tcp/127.0.0.1/${port}`])).code === 0;

describe.each(["node", "far"])("by way of %s", (way) => {
  test("-L leads to a port that the node reaches, many at once", async () => {
    const port = await freePort();
    const urls = Array.from({ length: 20 }, (_, i) => `http://127.0.0.1:${port}/${i}`);
    const { stdout } = await during(["-N", "-L", `${port}:127.0.0.1:${web.port}`, way], answers(port), () =>
      curl("--parallel", "--no-keepalive", ...urls),
    );
    expect(stdout.trim().split("\n").toSorted()).toEqual(urls.map((url) => `seen ${url}`).toSorted());
  });

  test("-D is a SOCKS proxy at the node, by name and by address", async () => {
    const port = await freePort();
    await during(["-N", "-D", `127.0.0.1:${port}`, way], answers(port), async () => {
      for (const scheme of ["socks5", "socks5h", "socks4", "socks4a"]) {
        const host = scheme.endsWith("h") || scheme.endsWith("a") ? "localhost" : "127.0.0.1";
        const url = `http://${host}:${web.port}/${scheme}`;
        expect((await curl("--proxy", `${scheme}://127.0.0.1:${port}`, url)).stdout).toBe(`seen ${url}\n`);
      }
      const refused = await curl("--proxy", `socks5://127.0.0.1:${port}`, `http://127.0.0.1:${await freePort()}/`);
      expect(refused.code).not.toBe(0);
    });
  });

  test("-R lets programs on the node reach what the client reaches", async () => {
    const port = await freePort();
    const { stdout } = await during(["-N", "-R", `${port}:127.0.0.1:${web.port}`, way], answers(port), () =>
      alice.ssh(["node", `curl -sS http://127.0.0.1:${port}/back`]),
    );
    expect(stdout).toBe(`seen http://127.0.0.1:${port}/back\n`);
  });
});

test("-R 0 tells the port; -O cancel ends it, and the next one can have it", async () => {
  const control = join(house.dir, "remote");
  const ask = (what: string, spec: string) => alice.ssh(["-S", control, "-O", what, "-R", spec, "far"]);
  const master = ["-N", "-M", "-S", control, "far"];
  const port = await during(
    master,
    () => existsSync(control),
    async () => {
      const taken = Number((await ask("forward", `0:127.0.0.1:${web.port}`)).stdout.trim());
      expect(taken).toBeGreaterThan(1023);
      expect((await curl(`http://127.0.0.1:${taken}/`)).stdout).toContain("seen");
      expect((await ask("cancel", `0:127.0.0.1:${web.port}`)).code).toBe(0);
      await until("the port is closed", async () => !(await answers(taken)()));
      expect(await ask("forward", `${taken}:127.0.0.1:${web.port}`)).toMatchObject({ code: 0 });
      await until("the port is open again", answers(taken));
      return taken;
    },
  );
  await until("the port is closed with its connection", async () => !(await answers(port)()));
});

test("-R of a port that is taken is refused, and of all addresses stays on the loopback", async () => {
  const taken = await alice.ssh(["-o", "ExitOnForwardFailure=yes", "-R", `${web.port}:127.0.0.1:1`, "node", "true"]);
  expect(taken.code).toBe(255);
  expect(taken.stderr).toContain("remote port forwarding failed");
  const port = await freePort();
  const listening = await during(["-N", "-R", `0.0.0.0:${port}:127.0.0.1:${web.port}`, "node"], answers(port), () =>
    alice.ssh(["node", `grep -h ":${port.toString(16).toUpperCase().padStart(4, "0")} 0*:0000 0A" /proc/net/tcp`]),
  );
  expect(listening.stdout).toContain("0100007F:");
});

test("-W joins the client's own input and output to a port, byte for byte, and ends with it", async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => void socket.pipe(socket));
  const port = await listening(server, { host: "127.0.0.1", port: 0 });
  const input = Buffer.concat(Array.from({ length: 256 }, () => crypto.getRandomValues(new Uint8Array(65_536))));
  const { code, output } = await pass(alice.command("ssh", "-W", `127.0.0.1:${port}`, "far"), input);
  server.close();
  expect(code).toBe(0);
  expect(sha256(output)).toBe(sha256(input));
});

test("Unix sockets are forwarded both ways, with the user's rights and for the user alone", async () => {
  const [service, local, remote] = [
    join(house.dir, "service"),
    join(house.dir, "local"),
    join(house.dir, "remote.sock"),
  ];
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.end("served\n"));
  await listening(server, { path: service });
  const talk = (path: string) => runProgram(["curl", "-sS", "--http0.9", "--unix-socket", path, "http://localhost/"]);
  // A socket is there before anybody listens on it.
  const serves = (path: string) => async () => (await talk(path)).code === 0;
  await during(["-N", "-L", `${local}:${service}`, "far"], serves(local), async () => {
    expect((await talk(local)).stdout).toBe("served\n");
  });
  await during(["-N", "-R", `${remote}:${service}`, "far"], serves(remote), async () => {
    expect(statSync(remote).mode & 0o777).toBe(0o600);
    expect((await talk(remote)).stdout).toBe("served\n");
  });
  await until("the socket is removed", () => !existsSync(remote));
  server.close();
});

test("-A lends the agent for as long as the session lasts, by a socket that is the user's alone", async () => {
  const socket = join(house.dir, "agent");
  const agent = Bun.spawn(["ssh-agent", "-D", "-a", socket], { stdout: "ignore", stderr: "ignore" });
  house.atEnd(() => agent.kill());
  const env = { SSH_AUTH_SOCK: socket };
  await until("the agent answers", async () => (await runProgram(["ssh-add", "-l"], { env })).code !== 2);
  await runProgram(["ssh-add", "-q", join(alice.dir, "id")], { env });
  const { stdout } = await alice.ssh([
    ...["-o", `IdentityAgent=${socket}`, "-A", "far"],
    "ssh-add -L | cut -d' ' -f1; stat -c %a:%U $SSH_AUTH_SOCK $(dirname $SSH_AUTH_SOCK); echo $SSH_AUTH_SOCK",
  ]);
  const lines = stdout.trim().split("\n");
  expect(lines.slice(0, -1)).toEqual([
    "ssh-ed25519",
    "ssh-ed25519-cert-v01@openssh.com",
    `600:${own.login}`,
    `711:${own.login}`,
  ]);
  await until("the directory is removed", () => !existsSync(dirname(lines.at(-1) ?? "")));
  // Two hops: the agent of this machine opens the node from the node.
  const again = `ssh -F ${alice.config} -o IdentityFile=none -o CertificateFile=none -o IdentitiesOnly=no -o IdentityAgent=$SSH_AUTH_SOCK node echo there`;
  const twice = await alice.ssh(["-o", `IdentityAgent=${socket}`, "-A", "far", again]);
  expect(twice.stdout).toBe("there\n");
});

test("what is forwarded is on record, with where to", async () => {
  const port = await freePort();
  await alice.ssh(["-W", `127.0.0.1:${port}`, "node"]);
  await until("the event", async () =>
    (await house.audit("port")).some(({ addr, code }) => addr === `127.0.0.1:${port}` && code === "T3003E"),
  );
});

async function listening(server: Server, where: { host: string; port: number } | { path: string }): Promise<number> {
  await new Promise<void>((resolve) => server.listen(where, resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
