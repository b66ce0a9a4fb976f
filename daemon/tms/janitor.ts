import type { TmsContext } from "./context.ts";
import { sweep } from "./sweep.ts";

const EVERY_MS = 3600_000;
/** After something was removed on which much may hang: by then its siblings are gone, too. */
const SOON_MS = 10_000;
/** So many times as long as a sweep took there is none but by the hour: who removes things all the time keeps nobody busy. */
const REST = 10;

/** Sweeps every hour, and soon after something was removed on which other rows hang. */
export class Janitor {
  readonly #stopping = new AbortController();
  #tms: TmsContext | undefined;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #sweeping: Promise<void> = Promise.resolve();
  /** How long the last sweep took. Milliseconds. */
  #took = 0;

  /** From now on. To dispose of it waits for the page that is being looked through. */
  start(tms: TmsContext): AsyncDisposable {
    this.#tms = tms;
    const hourly = setInterval(() => this.#sweep(), EVERY_MS).unref();
    return {
      [Symbol.asyncDispose]: async () => {
        this.#stopping.abort();
        clearInterval(hourly);
        clearTimeout(this.#soon);
        await this.#sweeping;
      },
    };
  }

  /** There may be something to remove. */
  soon(): void {
    if (this.#stopping.signal.aborted) return;
    this.#soon ??= setTimeout(
      () => {
        this.#soon = undefined;
        this.#sweep();
      },
      Math.max(SOON_MS, REST * this.#took),
    ).unref();
  }

  #sweep(): void {
    this.#sweeping = this.#sweeping.then(async () => {
      const tms = this.#tms;
      if (tms === undefined || this.#stopping.signal.aborted) return;
      const began = performance.now();
      try {
        await sweep(tms, this.#stopping.signal);
      } catch (error) {
        tms.log.warn("what hung on removed records could not be cleared away; the next try is within an hour", {
          error,
        });
      }
      this.#took = performance.now() - began;
    });
  }
}
