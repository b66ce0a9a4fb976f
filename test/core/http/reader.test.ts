import { describe, expect, test } from "bun:test";
import {
  type HeadSyntax,
  MalformedMessage,
  REQUEST,
  RESPONSE,
  type RequestHead,
  type ResponseHead,
} from "../../../core/http/head.ts";
import { MessageReader } from "../../../core/http/reader.ts";
import { Random } from "../../fuzz/random.ts";

interface Message<H> {
  readonly head: H;
  readonly body: string;
}

const bytes = (text: string) => Buffer.from(text, "latin1");

/** The complete messages of these pieces, and the text of the refusal if one is malformed. */
function read<H extends RequestHead | ResponseHead>(
  syntax: HeadSyntax<H>,
  pieces: readonly Uint8Array[],
  isEnded = false,
): { readonly messages: Message<H>[]; readonly refusal?: string } {
  const reader = new MessageReader(syntax);
  const messages: Message<H>[] = [];
  let head: H | undefined;
  let body = "";
  const advance = () => {
    for (;;) {
      head ??= reader.head();
      if (head === undefined) return;
      const piece = reader.read();
      if (piece === undefined) return;
      if (piece !== "end") {
        body += Buffer.from(piece).toString("latin1");
        continue;
      }
      messages.push({ head, body });
      reader.next();
      head = undefined;
      body = "";
    }
  };
  try {
    for (const piece of pieces) {
      reader.push(piece);
      advance();
    }
    if (isEnded) {
      reader.end();
      advance();
    }
    return { messages };
  } catch (error) {
    if (!(error instanceof MalformedMessage)) throw error;
    return { messages, refusal: error.message };
  }
}

const requests = (text: string) => read(REQUEST, [bytes(text)]);
const responses = (text: string) => read(RESPONSE, [bytes(text)]);

const GET = "GET /v1/x?y=z HTTP/1.1\r\nhost: auth\r\n";
const POST = "POST /v1/x HTTP/1.1\r\nhost: auth\r\n";
const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKED = "transfer-encoding: chunked\r\n\r\n";

describe("a request", () => {
  test("has method, target, fields and body", () => {
    const { messages } = requests(`${POST}X-A:  b c \t\r\nx-a: d\r\nContent-Length: 3\r\n\r\nabc${GET}\r\n`);
    expect(messages.map(({ head: { method, target, length }, body }) => ({ method, target, length, body }))).toEqual([
      { method: "POST", target: "/v1/x", length: 3, body: "abc" },
      { method: "GET", target: "/v1/x?y=z", length: 0, body: "" },
    ]);
    expect(Object.fromEntries(messages[0]?.head.headers ?? [])).toEqual({
      host: "auth",
      "x-a": "b c, d",
      "content-length": "3",
    });
  });

  test("keeps the connection unless it says that it closes it", () => {
    const persistent = (field: string) => requests(`${GET}${field}\r\n`).messages[0]?.head.persistent;
    for (const field of ["", "Connection: keep-alive\r\n", "Connection: closed\r\n"])
      expect(persistent(field)).toBe(true);
    for (const value of ["close", "Close", "keep-alive, close", "close ,x"])
      expect(persistent(`Connection: ${value}\r\n`)).toBe(false);
  });

  test.each([
    ["another protocol", "SSH-2.0-OpenSSH_9.2\r\n"],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["HTTP/1.0", "GET / HTTP/1.0\r\nhost: a\r\n\r\n"],
    ["TLS", "\x16\x03\x01\x02\x00\x01\x00"],
    ["a method in lower case", "get / HTTP/1.1\r\n"],
    ["a proxy's target", "CONNECT evil:80 HTTP/1.1\r\nhost: evil\r\n\r\n"],
    ["a target with a space", "GET /a b HTTP/1.1\r\n"],
    ["a target with a byte above 0x7f", "GET /\xe9 HTTP/1.1\r\n"],
    ["two spaces", "GET  / HTTP/1.1\r\n"],
    ["an empty line before it", "\r\nGET / HTTP/1.1\r\n"],
    ["no version", "GET /\r\n"],
    ["a NUL in its first line", "GET /\0 HTTP/1.1\r\n"],
  ])("that is %s is not HTTP", (_, text) => {
    expect(requests(text)).toEqual({ messages: [], refusal: "is not HTTP" });
  });
});

