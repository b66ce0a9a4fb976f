import type { ServerChannel } from "../../core/ssh/channels.ts";
import { FairShare, nextTurn } from "../flow-control.ts";

/** What may wait to be sent on one channel before its program has to wait, too. Bytes. */
const MAX_WAITING = 256 * 1024;

/** Writes what a program prints to a channel, as fast as the client takes it, and in turns with what others do. */
export class ChannelWriter {
  readonly #channel: ServerChannel;
  readonly #onSent: (bytes: number) => void;
  readonly #share = new FairShare();
  #waiting = 0;
  #closed = false;
  #room: PromiseWithResolvers<void> | undefined;
  #empty: PromiseWithResolvers<void> | undefined;

  /** `onSent` hears of everything that is written. */
  constructor(channel: ServerChannel, onSent: (bytes: number) => void) {
    this.#channel = channel;
    this.#onSent = onSent;
  }

  /** A promise asks to wait with more until it resolves. What comes after `close` is dropped. */
  readonly write = (chunk: Uint8Array, to: "stdout" | "stderr"): Promise<void> | undefined => {
    if (this.#closed) return undefined;
    this.#waiting += chunk.length;
    this.#onSent(chunk.length);
    const stream = to === "stdout" ? this.#channel : this.#channel.stderr;
    stream.write(chunk, () => this.#written(chunk.length));
    const spent = this.#share.isSpent(chunk.length);
    if (this.#waiting <= MAX_WAITING) return spent ? nextTurn() : undefined;
    this.#room ??= Promise.withResolvers();
    // There may be room at once.
    return spent ? this.#room.promise.then(nextTurn) : this.#room.promise;
  };

  /** Resolves when everything was sent, or can no longer be. */
  async sent(): Promise<void> {
    if (this.#closed || this.#waiting === 0) return;
    this.#empty ??= Promise.withResolvers();
    await this.#empty.promise;
  }

  /** The channel is gone: nobody waits for it any longer. */
  close(): void {
    this.#closed = true;
    this.#room?.resolve();
    this.#empty?.resolve();
  }

  #written(bytes: number): void {
    this.#waiting -= bytes;
    if (this.#waiting <= MAX_WAITING) {
      this.#room?.resolve();
      this.#room = undefined;
    }
    if (this.#waiting === 0) this.#empty?.resolve();
  }
}
