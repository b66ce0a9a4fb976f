import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { Client, type ClientChannel } from "ssh2";
import { Writer } from "../../../core/cert/wire.ts";
import { Fault } from "../../../core/fault.ts";
import type { ClientConnection } from "../../../core/ssh/client.ts";
import { cleanServers, dial, exec, login, newUser, type Served, serve } from "./kit.ts";
import { IDENT, type Insides, insides, kexInit, packet, say, send } from "./raw.ts";

cleanServers();

/** Past the grace of a login nothing would prove anything. */
const GRACE = { loginGraceMs: 10_000 };

/** After whatever was done to it, the server still lets people in. */
async function stillServes({ port }: Served): Promise<void> {
  const connection = await login(port, await newUser());
  expect((await exec(connection, "whoami")).code).toBe(0);
  connection.close();
  expect(await connection.closed).toBeUndefined();
}

function start({ ssh }: ClientConnection, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) =>
    ssh.exec(command, (error, channel) => (error ? reject(error) : resolve(channel))),
  );
}

test("what is not SSH is hung up on", async () => {
  const served = await serve(GRACE);
  const garbage = [
    Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    Buffer.from("SSH-1.5-old\r\n"),
    Buffer.from("SSH-2.0\r\n"),
    Buffer.from("hello\nSSH-2.0-x\r\n"),
    Buffer.from(`SSH-2.0-${"x".repeat(9000)}\r\n`),
    Buffer.alloc(20_000, "A"),
    Buffer.alloc(20_000),
    Buffer.from("SSH-2.0-x\rSSH"),
    randomBytes(100_000),
  ];
  for (const bytes of garbage) await say(served.port, bytes);
  await stillServes(served);
});

test("packets of impossible length, and truncated ones, end the connection", async () => {
  const served = await serve(GRACE);
  const header = (length: number, padding = 4) => new Writer().uint32(length).byte(padding).done();
  for (const bytes of [
    header(35_004),
    header(0),
    header(1),
    header(7),
    header(0xffff_ffff),
    header(0x8000_0004),
    header(13),
    Buffer.concat([header(12, 255), Buffer.alloc(40)]),
    Buffer.concat([header(12, 12), Buffer.alloc(40)]),
    packet(Buffer.alloc(0)),
    packet(kexInit().subarray(0, 17)),
    packet(kexInit().subarray(0, 200)),
    packet(Buffer.concat([kexInit().subarray(0, 17), Buffer.alloc(200, 0xff)])),
  ]) {
    await say(served.port, IDENT, bytes, packet(Buffer.of(21)));
  }
  await stillServes(served);
});

test("a packet of 35,000 bytes is read", async () => {
  const served = await serve(GRACE);
  const connection = await login(served.port, await newUser());
  send(connection.ssh, new Writer().byte(2).string(Buffer.alloc(34_900)).done());
  expect((await exec(connection, "whoami")).code).toBe(0);
  send(connection.ssh, new Writer().byte(2).string(Buffer.alloc(35_100)).done());
  expect((await connection.closed)?.code).toBe("unavailable");
  await stillServes(served);
});

test("a client without an algorithm in common is told so by a disconnect", async () => {
  const served = await serve(GRACE);
  for (const proposal of [
    { kex: ["diffie-hellman-group14-sha1"] },
    { kex: ["ecdh-sha2-nistp256"] },
    { kex: [] },
    { hostKey: ["ssh-rsa"] },
    { cipher: ["aes128-cbc", "3des-cbc"] },
  ]) {
    const heard = await say(served.port, IDENT, packet(kexInit(proposal)));
    // SSH_MSG_DISCONNECT, KEY_EXCHANGE_FAILED
    expect(heard.indexOf(Buffer.from([1, 0, 0, 0, 3]))).toBeGreaterThan(0);
  }
  await stillServes(served);
});

test("strict key exchange: nothing may be slipped in before the keys (CVE-2023-48795)", async () => {
  const served = await serve(GRACE);
  const ignore = packet(new Writer().byte(2).string("").done());
  const debug = packet(new Writer().byte(4).byte(0).string("").string("").done());
  for (const injected of [ignore, debug]) {
    await say(served.port, IDENT, injected, packet(kexInit()));
    await say(served.port, IDENT, packet(kexInit()), injected);
  }
  await say(served.port, IDENT, packet(kexInit()), packet(kexInit()));
  await stillServes(served);
});

