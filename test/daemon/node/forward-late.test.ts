import { expect, test } from "bun:test";
import { createServer } from "node:net";
import { join } from "node:path";
import { ownAccount } from "../../../daemon/node/account.ts";
import { connectAsUser } from "../../../daemon/node/forward/as-user.ts";
import { keptTempDir } from "../../kit/temp.ts";
import { until } from "../../kit/until.ts";

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
