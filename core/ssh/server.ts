import type { Duplex } from "node:stream";
import { IncomingClient } from "ssh2/lib/server.js";
import { Fault } from "../fault.ts";
import { type HostKey, present } from "./host-key.ts";
import { awaitLogin, type Proof } from "./login.ts";
import { makePacketWriter } from "./packet-writer.ts";
import { faultLine, oneLine } from "./text.ts";

export type { HostKey, Proof };

/** The settings of a server. This module decides everything about the protocol. */
export interface ServerConfig<I> {
  /** Called for each connection, so that a renewed certificate is shown at once. The same object until it is renewed. */
  hostKey(): HostKey;
  /** The software's name in the identification string, without `SSH-2.0-`. */
  readonly ident: string;
  readonly methods: readonly Proof["method"][];
  /**
   * Maps a proof to an identity. A Fault refuses: its message and hint are shown to the user, and another attempt may
   * follow. Anything else that is thrown refuses with "internal error".
   */
  identify(user: string, proof: Proof, from: { readonly address: string }): Promise<I>;
  /** How long a login may take: 120,000 ms. */
  readonly loginGraceMs?: number;
  /** Refused passwords and signatures until the connection is closed: 6. */
  readonly maxAuthTries?: number;
  /** Channels that may be open at a time: 256. */
  readonly maxChannels?: number;
}

export interface ServerConnection<I> {
  readonly identity: I;
  /** The name that was logged in with. */
  readonly user: string;
  /** Sessions, channels and global requests come from here: listen before anything else is awaited. */
  readonly ssh: IncomingClient;
  /** Ends the connection; `reason` is shown to the user. */
  disconnect(reason: string): void;
  /** Resolves when the connection is over, whatever ended it. Never rejects. */
  readonly closed: Promise<void>;
}

/** RFC 4253 §11.1. OpenSSH shows the text of both. */
const BY_APPLICATION = 11;
const NO_MORE_AUTH_METHODS = 14;

/** The interval keeps NAT entries alive; the count lets a laptop sleep for 15 minutes. */
const KEEPALIVE = { keepaliveInterval: 60_000, keepaliveCountMax: 15 };

/** How long a peer that was disconnected may take to close before the stream is destroyed. Milliseconds. */
const CLOSE_MS = 2_000;

/** ssh2 asks its server whether a listener accepts the connection: it is accepted. */
const TAKEN = { emit: () => true };

/**
 * Serves one connection: key exchange, then authentication. Resolves once `config.identify` has returned an identity.
 * @throws Fault the last refusal, or `unauthenticated` when the client went away, took too long or broke the protocol;
 * the stream is closed then.
 */
export async function serveSsh<I>(
  stream: Duplex,
  config: ServerConfig<I>,
  from: { readonly address: string },
): Promise<ServerConnection<I>> {
  const ssh = open(stream, config);
  const { promise, resolve, reject } = Promise.withResolvers<ServerConnection<I>>();
  let refusal: Fault | undefined;
  let trouble: unknown;

  const grace = setTimeout(() => {
    refusal ??= new Fault("unauthenticated", "the login took too long");
    stream.destroy();
  }, config.loginGraceMs ?? 120_000);

  const closed = new Promise<void>((done) => {
    ssh.once("close", () => {
      clearTimeout(grace);
      done();
      reject(refusal ?? new Fault("unauthenticated", "the connection ended before the login", { cause: trouble }));
    });
  });
  const leave = () => {
    stream.end();
    const timer = setTimeout(() => stream.destroy(), CLOSE_MS);
    ssh.once("close", () => clearTimeout(timer));
  };
  const broken = (error: unknown) => {
    trouble = error;
    leave();
  };
  ssh.once("error", broken);
  // Errors after the first change nothing.
  ssh.on("error", () => {});
  ssh.once("end", leave);

  const disconnect = (code: number, reason: string) => {
    ssh.end(code, oneLine(reason));
    leave();
  };
  awaitLogin(ssh, {
    methods: config.methods,
    maxTries: config.maxAuthTries ?? 6,
    identify: (user, proof) => config.identify(user, proof, from),
    admitted(user, identity) {
      clearTimeout(grace);
      resolve({ identity, user, ssh, closed, disconnect: (reason) => disconnect(BY_APPLICATION, reason) });
    },
    refused(fault) {
      refusal = fault;
    },
    exhausted: () => disconnect(NO_MORE_AUTH_METHODS, "too many authentication failures"),
    broken,
  });
  return promise;
}

/** Refuses a channel that was asked for. */
export type RejectChannel = (reason: number, text: string) => void;

/** RFC 4254 §5.1. */
const OPEN_FAILURE = { prohibited: 1, connectFailed: 2, resourceShortage: 4 } as const;

/** Refuses a channel with a text that the user reads. */
export function refuseChannel(reject: RejectChannel, fault: Fault): void {
  reject(openFailure(fault), faultLine(fault));
}

function openFailure({ code }: Fault): number {
  switch (code) {
    case "denied":
    case "unauthenticated":
    case "bad_request":
      return OPEN_FAILURE.prohibited;
    case "rate_limited":
      return OPEN_FAILURE.resourceShortage;
    default:
      return OPEN_FAILURE.connectFailed;
  }
}

function open<I>(stream: Duplex, config: ServerConfig<I>): IncomingClient {
  try {
    const { keys, offer } = present(config.hostKey());
    const settings = { ...KEEPALIVE, maxChannels: config.maxChannels ?? 256, makeWriter: makePacketWriter };
    const ssh = new IncomingClient(stream, keys, Buffer.from(config.ident), offer, undefined, TAKEN, settings);
    ssh.setNoDelay(true);
    return ssh;
  } catch (error) {
    stream.destroy();
    throw error;
  }
}
