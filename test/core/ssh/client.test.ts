import { afterAll, beforeAll, expect, spyOn, test } from "bun:test";
import { type AddressInfo, createServer } from "node:net";
import Protocol from "ssh2/lib/protocol/Protocol.js";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { Reader } from "../../../core/cert/wire.ts";
import { Fault } from "../../../core/fault.ts";
import { connectSsh, openChannel, openSubsystem, openSubsystemAtOnce } from "../../../core/ssh/client.ts";
import { refuseChannel, type ServerConnection } from "../../../core/ssh/server.ts";
import { hostVerifier } from "../../../core/ssh/verify-host.ts";
import { keyFile } from "../cert/keygen.ts";
import {
  certify,
  cleanServers,
  dial,
  exec,
  hostCa,
  type Identity,
  login,
  newUser,
  now,
  serve,
  userCa,
  verifyHost,
} from "./kit.ts";
import { ME, startSshd } from "./sshd.ts";

cleanServers();

let sshd: Awaited<ReturnType<typeof startSshd>>;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

/** The Fault that a promise rejects with. */
async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof Fault)) throw new Error(`no Fault but ${String(thrown)}`);
  return thrown;
}

test("our client logs in to our server", async () => {
  const { port } = await serve();
  const connection = await login(port, await newUser());
  expect((await exec(connection, "whoami")).output.toString()).toBe("alice as alice\n");
  connection.close();
  expect(await connection.closed).toBeUndefined();
});

test("our client logs in to a stock sshd, both sides known by certificates", async () => {
  for (const [type, bits] of [
    ["ed25519", undefined],
    ["rsa", 2048],
    ["ecdsa", 384],
  ] as const) {
    const { text } = keyFile(type, bits);
    const certificate = await certify(userCa, PrivateKey.parse(text), { principals: [ME] });
    const credential = { key: text, certificate };
    const connection = await connectSsh(await dial(sshd.port), { user: ME, credential, verifyHost });
    expect(await exec(connection, "echo $0; exit 3")).toMatchObject({ code: 3 });
    connection.close();
    expect(await connection.closed).toBeUndefined();
  }
});

test("our client says all it can before it has heard anything: who it is, what it likes, and its half of a secret", async () => {
  const heard = Promise.withResolvers<Buffer>();
  const mute = createServer((socket) => {
    let all = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      all = Buffer.concat([all, chunk]);
      const packets = packetsOf(all);
      if (packets.length === 2) heard.resolve(all);
    });
  });
  await new Promise<void>((listening) => mute.listen(0, "127.0.0.1", listening));
  try {
    const { port } = mute.address() as AddressInfo;
    const socket = await dial(port);
    const credential = { password: "correct horse" };
    const failed = faultOf(connectSsh(socket, { user: "alice", credential, verifyHost }));
    const all = await heard.promise;
    expect(all.toString("latin1", 0, all.indexOf("\n") + 1)).toBe("SSH-2.0-Sallyport\r\n");
    const [init = Buffer.alloc(0), share = Buffer.alloc(0)] = packetsOf(all);
    // SSH_MSG_KEXINIT with first_kex_packet_follows, SSH_MSG_KEXDH_INIT (RFC 4253 §7.1, §8).
    expect([init[0], init.at(-5), share[0]]).toEqual([20, 1, 30]);
    expect(share.length).toBe(1 + 4 + 1184 + 32);
    socket.destroy();
    expect((await failed).code).toBe("unavailable");
  } finally {
    mute.close();
  }
});

/** What follows the line of identification: the payloads of the packets that are complete. */
function packetsOf(bytes: Buffer): Buffer[] {
  const start = bytes.indexOf("\n") + 1;
  const payloads: Buffer[] = [];
  for (const reader = new Reader(bytes.subarray(start)); start > 0 && reader.rest >= 4; ) {
    const length = bytes.readUInt32BE(start + reader.offset);
    if (reader.rest < 4 + length) break;
    const body = reader.string();
    payloads.push(body.subarray(1, length - (body[0] ?? 0)));
  }
  return payloads;
}

test("a server that likes other keys or another exchange best is met all the same", async () => {
  const plainKey = { key: PrivateKey.generate() };
  const plain = await serve({ hostKey: () => plainKey });
  const known = await login(plain.port, await newUser(), { verifyHost: () => {} });
  expect((await exec(known, "whoami")).code).toBe(0);
  known.close();

  const other = await startSshd({ KexAlgorithms: "curve25519-sha256" });
  try {
    const user = PrivateKey.generate();
    const certificate = await certify(userCa, user, { principals: [ME] });
    const credential = { key: user.toOpenSSH(), certificate };
    const connection = await connectSsh(await dial(other.port), { user: ME, credential, verifyHost });
    expect((await exec(connection, "echo here")).output.toString()).toBe("here\n");
    connection.close();
  } finally {
    await other.stop();
  }
});