test("key shares that are short, long or zero are refused", async () => {
  const served = await serve(GRACE);
  const shares = (kex: string, lengths: readonly number[]) =>
    lengths.map((bytes) => [
      packet(kexInit({ kex: [kex] })),
      packet(new Writer().byte(30).string(Buffer.alloc(bytes)).done()),
    ]);
  for (const said of [
    ...shares("curve25519-sha256", [0, 1, 31, 32, 33, 20_000]),
    ...shares("mlkem768x25519-sha256", [0, 32, 1184, 1215, 1216, 1217, 20_000]),
  ]) {
    await say(served.port, IDENT, ...said);
  }
  // A well-formed ML-KEM key beside an X25519 point of small order.
  const mlkem = await crypto.subtle.generateKey({ name: "ML-KEM-768" } as Algorithm, true, [
    "encapsulateBits",
    "decapsulateBits",
  ] as never[]);
  const raw = await crypto.subtle.exportKey("raw-public" as "raw", (mlkem as CryptoKeyPair).publicKey);
  const share = Buffer.concat([Buffer.from(raw), Buffer.alloc(32)]);
  const kex = kexInit({ kex: ["mlkem768x25519-sha256"] });
  await say(served.port, IDENT, packet(kex), packet(new Writer().byte(30).string(share).done()));
  await stillServes(served);
});

test("what arrives while ML-KEM is at work waits its turn, up to a limit", async () => {
  const served = await serve(GRACE);
  const connection = await login(served.port, await newUser());
  const { _protocol } = insides(connection);
  // All the packets of an exchange in one piece, with more behind them.
  for (let i = 0; i < 20; i += 1) {
    _protocol.rekey();
    _protocol.ping();
    expect((await exec(connection, "whoami")).code).toBe(0);
  }
  const share = Buffer.concat([Buffer.alloc(1216, 1)]);
  const flood = Array.from({ length: 200 }, () => randomBytes(10_000));
  const said = [
    packet(kexInit({ kex: ["mlkem768x25519-sha256"] })),
    packet(new Writer().byte(30).string(share).done()),
  ];
  await say(served.port, Buffer.concat([IDENT, ...said, ...flood]));
  await stillServes(served);
});

test("channels and global requests before the login end the connection", async () => {
  const served = await serve(GRACE);
  for (const payload of [
    new Writer().byte(80).string("keepalive@openssh.com").byte(1).done(),
    new Writer().byte(90).string("session").uint32(0).uint32(2_000_000).uint32(32_768).done(),
    new Writer().byte(94).uint32(0).string("data").done(),
  ]) {
    const client = new Client();
    const closed = new Promise<void>((done) => client.once("close", done));
    client.on("error", () => {});
    client.once("handshake", () => send(client, payload));
    client.connect({ sock: await dial(served.port), username: "alice", authHandler: () => {} });
    await closed;
  }
  await stillServes(served);
});

test("data beyond the window ends the connection", async () => {
  const served = await serve();
  const connection = await login(served.port, await newUser());
  const channel = (await start(connection, "hang")) as unknown as { outgoing: { id: number } };
  const { _protocol, _sock } = insides(connection);
  const told: number[] = [];
  connection.ssh.on("disconnect" as "error", (reason: unknown) => told.push(Number(reason)));
  // "hang" never reads: two MiB of window, and the rest is too much.
  for (let sent = 0; sent < 96 && !_sock.destroyed; sent += 1) {
    _protocol.channelData(channel.outgoing.id, Buffer.alloc(32_768));
    // Otherwise the client would end the connection, because too much waits for its socket.
    await new Promise(setImmediate);
  }
  expect((await connection.closed)?.code).toBe("unavailable");
  // PROTOCOL_ERROR
  expect(told).toEqual([2]);
  await stillServes(served);
});

test("more channels than the door allows are refused, and closing one makes room", async () => {
  const served = await serve({ maxChannels: 3 });
  const connection = await login(served.port, await newUser());
  const open = [];
  for (let i = 0; i < 3; i += 1) open.push(await start(connection, "hang"));
  await expect(start(connection, "whoami")).rejects.toThrow("too many channels");
  const [first] = open;
  first?.resume().close();
  if (first !== undefined) await once(first, "close");
  expect((await exec(connection, "whoami")).code).toBe(0);
});

