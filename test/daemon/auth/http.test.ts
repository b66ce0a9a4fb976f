import { expect, test } from "bun:test";
import { once } from "node:events";
import { Duplex, PassThrough } from "node:stream";
import { Fault } from "../../../core/fault.ts";
import { openChannel } from "../../../core/ssh/client.ts";
import { ChannelServer, faultResponse } from "../../../daemon/auth/http.ts";
import { TestAuth } from "../../kit/auth.ts";
import { apiOver } from "../../kit/auth-client.ts";
import { readAll } from "../../kit/http.ts";

const CALLER = { kind: "admin", address: "192.0.2.1" } as const;
const NODE = "00000000-0000-4000-8000-00000000000a";

/** A server that echoes, with small limits, and the client's end of a stream to it. A body may take `ms` to arrive. */
function serve(ms = 60_000, headMs?: number) {
  const [up, down] = [new PassThrough(), new PassThrough()];
  new ChannelServer(async ({ body }) => {
    try {
      const { length } = await body.bytes({ bytes: 1000, ms });
      return { status: 200, contentType: "application/json", body: JSON.stringify({ length }) };
    } catch (error) {
      return faultResponse(Fault.from(error));
    }
  }, headMs).serve(Duplex.from({ readable: up, writable: down }), CALLER);
  // The server hangs up as it likes.
  return Duplex.from({ readable: down, writable: up }).on("error", () => {});
}

test("a body larger than is allowed is refused by its announcement alone", async () => {
  const client = serve();
  client.write("POST /v1/x HTTP/1.1\r\nhost: auth\r\ncontent-length: 1001\r\n\r\n");
  const answer = await readAll(client);
  expect(answer).toStartWith("HTTP/1.1 413 ");
  expect(answer).toEndWith('{"error":{"code":"too_large","message":"the request is larger than 1000 bytes"}}');
});

test("a body that announces no length is read as far as is allowed", async () => {
  const client = serve();
  client.write("POST /v1/x HTTP/1.1\r\nhost: auth\r\ntransfer-encoding: chunked\r\n\r\n3e9\r\n");
  client.write("a".repeat(1001));
  expect(await readAll(client)).toStartWith("HTTP/1.1 413 ");
});

test("a body that never ends is given up", async () => {
  const client = serve(50);
  client.write("POST /v1/x HTTP/1.1\r\nhost: auth\r\ncontent-length: 100\r\n\r\nabc");
  const answer = await readAll(client);
  expect(answer).toStartWith("HTTP/1.1 400 ");
  expect(answer).toContain("the request did not arrive in time");
});

test("a head that never ends is given up, and a connection without a request is not", async () => {
  const client = serve(60_000, 50);
  await Bun.sleep(100);
  client.write("POST /v1/x HTTP/1.1\r\nhost: auth\r\ncontent-length: 0\r\n\r\nGET /v1/x");
  const answer = await readAll(client);
  expect(answer).toStartWith("HTTP/1.1 200 ");
  expect(answer).toEndWith('{"error":{"code":"bad_request","message":"the request did not arrive in time"}}');
});

test("what is no HTTP, or leaves open where a request ends, closes the stream", async () => {
  for (const text of [
    "SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "CONNECT evil:80 HTTP/1.1\r\nhost: evil\r\n\r\n",
    "POST /v1/x HTTP/1.1\r\nhost: auth\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "POST /v1/x HTTP/1.1\r\nhost: auth\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabc",
    "POST /v1/x HTTP/1.1\r\nhost: auth\r\ncontent-length: -1\r\n\r\n",
    `GET /v1/x HTTP/1.1\r\nhost: auth\r\nx: ${"a".repeat(100_000)}\r\n\r\n`,
  ]) {
    const client = serve();
    client.write(text);
    expect(await readAll(client)).toStartWith("HTTP/1.1 400 ");
  }
});

test("several requests on one stream are answered in turn", async () => {
  const client = serve();
  client.write("POST /v1/x HTTP/1.1\r\nhost: auth\r\ncontent-length: 3\r\n\r\nabc");
  client.write("POST /v1/x HTTP/1.1\r\nhost: auth\r\ncontent-length: 5\r\nconnection: close\r\n\r\nabcde");
  expect((await readAll(client)).match(/\{.*?\}/g)).toEqual(['{"length":3}', '{"length":5}']);
});

test("40 MB on a connection to auth: refused after a fraction of it, and everything goes on", async () => {
  await using auth = await TestAuth.start();
  const connection = await auth.connect("admin", auth.adminCredential());
  const channel = await openChannel(connection, "auth", 0);
  const answer = readAll(channel);
  let closed = false;
  channel.once("close", () => {
    closed = true;
  });
  channel.write("POST /v1/users HTTP/1.1\r\nhost: auth\r\ntransfer-encoding: chunked\r\n\r\n");
  const block = Buffer.alloc(64 * 1024, "a");
  let sent = 0;
  while (!closed && sent < 40_000_000) {
    sent += block.length;
    channel.write("10000\r\n");
    channel.write(block);
    if (!channel.write("\r\n")) await Promise.race([once(channel, "drain"), once(channel, "close")]);
  }
  expect(await answer).toContain('"code":"too_large"');
  expect(sent).toBeLessThan(10_000_000);

  const api = apiOver(connection);
  expect((await api.ping()).cluster).toBe("test");
});

test("our own client reads why its request was too large", async () => {
  await using auth = await TestAuth.start();
  const { api } = await auth.host(NODE, ["node"]);
  const fault = await api
    .emit({ events: [{ event: "exec", command: "x".repeat(40_000_000) }] })
    .catch((error: Fault) => error);
  expect(fault).toMatchObject({ code: "too_large" });
  expect((await api.ping()).cluster).toBe("test");
});
