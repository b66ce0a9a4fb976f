// The parts of ssh2 that its own index does not export, and what ssh2.patch adds; patches/README.md lists what it changes.
// Loading the parts one by one leaves out ssh2's agents for HTTP and its key generator.

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
  import type { MakeWriter } from "ssh2/lib/utils.js";

  export interface SshConnectConfig extends Omit<ConnectConfig, "authHandler" | "algorithms"> {
    readonly algorithms: Readonly<Record<string, readonly string[]>>;
    authHandler(methods: unknown, partial: unknown, next: (attempt: AnyAuthMethod | false) => void): void;
    /** Ask for the authentication service and authenticate in one go. */
    readonly eagerAuth: boolean;
    readonly makeWriter: MakeWriter;
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
  import type { MakeWriter } from "ssh2/lib/utils.js";

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
    config: { keepaliveInterval: number; keepaliveCountMax: number; maxChannels: number; makeWriter: MakeWriter },
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

declare module "ssh2/lib/utils.js" {
  import type { Duplex } from "node:stream";

  /** Makes what the packets of a connection are written with. It takes a packet in the parts that its cipher makes of it. */
  export type MakeWriter = (stream: Duplex) => (head: Uint8Array, body?: Uint8Array, tail?: Uint8Array) => void;
}
