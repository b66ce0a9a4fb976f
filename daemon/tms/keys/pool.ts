import { type KeyType, PrivateKey } from "../../../core/cert/private-key.ts";
import { Fault } from "../../../core/fault.ts";

/**
 * Where new private keys come from. ed25519 takes microseconds and is made on the spot. Of the slow types some lie
 * ready, once `fill` was called; they are made one at a time, so that what else needs the machine gets its share.
 */
export class KeyPool implements Disposable {
  readonly #supplies: Readonly<Record<Exclude<KeyType, "ed25519">, Supply>> = {
    rsa: new Supply(() => PrivateKey.make("rsa"), { ready: 2, waiting: 30 }),
    ecdsa: new Supply(() => PrivateKey.make("ecdsa"), { ready: 16, waiting: 1000 }),
  };

  /** Begins to keep keys ready. */
  fill(): void {
    for (const supply of Object.values(this.#supplies)) supply.fill();
  }

  /** @throws Fault `rate_limited` when too many wait for a slow one, `unavailable` once it is disposed of. */
  async take(type: KeyType): Promise<PrivateKey> {
    return type === "ed25519" ? PrivateKey.generate() : this.#supplies[type].take();
  }

  /** Makes nothing more. A key that is being made at this moment is not waited for. */
  [Symbol.dispose](): void {
    for (const supply of Object.values(this.#supplies)) supply.close();
  }
}

/** Things that take long to make: for whoever waits, and up to so many ahead of need. */
class Supply {
  readonly #make: () => Promise<PrivateKey>;
  readonly #bounds: { readonly ready: number; readonly waiting: number };
  readonly #ready: PrivateKey[] = [];
  readonly #waiting: { readonly done: (key: PrivateKey) => void; readonly failed: (error: unknown) => void }[] = [];
  #working = false;
  #filling = false;
  #open = true;

  constructor(make: () => Promise<PrivateKey>, bounds: { readonly ready: number; readonly waiting: number }) {
    this.#make = make;
    this.#bounds = bounds;
  }

  fill(): void {
    this.#filling = true;
    void this.#work();
  }

  take(): Promise<PrivateKey> {
    return new Promise((done, failed) => {
      if (!this.#open) return failed(closed());
      const key = this.#ready.pop();
      if (key === undefined && this.#waiting.length >= this.#bounds.waiting) return failed(tooMany());
      if (key !== undefined) done(key);
      else this.#waiting.push({ done, failed });
      void this.#work();
    });
  }

  close(): void {
    this.#open = false;
    this.#ready.length = 0;
    for (const { failed } of this.#waiting.splice(0)) failed(closed());
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    while (this.#wanted()) {
      try {
        const key = await this.#make();
        const next = this.#waiting.shift();
        if (next !== undefined) next.done(key);
        else if (this.#open) this.#ready.push(key);
      } catch (error) {
        // Whoever waits learns of it; what is made ahead is tried again with the next one that is taken.
        for (const { failed } of this.#waiting.splice(0)) failed(error);
        break;
      }
    }
    this.#working = false;
  }

  #wanted(): boolean {
    return this.#open && (this.#waiting.length > 0 || (this.#filling && this.#ready.length < this.#bounds.ready));
  }
}

function closed(): Fault {
  return new Fault("unavailable", "the escrow is being stopped");
}

function tooMany(): Fault {
  return new Fault("rate_limited", "too many keys of this type are being made", {
    hint: "try again in 10 s, or ask for an ed25519 key, which takes no time",
  });
}
