import { expect, test } from "bun:test";
import { once } from "node:events";
import { type AnyAuthMethod, Client, type ParsedKey, utils } from "ssh2";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { Writer } from "../../../core/cert/wire.ts";
import { Fault } from "../../../core/fault.ts";
import { certify, cleanServers, dial, hostCa, newUser, serve, type User, userCa } from "./kit.ts";
import { send } from "./raw.ts";

cleanServers();

/** What an attempt of ssh2's own client says to the server: a key of any shape, questions first as OpenSSH asks them. */
interface Attempt {
  readonly type?: string;
  readonly blob?: Buffer;
  readonly sign?: (data: Buffer) => Buffer | Error;
}

function keyOf({ key, certificate }: User, { type, blob, sign }: Attempt): ParsedKey {
  const parsed = utils.parseKey(key.toOpenSSH());
  if (parsed instanceof Error) throw parsed;
  return Object.create(parsed, {
    type: { value: type ?? certificate.algorithm },
    getPublicSSH: { value: () => blob ?? certificate.blob },
    ...(sign !== undefined && { sign: { value: sign } }),
  }) as ParsedKey;
}

/** Tries these one after the other. Resolves with whether it got in, and what it was told. */
async function attempt(port: number, attempts: readonly AnyAuthMethod[]) {
  const client = new Client();
  const told: string[] = [];
  const debug: string[] = [];
  let loggedIn = false;
  const left = [...attempts];
  client.on("banner", (text) => told.push(text));
  client.on("error", (error) => told.push(error.message));
  client.on("ready", () => {
    loggedIn = true;
    client.end();
  });
  client.connect({
    sock: await dial(port),
    username: "alice",
    debug: (line) => debug.push(line),
    hostVerifier: () => true,
    authHandler: (_left, _partial, next) => next(left.shift() ?? (false as unknown as AnyAuthMethod)),
  });
  await new Promise<void>((closed) => client.once("close", closed));
  return { loggedIn, told, debug: debug.join("\n") };
}

const withKey = (who: User, shape: Attempt = {}, username = "alice"): AnyAuthMethod =>
  ({ type: "publickey", username, key: keyOf(who, shape) }) as unknown as AnyAuthMethod;

test("a certificate that is offered is welcomed, and does not log in until it has signed", async () => {
  const { port } = await serve();
  const who = await newUser();
  const silent = await attempt(port, [withKey(who, { sign: () => new Error("no key at hand") })]);
  expect(silent.debug).toContain("Received USERAUTH_PK_OK");
  expect(silent.loggedIn).toBe(false);
  expect((await attempt(port, [withKey(who)])).loggedIn).toBe(true);
});

test("identify is not asked about a certificate that is only offered", async () => {
  let asked = 0;
  const { port } = await serve({
    identify: async () => {
      asked += 1;
      return { keyId: "x" };
    },
  });
  await attempt(port, [withKey(await newUser(), { sign: () => new Error("no") })]);
  expect(asked).toBe(0);
});

test("somebody else's certificate does not log in with a forged signature", async () => {
  const { port, next } = await serve();
  const [victim, thief] = [await newUser(), await newUser()];
  const refused = next();
  const stolen = await attempt(port, [withKey(thief, { blob: victim.certificate.blob })]);
  expect(stolen.loggedIn).toBe(false);
  expect(stolen.told[0]).toBe("the signature of the certificate's key is wrong\r\n");
  expect(((await refused) as Fault).code).toBe("denied");
  for (const bytes of [0, 1, 63, 64, 65, 4096]) {
    const shape = { sign: () => Buffer.alloc(bytes, 0x41) };
    expect((await attempt(port, [withKey(victim, shape)])).loggedIn).toBe(false);
  }
});

test("a signature for another user or another connection is of no use", async () => {
  const { port } = await serve();
  const who = await newUser();
  let seen: Buffer | undefined;
  const record = { sign: (data: Buffer) => keyOf(who, {}).sign((seen = Buffer.from(data))) };
  expect((await attempt(port, [withKey(who, record)])).loggedIn).toBe(true);
  const replay = { sign: () => keyOf(who, {}).sign(seen ?? Buffer.alloc(0)) };
  expect((await attempt(port, [withKey(who, replay)])).loggedIn).toBe(false);
  const other = {
    sign: (data: Buffer) =>
      keyOf(who, {}).sign(Buffer.from(data.toString("latin1").replace("alice", "mally"), "latin1")),
  };
  expect((await attempt(port, [withKey(who, other)])).loggedIn).toBe(false);
});

test("the name of the algorithm has to fit the certificate", async () => {
  const { port } = await serve();
  const who = await newUser();
  for (const type of [
    "ecdsa-sha2-nistp256-cert-v01@openssh.com",
    "rsa-sha2-512-cert-v01@openssh.com",
    "ssh-rsa-cert-v01@openssh.com",
    "sk-ssh-ed25519-cert-v01@openssh.com",
    "x-cert-v01@openssh.com",
  ]) {
    expect((await attempt(port, [withKey(who, { type })])).loggedIn).toBe(false);
  }
});

