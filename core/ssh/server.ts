import type { Duplex } from "node:stream";
import { IncomingClient } from "ssh2/lib/server.js";
import { Fault } from "../fault.ts";
import { type HostKey, present } from "./host-key.ts";
import { awaitLogin, type Proof } from "./login.ts";
import { makePacketWriter } from "./packet-writer.ts";
import { oneLine } from "./text.ts";

export type { HostKey, Proof };

/** What a server decides for itself; everything about the protocol is decided here. */
export interface Door<I> {
  /** Asked for each connection, so that a renewed certificate is shown at once. The same object as long as it is the same. */
  hostKey(): HostKey;
  /** The software's name in the identification string, without `SSH-2.0-`. */
  readonly ident: string;
  readonly methods: readonly Proof["method"][];
  /**
   * Decides who this is. A Fault refuses: its message and hint are shown to the user, and another attempt may follow.
   * Anything else that is thrown refuses with "internal error".
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

/** Often enough for the memory of a NAT; so patient that a laptop may sleep for a quarter of an hour. */
const KEEPALIVE = { keepaliveInterval: 60_000, keepaliveCountMax: 15 };

/** How long a peer that was told to go may take before the stream is taken from it. */
const FAREWELL_MS = 2_000;

/** ssh2 asks its server whether somebody takes the connection. We do. */
const TAKEN = { emit: () => true };

/**
 * Serves one connection: key exchange, then authentication. Resolves once `door.identify` has let somebody in.
 * @throws Fault the last refusal, or `unauthenticated` when the client went away, took too long or broke the protocol;
 * the stream is closed then.
 */
export async function serveSsh<I>(
  stream: Duplex,
  door: Door<I>,
  from: { readonly address: string },
): Promise<ServerConnection<I>> {
  const ssh = open(stream, door);
  const { promise, resolve, reject } = Promise.withResolvers<ServerConnection<I>>();
  let refusal: Fault | undefined;
  let trouble: unknown;

  const grace = setTimeout(() => {
    refusal ??= new Fault("unauthenticated", "the login took too long");
    stream.destroy();
  }, door.loginGraceMs ?? 120_000);

  const closed = new Promise<void>((done) => {
    ssh.once("close", () => {
      clearTimeout(grace);
      done();
      reject(refusal ?? new Fault("unauthenticated", "the connection ended before the login", { cause: trouble }));
    });
  });
  const leave = () => {
    stream.end();
    const farewell = setTimeout(() => stream.destroy(), FAREWELL_MS);
    ssh.once("close", () => clearTimeout(farewell));
  };
  const broken = (error: unknown) => {
    trouble = error;
    leave();
  };
  ssh.once("error", broken);
  // After the first one nothing is news.
  ssh.on("error", () => {});
  ssh.once("end", leave);

  const disconnect = (code: number, reason: string) => {
    ssh.end(code, oneLine(reason));
    leave();
  };
  awaitLogin(ssh, {
    methods: door.methods,
    maxTries: door.maxAuthTries ?? 6,
    identify: (user, proof) => door.identify(user, proof, from),
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

/**
 * Answers a request for a channel with a refusal that the user gets to read.
 * @param reject what ssh2 handed over together with `accept`.
 */
export function refuseChannel(reject: () => void, { code, message }: Fault): void {
  const reason = code === "unavailable" || code === "not_found" ? 2 : code === "rate_limited" ? 4 : 1;
  (reject as (reason: number, text: string) => void)(reason, oneLine(message));
}

function open<I>(stream: Duplex, door: Door<I>): IncomingClient {
  try {
    const { keys, offer } = present(door.hostKey());
    const config = { ...KEEPALIVE, maxChannels: door.maxChannels ?? 256, makeWriter: makePacketWriter };
    const ssh = new IncomingClient(stream, keys, Buffer.from(door.ident), offer, undefined, TAKEN, config);
    ssh.setNoDelay(true);
    return ssh;
  } catch (error) {
    stream.destroy();
    throw error;
  }
}