/** What lets two readers disagree about where a message ends (request smuggling), or about what its fields are. */
describe("a message is refused with", () => {
  const MALFORMED = "has a malformed head";
  test.each([
    ["CL.TE", `${POST}Content-Length: 6\r\n${CHUNKED}0\r\n\r\nG`, "has two lengths"],
    ["TE.CL", `${POST}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n`, "has two lengths"],
    ["TE.TE", `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n`, "has two lengths"],
    ["CL.CL", `${POST}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc`, "has two lengths"],
    ["the same length twice", `${POST}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`, "has two lengths"],
    ["a list of lengths", `${POST}Content-Length: 3, 3\r\n\r\nabc`, "has a length that is not a number"],
    ["a signed length", `${POST}Content-Length: +3\r\n\r\nabc`, "has a length that is not a number"],
    ["a negative length", `${POST}Content-Length: -1\r\n\r\n`, "has a length that is not a number"],
    ["a hexadecimal length", `${POST}Content-Length: 0x3\r\n\r\nabc`, "has a length that is not a number"],
    ["an empty length", `${POST}Content-Length:\r\n\r\nabc`, "has a length that is not a number"],
    ["a length of 16 digits", `${POST}Content-Length: 1000000000000000\r\n\r\n`, "has a length that is not a number"],
    ["a coding before chunked", `${POST}Transfer-Encoding: gzip, chunked\r\n\r\n`, "has an unknown transfer coding"],
    ["another coding", `${POST}Transfer-Encoding: xchunked\r\n\r\n`, "has an unknown transfer coding"],
    ["a coding after a vertical tab", `${POST}Transfer-Encoding: \x0bchunked\r\n\r\n`, MALFORMED],
    ["a space before the colon", `${POST}Transfer-Encoding : chunked\r\n\r\n`, MALFORMED],
    ["a tab before the colon", `${POST}Content-Length\t: 3\r\n\r\n`, MALFORMED],
    ["a space before the first name", `${POST} Content-Length: 3\r\n\r\n`, MALFORMED],
    ["a folded line", `${POST}A: b\r\n c\r\n\r\n`, MALFORMED],
    ["a folded coding", `${POST}Transfer-Encoding:\r\n chunked\r\n\r\n`, MALFORMED],
    ["no colon", `${POST}no colon\r\n\r\n`, MALFORMED],
    ["an empty name", `${POST}: x\r\n\r\n`, MALFORMED],
    ["a name that is no token", `${POST}a(b): x\r\n\r\n`, MALFORMED],
    ["a name with a byte above 0x7f", `${POST}\xe9: x\r\n\r\n`, MALFORMED],
    ["a bare LF after a field", `${POST}A: b\nContent-Length: 3\r\n\r\n`, MALFORMED],
    ["a bare LF as the last line", `${POST}A: b\r\n\n`, MALFORMED],
    ["a bare CR in a value", `${POST}A: b\rContent-Length: 3\r\n\r\n`, MALFORMED],
    ["CR CR LF", `${POST}A: b\r\r\n\r\n`, MALFORMED],
    ["a NUL in a value", `${POST}A: b\0c\r\n\r\n`, MALFORMED],
    ["an escape in a value", `${POST}A: \x1b[2J\r\n\r\n`, MALFORMED],
    ["a DEL in a value", `${POST}A: \x7f\r\n\r\n`, MALFORMED],
    ["no host", "GET / HTTP/1.1\r\n\r\n", "has no host"],
    ["two hosts", "GET / HTTP/1.1\r\nhost: a\r\nHost: b\r\n\r\n", "has two hosts"],
    ["two content types", `${POST}content-type: a\r\ncontent-type: b\r\n\r\n`, "has two content types"],
    ["a head of 16 KiB", `${GET}${"a: b\r\n".repeat(50)}a: ${"x".repeat(16_384)}`, "has too large a head"],
    ["a first line of 16 KiB", `GET /${"x".repeat(17_000)}`, "has too large a head"],
    ["a hundred fields", `${GET}${"a: b\r\n".repeat(100)}`, "has too large a head"],
    ["a chunk without a size", `${POST}${CHUNKED}\r\n`, "has a chunk without a length"],
    ["a size that is no number", `${POST}${CHUNKED}zz\r\n`, "has a chunk without a length"],
    ["a negative size", `${POST}${CHUNKED}-1\r\n`, "has a chunk without a length"],
    ["a size with 0x", `${POST}${CHUNKED}0x1\r\n`, "has a chunk without a length"],
    ["a size of nine digits", `${POST}${CHUNKED}000000001\r\n`, "has a chunk without a length"],
    ["a size before a space", `${POST}${CHUNKED}1 \r\nx\r\n`, "has a chunk without a length"],
    ["a size that ends in LF", `${POST}${CHUNKED}1\nx\r\n0\r\n\r\n`, MALFORMED],
    ["a size that ends in CR", `${POST}${CHUNKED}1\rx\r\n0\r\n\r\n`, MALFORMED],
    ["an extension with a LF", `${POST}${CHUNKED}1;a\nb\r\nx\r\n`, MALFORMED],
    ["an endless extension", `${POST}${CHUNKED}1;${"a".repeat(300)}`, "has a chunk without a length"],
    ["a chunk that is longer than it says", `${POST}${CHUNKED}1\r\nabc\r\n`, "has a chunk that is too long"],
    ["a chunk that ends in LF", `${POST}${CHUNKED}1\r\nx\n0\r\n\r\n`, MALFORMED],
    ["a trailer that is no field", `${POST}${CHUNKED}0\r\nno colon\r\n\r\n`, MALFORMED],
    ["endless trailers", `${POST}${CHUNKED}0\r\n${"a: b\r\n".repeat(200)}`, "has too large a head"],
  ])("%s", (_, text, refusal) => {
    expect(requests(text)).toEqual({ messages: [], refusal });
    // The same wherever the bytes are cut, and at the latest when all are there.
    expect(
      read(
        REQUEST,
        [...bytes(text)].map((byte) => Uint8Array.of(byte)),
      ),
    ).toEqual({ messages: [], refusal });
  });

  test("the first request is taken, the malformed second one is not", () => {
    const { messages, refusal } = requests(`${POST}content-length: 1\r\n\r\nx${POST}content-length: x\r\n\r\n`);
    expect(messages.map(({ body }) => body)).toEqual(["x"]);
    expect(refusal).toBe("has a length that is not a number");
  });
});

