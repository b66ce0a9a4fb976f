import type { TmsContext } from "./context.ts";
import { deleteOrphans } from "./orphans.ts";

const INTERVAL_MS = 3600_000;
/** Delay after a deletion, so that one run serves several deletions. */
const DELAY_MS = 10_000;
/** A scheduled run starts no sooner than this multiple of the last run's duration: frequent deletions cost at most a tenth of the time. */
const MIN_DELAY_FACTOR = 10;

/** Deletes orphans every hour, and soon after a parent was deleted. */
export class GarbageCollector {
  readonly #stopping = new AbortController();
  #tms: TmsContext | undefined;
  #scheduled: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Duration of the last run. Milliseconds. */
  #lastRunMs = 0;

  /** Starts the hourly runs. Disposal aborts a run after its current page and waits for it. */
  start(tms: TmsContext): AsyncDisposable {
    this.#tms = tms;
    const hourly = setInterval(() => this.#run(), INTERVAL_MS).unref();
    return {
      [Symbol.asyncDispose]: async () => {
        this.#stopping.abort();
        clearInterval(hourly);
        clearTimeout(this.#scheduled);
        await this.#running;
      },
    };
  }

  /** Schedules a run, unless one is scheduled. */
  schedule(): void {
    if (this.#stopping.signal.aborted) return;
    this.#scheduled ??= setTimeout(
      () => {
        this.#scheduled = undefined;
        this.#run();
      },
      Math.max(DELAY_MS, MIN_DELAY_FACTOR * this.#lastRunMs),
    ).unref();
  }

  #run(): void {
    this.#running = this.#running.then(async () => {
      const tms = this.#tms;
      if (tms === undefined || this.#stopping.signal.aborted) return;
      const began = performance.now();
      try {
        await deleteOrphans(tms, this.#stopping.signal);
      } catch (error) {
        tms.log.warn("records of deleted parents could not be removed; the next attempt is within an hour", { error });
      }
      this.#lastRunMs = performance.now() - began;
    });
  }
}
