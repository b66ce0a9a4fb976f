import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../kit/free-port.ts";
import { listensAt } from "../../kit/listens-at.ts";
import { runProgram } from "../../kit/run.ts";
import { until } from "../../kit/until.ts";
import { type Actor, TestNode } from "./kit.ts";

let node: TestNode;
let alice: Actor;
let dir: string;

beforeAll(async () => {
  node = await TestNode.start();
  alice = await node.user("alice");
  dir = mkdtempSync(join(tmpdir(), "sallyport-forward-"));
});
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

/** Answers each line with the line in capitals, and ends when its peer has. */
async function shouter(
  where: { port: number; host: string } | { path: string },
): Promise<{ server: Server; port: number }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    socket.on("data", (chunk) => socket.write(chunk.toString().toUpperCase()));
    socket.on("end", () => socket.end("bye\n"));
  });
  await new Promise<void>((resolve) => server.listen(where, resolve));
  const address = server.address();
  return { server, port: typeof address === "object" && address !== null ? address.port : 0 };
}

/** Whether the kernel has a connection to this port of which neither side has ended. */
function isEstablished(port: number): boolean {
  const to = `:${port.toString(16).toUpperCase().padStart(4, "0")} 01 `;
  return readFileSync("/proc/net/tcp", "utf8").includes(to);
}

