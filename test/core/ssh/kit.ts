import { afterEach } from "bun:test";
import { writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { ServerChannel, Session } from "ssh2";
import { type Certificate, formatCertificate } from "../../../core/cert/certificate.ts";
import { knownHostsLine } from "../../../core/cert/known-hosts.ts";
import { type CertificateSpec, mintCertificate } from "../../../core/cert/mint.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { verifyCertificate } from "../../../core/cert/verify.ts";
import { Fault } from "../../../core/fault.ts";
import { type ClientConnection, type ConnectOptions, connectSsh } from "../../../core/ssh/client.ts";
import { type ServerConfig, type ServerConnection, serveSsh } from "../../../core/ssh/server.ts";
import { hostVerifier } from "../../../core/ssh/verify-host.ts";
import { keptTempDir } from "../../kit/temp.ts";

/** A small cluster: two authorities, a host, a user. */
export const userCa = PrivateKey.generate();
export const hostCa = PrivateKey.generate();
export const HOST = "node.example.com";

const hostKey = PrivateKey.generate();
const sharedHostKey = {
  key: hostKey,
  // One for all the files of a run, however long that takes.
  certificate: await certify(hostCa, hostKey, {
    type: "host",
    principals: [HOST],
    validBefore: new Date(Date.now() + 7 * 86_400_000),
  }),
};

export const now = () => new Date();

/** A certificate that is good for an hour. */
export function certify(
  ca: PrivateKey,
  subject: PrivateKey,
  spec: Partial<CertificateSpec> = {},
): Promise<Certificate> {
  return mintCertificate(
    {
      type: "user",
      key: subject.public,
      serial: 1n,
      keyId: "alice",
      principals: ["alice", "root"],
      validAfter: new Date(Date.now() - 60_000),
      validBefore: new Date(Date.now() + 3_600_000),
      extensions: spec.type === "host" ? {} : { "permit-pty": "" },
      ...spec,
    },
    ca,
  );
}

export interface User {
  readonly key: PrivateKey;
  readonly certificate: Certificate;
}

export async function newUser(spec: Partial<CertificateSpec> = {}, ca = userCa): Promise<User> {
  const key = PrivateKey.generate();
  return { key, certificate: await certify(ca, key, spec) };
}

/** What the doors of these tests find out about somebody. */
export interface Identity {
  readonly keyId: string;
}

/** A door as auth's or a node's: certificates of the user CA, and the password "correct horse". */
export function door(change: Partial<ServerConfig<Identity>> = {}): ServerConfig<Identity> {
  return {
    hostKey: () => sharedHostKey,
    ident: "Sallyport_test",
    methods: ["certificate"],
    async identify(user, proof, from) {
      if (proof.method === "password") {
        if (proof.secret !== "correct horse") throw new Fault("unauthenticated", "wrong user name or password");
        return { keyId: user };
      }
      verifyCertificate(proof.certificate, {
        type: "user",
        authorities: [userCa.public],
        now: now(),
        principal: user,
        sourceAddress: from.address,
      });
      return { keyId: proof.certificate.keyId };
    },
    ...change,
  };
}

const running = new Set<() => void>();

/** Registers that everything a test started ends with it. */
export function cleanServers(): void {
  afterEach(() => {
    for (const stop of running) stop();
    running.clear();
  });
}

export interface Served {
  readonly port: number;
  /** Resolves with the next login, or with the Fault of one that failed. */
  next(): Promise<ServerConnection<Identity> | Fault>;
}

/** Serves connections on a free port of the loopback. Sessions run `handlers` by the first word of their command. */
export async function serve(change: Partial<ServerConfig<Identity>> = {}): Promise<Served> {
  const waiting: ((login: ServerConnection<Identity> | Fault) => void)[] = [];
  const sockets = new Set<Socket>();
  const here = door(change);
  const server = createServer((socket) => {
    sockets.add(socket.setNoDelay(true));
    socket.once("close", () => sockets.delete(socket));
    void serveSsh(socket, here, { address: socket.remoteAddress ?? "" })
      .then((connection) => {
        connection.ssh.on("session", (accept) => runSession(accept(), connection));
        return connection;
      })
      .catch((error: unknown) => Fault.from(error))
      .then((login) => {
        waiting.shift()?.(login);
      });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  running.add(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const next = () => new Promise<ServerConnection<Identity> | Fault>((resolve) => waiting.push(resolve));
  return { port: (server.address() as AddressInfo).port, next };
}

function runSession(session: Session, { identity, user }: ServerConnection<Identity>): void {
  session.on("exec", (accept, _reject, { command }) => {
    const [verb = "", count = "0"] = command.split(" ");
    const channel = accept();
    const end = (code = 0) => {
      channel.exit(code);
      channel.end();
    };
    if (verb === "whoami") {
      channel.write(`${identity.keyId} as ${user}\n`);
      end();
    } else if (verb === "echo") {
      channel.pipe(channel, { end: false });
      channel.on("end", () => end());
    } else if (verb === "produce") produce(channel, Number(count), end);
    else if (verb === "count") {
      let bytes = 0;
      channel.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      channel.on("end", () => {
        channel.write(String(bytes));
        end();
      });
    } else if (verb === "both") {
      // More than a window on both outputs at once.
      let left = 2;
      const done = () => --left === 0 && end();
      channel.stderr.write(Buffer.alloc(Number(count), "e"), done);
      channel.write(Buffer.alloc(Number(count), "o"), done);
    } else if (verb !== "hang") end(127);
  });
}

/** The byte at `position` of what `produce` sends. */
const PATTERN = Buffer.from(Array.from({ length: 251 * 256 }, (_, i) => (i * 7) % 251));

export function patternAt(position: number, length: number): Buffer {
  const start = position % 251;
  const parts: Buffer[] = [];
  for (let left = length, from = start; left > 0; from = 0) {
    const part = PATTERN.subarray(from, from + left);
    parts.push(part);
    left -= part.length;
  }
  return Buffer.concat(parts);
}

function produce(channel: ServerChannel, total: number, end: () => void): void {
  let sent = 0;
  const more = () => {
    while (sent < total) {
      const part = patternAt(sent, Math.min(64 * 1024, total - sent));
      sent += part.length;
      if (!channel.write(part)) {
        channel.once("drain", more);
        return;
      }
    }
    end();
  };
  more();
}

export function dial(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket.setNoDelay(true)));
    socket.once("error", reject);
    const stop = () => void socket.destroy();
    running.add(stop);
    socket.once("close", () => running.delete(stop));
  });
}

