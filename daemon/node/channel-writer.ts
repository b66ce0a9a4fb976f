import type { ServerChannel } from "../../core/ssh/channels.ts";
import { FairShare, nextTurn } from "../flow-control.ts";

/** Unsent bytes of one channel above which `write` applies backpressure. */
const MAX_UNSENT = 256 * 1024;

/** Writes an endpoint's output to a channel, with backpressure from the client and fair shares of the event loop. */
export class ChannelWriter {
  readonly #channel: ServerChannel;
  readonly #onSent: (bytes: number) => void;
  readonly #share = new FairShare();
  #unsent = 0;
  #closed = false;
  #writable: PromiseWithResolvers<void> | undefined;
  #empty: PromiseWithResolvers<void> | undefined;

  /** `onSent` is called with the size of each written chunk. */
  constructor(channel: ServerChannel, onSent: (bytes: number) => void) {
    this.#channel = channel;
    this.#onSent = onSent;
  }

  /** Writes a chunk. A returned promise is backpressure: write more when it resolves. After `close` chunks are dropped. */
  readonly write = (chunk: Uint8Array, to: "stdout" | "stderr"): Promise<void> | undefined => {
    if (this.#closed) return undefined;
    this.#unsent += chunk.length;
    this.#onSent(chunk.length);
    const stream = to === "stdout" ? this.#channel : this.#channel.stderr;
    stream.write(chunk, () => this.#written(chunk.length));
    const spent = this.#share.isSpent(chunk.length);
    if (this.#unsent <= MAX_UNSENT) return spent ? nextTurn() : undefined;
    this.#writable ??= Promise.withResolvers();
    // The channel may become writable in this turn.
    return spent ? this.#writable.promise.then(nextTurn) : this.#writable.promise;
  };

  /** Resolves when all chunks were sent, or the channel is closed. */
  async sent(): Promise<void> {
    if (this.#closed || this.#unsent === 0) return;
    this.#empty ??= Promise.withResolvers();
    await this.#empty.promise;
  }

  /** Marks the channel as closed and resolves all pending promises. */
  close(): void {
    this.#closed = true;
    this.#writable?.resolve();
    this.#empty?.resolve();
  }

  #written(bytes: number): void {
    this.#unsent -= bytes;
    if (this.#unsent <= MAX_UNSENT) {
      this.#writable?.resolve();
      this.#writable = undefined;
    }
    if (this.#unsent === 0) this.#empty?.resolve();
  }
}
