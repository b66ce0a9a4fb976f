import type { RequestInput } from "../../core/api/routes.ts";
import type { Log } from "../log.ts";

type Beat = RequestInput<"heartbeat">;

/** A node counts as gone one minute after its last heartbeat, so two may be lost. Milliseconds. */
const PERIOD_MS = 20_000;
const RETRY_MS = 3_000;

/** Reports this machine's state to auth periodically, and at once after a change. */
export class Heartbeat {
  readonly #send: (beat: Beat) => Promise<unknown>;
  readonly #describe: () => Beat;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #sending = false;
  #isDirty = false;
  #stopped = false;
  #failing = false;

  constructor(options: { send: (beat: Beat) => Promise<unknown>; describe: () => Beat; log: Log }) {
    this.#send = options.send;
    this.#describe = options.describe;
    this.#log = options.log;
  }

  /** Sends a heartbeat now and schedules the next. Resolves when sending succeeded or failed; never rejects. */
  async beat(): Promise<void> {
    if (this.#stopped) return;
    if (this.#sending) {
      this.#isDirty = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#sending = true;
    try {
      do {
        this.#isDirty = false;
        await this.#send(this.#describe());
      } while (this.#isDirty && !this.#stopped);
      if (this.#failing) this.#log.info("heartbeats reach auth again");
      this.#failing = false;
    } catch (error) {
      if (!this.#failing && !this.#stopped) this.#log.warn("a heartbeat did not reach auth; trying again", { error });
      this.#failing = true;
    } finally {
      this.#sending = false;
    }
    if (this.#stopped) return;
    // Jitter, so that nodes that were started together do not send together.
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
