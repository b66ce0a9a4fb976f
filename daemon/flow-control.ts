import type { Readable } from "node:stream";

/** What a program may bring before others have their turn. Bytes; to encrypt them takes a third of a millisecond. */
const OF_A_PROGRAM = 128 * 1024;
/** The same of a socket: what the runtime hands over in one piece. To stop it more often costs a tenth of the throughput. */
const OF_A_SOCKET = 512 * 1024;

/**
 * One source's share of the event loop. The runtime reads on for as long as a source has more, megabytes in one turn, and
 * whoever types into another session would wait for all of them.
 */
export class FairShare {
  readonly #most: number;
  #taken = 0;

  constructor(most = OF_A_PROGRAM) {
    this.#most = most;
  }

  /** Counts what was taken. True when it is the turn of others. */
  isSpent(bytes: number): boolean {
    this.#taken += bytes;
    if (this.#taken < this.#most) return false;
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

/** Lets a socket that flows bring no more than its share in one turn. */
export function shareFairly(stream: Readable): Flow {
  const share = new FairShare(OF_A_SOCKET);
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
