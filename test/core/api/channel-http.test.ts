import { describe, expect, test } from "bun:test";
import { Duplex, PassThrough } from "node:stream";
import { ChannelHttp } from "../../../core/api/channel-http.ts";
import { Fault } from "../../../core/fault.ts";
import { refusalOf } from "../../kit/person.ts";

interface Peer {
  /** What the client has sent so far. */
  readonly received: () => string;
  write(text: string): void;
  end(): void;
}

/** A client, and what is at the other end of each stream that it opens. */
function client(answer: (peer: Peer, stream: number) => void, most = Number.POSITIVE_INFINITY) {
  const streams: Peer[] = [];
  const http = new ChannelHttp(async () => {
    if (streams.length >= most) throw new Fault("unavailable", "the connection is closed");
    const [up, down] = [new PassThrough(), new PassThrough()];
    let text = "";
    const stream = Duplex.from({ readable: down, writable: up });
    const peer: Peer = { received: () => text, write: (words) => down.write(words), end: () => down.end() };
    streams.push(peer);
    const number = streams.length;
    up.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      answer(peer, number);
    });
    return stream;
  });
  return { http, streams };
}

const GET = { method: "GET", path: "/v1/x" };
const ok = (body: string, head = "") =>
  `HTTP/1.1 200 OK\r\n${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

describe("an answer", () => {
  test("is read by its length, in chunks, or empty, wherever it is cut", async () => {
    const answers: [string, unknown][] = [
      [ok('{"a":"é"}'), { a: "é" }],
      ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{"a"\r\n5;x=y\r\n:"b"}\r\n0\r\n\r\n', { a: "b" }],
      ["HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n", undefined],
      ["HTTP/1.1 204\r\n\r\n", undefined],
    ];
    for (const [text, value] of answers) {
      const bytes = Buffer.from(text);
      for (let cut = 0; cut <= bytes.length; cut++) {
        const { http } = client((peer) => {
          peer.write(bytes.subarray(0, cut) as unknown as string);
          setImmediate(() => peer.write(bytes.subarray(cut) as unknown as string));
        });
        expect(await http.json(GET)).toEqual(value);
      }
    }
  });

  test("leaves the stream for the next call, unless it says that it closes", async () => {
    const { http, streams } = client((peer, stream) =>
      peer.write(ok("1", stream === 1 ? "" : "Connection: close\r\n")),
    );
    for (let n = 0; n < 3; n++) await http.json(GET);
    expect(streams).toHaveLength(1);
    expect(streams[0]?.received()).toBe("GET /v1/x HTTP/1.1\r\nhost: auth\r\n\r\n".repeat(3));
  });

  test("that is a refusal is the Fault that the server meant", async () => {
    const fault = '{"error":{"code":"denied","message":"no","hint":"ask"}}';
    const { http, streams } = client((peer) =>
      peer.write(`HTTP/1.1 403 x\r\ncontent-length: ${fault.length}\r\n\r\n${fault}`),
    );
    expect(await refusalOf(http.json(GET))).toMatchObject({ code: "denied", message: "no", hint: "ask" });
    expect(await refusalOf(http.json(GET))).toMatchObject({ code: "denied" });
    expect(streams).toHaveLength(1);
  });

  test.each([
    ["is cut in its head", "HTTP/1.1 200 OK\r\nConte"],
    ["is cut in its body", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n123"],
    ["is cut in a chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n123"],
    ["is no HTTP", "SSH-2.0-OpenSSH_9.2\r\n"],
    ["has no length", "HTTP/1.1 200 OK\r\n\r\n"],
    ["has a length that is none", "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n"],
    ["has a chunk that is longer than it says", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n123\r\n"],
    ["has a line without an end", `HTTP/1.1 200 OK\r\nx: ${"y".repeat(9000)}`],
    ["has headers without an end", `HTTP/1.1 200 OK\r\n${"x: y\r\n".repeat(100)}`],
    ["is not JSON", ok("<html>")],
    ["never comes", ""],
  ])("that %s is said to be the connection's fault", async (_what, text) => {
    const { http } = client((peer) => {
      peer.write(text);
      peer.end();
    });
    expect((await refusalOf(http.json(GET))).code).toBe("unavailable");
  });
});

test("what is sent is JSON with its length in bytes", async () => {
  const { http, streams } = client((peer) => peer.write(ok("1")));
  await http.json({ method: "POST", path: "/v1/x", body: { name: "é" } });
  expect(streams[0]?.received()).toBe(
    'POST /v1/x HTTP/1.1\r\nhost: auth\r\ncontent-type: application/json\r\ncontent-length: 13\r\n\r\n{"name":"é"}',
  );
});

test("sixteen calls go side by side, and the others wait for their turn", async () => {
  const { http, streams } = client((peer) => setTimeout(() => peer.write(ok("1")), 1));
  expect(await Promise.all(Array.from({ length: 100 }, () => http.json(GET)))).toEqual(Array(100).fill(1));
  expect(streams).toHaveLength(16);
});

test("when the connection is lost every call is told so, also those that waited", async () => {
  const { http, streams } = client((_peer, stream) => {
    if (stream === 16) for (const peer of streams) peer.end();
  }, 16);
  const calls = await Promise.allSettled(Array.from({ length: 40 }, () => http.json(GET)));
  const codes = calls.map((call) => (call.status === "rejected" ? Fault.from(call.reason).code : "answered"));
  expect(codes).toEqual(Array(40).fill("unavailable"));
  http.close();
  expect((await refusalOf(http.json(GET))).code).toBe("unavailable");
});

test("a stream that cannot be opened fails the call, not the next one", async () => {
  let broken = true;
  const { http } = client((peer) => peer.write(ok("1")));
  const flaky = new ChannelHttp(async () => {
    if (broken) throw new Fault("unavailable", "no way there");
    const [up, down] = [new PassThrough(), new PassThrough()];
    up.on("data", () => down.write(ok("2")));
    return Duplex.from({ readable: down, writable: up });
  });
  expect((await refusalOf(flaky.json(GET))).message).toBe("no way there");
  broken = false;
  expect(await flaky.json(GET)).toBe(2);
  expect(await http.json(GET)).toBe(1);
});

describe("lines", () => {
  const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
  const HEAD = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

  test("come one by one, wherever they are cut, until the end", async () => {
    const { http } = client((peer) =>
      peer.write(`${HEAD}${chunk('{"n":1}\n{"n"')}${chunk(':2}\n{"é":')}${chunk("3}\n")}0\r\n\r\n`),
    );
    expect(await Array.fromAsync(http.lines(GET, new AbortController().signal))).toEqual([
      { n: 1 },
      { n: 2 },
      { é: 3 },
    ]);
  });

  test("end without a word when the reader leaves, and with a Fault when the connection is lost", async () => {
    const leave = new AbortController();
    const { http, streams } = client((peer) => peer.write(`${HEAD}${chunk("1\n")}`));
    const lines = http.lines(GET, leave.signal);
    expect((await lines.next()).value).toBe(1);
    leave.abort();
    expect((await lines.next()).done).toBe(true);
    const others = http.lines(GET, new AbortController().signal);
    expect((await others.next()).value).toBe(1);
    streams[1]?.end();
    expect((await refusalOf(others.next())).code).toBe("unavailable");
    expect(await Array.fromAsync(http.lines(GET, leave.signal))).toEqual([]);
  });

  test("are no lines when the server refuses", async () => {
    const fault = '{"error":{"code":"denied","message":"no"}}';
    const { http } = client((peer) => peer.write(`HTTP/1.1 403 x\r\ncontent-length: ${fault.length}\r\n\r\n${fault}`));
    expect((await refusalOf(http.lines(GET, new AbortController().signal).next())).code).toBe("denied");
  });

  test("that nobody reads hold the sender back", async () => {
    const [up, down] = [new PassThrough(), new PassThrough()];
    const http = new ChannelHttp(async () => Duplex.from({ readable: down, writable: up }));
    const lines = http.lines(GET, new AbortController().signal);
    down.write(`${HEAD}${chunk("1\n")}`);
    expect((await lines.next()).value).toBe(1);
    let written = 0;
    const block = chunk(`"${"x".repeat(60_000)}"\n`);
    while (down.write(block) && written < 1000) {
      written++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(written).toBeLessThan(20);
    expect((await lines.next()).value).toHaveLength(60_000);
  });
});
