import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { ClientConnection } from "../../../core/ssh/client.ts";
import { ownAccount } from "../../../daemon/node/account.ts";
import { connectAsUser } from "../../../daemon/node/forward/as-user.ts";
import { keptTempDir } from "../../kit/temp.ts";
import { until } from "../../kit/until.ts";
import { TestNode } from "./kit.ts";

const KIB = 1024;

test("what a Unix socket said last reaches a client who takes his time", async () => {
  const account = ownAccount();
  if (account === undefined) throw new Error("whoever runs the tests has no account");
  const path = join(keptTempDir(), "socket");
  // Some of these are more than the kernel holds for the child, and no more than it holds itself.
  for (let size = 128 * KIB; size <= 768 * KIB; size += 32 * KIB) {
    let gone = false;
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket
        .on("end", () => socket.end(new Uint8Array(size)))
        .on("close", () => {
          gone = true;
        });
      socket.resume();
    });
    await new Promise<void>((listening) => server.listen(path, listening));
    const { open } = await connectAsUser(account, path);
    const patience = Promise.withResolvers<void>();
    let got = 0;
    const far = open((chunk) => {
      got += chunk.length;
      return patience.promise;
    });
    far.endInput();
    await until("the socket has said all, or nothing more fits", async () => {
      const before = got;
      await Bun.sleep(50);
      return gone || got === before;
    });
    patience.resolve();
    await far.drained;
    far.abandon();
    server.close();
    expect(got).toBe(size);
  }
});

describe("of one who ends first, and listens late", () => {
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

  /** Ends at once, and listens when what was said to it is on its way. Yields how much it heard. */
  async function late(socket: Socket): Promise<number> {
    socket.pause().end();
    await Bun.sleep(100);
    let got = 0;
    for await (const chunk of socket) got += (chunk as Buffer).length;
    return got;
  }

  /** Says this much and ends, once the other side has ended. */
  function answer(channel: Duplex, size: number): void {
    channel.resume().on("end", () => channel.end(new Uint8Array(size)));
  }

  // Some of these are more than the kernel holds for the child, and no more than it holds itself.
  const SIZES = Array.from({ length: 10 }, (_, i) => (128 + i * 64) * KIB);

  test.each(SIZES)("a Unix socket hears all %i bytes that the client says", async (size) => {
    const path = join(keptTempDir(), "socket");
    const heard = Promise.withResolvers<number>();
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => heard.resolve(late(socket)));
    await new Promise<void>((listening) => server.listen(path, listening));
    client.ssh.openssh_forwardOutStreamLocal(path, (_error, channel) => answer(channel, size));
    expect(await heard.promise).toBe(size);
    server.close();
  });

  test.each(SIZES)(
    "who connects to a Unix socket that is listened on hears all %i bytes, also when the listening has ended",
    async (size) => {
      const path = join(keptTempDir(), "socket");
      const led = new Promise<void>((resolve) => {
        client.ssh.once("unix connection", (_info, accept) => {
          answer(accept(), size);
          resolve();
        });
      });
      await new Promise((done) => client.ssh.openssh_forwardInStreamLocal(path, done));
      const socket = connect({ path, allowHalfOpen: true }).pause();
      await led;
      await new Promise((done) => client.ssh.openssh_unforwardInStreamLocal(path, done));
      expect(await late(socket)).toBe(size);
    },
  );
});
