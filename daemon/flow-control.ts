import type { Readable, Writable } from "node:stream";

/** Bytes from a program in one event loop turn; encrypting them takes a third of a millisecond. */
const PROGRAM_SHARE = 128 * 1024;
/** Bytes from a socket in one turn: the runtime's read size. Pausing more often costs a tenth of the throughput. */
const SOCKET_SHARE = 512 * 1024;

/**
 * Limits how much one source delivers in one turn of the event loop. The runtime reads a source for as long as it has data,
 * megabytes in one turn, which would delay all other sessions.
 */
export class FairShare {
  readonly #limit: number;
  #bytes = 0;

  /** `limit` is in bytes. */
  constructor(limit = PROGRAM_SHARE) {
    this.#limit = limit;
  }

  /** Counts received bytes. Returns true, and starts over, when the limit is reached and the source has to yield. */
  isSpent(bytes: number): boolean {
    this.#bytes += bytes;
    if (this.#bytes < this.#limit) return false;
    this.#bytes = 0;
    return true;
  }
}

/** Resolves in the next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Pauses and resumes a stream that `shareFairly` also pauses and resumes. */
export interface Flow {
  /** Pauses the stream until `release`. */
  hold(): void;
  release(): void;
}

/** Limits a flowing stream to its share of each event loop turn. */
export function shareFairly(stream: Readable): Flow {
  const share = new FairShare(SOCKET_SHARE);
  let [held, yielding] = [false, false];
  const resume = () => {
    if (!held && !yielding) stream.resume();
  };
  stream.on("data", (chunk: Uint8Array) => {
    if (!share.isSpent(chunk.length)) return;
    yielding = true;
    stream.pause();
    setImmediate(() => {
      yielding = false;
      resume();
    });
  });
  return {
    hold() {
      held = true;
      stream.pause();
    },
    release() {
      held = false;
      resume();
    },
  };
}

/** Resolves when a stream whose `write` returned false emits "drain" or is closed. */
export function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off("drain", done).off("close", done);
      resolve();
    };
    stream.on("drain", done).on("close", done);
    if (stream.destroyed) done();
  });
}
