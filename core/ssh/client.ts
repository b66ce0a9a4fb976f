import type { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import type { AnyAuthMethod, ClientChannel, ParsedKey } from "ssh2";
import { BaseAgent } from "ssh2/lib/agent.js";
import SshClient, { type Client } from "ssh2/lib/client.js";
import { parseKey } from "ssh2/lib/protocol/keyParser.js";
import { type Certificate, isCertificateAlgorithm, parseCertificate } from "../cert/certificate.ts";
import { PublicKey } from "../cert/public-key.ts";
import { Reader } from "../cert/wire.ts";
import { Fault, type FaultCode } from "../fault.ts";
import { ALGORITHMS } from "./algorithms.ts";
import { makePacketWriter } from "./packet-writer.ts";
import { oneLine } from "./text.ts";
import type { OfferedHost, VerifyHost } from "./verify-host.ts";

export type Credential =
  | { /** A private key in OpenSSH's format, unencrypted. */ readonly key: string; readonly certificate: Certificate }
  | {
      /** Yields the SSH signature (`string format`, `string blob`) by a key that is kept elsewhere: in an ssh-agent. */
      readonly sign: (data: Buffer) => Promise<Buffer>;
      readonly certificate: Certificate;
    }
  | { readonly password: string };

export interface ConnectOptions {
  readonly user: string;
  readonly credential: Credential;
  /** Decides about the host; there is no default. `hostVerifier` makes the usual one. */
  readonly verifyHost: VerifyHost;
  /** The software's name in the identification string, without `SSH-2.0-`. */
  readonly ident?: string;
  /** How long the handshake and the login may take: 20,000 ms. */
  readonly timeoutMs?: number;
  /** Interval of keep-alive requests without traffic; three unanswered ones end the connection. Undefined: none. */
  readonly keepaliveMs?: number;
  /** Path of the ssh-agent that channels may ask to be forwarded. */
  readonly agent?: string;
}

export interface ClientConnection {
  /** Sessions and channels are opened here. */
  readonly ssh: Client;
  /** The server's banners (RFC 4252 §5.4), each made safe for a terminal. */
  readonly banners: readonly string[];
  close(): void;
  /** Resolves when the connection is over: with a Fault unless it was ended on purpose. Never rejects. */
  readonly closed: Promise<Fault | undefined>;
}

const { kex, hostKey, cipher, mac, compress } = ALGORITHMS;
const OFFER = { kex, serverHostKey: hostKey, cipher, hmac: mac, compress };

/** RFC 4253 §11.1. */
const TOO_MANY_CONNECTIONS = 12;

/** Further banners are dropped. */
const MAX_BANNERS = 16;

/** How long a server may take to close after a disconnect. Milliseconds. */
const FAREWELL_MS = 2_000;

/**
 * Connects and logs in over a stream that is open already: a socket, or a channel of another connection.
 * @throws Fault what `verifyHost` threw; `unauthenticated` with the server's own words when it refuses the login;
 * `unavailable` when the connection breaks, takes too long or has no algorithm in common. The stream is closed then.
 */
export async function connectSsh(stream: Duplex, options: ConnectOptions): Promise<ClientConnection> {
  const { promise, resolve, reject } = Promise.withResolvers<ClientConnection>();
  const ssh = new SshClient();
  const banners: string[] = [];
  let fault: Fault | undefined;
  let [loggedIn, closing] = [false, false];

  const fail = (first: Fault) => {
    fault ??= first;
    stream.destroy();
  };
  const timeout = setTimeout(
    () => fail(new Fault("unavailable", "the server did not answer in time")),
    options.timeoutMs ?? 20_000,
  );
  const closed = new Promise<Fault | undefined>((done) => {
    ssh.once("close", () => {
      clearTimeout(timeout);
      const end = fault ?? new Fault("unavailable", "the server closed the connection");
      done(closing ? undefined : end);
      reject(end);
    });
  });
  const leave = () => {
    stream.end();
    const farewell = setTimeout(() => stream.destroy(), FAREWELL_MS);
    ssh.once("close", () => clearTimeout(farewell));
  };
  ssh.once("end", leave);
  ssh.once("error", leave);
  ssh.on("banner", (text) => {
    if (banners.length < MAX_BANNERS) banners.push(oneLine(text));
  });
  (ssh as EventEmitter).on("disconnect", (reason: number, text: string) => {
    const words = oneLine(text);
    const code = reason === TOO_MANY_CONNECTIONS ? "rate_limited" : loggedIn ? "denied" : "unauthenticated";
    if (words !== "") fault ??= new Fault(code, words);
  });
  ssh.on("error", (error) => {
    fault ??= faultOf(error, banners);
  });
  ssh.once("ready", () => {
    clearTimeout(timeout);
    loggedIn = true;
    const close = () => {
      closing = true;
      ssh.end();
      leave();
    };
    resolve({ ssh, banners, close, closed });
  });

  try {
    let attempt: AnyAuthMethod | false = attemptOf(options.user, options.credential);
    let accepted: Buffer | undefined;
    ssh.connect({
      sock: stream,
      username: options.user,
      ident: options.ident ?? "Sallyport",
      algorithms: OFFER,
      readyTimeout: 0,
      keepaliveInterval: options.keepaliveMs ?? 0,
      keepaliveCountMax: 3,
      // One attempt: whoever calls has one credential.
      authHandler: (_methods, _partial, next) => {
        const now = attempt;
        attempt = false;
        next(now);
      },
      eagerAuth: true,
      makeWriter: makePacketWriter,
      // Our servers support OpenSSH's extensions, although their names do not say OpenSSH.
      strictVendor: false,
      ...(options.agent !== undefined && { agent: options.agent }),
      hostVerifier: (blob: Buffer) => {
        // Again at every exchange of keys. It is the same connection, even when the certificate has expired meanwhile.
        if (accepted?.equals(blob)) return true;
        try {
          options.verifyHost(readHost(blob));
          accepted = Buffer.from(blob);
          return true;
        } catch (error) {
          fault ??= Fault.from(error);
          return false;
        }
      },
    });
    ssh.setNoDelay(true);
  } catch (error) {
    clearTimeout(timeout);
    stream.destroy();
    throw error;
  }
  return promise;
}

/**
 * Opens a TCP connection from the server's side (`direct-tcpip`); "auth", port 0, is the auth API itself.
 * @throws Fault with the server's words when it refuses, `unavailable` when the connection is gone.
 */
export function openChannel({ ssh }: ClientConnection, host: string, port: number): Promise<ClientChannel> {
  return opened((done) => ssh.forwardOut("127.0.0.1", 0, host, port, done));
}

/** Opens a session that speaks a subsystem's protocol. @throws Fault as `openChannel` does. */
export function openSubsystem({ ssh }: ClientConnection, name: string): Promise<ClientChannel> {
  return opened((done) => ssh.subsys(name, done));
}

/**
 * Opens a session that speaks a subsystem's protocol, and does not wait whether it may: one round trip less. A refusal
 * closes the channel. @throws Fault as `openChannel` does.
 */
export function openSubsystemAtOnce({ ssh }: ClientConnection, name: string): Promise<ClientChannel> {
  return opened((done) => ssh.subsysAtOnce(name, done));
}

function opened(open: (done: (error: Error | undefined, channel: ClientChannel) => void) => void) {
  return new Promise<ClientChannel>((resolve, reject) => {
    try {
      open((error, channel) => (error ? reject(refusalOf(error)) : resolve(channel)));
    } catch (cause) {
      reject(new Fault("unavailable", "the connection is closed", { cause }));
    }
  });
}

/** RFC 4254 §5.1: the reasons of SSH_MSG_CHANNEL_OPEN_FAILURE. */
const OPEN_FAILURES: Readonly<Record<number, FaultCode>> = { 1: "denied", 2: "unavailable", 4: "rate_limited" };

function refusalOf(error: Error & { reason?: unknown }): Fault {
  const code = OPEN_FAILURES[Number(error.reason)] ?? "failed";
  const words = oneLine(error.message.replace(/^\(SSH\) Channel open failure: /, ""));
  return new Fault(code, words || "the server refused the channel", { cause: error });
}

function readHost(blob: Buffer): OfferedHost {
  return isCertificateAlgorithm(new Reader(blob).text())
    ? { certificate: parseCertificate(blob) }
    : { key: PublicKey.fromBlob(blob) };
}

/** `sign`: the first request carries the signature, which saves a round trip. */
function attemptOf(username: string, credential: Credential): AnyAuthMethod {
  if ("password" in credential) return { type: "password", username, password: credential.password };
  if ("sign" in credential)
    return { type: "agent", username, agent: new RemoteSigner(credential) } as unknown as AnyAuthMethod;
  const parsed = parseKey(credential.key);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key === undefined || key instanceof Error || !key.isPrivateKey()) {
    throw new Fault("failed", "the private key is damaged", { hint: "log in again: tsh login", cause: key });
  }
  const { certificate } = credential;
  if (!certificate.key.blob.equals(key.getPublicSSH())) {
    throw new Fault("failed", "the certificate is not for the private key", { hint: "log in again: tsh login" });
  }
  return { type: "publickey", username, key: certified(key, certificate), sign: true } as AnyAuthMethod;
}