describe("forwarding with stock ssh", () => {
  test("-W leads to a port, and each direction ends by itself", async () => {
    const { server, port } = await shouter({ host: "127.0.0.1", port: 0 });
    const { code, stdout } = await alice.ssh(["-W", `127.0.0.1:${port}`, "node"], { stdin: "hello\n" });
    server.close();
    expect({ code, stdout }).toEqual({ code: 0, stdout: "HELLO\nbye\n" });
    expect(node.named("port").at(-1)).toMatchObject({ code: "T3003I", addr: `127.0.0.1:${port}`, direction: "local" });
  });

  test("-W says why a port cannot be reached", async () => {
    const port = await freePort();
    const { code, stderr } = await alice.ssh(["-o", "LogLevel=INFO", "-W", `127.0.0.1:${port}`, "node"]);
    expect(code).not.toBe(0);
    expect(stderr).toContain(`127.0.0.1 port ${port}: connection refused`);
    expect(node.named("port").at(-1)).toMatchObject({ code: "T3003E", success: false });
  });

  test.each(["end", "resetAndDestroy"] as const)(
    "-L to one who hangs up (%s) while it is being recorded hangs up too",
    async (how) => {
      const server = createServer((socket) => void socket.resume()[how]());
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as { port: number };
      node.appending = async () => {
        await until("the kernel has heard of it", () => !isEstablished(port));
        // The node hears of it with the next of its timers at the latest.
        await Bun.sleep(1);
      };
      const local = join(dir, how);
      const client = Bun.spawn(alice.command("ssh", "-N", "-L", `${local}:127.0.0.1:${port}`, "node"));
      await until("ssh listens", () => listensAt(local));
      const socket = connect({ path: local, allowHalfOpen: true }).resume();
      await new Promise((resolve) => socket.once("end", resolve));
      node.appending = async () => {};
      socket.destroy();
      client.kill();
      await client.exited;
      server.close();
    },
  );

  test("-R listens on loopback, tells the port it took, and stops when the client says so", async () => {
    const { server, port } = await shouter({ host: "127.0.0.1", port: 0 });
    const control = join(dir, "master");
    const master = alice.command("ssh", "-M", "-S", control, "-f", "-N", "node");
    expect((await runProgram(master)).code).toBe(0);
    const forward = async (what: string, spec: string) =>
      runProgram(alice.command("ssh", "-S", control, "-O", what, "-R", spec, "node"));
    const taken = Number((await forward("forward", `0:127.0.0.1:${port}`)).stdout.trim());
    expect(taken).toBeGreaterThan(1023);
    const bash = (script: string) => alice.ssh(["node", `exec bash -c '${script}'`]);
    const { stdout } = await bash(`exec 3<>/dev/tcp/127.0.0.1/${taken}; echo ping >&3; head -1 <&3`);
    expect(stdout).toBe("PING\n");
    const listening = await alice.ssh([
      "node",
      `grep -il ':${taken.toString(16).padStart(4, "0")} 0*:0000 0A' /proc/net/tcp`,
    ]);
    expect(listening.code).toBe(0);
    expect(node.named("port").at(-1)).toMatchObject({ addr: `localhost:${taken}`, direction: "remote", success: true });

    await forward("cancel", `0:127.0.0.1:${port}`);
    // While the connection is there, whose end would close it anyway.
    await until("the port is closed", async () => (await bash(`exec 3<>/dev/tcp/127.0.0.1/${taken}`)).code !== 0);
    await runProgram(alice.command("ssh", "-S", control, "-O", "exit", "node"));
    server.close();
  });

  test("-L leads to a Unix socket, with the rights of the user", async () => {
    const path = join(dir, "service");
    const { server } = await shouter({ path });
    const local = join(dir, "local");
    const client = Bun.spawn(alice.command("ssh", "-N", "-L", `${local}:${path}`, "node"), { stderr: "pipe" });
    await until("ssh listens", () => listensAt(local));
    const answer = await runProgram([
      process.execPath,
      "-e",
      `const s = require("net").connect({ path: ${JSON.stringify(local)}, allowHalfOpen: true }); s.pipe(process.stdout); s.end("hello\\n")`,
    ]);
    expect(answer.stdout).toBe("HELLO\nbye\n");
    client.kill();
    await client.exited;
    server.close();
  });

  test("-R makes a Unix socket that only the user can use, and removes it", async () => {
    const { server, port } = await shouter({ host: "127.0.0.1", port: 0 });
    const path = join(dir, "remote");
    const client = Bun.spawn(alice.command("ssh", "-N", "-R", `${path}:127.0.0.1:${port}`, "node"), { stderr: "pipe" });
    await until("the node listens", () => listensAt(path));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const answer = await runProgram([
      process.execPath,
      "-e",
      `const s = require("net").connect({ path: ${JSON.stringify(path)}, allowHalfOpen: true }); s.pipe(process.stdout); s.end("hello\\n")`,
    ]);
    expect(answer.stdout).toBe("HELLO\nbye\n");
    client.kill();
    await client.exited;
    await until("the socket is removed", () => !existsSync(path));
    server.close();
  });

  test("a big file passes both ways unchanged", async () => {
    const server = createServer((socket) => void socket.pipe(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const bytes = crypto.getRandomValues(new Uint8Array(65_536));
    const input = Buffer.concat(Array.from({ length: 256 }, () => bytes));
    const client = Bun.spawn(alice.command("ssh", "-W", `127.0.0.1:${port}`, "node"), { stdin: input, stdout: "pipe" });
    const output = Buffer.from(await new Response(client.stdout).arrayBuffer());
    server.close();
    expect(Bun.hash(output)).toBe(Bun.hash(input));
  });

  test("who may not forward is refused, in words", async () => {
    const bob = await node.user("bob", { permits: { "permit-pty": "" } });
    const { code, stderr } = await bob.ssh(["-o", "LogLevel=INFO", "-W", "127.0.0.1:22", "node"]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("your certificate does not permit port forwarding");
    node.role("plain", { allow: { logins: ["{{internal.logins}}"], node_labels: { "*": "*" } } });
    const carol = await node.user("carol", { roles: ["plain"] });
    expect((await carol.ssh(["-o", "LogLevel=INFO", "-W", "127.0.0.1:22", "node"])).stderr).toContain(
      "your roles do not permit port forwarding",
    );
    const remote = await carol.ssh(["-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:22", "node", "true"]);
    expect(remote.code).toBe(255);
    expect(node.named("session.rejected").at(-1)).toMatchObject({ user: "carol", code: "T1006W" });
  });
});

describe("ssh -A", () => {
  test("gives the user's programs a socket to the user's agent, theirs alone, and removes it", async () => {
    const socket = join(dir, "agent");
    const agent = Bun.spawn(["ssh-agent", "-D", "-a", socket], { stdout: "ignore" });
    await until("the agent listens", () => listensAt(socket));
    await runProgram(["ssh-add", "-q", alice.identity], { env: { SSH_AUTH_SOCK: socket } });
    const { code, stdout } = await alice.ssh([
      "-o",
      `IdentityAgent=${socket}`,
      "-A",
      "node",
      "ssh-add -l; stat -c %a $SSH_AUTH_SOCK; echo $SSH_AUTH_SOCK",
    ]);
    expect(code).toBe(0);
    const lines = stdout.trim().split("\n");
    expect(lines[0]).toContain("ED25519");
    const path = lines.at(-1) ?? "";
    expect(lines.at(-2)).toBe("600");
    await until("the socket is removed", () => !existsSync(path));
    const without = await alice.ssh(["-o", `IdentityAgent=${socket}`, "-a", "node", "echo ${SSH_AUTH_SOCK-none}"]);
    expect(without.stdout).toBe("none\n");
    const bob = await node.user("bob", { permits: { "permit-pty": "" } });
    const refused = await bob.ssh(["-o", `IdentityAgent=${socket}`, "-A", "node", "echo ${SSH_AUTH_SOCK-none}"]);
    expect(refused.stdout).toBe("none\n");
    agent.kill();
  });
});
