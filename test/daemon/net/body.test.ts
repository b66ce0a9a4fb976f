import { expect, test } from "bun:test";
import { once } from "node:events";
import { connect } from "node:net";
import { Fault } from "../../../core/fault.ts";
import { MAX_BODY, readJson } from "../../../daemon/net/body.ts";

/** What a server reads of a request whose bytes are these, as they stand; the connection is ended after `end` of them. */
async function read(head: string, body: string, { hangUp = false, ms = 5_000 } = {}): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      resolve(await readJson(request, ms).catch((thrown: unknown) => thrown));
      return new Response();
    },
  });
  const socket = connect({ host: "127.0.0.1", port: server.port ?? 0 });
  await once(socket, "connect");
  socket.on("error", () => {});
  socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${head}\r\n\r\n${body}`);
  if (hangUp) setTimeout(() => socket.destroy(), 50);
  const result = await promise;
  socket.destroy();
  return result;
}

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const message = (thrown: unknown) => (thrown instanceof Fault ? `${thrown.code}: ${thrown.message}` : thrown);

test("a body of a known length, and one in chunks", async () => {
  expect(await read("content-length: 7", '{"a":1}')).toEqual({ a: 1 });
  expect(await read("transfer-encoding: chunked", `${chunk('{"a"')}${chunk(":1}")}0\r\n\r\n`)).toEqual({ a: 1 });
});

test.each([
  ["content-length: 3", "{a}", "bad_request: the body is not JSON"],
  ["content-length: 2", "\xff\xff", "bad_request: the body is not JSON"],
  ["content-length: 0", "", "bad_request: the body is not JSON"],
  [
    `content-length: ${MAX_BODY + 1}`,
    " ".repeat(MAX_BODY + 1),
    `too_large: the body is larger than ${MAX_BODY / 1024} KiB`,
  ],
  [
    "transfer-encoding: chunked",
    `${chunk(" ".repeat(MAX_BODY + 1))}0\r\n\r\n`,
    `too_large: the body is larger than ${MAX_BODY / 1024} KiB`,
  ],
])("%s", async (head, body, refusal) => {
  expect(message(await read(head, body))).toBe(refusal);
});

test.each(["content-length: 9", "transfer-encoding: chunked"])("one that never ends: %s", async (head) => {
  const body = head.startsWith("c") ? "{" : chunk("{");
  expect(message(await read(head, body, { ms: 100 }))).toBe("bad_request: the body took too long to arrive");
  expect(message(await read(head, body, { hangUp: true }))).toBe("bad_request: the body did not arrive");
});
