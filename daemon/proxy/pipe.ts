import type { Duplex } from "node:stream";
import type { ServerChannel } from "../../core/ssh/channels.ts";
import { shareFairly } from "../flow-control.ts";
import { acknowledgeNow } from "../net/libc.ts";

export interface Moved {
  /** Bytes from the user, and to the user. */
  readonly up: number;
  readonly down: number;
}

/** How long the user's last bytes may take to reach the host after the user's channel is closed. Milliseconds. */
export const LINGER_MS = 5_000;

const NOTHING = Buffer.alloc(0);

/**
 * Carries bytes between a channel and a connection, both ways, until both sides have ended or one is gone. Each side is
 * read only as fast as the other takes it: what waits here is bounded by the channel's window (2 MiB) one way, and by
 * that of the user's TCP connection the other way. The end of one direction is passed on and leaves the other open.
 * `head` has been read from the stream already. Aborting cuts both sides at once. Never rejects.
 */
export function bridge(channel: ServerChannel, stream: Duplex, head: Buffer, signal: AbortSignal): Promise<Moved> {
  return new Promise((resolve) => {
    let up = 0;
    let down = 0;
    let userEnded = false;
    let hostEnded = false;

    const flow = shareFairly(stream);
    const toUser = (chunk: Buffer) => {
      down += chunk.length;
      // The other side may run Nagle's algorithm, and many of its packets in a handshake have no answer to ride on.
      acknowledgeNow(stream);
      if (!channel.write(chunk)) flow.hold();
    };
    const cut = () => {
      stream.destroy();
      channel.close();
    };

    stream.on("data", toUser);
    channel.on("drain", () => flow.release());
    stream.on("end", () => {
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
    stream.on("close", finish);

    channel.on("data", (chunk: Buffer) => {
      up += chunk.length;
      if (!stream.write(chunk)) channel.pause();
    });
    stream.on("drain", () => channel.resume());
    channel.on("end", () => {
      userEnded = true;
      stream.end();
    });
    channel.on("close", () => {
      stream.end(() => stream.destroy());
      const linger = setTimeout(() => stream.destroy(), LINGER_MS);
      stream.on("close", () => clearTimeout(linger));
    });

    signal.addEventListener("abort", cut, { once: true });
    toUser(head);
    if (signal.aborted) cut();
    // It may have been lost since it was opened, and says so only once.
    if (stream.destroyed) finish();
    else if (!channel.writableNeedDrain) stream.resume();
  });
}
