import { expect, test } from "bun:test";
import { once } from "node:events";
import type { ClientChannel, PseudoTtyInfo, ServerChannel, Session } from "ssh2";
import { Writer } from "../../../core/cert/wire.ts";
import { Fault } from "../../../core/fault.ts";
import type { ClientConnection } from "../../../core/ssh/client.ts";
import type { ServerConnection } from "../../../core/ssh/server.ts";
import { runProgram } from "../../kit/run.ts";
import { cleanServers, exec, type Identity, login, newUser, patternAt, serve, sshOptions } from "./kit.ts";
import { insides, send } from "./raw.ts";

cleanServers();

const MIB = 1024 * 1024;

async function connected(): Promise<{ client: ClientConnection; server: ServerConnection<Identity>; port: number }> {
  const { port, next } = await serve();
  const login_ = next();
  const client = await login(port, await newUser());
  const server = await login_;
  if (server instanceof Fault) throw server;
  return { client, server, port };
}

/** Sessions of this connection are for the test alone. */
function takeSession({ ssh }: ServerConnection<Identity>): Promise<Session> {
  ssh.removeAllListeners("session");
  return new Promise((resolve) => ssh.once("session", (accept) => resolve(accept())));
}

function start({ ssh }: ClientConnection, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) =>
    ssh.exec(command, (error, channel) => (error ? reject(error) : resolve(channel))),
  );
}

test("both outputs may be fuller than a window at the same time", async () => {
  const { port } = await serve();
  const ran = await runProgram(["ssh", ...sshOptions(port, await newUser()), "127.0.0.1", `both ${9 * MIB}`]);
  expect(ran.code).toBe(0);
  expect(ran.stdout).toBe("o".repeat(9 * MIB));
  expect(ran.stderr).toBe("e".repeat(9 * MIB));
});

test("a reader that stops and goes on gets every byte, and the writer waits for it", async () => {
  const { client } = await connected();
  const channel = await start(client, `produce ${20 * MIB}`);
  const parts: Buffer[] = [];
  for await (const chunk of channel) {
    parts.push(chunk as Buffer);
    if (parts.length % 100 === 0) await Bun.sleep(5);
  }
  expect(Buffer.concat(parts).equals(patternAt(0, 20 * MIB))).toBe(true);
});

test("input that arrives before its program was accepted is kept, and so is its end", async () => {
  const { client, server } = await connected();
  const session = takeSession(server);
  client.ssh.exec("cat", () => {});
  const asked = new Promise<() => ServerChannel>((resolve) => {
    void session.then((s) => s.on("exec", (accept) => resolve(accept)));
  });
  const accept = await asked;
  // As stock ssh does: without waiting for the answer.
  const { _protocol } = insides(client);
  for (let at = 0; at < MIB; at += 32_768) _protocol.channelData(0, patternAt(at, 32_768));
  _protocol.channelEOF(0);
  await once(await session, "eof");
  const parts: Buffer[] = [];
  for await (const chunk of accept()) parts.push(chunk as Buffer);
  expect(Buffer.concat(parts).equals(patternAt(0, MIB))).toBe(true);
});

test("a session runs one program, however long it takes to accept it", async () => {
  const { client, server } = await connected();
  const asked: string[] = [];
  const first = new Promise<() => ServerChannel>((resolve) => {
    void takeSession(server).then((session) =>
      session.on("exec", (accept, _reject, { command }) => {
        asked.push(command);
        resolve(accept);
      }),
    );
  });
  const running = exec(client, "first");
  const accept = await first;
  const { _protocol } = insides(client);
  _protocol.exec(0, "second", false);
  // An answer to what was sent later: the second one has been read.
  await new Promise((answered) => client.ssh.exec("x", answered));
  accept().end("one");
  expect((await running).output.toString()).toBe("one");
  expect(asked).toEqual(["first"]);
});

test("a program that was refused may be followed by another", async () => {
  const { client, server } = await connected();
  void takeSession(server).then((s) => {
    s.on("subsystem", (_accept, reject) => reject());
    s.on("exec", (_accept, reject) => reject());
  });
  await expect(start(client, "x")).rejects.toThrow("Unable to exec");
});

