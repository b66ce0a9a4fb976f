import { afterEach, describe, expect, test } from "bun:test";
import * as streams from "node:stream";
import { apiClient, type Client } from "../../../core/api/client.ts";
import { type Routes, stream } from "../../../core/api/route.ts";
import { Fault } from "../../../core/fault.ts";
import { openChannel } from "../../../core/ssh/client.ts";
import { apiApp } from "../../../daemon/auth/app.ts";
import type { AuthContext } from "../../../daemon/auth/context.ts";
import type { HandlersOf } from "../../../daemon/auth/handlers.ts";
import { ChannelServer } from "../../../daemon/auth/http.ts";
import { createLog } from "../../../daemon/log.ts";
import { cleanServers, login, newUser, serve } from "../../core/ssh/kit.ts";
import { readAll } from "../../kit/http.ts";
import { refusalOf } from "../../kit/person.ts";
import { until } from "../../kit/until.ts";

/** Routes whose bodies are streams. No route of auth has one yet, so the server and the client are given these. */
const BYTES = "application/octet-stream";
const ROUTES = {
  put: {
    method: "POST",
    path: "/v1/objects/:name",
    callers: ["admin"],
    summary: "Count the bytes of an upload",
    request: stream(BYTES),
    reply: ({ z }) => z.strictObject({ name: z.string(), bytes: z.int(), sum: z.int() }),
  },
  putSmall: {
    method: "POST",
    path: "/v1/small",
    callers: ["admin"],
    summary: "Take an upload of at most 100,000 bytes",
    request: stream(BYTES, 100_000),
  },
  ignore: {
    method: "POST",
    path: "/v1/ignored",
    callers: ["admin"],
    summary: "Answer without reading the upload",
    request: stream(BYTES),
    reply: ({ z }) => z.strictObject({ ignored: z.literal(true) }),
  },
  get: {
    method: "GET",
    path: "/v1/objects/:name",
    callers: ["admin"],
    summary: "Send as many bytes as asked",
    query: ({ z }) => z.object({ bytes: z.coerce.number<number>() }),
    reply: stream(BYTES),
  },
  double: {
    method: "POST",
    path: "/v1/double",
    callers: ["admin"],
    summary: "Send each byte of an upload twice, as it comes",
    request: stream(BYTES),
    reply: stream(BYTES),
  },
  forbidden: {
    method: "POST",
    path: "/v1/forbidden",
    callers: ["join"],
    summary: "Take an upload of a caller who is not in these tests",
    request: stream(BYTES),
  },
  forbiddenJson: {
    method: "POST",
    path: "/v1/forbidden/json",
    callers: ["join"],
    summary: "Take JSON of a caller who is not in these tests",
    request: ({ z }) => z.strictObject({ text: z.string() }),
  },
} as const satisfies Routes;

const CHUNK = 64 * 1024;
const MiB = 1024 * 1024;
/** Bytes that may be under way: the windows and buffers of both sides. */
const UNDER_WAY = 8 * MiB;

/** What the server's side of these tests has done. */
class Server {
  received = 0;
  sent = 0;
  readonly failures: Fault[] = [];
  /** Waits before each piece that is read. */
  pause = async () => {};

  readonly handlers: HandlersOf<typeof ROUTES> = {
    put: async ({ params, body }) => {
      let sum = 0;
      const before = this.received;
      try {
        for await (const piece of body) {
          await this.pause();
          this.received += piece.length;
          for (let at = 0; at < piece.length; at += 4096) sum = (sum + (piece[at] ?? 0)) % 1_000_003;
        }
      } catch (error) {
        this.failures.push(Fault.from(error));
        throw error;
      }
      return { name: params.name, bytes: this.received - before, sum };
    },
    putSmall: async ({ body }) => {
      for await (const piece of body) this.received += piece.length;
    },
    ignore: async () => ({ ignored: true }),
    get: ({ query }) => this.#send(query.bytes),
    double: async function* ({ body }) {
      for await (const piece of body) yield Buffer.concat([piece, piece]);
    },
    forbidden: async () => {},
    forbiddenJson: async () => {},
  };

  async *#send(bytes: number): AsyncGenerator<Uint8Array> {
    for (let left = bytes; left > 0; left -= CHUNK) {
      const piece = Buffer.alloc(Math.min(left, CHUNK), this.sent / CHUNK);
      this.sent += piece.length;
      yield piece;
    }
  }

  readonly channels = new ChannelServer(
    apiApp(
      { log: createLog({ level: "error", format: "json", write: () => {} }) } as unknown as AuthContext,
      ROUTES,
      this.handlers,
      { bytes: 4 * MiB, ms: 30_000 },
    ),
  );
}

/** Node's types do not have it yet. */
const { duplexPair } = streams as unknown as { duplexPair(): [streams.Duplex, streams.Duplex] };

interface Way {
  readonly server: Server;
  open(): Promise<streams.Duplex>;
}

const CALLER = { kind: "admin", address: "192.0.2.1" } as const;
cleanServers();