test("our client logs in without waiting for SERVICE_ACCEPT, and sends its signature in the first request", async () => {
  const calls = (["service", "authPK", "serviceAccept", "authPKOK"] as const).map((name) =>
    spyOn(Protocol.prototype, name),
  );
  try {
    const { port } = await serve();
    (await login(port, await newUser())).close();
    const [service, authPK, accept, welcome] = calls.map(({ mock }) => mock.invocationCallOrder);
    expect([service, authPK, accept].map((order) => order?.length)).toEqual([1, 1, 1]);
    expect(authPK?.[0]).toBeLessThan(accept?.[0] ?? 0);
    expect(welcome).toEqual([]);
  } finally {
    for (const call of calls) call.mockRestore();
  }
});

test("our client does not ask sshd to prove its host keys", async () => {
  const asked = spyOn(Protocol.prototype, "openssh_hostKeysProve");
  try {
    const connection = await login(sshd.port, await newUser({ principals: [ME] }), { user: ME });
    // sshd lists its keys before it answers this.
    expect((await exec(connection, "true")).code).toBe(0);
    expect(asked).not.toHaveBeenCalled();
    connection.close();
  } finally {
    asked.mockRestore();
  }
});

test("a host is refused when its certificate is of another authority, for another name, or missing", async () => {
  const who = await newUser({ principals: [ME] });
  const refusal = (port: number, verify: typeof verifyHost) =>
    faultOf(login(port, who, { user: ME, verifyHost: verify }));
  const names = ["node.example.com"];

  const other = hostVerifier({ authorities: () => [userCa.public], names, now });
  expect((await refusal(sshd.port, other)).message).toContain("signed by an authority that is not trusted");
  const elsewhere = hostVerifier({ authorities: () => [hostCa.public], names: ["db.example.com", "db"], now });
  expect(await refusal(sshd.port, elsewhere)).toMatchObject({
    code: "denied",
    message: 'the certificate is not for "db.example.com"',
  });
  const bare = await startSshd({ HostCertificate: "none" });
  const missing = await refusal(bare.port, verifyHost);
  await bare.stop();
  expect(missing).toMatchObject({ code: "denied", message: "node.example.com has no host certificate" });
});

test("any of the names will do, in any case of letters", async () => {
  const verify = hostVerifier({ authorities: () => [hostCa.public], names: ["10.0.0.1", "NODE.example.com"], now });
  const connection = await login(sshd.port, await newUser({ principals: [ME] }), { user: ME, verifyHost: verify });
  connection.close();
});

test("what verifyHost throws is what connectSsh throws, and nothing was sent that proves who we are", async () => {
  let asked = 0;
  const { port } = await serve({
    identify: async () => {
      asked += 1;
      return { keyId: "" };
    },
  });
  const fault = await faultOf(
    login(port, await newUser(), {
      verifyHost: () => {
        throw new TypeError("broken");
      },
    }),
  );
  expect(fault.code).toBe("internal");
  expect(asked).toBe(0);
});

test("a refused login says why, in the server's words", async () => {
  const { port } = await serve();
  expect(await faultOf(login(port, await newUser({ principals: ["root"] })))).toMatchObject({
    code: "unauthenticated",
    message: 'the certificate is not for "alice"',
  });
  expect(await faultOf(login(sshd.port, await newUser({ principals: ["x"] }), { user: ME }))).toMatchObject({
    code: "unauthenticated",
    message: "the server refused the login",
  });
});

test("a password logs in, and its refusal is told", async () => {
  const { port } = await serve({ methods: ["password"] });
  const withPassword = async (password: string) =>
    connectSsh(await dial(port), { user: "alice", credential: { password }, verifyHost });
  (await withPassword("correct horse")).close();
  expect(await faultOf(withPassword("wrong"))).toMatchObject({
    code: "unauthenticated",
    message: "wrong user name or password",
  });
});

test("a certificate for another key is refused before anything is sent", async () => {
  const [one, two] = [await newUser(), await newUser()];
  const socket = await dial(sshd.port);
  const credential = { key: one.key.toOpenSSH(), certificate: two.certificate };
  expect((await faultOf(connectSsh(socket, { user: ME, credential, verifyHost }))).code).toBe("failed");
  expect(socket.destroyed).toBe(true);
});

