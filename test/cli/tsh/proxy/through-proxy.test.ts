import { afterEach, expect, test } from "bun:test";
import { type AddressInfo, createServer } from "node:net";
import type { ServerChannel } from "ssh2";
import { connectThrough } from "../../../../cli/tsh/proxy/through-proxy.ts";
import { type ServerConnection, serveSsh } from "../../../../core/ssh/server.ts";
import {
  cleanServers,
  dial,
  door,
  HOST,
  hostCa,
  type Identity,
  login,
  newUser,
  now,
  serve,
} from "../../../core/ssh/kit.ts";

cleanServers();

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A proxy that leads to `port`, and one user's connection to it, seen from its side. */
async function proxyTo(port: number) {
  const { promise: accepted, resolve } = Promise.withResolvers<ServerConnection<Identity>>();
  const channels: ServerChannel[] = [];
  const server = createServer(async (socket) => {
    const connection = await serveSsh(socket, door(), { address: "127.0.0.1" });
    connection.ssh.on("session", (accept) => {
      accept().on("subsystem", async (take) => {
        const [channel, target] = [take(), await dial(port)];
        channels.push(channel);
        target.pipe(channel).pipe(target);
      });
    });
    resolve(connection);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  stops.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, accepted, channels };
}

async function session() {
  const [node, who] = [await serve(), await newUser()];
  const proxy = await proxyTo(node.port);
  const outer = await login(proxy.port, who);
  const onNode = node.next();
  const inner = await connectThrough(outer, "proxy:node:0", {
    user: "alice",
    credential: { key: who.key.toOpenSSH(), certificate: who.certificate },
    authorities: [hostCa.public],
    names: [HOST],
    now,
  });
  return { inner, proxy: await proxy.accepted, channels: proxy.channels, node: await onNode };
}

test("a proxy that ends the connection before the machine could say why is heard", async () => {
  const { inner, proxy } = await session();
  proxy.disconnect("call the security team");
  expect(await inner.closed).toMatchObject({ code: "denied", message: "call the security team" });
});

test("what the machine itself says comes first", async () => {
  const { inner, node } = await session();
  if (!("ssh" in node)) throw node;
  node.disconnect("this machine is going home");
  expect(await inner.closed).toMatchObject({ code: "denied", message: "this machine is going home" });
});

test("a machine that is gone is told so, when the proxy has nothing to add", async () => {
  const { inner, channels } = await session();
  channels[0]?.close();
  expect(await inner.closed).toMatchObject({ code: "unavailable", message: "the server closed the connection" });
});
