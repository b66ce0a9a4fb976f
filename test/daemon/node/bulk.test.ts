import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { until } from "../../kit/until.ts";
import { type Actor, TestNode } from "./kit.ts";

let node: TestNode;
let alice: Actor;

beforeAll(async () => {
  node = await TestNode.start();
  alice = await node.user("alice");
});
afterAll(() => node[Symbol.asyncDispose]());

const MIB = 1024 * 1024;

/** Bytes that a process has read or written so far. */
function moved(pid: number, which: "rchar" | "wchar"): number {
  return Number(new RegExp(`^${which}: (\\d+)$`, "m").exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1] ?? 0);
}

/** Waits until a process has moved much, more than any greeting takes, and then nothing more for half a second. */
async function stalls(pid: number, which: "rchar" | "wchar"): Promise<void> {
  let [last, since] = [0, performance.now()];
  await until("it is held up", () => {
    const now = moved(pid, which);
    if (now !== last) [last, since] = [now, performance.now()];
    return now > MIB && performance.now() - since > 500;
  });
}

/** How much this process, which is the node, has grown while `work` ran. */
async function growth(work: () => Promise<void>): Promise<number> {
  Bun.gc(true);
  const before = process.memoryUsage().rss;
  await work();
  return process.memoryUsage().rss - before;
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`no line came: ${JSON.stringify(text)}`);
    text += Buffer.from(value).toString();
  }
  reader.releaseLock();
  return text;
}

describe("backpressure", () => {
  for (const [what, words] of [
    ["a command", []],
    ["a terminal", ["-tt"]],
  ] as const) {
    test(`${what} whose client does not read`, async () => {
      const client = Bun.spawn(alice.command("ssh", ...words, "node", "echo $$; exec cat /dev/zero"), {
        stdin: "ignore",
        stdout: "pipe",
      });
      const pid = Number.parseInt(await firstLine(client.stdout), 10);
      process.kill(client.pid, "SIGSTOP");
      expect(await growth(() => stalls(pid, "wchar"))).toBeLessThan(64 * MIB);
      process.kill(client.pid, "SIGCONT");
      client.kill();
      await client.exited;
      await until("the command is gone", () => !isAlive(pid));
    });
  }

  test("a client with a command that does not read", async () => {
    const client = Bun.spawn(
      ["sh", "-c", `exec "$@" </dev/zero`, "sh", ...alice.command("ssh", "node", "exec sleep 100")],
      {
        stdout: "ignore",
      },
    );
    expect(await growth(() => stalls(client.pid, "rchar"))).toBeLessThan(64 * MIB);
    client.kill();
    await client.exited;
  });

  test("a forwarded connection with a client that does not read", async () => {
    let sent = 0;
    const server = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        open: (socket) => void pour(socket),
        drain: (socket) => void pour(socket),
        data() {},
      },
    });
    const zeros = new Uint8Array(MIB);
    const pour = (socket: { write(data: Uint8Array): number }) => {
      for (;;) {
        const taken = socket.write(zeros);
        sent += Math.max(0, taken);
        if (taken < zeros.length) return;
      }
    };
    const client = Bun.spawn(alice.command("ssh", "-W", `127.0.0.1:${server.port}`, "node"), {
      stdin: "pipe",
      stdout: "pipe",
    });
    await until("it has begun", () => sent > 0);
    process.kill(client.pid, "SIGSTOP");
    let [last, since] = [sent, performance.now()];
    const grown = await growth(async () => {
      await until("it is held up", () => {
        if (sent !== last) [last, since] = [sent, performance.now()];
        return performance.now() - since > 500;
      });
    });
    expect(grown).toBeLessThan(64 * MIB);
    process.kill(client.pid, "SIGCONT");
    client.kill();
    await client.exited;
    server.stop(true);
  });
});

describe("bulk data", () => {
  test("stdout and stderr together, to a slow reader", async () => {
    const script = `for i in 1 2 3 4 5 6 7 8; do head -c 1500000 /dev/zero | tr '\\0' a; head -c 1500000 /dev/zero | tr '\\0' b >&2; done`;
    const client = Bun.spawn(alice.command("ssh", "node", script), { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    await Bun.sleep(500);
    const [out, err] = await Promise.all([new Response(client.stdout).bytes(), new Response(client.stderr).bytes()]);
    expect([out.length, err.length]).toEqual([12_000_000, 12_000_000]);
    expect(out.every((byte) => byte === 0x61) && err.every((byte) => byte === 0x62)).toBeTrue();
  });

  test("rekeying every megabyte, both ways", async () => {
    const input = Buffer.alloc(24 * MIB);
    for (let at = 0; at < input.length; at += 65_536) crypto.getRandomValues(input.subarray(at, at + 65_536));
    const client = Bun.spawn(alice.command("ssh", "-o", "RekeyLimit=1M", "node", "cat"), {
      stdin: input,
      stdout: "pipe",
    });
    const output = Buffer.from(await new Response(client.stdout).bytes());
    expect(output.equals(input)).toBeTrue();
  });

  test("many commands on one connection, and many connections", async () => {
    const control = `${node.dir}/master`;
    const master = Bun.spawn(alice.command("ssh", "-M", "-S", control, "-N", "node"));
    await until("the master is up", () => existsSync(control));
    const [shared, own] = await Promise.all([
      Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          alice.ssh(["-S", control, "-o", "ProxyCommand=false", "node", `echo ${i}`]),
        ),
      ),
      Promise.all(Array.from({ length: 10 }, (_, i) => alice.ssh(["node", `echo ${i}`]))),
    ]);
    for (const [i, { stdout }] of [...shared.entries(), ...own.entries()]) expect(stdout).toBe(`${i}\n`);
    // Not by a signal: one that comes just before ssh waits is not noticed before something else happens.
    await alice.ssh(["-S", control, "-O", "exit", "node"]);
    await master.exited;
  });

  test("a background process keeps the output open, but not the session of a client that closes it", async () => {
    const held = Bun.spawn(alice.command("ssh", "node", "sleep 1 & echo now"), { stdin: "ignore", stdout: "pipe" });
    expect(await firstLine(held.stdout)).toBe("now\n");
    expect(await held.exited).toBe(0);
    const free = await alice.ssh(["node", "sleep 1000 >/dev/null 2>&1 & echo $!"]);
    process.kill(Number(free.stdout), "SIGKILL");
    expect(free.code).toBe(0);
  });

  test("a client that closes the output ends the command", async () => {
    const enough = ["sh", "-c", `"$@" | head -1`, "sh", ...alice.command("ssh", "node", "echo $$ >&2; exec yes")];
    const client = Bun.spawn(enough, { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    expect(await new Response(client.stdout).text()).toBe("y\n");
    const pid = Number(await new Response(client.stderr).text());
    await until("the command is gone", () => !isAlive(pid));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
