// The parts of ssh2 that its own index does not export, and what ssh2.patch adds. Loading them one by one leaves out its
// agents for HTTP and its key generator. What ssh2.patch changes in ssh2 1.17.0:
//
// - OpenSSH certificates as host keys and as a client's keys: signatures carry the plain algorithm's name.
// - mlkem768x25519-sha256. WebCrypto is asynchronous, so a connection can be held: packets wait, in order.
// - A client may authenticate at once (`eagerAuth`, `sign`): two round trips less. It begins key exchange before it has
//   heard anything, with the algorithms that it likes best (RFC 4253 §7): two more. A server sees whether that guess was
//   right. A subsystem may be opened without waiting for the answer (`subsysAtOnce`): one more.
// - Channel data waits for the socket and for new keys, not only for the window; whoever causes replies and reads none is
//   cut off; data beyond the window and packets of no size are refused. Buffers are smaller.
// - stdout and stderr of one channel can both be blocked. Input that arrives before its program is accepted is kept; a
//   session runs one program; it hears of its end at once, and is over when it is closed without one; signals are heard
//   after the end of input, and that the client reads no more; terminal modes are read.
// - Messages of the connection protocol before the login, and messages meant for the other side, end the connection.
//   Unknown messages and methods are answered. server-sig-algs had no comma before rsa-sha2-512.
// - Strict key exchange is strict in the first exchange only, as OpenSSH does it. New keys after 2^21 packets.
// - A disconnect has a text, a refused channel its reason; a banner can be sent at any time before the login.
// - One write for a packet, small ones of a turn together. No native add-ons; no zlib, net, dns or child_process until it is
//   used; no decision by the name of a class, which a minifier changes.

declare module "ssh2/lib/agent.js" {
  import type { ParsedKey } from "ssh2";

  /** What a client asks of an agent when it logs in. */
  export abstract class BaseAgent {
    abstract getIdentities(done: (error: Error | undefined, keys?: ParsedKey[]) => void): void;
    abstract sign(
      key: ParsedKey,
      data: Buffer,
      options: unknown,
      done: (error: Error | undefined, bare?: Buffer) => void,
    ): void;
  }
}

declare module "ssh2/lib/client.js" {
  import type { AnyAuthMethod, ClientChannel, ConnectConfig, Client as PlainClient } from "ssh2";

  export interface SshConnectConfig extends Omit<ConnectConfig, "authHandler" | "algorithms"> {
    readonly algorithms: Readonly<Record<string, readonly string[]>>;
    authHandler(methods: unknown, partial: unknown, next: (attempt: AnyAuthMethod | false) => void): void;
    /** Ask for the authentication service and authenticate in one go. */
    readonly eagerAuth: boolean;
  }
  /** Emits "disconnect" with the reason's code and text as well. */
  export type Client = PlainClient & {
    connect(config: SshConnectConfig): void;
    /** `subsys` without waiting for the answer. A refusal closes the channel. */
    subsysAtOnce(name: string, done: (error: Error | undefined, channel: ClientChannel) => void): void;
  };
  const client: new () => Client;
  export default client;
}

declare module "ssh2/lib/server.js" {
  import type { Duplex } from "node:stream";
  import type { Connection, ServerChannel } from "ssh2";
  import type { KexInit } from "ssh2/lib/protocol/kex.js";

  /** What key exchange needs of a host key: to say who it is, and to sign. */
  export interface HostKeyAnswer {
    /** The name that was negotiated: a plain algorithm, or a kind of certificate. */
    readonly type: string;
    getPublicSSH(): Buffer;
    /** The bare signature, without the name of its format. */
    sign(data: Buffer): Buffer;
  }

  /** One connection of a client, served on a stream that the caller brings. */
  export interface IncomingClient extends Connection {
    /** Disconnects, with a reason code of RFC 4253 §11.1 and a text for the user. */
    end(reason?: number, text?: string): this;
    setNoDelay(noDelay: boolean): this;
    /** Sends USERAUTH_BANNER (RFC 4252 §5.4). */
    banner(text: string): this;
    /** Opens a channel to the user's ssh-agent. */
    openssh_authAgent(callback: (error: Error | undefined, channel: ServerChannel) => void): this;
  }
  export const IncomingClient: new (
    stream: Duplex,
    hostKeys: Readonly<Record<string, HostKeyAnswer>>,
    ident: Buffer,
    offer: KexInit,
    debug: undefined,
    server: { emit(event: string): boolean },
    config: { keepaliveInterval: number; keepaliveCountMax: number; maxChannels: number },
  ) => IncomingClient;
}

declare module "ssh2/lib/protocol/kex.js" {
  interface Direction {
    cipher: readonly string[];
    mac: readonly string[];
    compress: readonly string[];
    lang: readonly string[];
  }
  export class KexInit {
    constructor(lists: { kex: readonly string[]; serverHostKey: readonly string[]; cs: Direction; sc: Direction });
  }
}

declare module "ssh2/lib/protocol/Protocol.js" {
  /** Sends one kind of message a method. Only tests look at it. */
  const Protocol: {
    readonly prototype: Record<
      "service" | "serviceAccept" | "authPK" | "authPKOK" | "openssh_hostKeysProve",
      () => void
    >;
  };
  export default Protocol;
}

declare module "ssh2/lib/protocol/keyParser.js" {
  import type { ParsedKey } from "ssh2";

  export function parseKey(text: string): ParsedKey | ParsedKey[] | Error;
}
