import { afterAll, beforeAll, expect, test } from "bun:test";
import { once } from "node:events";
import { connect } from "node:net";
import type { ClientConnection } from "../../../core/ssh/client.ts";
import { freePort } from "../../kit/free-port.ts";
import { until } from "../../kit/until.ts";
import { TestNode } from "./kit.ts";

/** Who connects to a forwarded port before the client knows that the node listens. */

let node: TestNode;
let client: ClientConnection;
beforeAll(async () => {
  node = await TestNode.start();
  client = await (await node.user("alice")).connect();
});
afterAll(async () => {
  client.close();
  await node[Symbol.asyncDispose]();
});

/** Asks for the port, and connects to it while what the node does is still being recorded. */
async function early() {
  const recording = Promise.withResolvers<void>();
  const port = await freePort();
  node.appending = () => recording.promise;
  const answered = new Promise<Error | undefined>((resolve) => {
    client.ssh.forwardIn("127.0.0.1", port, (error) => resolve(error));
  });
  const socket = await until("the node listens", async () => {
    const dialled = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    return once(dialled, "connect").then(
      () => dialled,
      () => undefined,
    );
  });
  socket.on("error", () => {});
  return { recording, answered, socket };
}

test("is led to the client as soon as it has been told", async () => {
  client.ssh.once("tcp connection", (_info, accept) => {
    const channel = accept();
    channel.pipe(channel);
  });
  const { recording, answered, socket } = await early();
  socket.end("hello");
  recording.resolve();
  expect(await answered).toBeUndefined();
  let heard = "";
  for await (const chunk of socket) heard += chunk;
  expect(heard).toBe("hello");
});

test("is sent away when it is told that it gets nothing", async () => {
  const { recording, answered, socket } = await early();
  recording.reject(new Error("the disk is full"));
  expect(await answered).toBeInstanceOf(Error);
  await until("its connection has ended", () => socket.readyState !== "open");
  socket.destroy();
});