describe("chunks", () => {
  test("are joined; extensions and trailers are dropped", () => {
    const text = `${POST}${CHUNKED}3\r\nabc\r\n00A ; x="y"\r\n0123456789\r\n0;last\r\nContent-Length: 9\r\nx: y\r\n\r\n${GET}\r\n`;
    const { messages, refusal } = requests(text);
    expect(refusal).toBeUndefined();
    expect(messages.map(({ body }) => body)).toEqual(["abc0123456789", ""]);
    expect(messages[0]?.head.headers.has("x")).toBe(false);
  });

  test("are taken as they come, not as a whole", () => {
    const reader = new MessageReader(REQUEST);
    reader.push(bytes(`${POST}${CHUNKED}ffffffff\r\nabc`));
    expect(reader.head()?.length).toBe("chunked");
    expect(Buffer.from(reader.read() as Uint8Array).toString()).toBe("abc");
    expect(reader.read()).toBeUndefined();
    expect(reader.announced).toBe(0xffffffff - 3);
    expect(reader.size).toBe(0);
  });
});

describe("a response", () => {
  test("has a status, and no body where its status has none", () => {
    const { messages } = responses(
      `${OK}content-length: 1\r\n\r\nx${"HTTP/1.1 204\r\n\r\n"}HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n${OK}content-length: 0\r\n\r\n`,
    );
    expect(messages.map(({ head: { status }, body }) => [status, body])).toEqual([
      [200, "x"],
      [204, ""],
      [304, ""],
      [200, ""],
    ]);
  });

  test("follows interim ones, of which there are not endlessly many", () => {
    const interim = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
    expect(responses(`HTTP/1.1 100 Continue\r\n\r\n${interim}${OK}content-length: 1\r\n\r\nx`).messages).toHaveLength(
      1,
    );
    expect(responses(interim.repeat(1000)).refusal).toBe("has too large a head");
  });

  test("without a length lasts until the connection ends", () => {
    const text = [bytes(`${OK}\r\nab`), bytes("c")];
    expect(read(RESPONSE, text).messages).toEqual([]);
    expect(read(RESPONSE, text, true).messages).toMatchObject([
      { head: { length: "close", persistent: false }, body: "abc" },
    ]);
  });

  test("that is cut is not complete", () => {
    for (const text of [
      `${OK}content-length: 4\r\n\r\nabc`,
      `${OK}${CHUNKED}3\r\nabc\r\n`,
      `${OK}${CHUNKED}3\r\nabc\r\n0\r\n`,
      OK,
    ])
      expect(read(RESPONSE, [bytes(text)], true)).toEqual({ messages: [] });
  });

  test.each([
    ["another protocol", "SSH-2.0-OpenSSH_9.2\r\n", "is not HTTP"],
    ["noise without lines", "\x00\x01\x02\x03\xff".repeat(100), "is not HTTP"],
    ["a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", "is not HTTP"],
    ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n", "is not HTTP"],
    ["a status below 100", "HTTP/1.1 099 OK\r\n\r\n", "is not HTTP"],
    ["another version", "HTTP/1.2 200 OK\r\n\r\n", "is not HTTP"],
    ["a change of protocol", "HTTP/1.1 101 Switching\r\n\r\n", "is not HTTP"],
    ["chunks of HTTP/1.0", `HTTP/1.0 200 OK\r\n${CHUNKED}`, "has a transfer coding, which HTTP/1.0 has not"],
  ])("is refused that is %s", (_, text, refusal) => {
    expect(responses(text)).toEqual({ messages: [], refusal });
  });
});

