import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Fault } from "../../core/fault.ts";
import {
  answerRequest,
  Framing,
  frame,
  MESSAGE,
  type Message,
  type SigningKey,
} from "../../core/ssh/agent-protocol.ts";
import { drained } from "../flow-control.ts";
import { descriptorOf, peerCredentials } from "../net/libc.ts";

export interface SshAgent extends AsyncDisposable {
  readonly socket: string;
}

/**
 * Serves an ssh-agent on a Unix socket in a directory with mode 0700. `keys` is called for each request, so that a new
 * login appears at once and an expired certificate is not listed. Connections of other users are closed (SO_PEERCRED).
 * @throws Fault `conflict` when `path` exists.
 */
export async function serveSshAgent(
  path: string | undefined,
  keys: () => Promise<readonly SigningKey[]>,
): Promise<SshAgent> {
  const tempDir = path === undefined ? mkdtempSync(join(tmpdir(), "sallyport-agent-")) : undefined;
  const socket = path ?? join(tempDir ?? "", "agent.sock");
  mkdirSync(dirname(socket), { recursive: true, mode: 0o700 });
  const connections = new Set<Socket>();
  const server = createServer((connection) => {
    connections.add(connection);
    connection.on("close", () => connections.delete(connection));
    connection.on("error", () => connection.destroy());
    serve(connection, keys);
  });
  // Bind under a umask, so that the socket never has permissions for others, not even before chmod.
  const previousUmask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", (cause) =>
        reject(
          new Fault("conflict", `cannot listen on ${socket}: ${cause.message}`, {
            hint: "choose another --socket, or remove it",
            cause,
          }),
        ),
      );
      server.listen(socket, resolve);
    });
    chmodSync(socket, 0o600);
  } finally {
    process.umask(previousUmask);
  }
  return {
    socket,
    async [Symbol.asyncDispose]() {
      for (const connection of connections) connection.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(tempDir ?? socket, { recursive: true, force: true });
    },
  };
}

function serve(connection: Socket, keys: () => Promise<readonly SigningKey[]>): void {
  const fd = descriptorOf(connection);
  const peer = fd === undefined ? undefined : peerCredentials(fd);
  if (peer !== undefined && peer.uid !== process.getuid?.() && peer.uid !== 0) {
    connection.destroy();
    return;
  }
  const framing = new Framing();
  const reply = async (message: Message) => answerRequest(message, await keys());
  const answer = async (chunk: Buffer) => {
    for (const message of framing.push(chunk))
      if (!connection.write(await reply(message).catch(() => frame(MESSAGE.failure)))) await drained(connection);
  };
  let answered = Promise.resolve();
  connection.on("data", (chunk) => {
    // Read no further requests until the replies are written: the peer may not read them, such as a hostile machine that
    // the agent was forwarded to.
    connection.pause();
    answered = answered
      .then(() => answer(chunk))
      .then(
        () => void connection.resume(),
        () => void connection.destroy(),
      );
  });
}
