import { expect, test } from "bun:test";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { forwardLocal, forwardRemote } from "../../../cli/ssh/forwarding.ts";
import { Fault } from "../../../core/fault.ts";
import type { ServerChannel } from "../../../core/ssh/channels.ts";
import { cleanServers, login, newUser, serve } from "../../core/ssh/kit.ts";
import { freePort } from "../../kit/free-port.ts";

cleanServers();

test.each([
  ["a port", { host: "localhost", port: 8080 }],
  ["a port that the other side chooses", { host: "localhost", port: 0 }],
  ["a Unix socket", { path: "/run/it" }],
])("who is there when the other side has just listened on %s is served", async (_name, from) => {
  const target = createServer((socket) => socket.end("served"));
  await new Promise<void>((listening) => target.listen(0, "127.0.0.1", listening));
  const { port } = target.address() as AddressInfo;
  const served = await serve();
  const accepted = served.next();
  const connection = await login(served.port, await newUser());
  const server = await accepted;
  if (server instanceof Fault) throw server;
  const heard = new Promise<string>((resolve, reject) => {
    server.ssh.on("request", (accept, _reject, _name, _info) => {
      const take = async (error: Error | undefined | null, channel: NodeJS.ReadableStream) => {
        if (error !== undefined && error !== null) return reject(error);
        let text = "";
        for await (const chunk of channel) text += chunk;
        resolve(text);
      };
      // In one piece with the answer.
      const socket = (server.ssh as unknown as { _sock: { cork(): void; uncork(): void } })._sock;
      socket.cork();
      (accept as ((port?: number) => void) | undefined)?.(8080);
      if ("path" in from) server.ssh.openssh_forwardOutStreamLocal(from.path, take);
      else server.ssh.forwardOut("localhost", 8080, "127.0.0.1", 1, take);
      socket.uncork();
    });
  });
  await forwardRemote(connection, { from, to: { host: "127.0.0.1", port } }, () => {});
  expect(await heard).toBe("served");
  connection.close();
  target.close();
});

test("what is said last by who connected to -L arrives, however late it is read", async () => {
  const served = await serve();
  const accepted = served.next();
  const connection = await login(served.port, await newUser());
  const server = await accepted;
  if (server instanceof Fault) throw server;
  const led = Promise.withResolvers<ServerChannel>();
  server.ssh.once("tcpip", (accept) => led.resolve(accept()));
  const port = await freePort();
  const from = { host: "127.0.0.1", port };
  await forwardLocal(connection, { from, to: { host: "localhost", port: 1 } }, () => {});
  const socket = connect({ ...from, allowHalfOpen: true });
  const channel = await led.promise;
  channel.eof();
  await once(socket.resume(), "end");
  // More than the window of a channel.
  const size = 2 * 1024 * 1024 + 100_000;
  socket.end(new Uint8Array(size));
  await once(socket, "close");
  let got = 0;
  for await (const chunk of channel) got += (chunk as Buffer).length;
  expect(got).toBe(size);
  connection.close();
});
