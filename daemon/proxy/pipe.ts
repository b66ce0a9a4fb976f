import type { Socket } from "node:net";
import type { Duplex, Writable } from "node:stream";
import { acknowledgeNow } from "../net/libc.ts";

/** The server's end of an SSH channel, as far as it is used here. */
export interface SshChannel extends Duplex {
  readonly stderr: Writable;
  /** Sends EXIT_STATUS; on a channel that is no session it does nothing. Of no use after `eof`. */
  exit(status: number): void;
  /** Sends EOF: we say no more, and go on listening. `end` would close the channel as a whole. */
  eof(): void;
  close(): void;
}

export interface Moved {
  /** Bytes from the user, and to the user. */
  readonly up: number;
  readonly down: number;
}

const NOTHING = Buffer.alloc(0);

/**
 * Carries bytes between a channel and a connection, both ways, until both sides have ended or one is gone. Each side is
 * read only as fast as the other takes it: what waits here is bounded by the channel's window (2 MiB) one way, and by
 * that of the user's TCP connection the other way. The end of one direction is passed on and leaves the other open.
 * `head` has been read from the socket already. Aborting cuts both sides at once. Never rejects.
 */
export function bridge(channel: SshChannel, socket: Socket, head: Buffer, signal: AbortSignal): Promise<Moved> {
  return new Promise((resolve) => {
    let up = 0;
    let down = 0;
    let userEnded = false;
    let hostEnded = false;

    const toUser = (chunk: Buffer) => {
      down += chunk.length;
      // The other side may run Nagle's algorithm, and many of its packets in a handshake have no answer to ride on.
      acknowledgeNow(socket);
      if (!channel.write(chunk)) socket.pause();
    };
    const cut = () => {
      socket.destroy();
      channel.close();
    };

    socket.on("data", toUser);
    channel.on("drain", () => socket.resume());
    socket.on("end", () => {
      hostEnded = true;
      // An empty write is done when all before it is.
      channel.write(NOTHING, () => {
        channel.exit(0);
        channel.eof();
        if (userEnded) channel.end();
      });
    });
    const finish = () => {
      signal.removeEventListener("abort", cut);
      if (!hostEnded) channel.exit(1);
      channel.end();
      resolve({ up, down });
    };
    socket.on("close", finish);

    channel.on("data", (chunk: Buffer) => {
      up += chunk.length;
      if (!socket.write(chunk)) channel.pause();
    });
    socket.on("drain", () => channel.resume());
    channel.on("end", () => {
      userEnded = true;
      socket.end();
    });
    // What the user sent before may still be on its way.
    channel.on("close", () => socket.end(() => socket.destroy()));

    signal.addEventListener("abort", cut, { once: true });
    toUser(head);
    if (signal.aborted) cut();
    // It may have been lost since it was opened, and says so only once.
    if (socket.destroyed) finish();
    else socket.resume();
  });
}
