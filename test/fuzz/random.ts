/** Random numbers that come again with the same seed (xorshift32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0 || 0x9e37_79b9;
  }

  /** 0 ≤ n < below. */
  below(below: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % below;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }
}

const INTERESTING = [0, 1, 0x7f, 0x80, 0xff];
const LENGTHS = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff, 35_000, 256];

/** One to eight small changes, of the kinds that break readers of binary formats. */
export function mutate(random: Random, original: Uint8Array, others: readonly Uint8Array[]): Buffer {
  let bytes = Buffer.from(original);
  for (let left = 1 + random.below(8); left > 0; left -= 1) {
    const at = random.below(bytes.length + 1);
    switch (random.below(8)) {
      case 0:
        if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
        break;
      case 1:
        if (at < bytes.length) bytes[at] = random.pick(INTERESTING);
        break;
      case 2:
        bytes = bytes.subarray(0, at);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(16))]);
        break;
      case 4:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          Buffer.alloc(1 + random.below(64), random.below(256)),
          bytes.subarray(at),
        ]);
        break;
      case 5:
        if (at + 4 <= bytes.length) bytes.writeUInt32BE(random.pick(LENGTHS), at);
        break;
      case 6:
        if (at + 4 <= bytes.length) bytes.writeUInt32BE((bytes.readUInt32BE(at) + random.below(9) - 4) >>> 0, at);
        break;
      default: {
        const other = random.pick(others);
        const from = random.below(other.length + 1);
        bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + random.below(200))]);
      }
    }
  }
  return bytes;
}
