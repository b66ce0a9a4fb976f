import { dlopen, ptr } from "bun:ffi";
import { afterEach, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Fault } from "../../../core/fault.ts";
import { createLog } from "../../../daemon/log.ts";
import { renderMetrics } from "../../../daemon/metrics.ts";
import { INNER_LIMITS, type Limits, OUTER_LIMITS } from "../../../daemon/net/admission.ts";
import { descriptorOf } from "../../../daemon/net/libc.ts";
import { type Listening, listenTcp, type Peer } from "../../../daemon/net/listen.ts";
import { until } from "../../kit/until.ts";

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

async function listen(
  onSocket: (socket: Socket, peer: Peer) => void,
  more: { limits?: Limits; host?: string; port?: number; name?: string } = {},
): Promise<Listening> {
  const listening = await listenTcp({
    name: more.name ?? "test",
    host: more.host ?? "127.0.0.1",
    port: more.port ?? 0,
    setting: "proxy_service.listen_addr",
    limits: more.limits ?? OUTER_LIMITS,
    log: createLog({ level: "error", format: "text", write: (line) => process.stderr.write(line) }),
    onSocket,
  });
  cleanup.push(() => listening.drain(0));
  return listening;
}

function dial(port: number, from = "127.0.0.1"): Socket {
  const socket = connect({ port, host: "127.0.0.1", localAddress: from });
  socket.on("error", () => {});
  cleanup.push(() => socket.destroy());
  return socket;
}

/** What the server says, or "" when it closes without a word. */
async function answer(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    socket.end();
  });
  await once(socket, "close");
  return Buffer.concat(chunks).toString();
}

const fault = async (attempt: Promise<unknown>): Promise<Fault> => {
  const thrown = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof Fault) return thrown;
  throw new Error("no Fault", { cause: thrown });
};

test("binds a free port, and reports the port and each peer's address", async () => {
  const l = await listen((socket, peer) => socket.end(`${peer.address} ${socket.localPort}`));
  expect(await answer(dial(l.port, "127.0.0.3"))).toBe(`127.0.0.3 ${l.port}`);
});

test("reports an IPv4 client of an IPv6 listener with its IPv4 address", async () => {
  const l = await listen((socket, peer) => socket.end(peer.address), { host: "::" });
  expect(await answer(dial(l.port))).toBe("127.0.0.1");
});

test("keeps data that arrives before the first read", async () => {
  const l = await listen((socket) => {
    void Bun.sleep(50).then(() => socket.on("data", (chunk) => socket.end(`got ${String(chunk)}`)));
  });
  const socket = dial(l.port);
  socket.write("early");
  expect(await answer(socket)).toBe("got early");
});

describe("an address that cannot be bound", () => {
  test("in use", async () => {
    const l = await listen(() => {});
    const refusal = await fault(listen(() => {}, { port: l.port, name: "proxy ssh" }));
    expect(refusal.message).toBe(`proxy ssh: port ${l.port} is in use on 127.0.0.1`);
    expect(refusal.hint).toBe(
      "stop the process that listens there, or choose another with --ports-from or proxy_service.listen_addr",
    );
  });

  test("of another machine", async () => {
    const refusal = await fault(listen(() => {}, { host: "203.0.113.1" }));
    expect(refusal.message).toBe("test: this machine does not have the address 203.0.113.1");
  });

  test("forbidden", async () => {
    if (process.getuid?.() === 0) return console.log("skipped: root may listen anywhere");
    const refusal = await fault(listen(() => {}, { port: 1 }));
    expect(refusal.message).toBe("test: this user may not listen on port 1");
  });
});

describe("acknowledgements", () => {
  test("are immediate until the login and left to the kernel after it", async () => {
    if (process.platform !== "linux") return console.log("skipped: TCP_QUICKACK is Linux's");
    const { symbols: c } = dlopen("libc.so.6", {
      getsockopt: { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" },
    });
    const quick = (socket: Socket): number | undefined => {
      const value = new Int32Array(1);
      c.getsockopt(descriptorOf(socket) ?? -1, 6, 12, ptr(value), ptr(new Uint32Array([4])));
      return value[0];
    };
    const seen: (number | undefined)[] = [];
    const l = await listen((socket, peer) => {
      socket.on("data", (chunk) => {
        seen.push(quick(socket));
        if (String(chunk) === "login") peer.authenticated();
        socket.write("x");
      });
    });
    const socket = dial(l.port);
    const say = async (word: string) => {
      socket.write(word);
      await once(socket, "data");
    };
    for (const word of ["a", "b", "c", "login"]) await say(word);
    expect(seen).toEqual([1, 1, 1, 1]);
    // The kernel goes back to it for a while, of its own accord, wherever an answer has taken us more than 40 ms.
    await until("the kernel does as it sees fit", async () => {
      await say("more");
      return seen.at(-1) === 0;
    });
  });
});

describe("limits", () => {
  test("a source with repeated failures is blocked, others are served", async () => {
    const l = await listen((socket, peer) => {
      if (peer.address === "127.0.0.2") peer.failed("refused");
      socket.end("served");
    });
    for (let i = 0; i < 4; i++) expect(await answer(dial(l.port, "127.0.0.2"))).toBe("served");
    expect(await answer(dial(l.port, "127.0.0.2"))).toBe("");
    expect(await answer(dial(l.port, "127.0.0.1"))).toBe("served");
    expect(renderMetrics()).toMatch(/sallyport_connections_refused_total\{listener="test",reason="penalty"\} \d/);
  });

  test("connections above the total are closed at once and counted", async () => {
    const l = await listen((_socket, peer) => peer.authenticated(), {
      limits: { ...INNER_LIMITS, total: 2 },
      name: "full",
    });
    const inside = [dial(l.port), dial(l.port)];
    for (const socket of inside) if (socket.connecting) await once(socket, "connect");
    while (l.connections < 2) await Bun.sleep(1);
    expect(renderMetrics()).toContain('sallyport_connections{listener="full",state="logged_in"} 2');
    expect(await answer(dial(l.port))).toBe("");
    expect(renderMetrics()).toContain('sallyport_connections_refused_total{listener="full",reason="total"} 1');
  });

  test("an exception in onSocket closes that connection only", async () => {
    const lines: string[] = [];
    const l = await listenTcp({
      name: "broken",
      host: "127.0.0.1",
      port: 0,
      setting: "x",
      limits: OUTER_LIMITS,
      log: createLog({ level: "info", format: "json", write: (line) => lines.push(line) }),
      onSocket: () => {
        throw new TypeError("a mistake");
      },
    });
    cleanup.push(() => l.drain(0));
    expect(await answer(dial(l.port))).toBe("");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ message: "connection dropped", error: "a mistake" });
  });
});

describe("closing", () => {
  test("stops accepting and waits for open connections", async () => {
    const l = await listen((socket) => socket.pipe(socket));
    const socket = dial(l.port);
    socket.write("one");
    await once(socket, "data");
    const drained = l.drain(30_000);
    const late = dial(l.port);
    expect((await once(late, "error"))[0]).toMatchObject({ code: "ECONNREFUSED" });
    socket.write("two");
    expect(String((await once(socket, "data"))[0])).toBe("two");
    socket.end();
    await drained;
    expect(l.connections).toBe(0);
  });

  test("destroys the remaining connections at the deadline", async () => {
    const l = await listen((socket) => socket.write("hello"));
    const socket = dial(l.port);
    await once(socket, "data");
    const closed = once(socket, "close");
    await l.drain(20);
    await closed;
  });
});