const WAYS: Readonly<Record<string, () => Promise<Way>>> = {
  "a pair of streams": async () => {
    const server = new Server();
    const open = async () => {
      const [near, far] = duplexPair();
      server.channels.serve(far, CALLER);
      return near.on("error", () => {});
    };
    return { server, open };
  },
  "channels of an SSH connection": async () => {
    const server = new Server();
    const { port, next } = await serve();
    const accepted = next();
    const connection = await login(port, await newUser());
    const served = await accepted;
    if (served instanceof Fault) throw served;
    served.ssh.on("tcpip", (accept) => server.channels.serve(accept(), CALLER));
    return { server, open: () => openChannel(connection, "auth", 0) };
  },
};

describe.each(Object.entries(WAYS))("over %s", (_, start) => {
  let way: Way;
  let api: Client<typeof ROUTES>;
  const begin = async () => {
    way = await start();
    api = apiClient(ROUTES, way.open);
    return way.server;
  };
  afterEach(() => api.close());
  const never = new AbortController().signal;

  /** Pieces of an upload, and how many bytes were taken. */
  function source(bytes: number, after?: () => Promise<void>) {
    const state = { taken: 0, isClosed: false };
    async function* pieces(): AsyncGenerator<Uint8Array> {
      try {
        while (state.taken < bytes) {
          const piece = Buffer.alloc(Math.min(CHUNK, bytes - state.taken), state.taken / CHUNK);
          state.taken += piece.length;
          yield piece;
        }
        await after?.();
      } finally {
        state.isClosed = true;
      }
    }
    return { state, pieces: pieces() };
  }

  test("100 MB arrive, and few of them are under way at a time", async () => {
    const server = await begin();
    const { state, pieces } = source(100 * MiB);
    let most = 0;
    server.pause = async () => {
      most = Math.max(most, state.taken - server.received);
    };
    expect(await api.put("a b", pieces, never)).toMatchObject({ name: "a b", bytes: 100 * MiB });
    expect(most).toBeLessThan(UNDER_WAY);
  });

  test("100 MB come back, and few of them are under way at a time", async () => {
    const server = await begin();
    let [got, most] = [0, 0];
    for await (const piece of api.get("x", { bytes: 100 * MiB }, never)) {
      got += piece.length;
      most = Math.max(most, server.sent - got);
    }
    expect(got).toBe(100 * MiB);
    expect(most).toBeLessThan(UNDER_WAY);
  });

  test("a server that reads slowly holds the client back", async () => {
    const server = await begin();
    const gate = Promise.withResolvers<void>();
    server.pause = () => gate.promise;
    const { state, pieces } = source(100 * MiB);
    const answer = api.put("slow", pieces, never);
    let before = -1;
    await until("the client is held back", async () => {
      const still = state.taken === before && before > 0;
      before = state.taken;
      await Bun.sleep(50);
      return still;
    });
    expect(state.taken).toBeLessThan(UNDER_WAY);
    gate.resolve();
    expect((await answer).bytes).toBe(100 * MiB);
  });

  test("a client that reads slowly holds the server back", async () => {
    const server = await begin();
    const pieces = api.get("x", { bytes: 100 * MiB }, never);
    await pieces.next();
    let before = -1;
    await until("the server is held back", async () => {
      const still = server.sent === before;
      before = server.sent;
      await Bun.sleep(50);
      return still;
    });
    expect(server.sent).toBeLessThan(UNDER_WAY);
    let rest = 0;
    for await (const piece of pieces) rest += piece.length;
    expect(rest).toBeGreaterThan(99 * MiB);
  });

  test("an upload and its reply go side by side", async () => {
    await begin();
    const steps = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
    async function* pieces() {
      for (const [i, step] of steps.entries()) {
        yield Buffer.from([i]);
        await step.promise;
      }
    }
    const got: number[] = [];
    for await (const piece of api.double(pieces(), never)) {
      got.push(...piece);
      // The next byte is not sent before this one has come back.
      steps[(piece[0] ?? 0) as number]?.resolve();
    }
    expect(got).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
  });

  test("empty pieces do not end an upload, and an upload may be empty", async () => {
    await begin();
    async function* pieces(...sizes: number[]) {
      for (const size of sizes) yield new Uint8Array(size);
    }
    expect((await api.put("x", pieces(0, 3, 0, 4), never)).bytes).toBe(7);
    expect((await api.put("x", pieces(), never)).bytes).toBe(0);
  });

  test("a refusal arrives while the upload goes on, and ends it", async () => {
    await begin();
    const endless = source(Number.POSITIVE_INFINITY);
    expect(await refusalOf(api.forbidden(endless.pieces, never))).toMatchObject({ code: "denied" });
    expect(endless.state.taken).toBeLessThan(UNDER_WAY);
    await until("the source is closed", () => endless.state.isClosed);
    // Also while the source has nothing to give.
    const waiting = source(CHUNK, () => new Promise(() => {}));
    expect(await refusalOf(api.forbidden(waiting.pieces, never))).toMatchObject({ code: "denied" });
    expect((await api.put("x", source(5).pieces, never)).bytes).toBe(5);
  });

  test("an answer of a server that does not read the upload is the answer", async () => {
    await begin();
    expect(await api.ignore(source(Number.POSITIVE_INFINITY).pieces, never)).toEqual({ ignored: true });
  });

  test("an upload that is larger than the route takes is refused on the way", async () => {
    const server = await begin();
    await api.putSmall(source(100_000).pieces, never);
    expect(server.received).toBe(100_000);
    expect(await refusalOf(api.putSmall(source(Number.POSITIVE_INFINITY).pieces, never))).toMatchObject({
      code: "too_large",
      message: "the request is larger than 100000 bytes",
    });
    expect(server.received).toBeLessThan(300_000);
  });

  test("a source that fails fails the call, and the server sees the upload cut", async () => {
    const server = await begin();
    const broken = source(CHUNK, () => Promise.reject(new Fault("failed", "the disk is gone")));
    expect(await refusalOf(api.put("x", broken.pieces, never))).toMatchObject({ message: "the disk is gone" });
    await until("the server knows", () => server.failures.length > 0);
    expect(server.failures[0]).toMatchObject({ code: "bad_request", message: "the request is cut short" });
  });

  test("an upload that the client cuts is cut at the server", async () => {
    const server = await begin();
    const stop = new AbortController();
    const answer = refusalOf(api.put("x", source(CHUNK, () => new Promise(() => {})).pieces, stop.signal));
    await until("the first piece is there", () => server.received > 0);
    stop.abort();
    expect((await answer).code).toBe("unavailable");
    await until("the server knows", () => server.failures.length > 0);
  });

  test("a reply that the client leaves is not sent on", async () => {
    const server = await begin();
    const leave = new AbortController();
    for await (const piece of api.get("x", { bytes: 100 * MiB }, leave.signal)) if (piece.length > 0) leave.abort();
    for await (const _ of api.get("x", { bytes: 100 * MiB }, never)) break;
    await Bun.sleep(50);
    expect(server.sent).toBeLessThan(2 * UNDER_WAY);
  });

  test("a reply that the server cuts is not taken for a whole one", async () => {
    const server = await begin();
    Object.assign(server.handlers, {
      get: async function* () {
        yield Buffer.alloc(10);
        throw new Error("broken");
      },
    });
    const read = Array.fromAsync(api.get("x", { bytes: 1 }, never));
    expect((await refusalOf(read)).code).toBe("unavailable");
  });

  test("an upload of another type is refused", async () => {
    await begin();
    const raw = await way.open();
    const answer = readAll(raw);
    raw.write(
      "POST /v1/small HTTP/1.1\r\nhost: auth\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    expect(await answer).toContain(`the body has to be ${BYTES}`);
  });

  describe("a caller that is not admitted is refused before the body is read", () => {
    const refused = async (head: string, body = "") => {
      await begin();
      const raw = await way.open();
      const answer = readAll(raw);
      const began = performance.now();
      raw.write(`POST /v1/forbidden/json HTTP/1.1\r\nhost: auth\r\n${head}\r\n\r\n${body}`);
      expect(await answer).toStartWith("HTTP/1.1 403 ");
      expect(performance.now() - began).toBeLessThan(5_000);
      return answer;
    };

    test("of 4 MB, which never come", async () => {
      expect(await refused(`content-length: ${4 * MiB}`)).toContain("connection: close");
    });

    test("of 1 GB, which no route would take", async () => {
      await refused(`content-length: ${1024 * MiB}`);
    });

    test("that never ends", async () => {
      expect(await refused("transfer-encoding: chunked", "10\r\n")).toContain("connection: close");
    });

    test("that is no JSON, of a wrong type, or waits for a 100 Continue", async () => {
      const answer = await refused("content-type: text/plain\r\ncontent-length: 100\r\nexpect: 100-continue");
      expect(answer).not.toContain("100 Continue");
    });

    test("and a short one leaves the connection usable", async () => {
      await begin();
      const raw = await way.open();
      const answer = readAll(raw);
      raw.write("POST /v1/forbidden/json HTTP/1.1\r\nhost: auth\r\ncontent-length: 5\r\n\r\nab");
      await Bun.sleep(20);
      raw.write("cde");
      raw.write("GET /v1/objects/x?bytes=3 HTTP/1.1\r\nhost: auth\r\nconnection: close\r\n\r\n");
      expect((await answer).match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 403", "HTTP/1.1 200"]);
    });
  });

  test("a client that waits for it is told to go on", async () => {
    await begin();
    const raw = await way.open();
    const answer = readAll(raw);
    raw.write(
      `POST /v1/small HTTP/1.1\r\nhost: auth\r\ncontent-type: ${BYTES}\r\ncontent-length: 2\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n`,
    );
    setTimeout(() => raw.write("ab"), 20);
    expect((await answer).match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 100", "HTTP/1.1 204"]);
  });
});