test("a session hears of its end at once, whether it was closed, cut or never began", async () => {
  for (const end of ["close", "cut"] as const) {
    for (const begun of [true, false]) {
      const { client, server } = await connected();
      const session = takeSession(server);
      const opened = new Promise<ServerChannel | undefined>((resolve) => {
        void session.then((s) => s.on("exec", (accept) => resolve(begun ? accept() : undefined)));
      });
      client.ssh.exec("x", () => {});
      const channel = await opened;
      // Nobody reads: what is unread must not keep the end back.
      const { _protocol, _sock } = insides(client);
      _protocol.channelData(0, Buffer.alloc(30_000));
      const ended = once(await session, "close");
      if (end === "close") _protocol.channelClose(0);
      else _sock.destroy();
      await ended;
      // A late write is nobody's undoing.
      channel?.write("too late");
      channel?.stderr.write("too late");
      channel?.end("too late");
      channel?.write("much too late");
      await Bun.sleep(1);
    }
  }
});

test("a write to an output that was full when its session ended does no harm", async () => {
  const { client, server } = await connected();
  const opened = new Promise<[Session, ServerChannel]>((resolve) => {
    void takeSession(server).then((session) => session.on("exec", (accept) => resolve([session, accept()])));
  });
  client.ssh.exec("x", () => {});
  const [session, channel] = await opened;
  // More than the window, so that a part of it waits.
  for (const output of [channel, channel.stderr]) output.write(Buffer.alloc(3 * MIB));
  const ended = once(session, "close");
  insides(client)._protocol.channelClose(0);
  await ended;
  for (const output of [channel, channel.stderr]) output.write("too late");
  // An error without a listener would end the process.
  await Bun.sleep(1);
});

test("a session without a program ends with its connection, also when class names are shortened", async () => {
  const { client, server } = await connected();
  const session = takeSession(server);
  client.ssh.exec("x", () => {});
  const { constructor } = await session;
  // The build of the program shortens them.
  const { name } = constructor;
  Object.defineProperty(constructor, "name", { value: "a" });
  try {
    insides(client)._sock.destroy();
    await once(await session, "close");
    await server.closed;
  } finally {
    Object.defineProperty(constructor, "name", { value: name });
  }
});

test("terminal modes are read as RFC 4254 §8 writes them", async () => {
  const { client, server } = await connected();
  const pty = new Promise<PseudoTtyInfo>((resolve) => {
    void takeSession(server).then((session) => {
      session.on("exec", (accept) => accept());
      session.on("pty", (_accept, _reject, info) => resolve(info));
    });
  });
  // Large values, one mode that is unknown, one from the range that ends the list.
  const modes = new Writer().byte(3).uint32(0xff00_00ff).byte(42).uint32(1).byte(44).uint32(5).byte(53).uint32(0);
  const request = new Writer().byte(98).uint32(0).string("pty-req").byte(0).string("xterm");
  for (const size of [80, 24, 0, 0]) request.uint32(size);
  request.string(modes.byte(160).raw(Buffer.of(9, 9)).done());
  client.ssh.exec("x", () => send(client.ssh, request.done()));
  expect((await pty).modes).toEqual({ VERASE: 0xff00_00ff, IUTF8: 1, ECHO: 0 } as never);
});

test("signals and window sizes are heard after the end of input", async () => {
  const { client, server } = await connected();
  const session = takeSession(server);
  void session.then((s) => s.on("exec", (accept) => accept().resume()));
  const channel = await start(client, "x");
  channel.end();
  const s = await session;
  await once(s, "eof");
  const heard = once(s, "signal");
  channel.signal("INT");
  // ssh2's client says nothing once its own side has ended; so do it by hand.
  const { _protocol } = insides(client);
  _protocol.signal(0, "INT");
  expect((await heard)[2]).toEqual({ name: "INT" });
});

test("both sides say that nobody reads the output any more, after the end of input as well", async () => {
  const { client, server } = await connected();
  const session = takeSession(server);
  void session.then((s) => s.on("exec", (accept) => accept().resume()));
  const channel = await start(client, "x");
  channel.end();
  await once(await session, "eof");
  const heard = once(await session, "eow");
  (channel as typeof channel & { eow(): void }).eow();
  await heard;
});

test("an agent is reached through the connection that forwards it", async () => {
  const { server, client } = await connected();
  const refused = new Promise<Error | undefined>((resolve) => server.ssh.openssh_authAgent((error) => resolve(error)));
  expect(await refused).toBeInstanceOf(Error);
  client.close();
  await server.closed;
  const late = new Promise<Error | undefined>((resolve) => server.ssh.openssh_authAgent((error) => resolve(error)));
  expect((await late)?.message).toBe("Not connected");
});
