import { once } from "node:events";
import type { Socket } from "node:net";
import type { Client } from "ssh2";
import { Writer } from "../../../core/cert/wire.ts";
import { ALGORITHMS } from "../../../core/ssh/algorithms.ts";
import { dial } from "./kit.ts";

/** A client that says anything: packets before there are keys are only framed (RFC 4253 §6). */
export function packet(payload: Uint8Array): Buffer {
  const padding = 8 - ((payload.length + 5) % 8) + 8;
  return new Writer()
    .uint32(1 + payload.length + padding)
    .byte(padding)
    .raw(payload)
    .raw(Buffer.alloc(padding))
    .done();
}

export interface Proposal {
  readonly kex?: readonly string[];
  readonly hostKey?: readonly string[];
  readonly cipher?: readonly string[];
  readonly guess?: boolean;
}

/** SSH_MSG_KEXINIT (RFC 4253 §7.1). */
export function kexInit(proposal: Proposal = {}): Buffer {
  const { kex = ["curve25519-sha256", "kex-strict-c-v00@openssh.com"], hostKey, cipher, guess = false } = proposal;
  const writer = new Writer().byte(20).raw(Buffer.alloc(16, 7));
  const ciphers = cipher ?? ALGORITHMS.cipher;
  const lists = [
    kex,
    hostKey ?? ALGORITHMS.hostKey,
    ciphers,
    ciphers,
    ALGORITHMS.mac,
    ALGORITHMS.mac,
    ["none"],
    ["none"],
  ];
  for (const list of [...lists, [], []]) writer.string(list.join(","));
  return writer
    .byte(guess ? 1 : 0)
    .uint32(0)
    .done();
}

export const IDENT = Buffer.from("SSH-2.0-raw\r\n");

/** Says these things and waits until the server has closed the connection. Resolves with all it said. */
export async function say(port: number, ...things: readonly Uint8Array[]): Promise<Buffer> {
  const socket = await dial(port);
  return sayOn(socket, ...things);
}

export async function sayOn(socket: Socket, ...things: readonly Uint8Array[]): Promise<Buffer> {
  const heard: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => heard.push(chunk));
  socket.on("error", () => {});
  for (const thing of things) socket.write(thing);
  await once(socket, "close");
  return Buffer.concat(heard);
}

/** ssh2's insides, for what no honest peer does. */
export interface Insides {
  readonly _sock: Socket;
  readonly _protocol: {
    readonly _cipher: { encrypt(packet: Buffer): void; allocPacket(bytes: number): Buffer };
    channelData(channel: number, data: Buffer): void;
    channelEOF(channel: number): void;
    channelClose(channel: number): void;
    channelWindowAdjust(channel: number, bytes: number): void;
    exec(channel: number, command: string, wantReply: boolean): void;
    signal(channel: number, name: string): void;
    ping(): void;
    rekey(): void;
  };
}

export function insides({ ssh }: { readonly ssh: unknown }): Insides {
  return ssh as Insides;
}

/** Sends a message of any kind, encrypted, once there are keys. */
export function send(ssh: Client, payload: Uint8Array): void {
  const { _cipher } = insides({ ssh })._protocol;
  const bytes = _cipher.allocPacket(payload.length);
  bytes.set(payload, 5);
  _cipher.encrypt(bytes);
}