/** A key that signs elsewhere, as ssh2 asks an agent for it. */
class RemoteSigner extends BaseAgent {
  readonly #credential: Extract<Credential, { sign: unknown }>;

  constructor(credential: Extract<Credential, { sign: unknown }>) {
    super();
    this.#credential = credential;
  }

  override getIdentities(done: (error: Error | undefined, keys?: ParsedKey[]) => void): void {
    const { certificate } = this.#credential;
    const parsed = parseKey(certificate.key.toString());
    const key = Array.isArray(parsed) ? parsed[0] : parsed;
    if (key === undefined || key instanceof Error) done(new Error("the certified key cannot be read"));
    else done(undefined, [certified(key, certificate)]);
  }

  /** ssh2 writes the format itself, and wants the signature bare. */
  override sign(
    _key: unknown,
    data: Buffer,
    _how: unknown,
    done: (error: Error | undefined, bare?: Buffer) => void,
  ): void {
    const bare = async () => {
      const reader = new Reader(await this.#credential.sign(data));
      reader.string();
      return reader.string();
    };
    bare().then(
      (signature) => done(undefined, signature),
      (error: Error) => done(error),
    );
  }
}

/** The key, presented by its certificate. */
function certified(key: ParsedKey, { algorithm, blob }: Certificate): ParsedKey {
  const rsa = algorithm === "ssh-rsa-cert-v01@openssh.com";
  return Object.create(key, {
    type: { value: rsa ? "rsa-sha2-512-cert-v01@openssh.com" : algorithm },
    getPublicSSH: { value: () => blob },
    ...(rsa && { sign: { value: (data: Buffer) => key.sign(data, "sha512") } }),
  }) as ParsedKey;
}

function faultOf(error: Error & { level?: string }, banners: readonly string[]): Fault {
  switch (error.level) {
    // The signer's own error.
    case "agent":
      return Fault.from(error);
    case "client-authentication":
      return new Fault("unauthenticated", banners.at(-1) || "the server refused the login", { cause: error });
    case "handshake":
      return new Fault("unavailable", `no secure connection: ${oneLine(error.message)}`, { cause: error });
    case "client-timeout":
      return new Fault("unavailable", "the server no longer answers", { cause: error });
    default:
      return new Fault("unavailable", "the connection broke", { cause: error });
  }
}