export const verifyHost = hostVerifier({ authorities: () => [hostCa.public], names: [HOST], now });

/** Logs in with our own client. */
export async function login(port: number, who: User, change: Partial<ConnectOptions> = {}): Promise<ClientConnection> {
  const credential = { key: who.key.toOpenSSH(), certificate: who.certificate };
  return connectSsh(await dial(port), { user: "alice", credential, verifyHost, ...change });
}

/** What a command prints, and its exit status. */
export function exec({ ssh }: ClientConnection, command: string): Promise<{ output: Buffer; code: number | null }> {
  return new Promise((resolve, reject) => {
    ssh.exec(command, (error, channel) => {
      if (error) return reject(error);
      const output: Buffer[] = [];
      channel.on("data", (chunk: Buffer) => output.push(chunk));
      channel.on("close", (code: number | null) => resolve({ output: Buffer.concat(output), code }));
    });
  });
}

/** Options of stock `ssh` to log in with a certificate and to trust the host CA, and nothing of whoever runs the tests. */
export function sshOptions(port: number, who: User | undefined, host = HOST): string[] {
  const dir = keptTempDir();
  const write = (name: string, text: string) => {
    const path = join(dir, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const known = write(
    "known_hosts",
    `${knownHostsLine({ cluster: "example.com", key: hostCa.public, patterns: [host] })}\n`,
  );
  const identity =
    who === undefined
      ? []
      : [
          ...["-i", write("key", who.key.toOpenSSH())],
          ...["-o", `CertificateFile=${write("key-cert.pub", `${formatCertificate(who.certificate)}\n`)}`],
        ];
  const options = {
    Port: port,
    HostKeyAlias: host,
    UserKnownHostsFile: known,
    GlobalKnownHostsFile: "/dev/null",
    StrictHostKeyChecking: "yes",
    IdentitiesOnly: "yes",
    IdentityAgent: "none",
    BatchMode: "yes",
    LogLevel: "INFO",
    User: "alice",
  };
  return ["-F", "none", ...identity, ...Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`])];
}