test("the result does not depend on where the input is cut", () => {
  const parts = [
    `${POST}content-length: 5\r\n\r\nhello`,
    `${GET}\r\n`,
    `${POST}${CHUNKED}3;x\r\nabc\r\n2\r\nde\r\n0\r\nx: y\r\n\r\n`,
    `${POST}content-length: 1\r\nx : y\r\n\r\n`,
  ];
  const random = new Random(7);
  const whole = bytes(parts.join(""));
  const expected = requests(whole.toString("latin1"));
  expect(expected.messages).toHaveLength(3);
  expect(expected.refusal).toBe("has a malformed head");
  for (let run = 0; run < 300; run++) {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < whole.length; ) {
      const size = 1 + random.below(run % 2 === 0 ? 4 : 60);
      pieces.push(whole.subarray(at, at + size));
      at += size;
    }
    expect(read(REQUEST, pieces)).toEqual(expected);
  }
});

/** Random damage to valid messages: refused or read, never another error, and never more than was sent. */
test("damaged messages are refused or read", () => {
  const random = new Random(11);
  const valid = [
    `${POST}content-length: 5\r\nx: y\r\n\r\nhello${GET}\r\n`,
    `${POST}${CHUNKED}3;x\r\nabc\r\n2\r\nde\r\n0\r\nx: y\r\n\r\n${GET}\r\n`,
  ];
  const alphabet = bytes("\r\n \t:;,0123456789abcfx\0\x7f\xffGET/HTTP.");
  let refused = 0;
  for (let run = 0; run < 5000; run++) {
    let text = bytes(valid[run % 2] ?? "");
    for (let damage = 0; damage <= random.below(3); damage++) {
      const at = random.below(text.length);
      const byte = alphabet[random.below(alphabet.length)] ?? 0;
      const how = random.below(3);
      if (how === 0) text = Buffer.concat([text.subarray(0, at), Buffer.of(byte), text.subarray(at)]);
      else if (how === 1) text = Buffer.concat([text.subarray(0, at), text.subarray(at + 1)]);
      else text.writeUInt8(byte, at);
    }
    const { messages, refusal } = read(REQUEST, [text], true);
    if (refusal !== undefined) refused++;
    expect(messages.reduce((sum, { body }) => sum + body.length, 0)).toBeLessThanOrEqual(text.length);
  }
  expect(refused).toBeGreaterThan(1000);
});