test("the certificate of another authority, of a host, of the past and of the future is refused with a sentence", async () => {
  const { port } = await serve();
  const key = PrivateKey.generate();
  const hour = 3_600_000;
  const past = { validAfter: new Date(Date.now() - 2 * hour), validBefore: new Date(Date.now() - hour) };
  const future = { validAfter: new Date(Date.now() + hour), validBefore: new Date(Date.now() + 2 * hour) };
  const cases = [
    [await certify(hostCa, key), /^the certificate is signed by an authority that is not trusted \(SHA256:\S+\)\r\n$/],
    [
      await certify(userCa, key, { type: "host" }),
      /^a host certificate was offered where a user certificate is needed\r\n$/,
    ],
    [await certify(userCa, key, past), /^the certificate expired at \S+ \(log in again: tsh login\)\r\n$/],
    [
      await certify(userCa, key, future),
      /^the certificate is not valid before \S+ \(compare the clocks of the two machines\)\r\n$/,
    ],
    [await certify(userCa, key, { principals: ["root"] }), /^the certificate is not for "alice"\r\n$/],
    [
      await certify(userCa, key, { criticalOptions: { "source-address": "10.0.0.0/8" } }),
      /^the certificate may not be used from 127\.0\.0\.1\r\n$/,
    ],
  ] as const;
  for (const [certificate, sentence] of cases) {
    const { loggedIn, told } = await attempt(port, [withKey({ key, certificate })]);
    expect(loggedIn).toBe(false);
    expect(told[0]).toMatch(sentence);
  }
});

test("a malformed certificate is refused, and the next attempt is heard", async () => {
  const { port } = await serve();
  const who = await newUser();
  const { blob } = who.certificate;
  for (const bad of [
    Buffer.alloc(0),
    blob.subarray(0, -1),
    Buffer.concat([blob, Buffer.of(0)]),
    blob.subarray(0, 40),
  ]) {
    const { loggedIn, told } = await attempt(port, [withKey(who, { blob: bad }), withKey(who)]);
    expect(told).toHaveLength(1);
    expect(loggedIn).toBe(true);
  }
});

test("refused signatures and passwords are counted, and the connection ends at the limit", async () => {
  const { port } = await serve({ methods: ["certificate", "password"], maxAuthTries: 3 });
  const wrong: AnyAuthMethod = { type: "password", username: "alice", password: "wrong" };
  const right: AnyAuthMethod = { type: "password", username: "alice", password: "correct horse" };
  expect((await attempt(port, [wrong, wrong, right])).loggedIn).toBe(true);
  const tried = await attempt(port, [wrong, wrong, wrong, right]);
  expect(tried.loggedIn).toBe(false);
  expect(tried.told).toEqual(["wrong user name or password\r\n", "too many authentication failures"]);
});

test("attempts without a proof are bounded too", async () => {
  const { port } = await serve({ maxAuthTries: 1 });
  const none: AnyAuthMethod = { type: "none", username: "alice" };
  const who = await newUser();
  expect((await attempt(port, [...Array(9).fill(none), withKey(who)])).loggedIn).toBe(true);
  expect((await attempt(port, [...Array(10).fill(none), withKey(who)])).loggedIn).toBe(false);
});

test("attempts that are sent without waiting are answered one after the other, in order", async () => {
  const heard: string[] = [];
  const { port } = await serve({
    methods: ["password"],
    async identify(_user, proof) {
      const secret = proof.method === "password" ? proof.secret : "";
      heard.push(secret);
      await Bun.sleep(secret === "a" ? 20 : 0);
      if (secret !== "d") throw new Fault("unauthenticated", "no");
      return { keyId: secret };
    },
  });
  const client = new Client();
  const ready = once(client, "ready");
  client.connect({
    sock: await dial(port),
    username: "alice",
    authHandler: (_left, _partial, next) => {
      for (const password of ["a", "b", "c"]) {
        const request = new Writer().byte(50).string("alice").string("ssh-connection").string("password");
        send(client, request.byte(0).string(password).done());
      }
      next({ type: "password", username: "alice", password: "d" });
    },
  });
  await ready;
  expect(heard).toEqual(["a", "b", "c", "d"]);
  client.end();
});

test("methods that the door does not have, and unknown ones, fail without harm", async () => {
  const { port } = await serve({ methods: ["password"] });
  const who = await newUser();
  const keyboard = { type: "keyboard-interactive", username: "alice", prompt: () => {} } as unknown as AnyAuthMethod;
  const right: AnyAuthMethod = { type: "password", username: "alice", password: "correct horse" };
  const { loggedIn, told, debug } = await attempt(port, [keyboard, withKey(who), right]);
  expect(loggedIn).toBe(true);
  expect(told).toEqual([]);
  expect(debug).toContain("Received USERAUTH_FAILURE (password)");
});

test("an unknown method is refused, and the next attempt is answered", async () => {
  const { port } = await serve({ methods: ["password"] });
  const client = new Client();
  const ready = once(client, "ready");
  client.connect({
    sock: await dial(port),
    username: "alice",
    authHandler: (_left, _partial, next) => {
      send(client, new Writer().byte(50).string("alice").string("ssh-connection").string("gssapi-with-mic").done());
      next({ type: "password", username: "alice", password: "correct horse" });
    },
  });
  await ready;
  client.end();
});

test("whoever says nothing, or stops halfway, is cut off in time", async () => {
  const { port, next } = await serve({ loginGraceMs: 100 });
  for (const words of ["", "SSH-2.0-slow\r\n", "SSH-2.0"]) {
    const failed = next();
    const socket = await dial(port);
    socket.resume().write(words);
    await once(socket, "close");
    const fault = await failed;
    expect(fault).toBeInstanceOf(Fault);
    expect((fault as Fault).message).toBe("the login took too long");
  }
});

test("a login that is slow to be decided is cut off too, and cannot succeed afterwards", async () => {
  let decide: (identity: { keyId: string }) => void = () => {};
  const { port, next } = await serve({
    loginGraceMs: 150,
    identify: () =>
      new Promise((resolve) => {
        decide = resolve;
      }),
  });
  const failed = next();
  const { loggedIn } = await attempt(port, [withKey(await newUser())]);
  decide({ keyId: "alice" });
  expect(loggedIn).toBe(false);
  expect(await failed).toBeInstanceOf(Fault);
});
