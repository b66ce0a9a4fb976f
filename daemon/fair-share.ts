import type { Readable } from "node:stream";

/** What a source may bring before others have their turn. Bytes; to encrypt them takes a third of a millisecond. */
const AT_ONCE = 128 * 1024;

/**
 * One source's share of the event loop. The runtime reads on for as long as a source has more, megabytes in one turn, and
 * whoever types into another session would wait for all of them.
 */
export class FairShare {
  #taken = 0;

  /** Counts what was taken. True when it is the turn of others. */
  isSpent(bytes: number): boolean {
    this.#taken += bytes;
    if (this.#taken < AT_ONCE) return false;
    this.#taken = 0;
    return true;
  }
}

/** Resolves when others have had their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((turn) => setImmediate(turn));
}

/** A stream that flows, and what else may keep it from flowing. */
export interface Flow {
  /** It is not to go on before it is released. */
  hold(): void;
  release(): void;
}

/** Lets a stream that flows bring no more than its share in one turn. */
export function shareFairly(stream: Readable): Flow {
  const share = new FairShare();
  let [held, resting] = [false, false];
  const goOn = () => {
    if (!held && !resting) stream.resume();
  };
  stream.on("data", (chunk: Uint8Array) => {
    if (!share.isSpent(chunk.length)) return;
    resting = true;
    stream.pause();
    setImmediate(() => {
      resting = false;
      goOn();
    });
  });
  return {
    hold() {
      held = true;
      stream.pause();
    },
    release() {
      held = false;
      goOn();
    },
  };
}
