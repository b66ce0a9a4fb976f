import type { Heartbeat as Beat } from "../../core/api/schema.ts";
import type { Log } from "../log.ts";

/** A node is gone a minute after its last heartbeat, so one that is lost must not matter. Milliseconds. */
const PERIOD_MS = 20_000;
const RETRY_MS = 3_000;

/** Tells auth that this machine is there, and what it is like: now and again, and at once when something has changed. */
export class Heartbeat {
  readonly #send: (beat: Beat) => Promise<unknown>;
  readonly #describe: () => Beat;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #sending = false;
  #again = false;
  #stopped = false;
  #failing = false;

  constructor(means: { send: (beat: Beat) => Promise<unknown>; describe: () => Beat; log: Log }) {
    this.#send = means.send;
    this.#describe = means.describe;
    this.#log = means.log;
  }

  /** Sends one, and the next after the usual time. Resolves when it was sent, or could not be. */
  async beat(): Promise<void> {
    if (this.#stopped) return;
    if (this.#sending) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#sending = true;
    try {
      do {
        this.#again = false;
        await this.#send(this.#describe());
      } while (this.#again && !this.#stopped);
      if (this.#failing) this.#log.info("heartbeats reach auth again");
      this.#failing = false;
    } catch (error) {
      if (!this.#failing && !this.#stopped) this.#log.warn("a heartbeat did not reach auth; trying again", { error });
      this.#failing = true;
    } finally {
      this.#sending = false;
    }
    if (this.#stopped) return;
    // Ten thousand nodes that were started together must not speak together.
    this.#timer = setTimeout(
      () => void this.beat(),
      (this.#failing ? RETRY_MS : PERIOD_MS) * (0.8 + 0.4 * Math.random()),
    );
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
