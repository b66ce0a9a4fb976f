import { afterEach, expect, test } from "bun:test";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { Fault } from "../../../core/fault.ts";
import { PROXY_HEADER } from "../../../core/ssh/proxy-header.ts";
import { clientAddress } from "../../../daemon/net/proxy-header.ts";

const open: (Server | Socket)[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one instanceof Object && "destroy" in one ? one.destroy() : one.close();
});

/** Both ends of a connection. */
async function pair(): Promise<{ client: Socket; server: Socket }> {
  const listener = createServer();
  await once(listener.listen(0, "127.0.0.1"), "listening");
  const { port } = listener.address() as { port: number };
  const accepted = once(listener, "connection");
  const client = connect(port, "127.0.0.1").setNoDelay(true);
  const [server] = (await accepted) as [Socket];
  server.on("error", () => {});
  client.on("error", () => {});
  open.push(listener, client, server);
  return { client, server };
}

const read = (line: string) => `by ${line.trim().slice(PROXY_HEADER.length)}`;
/** What is left to read, as soon as it is so long. */
async function rest(socket: Socket, length: number): Promise<string> {
  let heard = "";
  socket.on("data", (chunk: Buffer) => {
    heard += chunk;
  });
  socket.resume();
  while (heard.length < length) await once(socket, "data");
  return heard;
}

test("a proxy header names the client, and what follows is left; without one it is the peer", async () => {
  const said = await pair();
  said.client.write(`${PROXY_HEADER}me\r\nSSH-2.0-x\r\n`);
  expect(await clientAddress(said.server, "peer", read)).toBe("by me");
  expect(await rest(said.server, 11)).toBe("SSH-2.0-x\r\n");

  const plain = await pair();
  plain.client.write("SSH-2.0-x\r\n");
  expect(await clientAddress(plain.server, "peer", read)).toBe("peer");
  expect(await rest(plain.server, 11)).toBe("SSH-2.0-x\r\n");
});

test("packets may end anywhere", async () => {
  for (const [text, address, left] of [
    ["SSH-2.0-x\r\n", "peer", "SSH-2.0-x\r\n"],
    [`${PROXY_HEADER}me\r\nSSH-`, "by me", "SSH-"],
  ] as const) {
    const { client, server } = await pair();
    let known = false;
    const found = clientAddress(server, "peer", read).finally(() => {
      known = true;
    });
    for (const [i, byte] of [...text].entries()) {
      client.write(byte);
      // Each by itself, and none later than it has to be: a proxy header may take two seconds.
      while (!known && server.bytesRead <= i) await new Promise((turn) => setImmediate(turn));
    }
    expect(await found).toBe(address);
    expect(await rest(server, left.length)).toBe(left);
  }
});

test("a client that says nothing is spoken to", async () => {
  const { server } = await pair();
  expect(await clientAddress(server, "peer", read)).toBe("peer");
  expect(server.destroyed).toBeFalse();
});

test("a connection whose header is refused is closed", async () => {
  const { client, server } = await pair();
  const closed = once(client, "close");
  client.resume().write(`${PROXY_HEADER}me\r\n`);
  const refused = clientAddress(server, "peer", () => {
    throw new Fault("denied", "not you");
  });
  expect(await refused.catch(String)).toContain("not you");
  await closed;
});

test("a proxy header that does not end is not waited for, whether it stops, goes on or drips", async () => {
  for (const drip of [undefined, " ".repeat(1000), " "]) {
    const { client, server } = await pair();
    client.resume().write(PROXY_HEADER);
    const dripping = setInterval(() => drip !== undefined && !client.destroyed && client.write(drip), 20);
    expect(await clientAddress(server, "peer", read).catch(String)).toContain("does not end");
    clearInterval(dripping);
    expect(server.destroyed).toBeTrue();
  }
});
