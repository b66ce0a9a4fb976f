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
import { drained } from "../drained.ts";
import { descriptorOf, peerCredentials } from "../net/libc.ts";

export interface SshAgent extends AsyncDisposable {
  readonly socket: string;
}

/**
 * An ssh-agent on a Unix socket, in a directory of its owner alone. `keys` is asked for each request, so a new login
 * shows at once and an expired certificate is offered to nobody. Other users are refused by the kernel's word.
 * @throws Fault `conflict` when something is at `path` already.
 */
export async function serveSshAgent(
  path: string | undefined,
  keys: () => Promise<readonly SigningKey[]>,
): Promise<SshAgent> {
  const made = path === undefined ? mkdtempSync(join(tmpdir(), "sallyport-agent-")) : undefined;
  const socket = path ?? join(made ?? "", "agent.sock");
  mkdirSync(dirname(socket), { recursive: true, mode: 0o700 });
  const connections = new Set<Socket>();
  const server = createServer((connection) => {
    connections.add(connection);
    connection.on("close", () => connections.delete(connection));
    connection.on("error", () => connection.destroy());
    serve(connection, keys);
  });
  // The socket is made without rights for others, not given them and then deprived.
  const before = process.umask(0o177);
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
    process.umask(before);
  }
  return {
    socket,
    async [Symbol.asyncDispose]() {
      for (const connection of connections) connection.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(made ?? socket, { recursive: true, force: true });
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
  let turn = Promise.resolve();
  connection.on("data", (chunk) => {
    // Who asks without listening, which may be the machine that an agent was forwarded to, is not heard meanwhile.
    connection.pause();
    turn = turn
      .then(() => answer(chunk))
      .then(
        () => void connection.resume(),
        () => void connection.destroy(),
      );
  });
}
