import { type KeyType, PrivateKey } from "../../../core/cert/private-key.ts";
import { Fault } from "../../../core/fault.ts";

/**
 * Generates private keys. ed25519 keys take microseconds and are generated on demand. For RSA and ECDSA a few keys are
 * generated in advance once `fill` has been called, one at a time, to leave CPU to other work.
 */
export class KeyPool implements Disposable {
  readonly #supplies: Readonly<Record<Exclude<KeyType, "ed25519">, KeySupply>> = {
    rsa: new KeySupply(() => PrivateKey.make("rsa"), { ready: 2, waiting: 30 }),
    ecdsa: new KeySupply(() => PrivateKey.make("ecdsa"), { ready: 16, waiting: 1000 }),
  };

  /** Starts generating keys in advance. */
  fill(): void {
    for (const supply of Object.values(this.#supplies)) supply.fill();
  }

  /** @throws Fault `rate_limited` when too many requests wait for a key of this type, `unavailable` after disposal. */
  async take(type: KeyType): Promise<PrivateKey> {
    return type === "ed25519" ? PrivateKey.generate() : this.#supplies[type].take();
  }

  /** Stops generating, and rejects waiting requests. Does not wait for a key that is being generated. */
  [Symbol.dispose](): void {
    for (const supply of Object.values(this.#supplies)) supply.close();
  }
}

/** Keys of one slow type: generated for waiting requests first, then in advance up to `bounds.ready`. */
class KeySupply {
  readonly #generate: () => Promise<PrivateKey>;
  readonly #bounds: { readonly ready: number; readonly waiting: number };
  readonly #ready: PrivateKey[] = [];
  readonly #waiting: { readonly resolve: (key: PrivateKey) => void; readonly reject: (error: unknown) => void }[] = [];
  #working = false;
  #filling = false;
  #open = true;

  constructor(generate: () => Promise<PrivateKey>, bounds: { readonly ready: number; readonly waiting: number }) {
    this.#generate = generate;
    this.#bounds = bounds;
  }

  fill(): void {
    this.#filling = true;
    void this.#work();
  }

  take(): Promise<PrivateKey> {
    return new Promise((resolve, reject) => {
      if (!this.#open) return reject(closed());
      const key = this.#ready.pop();
      if (key === undefined && this.#waiting.length >= this.#bounds.waiting) return reject(tooMany());
      if (key !== undefined) resolve(key);
      else this.#waiting.push({ resolve, reject });
      void this.#work();
    });
  }

  close(): void {
    this.#open = false;
    this.#ready.length = 0;
    for (const { reject } of this.#waiting.splice(0)) reject(closed());
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    while (this.#wanted()) {
      try {
        const key = await this.#generate();
        const next = this.#waiting.shift();
        if (next !== undefined) next.resolve(key);
        else if (this.#open) this.#ready.push(key);
      } catch (error) {
        // Waiting requests fail; generation in advance resumes with the next `take`.
        for (const { reject } of this.#waiting.splice(0)) reject(error);
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
  return new Fault("unavailable", "the server is being stopped");
}

function tooMany(): Fault {
  return new Fault("rate_limited", "too many keys of this type are being generated", {
    hint: "try again in 10 s, or ask for an ed25519 key, which takes no time",
  });
}