test("a peer that wants its data in packets of no size is refused", async () => {
  const served = await serve();
  for (const bytes of [0, 1, 255]) {
    const connection = await login(served.port, await newUser());
    send(connection.ssh, new Writer().byte(90).string("session").uint32(0).uint32(2_000_000).uint32(bytes).done());
    expect((await connection.closed)?.code).toBe("unavailable");
  }
  await stillServes(served);
});

test("messages for channels that do not exist, and unknown messages, do no harm", async () => {
  const served = await serve();
  const connection = await login(served.port, await newUser());
  for (const type of [91, 93, 94, 95, 96, 97, 99, 100]) {
    send(connection.ssh, new Writer().byte(type).uint32(77).uint32(1).uint32(1).uint32(999).string("").done());
  }
  for (const type of [0, 3, 8, 101, 191, 192, 255]) send(connection.ssh, new Writer().byte(type).uint32(1).done());
  expect((await exec(connection, "whoami")).code).toBe(0);
  send(connection.ssh, new Writer().byte(94).uint32(0xffff_ffff).string("x").done());
  await connection.closed;
  await stillServes(served);
});

test("a message of an unknown type is answered with UNIMPLEMENTED", async () => {
  const served = await serve();
  const connection = await login(served.port, await newUser());
  const heard: string[] = [];
  (insides(connection)._protocol as unknown as { _debug: (line: string) => void })._debug = (line) => heard.push(line);
  send(connection.ssh, new Writer().byte(192).done());
  expect((await exec(connection, "whoami")).code).toBe(0);
  expect(heard.filter((line) => line.includes("Received UNIMPLEMENTED"))).toHaveLength(1);
});

test("a client that causes replies and reads none of them is cut off", async () => {
  const served = await serve();
  const connected = served.next();
  const connection = await login(served.port, await newUser());
  const server = await connected;
  if (server instanceof Fault) throw server;
  const socket = insides(connection)._sock;
  socket.pause();
  const buffered = () => (server.ssh as unknown as Insides)._sock.writableLength;
  let most = 0;
  let over = false;
  void server.closed.then(() => {
    over = true;
  });
  while (!over) {
    for (let i = 0; i < 2000 && socket.writableLength < 4_000_000; i += 1) insides(connection)._protocol.ping();
    await new Promise(setImmediate);
    most = Math.max(most, buffered());
  }
  expect(most).toBeLessThan(5 * 1024 * 1024);
  await stillServes(served);
}, 60_000);

test("a client that asks for much and reads nothing costs a bounded amount of memory", async () => {
  const served = await serve();
  const connected = served.next();
  const connection = await login(served.port, await newUser());
  const server = await connected;
  if (server instanceof Fault) throw server;
  const channel = await start(connection, "produce 1000000000");
  const { outgoing } = channel as unknown as { outgoing: { id: number } };
  // All the window in the world: only the socket is in the way.
  insides(connection)._protocol.channelWindowAdjust(outgoing.id, 2 ** 31);
  await once(channel, "data");
  insides(connection)._sock.pause();
  const { _sock, _chanMgr } = server.ssh as unknown as Insides & {
    _chanMgr: { _channels: Record<string, { _channel: ClientChannel }> };
  };
  const [{ _channel: ours } = { _channel: channel }] = Object.values(_chanMgr._channels);
  const settled = async () => {
    for (let before = -1; before !== _sock.writableLength; await Bun.sleep(20)) before = _sock.writableLength;
  };
  await settled();
  // What waits is bounded, and the connection is not over because of it.
  expect(_sock.destroyed).toBe(false);
  expect(_sock.writableLength).toBeLessThan(0.5 * 1024 * 1024);
  expect(ours.writableLength).toBeLessThan(0.5 * 1024 * 1024);
  // A slow exchange of keys is no way around it.
  insides(connection)._protocol.rekey();
  await settled();
  expect(_sock.writableLength + ours.writableLength).toBeLessThan(1024 * 1024);
  insides(connection)._sock.destroy();
  await server.closed;
  await stillServes(served);
});
