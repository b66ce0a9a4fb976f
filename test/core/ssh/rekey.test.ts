import { expect, test } from "bun:test";
import type { Connection } from "ssh2";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { Writer } from "../../../core/cert/wire.ts";
import { Fault } from "../../../core/fault.ts";
import type { ClientConnection } from "../../../core/ssh/client.ts";
import { cleanServers, exec, login, newUser, patternAt, serve, sshOptions } from "./kit.ts";
import { insides, send } from "./raw.ts";
import { ME, startSshd } from "./sshd.ts";

cleanServers();

const MIB = 1024 * 1024;
/** By hand: REKEY_TEST_MIB=1024 */
const SIZE = Number(process.env.REKEY_TEST_MIB ?? 64) * MIB;

/** How often one side exchanged keys. */
function countRekeys(ssh: { on(event: "handshake", listener: () => void): unknown }): () => number {
  let count = 0;
  ssh.on("handshake", () => {
    count += 1;
  });
  return () => count;
}

const digest = (bytes: Uint8Array) => new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
const expected = patternAt(0, SIZE);

test("stock ssh exchanges keys after every MiB, in both directions, and not a byte is lost", async () => {
  const { port, next } = await serve();
  const who = await newUser();
  for (const cipher of ["aes128-gcm@openssh.com", "aes256-ctr"]) {
    const rekeying = ["-o", "RekeyLimit=1M", "-c", cipher];
    const connected = next();
    const child = Bun.spawn(["ssh", ...rekeying, ...sshOptions(port, who), "127.0.0.1", "echo"], {
      stdin: new Uint8Array(expected),
      stdout: "pipe",
      stderr: "pipe",
    });
    const connection = await connected;
    if (connection instanceof Fault) throw connection;
    const rekeys = countRekeys(connection.ssh as Connection);
    const back = await new Response(child.stdout).bytes();
    expect(await new Response(child.stderr).text()).toBe("");
    expect(await child.exited).toBe(0);
    expect(back.length).toBe(SIZE);
    expect(digest(back)).toBe(digest(expected));
    expect(rekeys()).toBeGreaterThanOrEqual(SIZE / MIB);
  }
}, 300_000);

test("a stock sshd that exchanges keys after every MiB is followed by our client", async () => {
  const sshd = await startSshd({ RekeyLimit: "1M" });
  const connection = await login(sshd.port, await newUser({ principals: [ME] }), { user: ME });
  const rekeys = countRekeys(connection.ssh);
  expect(digest(await echo(connection, "cat", expected))).toBe(digest(expected));
  expect(rekeys()).toBeGreaterThanOrEqual(SIZE / MIB);
  connection.close();
  await connection.closed;
  await sshd.stop();
}, 300_000);

test("both of our own sides may ask for new keys at any time, even at once", async () => {
  const { port, next } = await serve();
  const connected = next();
  const connection = await login(port, await newUser());
  const server = await connected;
  if (server instanceof Fault) throw server;
  const rekeys = countRekeys(connection.ssh);
  const sides = [connection.ssh, server.ssh] as unknown as { _protocol: { rekey(): void } }[];
  let asked = 0;
  // By what has come back, and not by a clock, which would ask less often on a faster machine.
  const arrived = (bytes: number) => {
    if (bytes < (asked + 1) * 256 * 1024) return;
    asked++;
    // Now the one, now the other, now both.
    const who = [sides.slice(0, 1), sides.slice(1), sides][asked % 3] ?? [];
    setImmediate(() => {
      for (const side of who) side._protocol.rekey();
    });
  };
  expect(digest(await echo(connection, "echo", expected, arrived))).toBe(digest(expected));
  expect(rekeys()).toBeGreaterThan(5);
  expect((await exec(connection, "whoami")).output.toString()).toBe("alice as alice\n");
}, 300_000);

test("new keys are asked for before AES has encrypted 2^32 blocks with the old ones", async () => {
  const { port } = await serve();
  const connection = await login(port, await newUser());
  const rekeys = countRekeys(connection.ssh);
  (connection.ssh as unknown as { _protocol: { _sentPackets: number } })._protocol._sentPackets = 2 ** 21 - 3;
  expect((await exec(connection, "whoami")).code).toBe(0);
  expect((await exec(connection, "whoami")).code).toBe(0);
  expect(rekeys()).toBe(1);
});

test("IGNORE and DEBUG are accepted during a later exchange of keys", async () => {
  const { port } = await serve();
  const connection = await login(port, await newUser());
  const rekeys = countRekeys(connection.ssh);
  insides(connection)._protocol.rekey();
  // Behind the proposal, with the old keys.
  send(connection.ssh, new Writer().byte(2).string("").done());
  send(connection.ssh, new Writer().byte(4).byte(0).string("").string("").done());
  expect((await exec(connection, "whoami")).code).toBe(0);
  expect(rekeys()).toBe(1);
});

test("an exchange in the middle of a session does not ask about a host that is known already", async () => {
  let asked = 0;
  const { port, next } = await serve();
  const connected = next();
  const connection = await login(port, await newUser(), {
    verifyHost: () => {
      asked += 1;
    },
  });
  const server = await connected;
  if (server instanceof Fault) throw server;
  await new Promise<void>((done) => server.ssh.rekey(() => done()));
  expect((await exec(connection, "whoami")).code).toBe(0);
  expect(asked).toBe(1);
});

test("a host that shows another key in the middle of a session is asked about again", async () => {
  const keys = [PrivateKey.generate(), PrivateKey.generate()].map((key) => ({ key }));
  const { port, next } = await serve({ hostKey: () => keys[0] ?? expect.unreachable() });
  const connected = next();
  const seen: string[] = [];
  const connection = await login(port, await newUser(), {
    verifyHost: ({ key }) => {
      if (key !== undefined) seen.push(key.fingerprint);
      if (seen.length > 1) throw new Fault("denied", "another host");
    },
  });
  const server = await connected;
  if (server instanceof Fault) throw server;
  const { present } = await import("../../../core/ssh/host-key.ts");
  const other = keys[1] ?? expect.unreachable();
  (server.ssh as unknown as { _protocol: { _hostKeys: unknown } })._protocol._hostKeys = present(other).keys;
  server.ssh.rekey();
  expect(await connection.closed).toMatchObject({ code: "denied", message: "another host" });
  expect(seen).toEqual(keys.map(({ key }) => key.public.fingerprint));
});

/** Sends `data` to a command and collects what comes back. `arrived` is told how much that is so far. */
function echo(
  { ssh }: ClientConnection,
  command: string,
  data: Buffer,
  arrived: (bytes: number) => void = () => {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    ssh.exec(command, (error, channel) => {
      if (error) return reject(error);
      const back: Buffer[] = [];
      let bytes = 0;
      channel.on("data", (chunk: Buffer) => {
        back.push(chunk);
        bytes += chunk.length;
        arrived(bytes);
      });
      channel.on("close", () => resolve(Buffer.concat(back)));
      channel.end(data);
    });
  });
}