test("a server that is silent, hangs up, or speaks something else is unavailable", async () => {
  const answers = ["", "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-x\r\n", "SSH-1.5-old\r\n", "\0\0\0\0".repeat(4000)];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.write(answers[0] ?? "");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  for (; answers.length > 0; answers.shift()) {
    const fault = await faultOf(login(port, await newUser(), { timeoutMs: 100 }));
    expect(fault.code).toBe("unavailable");
  }
  server.close();
  const hangsUp = createServer((socket) => socket.end());
  await new Promise<void>((listening) => hangsUp.listen(0, "127.0.0.1", listening));
  expect((await faultOf(login((hangsUp.address() as AddressInfo).port, await newUser()))).code).toBe("unavailable");
  hangsUp.close();
});

/** A server whose connections are handed to `use`. */
async function served(use: (connection: ServerConnection<Identity>) => void) {
  const { port, next } = await serve();
  void next().then((connection) => {
    if (!(connection instanceof Fault)) use(connection);
  });
  return login(port, await newUser());
}

test("a disconnect is told with its reason, a broken connection as such", async () => {
  const locked = await served((connection) => connection.disconnect("locked: \x07 laptop lost"));
  expect(await locked.closed).toMatchObject({ code: "denied", message: "locked: laptop lost" });

  const { port, next } = await serve();
  const ours = next();
  const broken = await login(port, await newUser());
  const connection = await ours;
  if (connection instanceof Fault) throw connection;
  (connection.ssh as unknown as { _sock: { destroy(): void } })._sock.destroy();
  expect((await broken.closed)?.code).toBe("unavailable");
});

test("channels and subsystems are opened, or refused with words", async () => {
  const connection = await served(({ ssh }) => {
    ssh.on("tcpip", (accept, reject, { destIP, destPort }) => {
      if (destIP !== "auth") return refuseChannel(reject, new Fault("not_found", `no host "${destIP}"\n at all`));
      const channel = accept();
      channel.end(`${destIP}:${destPort}`);
      return undefined;
    });
  });
  const channel = await openChannel(connection, "auth", 0);
  const said: Buffer[] = [];
  for await (const chunk of channel) said.push(chunk as Buffer);
  expect(Buffer.concat(said).toString()).toBe("auth:0");
  expect(await faultOf(openChannel(connection, "nowhere", 22))).toMatchObject({
    code: "unavailable",
    message: 'no host "nowhere" at all',
  });
  expect((await faultOf(openSubsystem(connection, "proxysites"))).code).toBe("failed");
  // More often than there may be channels: each has to be over.
  for (let i = 0; i < 300; i++) {
    const refused = await openSubsystemAtOnce(connection, "proxysites");
    await new Promise((closed) => refused.resume().once("close", closed));
  }
  connection.close();
  await connection.closed;
  expect((await faultOf(openChannel(connection, "auth", 0))).code).toBe("unavailable");
});

test("SSH runs within SSH: through a channel of another connection", async () => {
  const inner = await serve();
  const outer = await served(({ ssh }) => {
    ssh.on("tcpip", async (accept, _reject, { destPort }) => {
      const socket = await dial(destPort);
      const channel = accept();
      socket.pipe(channel).pipe(socket);
    });
  });
  const through = await openChannel(outer, "node", inner.port);
  const credential = await newUser();
  const connection = await connectSsh(through, {
    user: "alice",
    credential: { key: credential.key.toOpenSSH(), certificate: credential.certificate },
    verifyHost,
  });
  const { output } = await exec(connection, "produce 20000000");
  expect(output.length).toBe(20_000_000);
  connection.close();
  expect(await connection.closed).toBeUndefined();
  outer.close();
  expect(await outer.closed).toBeUndefined();
});

test("a server is served through a channel as well, and ends with it", async () => {
  const { serveSsh } = await import("../../../core/ssh/server.ts");
  const { door } = await import("./kit.ts");
  let inner: Promise<ServerConnection<Identity>> | undefined;
  const outer = await served(({ ssh }) => {
    ssh.on("tcpip", (accept) => {
      inner = serveSsh(accept(), door(), { address: "127.0.0.1" });
    });
  });
  const who = await newUser();
  const connection = await connectSsh(await openChannel(outer, "self", 0), {
    user: "alice",
    credential: { key: who.key.toOpenSSH(), certificate: who.certificate },
    verifyHost,
  });
  const server = await inner;
  connection.close();
  expect(await connection.closed).toBeUndefined();
  await server?.closed;
  outer.close();
});

test("silence is noticed", async () => {
  const { port, next } = await serve();
  const ours = next();
  const connection = await login(port, await newUser(), { keepaliveMs: 20 });
  const server = await ours;
  if (server instanceof Fault) throw server;
  (server.ssh as unknown as { _sock: { pause(): void } })._sock.pause();
  expect(await connection.closed).toMatchObject({ code: "unavailable", message: "the server no longer answers" });
});
