import { Fault } from "../../core/fault.ts";
import { MAX_PACKET } from "../../core/ssh/sftp.ts";

/** Splits a byte stream into packets: a length of four bytes, then the data (draft-ietf-secsh-filexfer-02 §3). */
export class Packets {
  readonly #head = Buffer.alloc(4);
  #headFilled = 0;
  /** An incomplete packet. */
  #packet: Buffer | undefined;
  #packetFilled = 0;

  /**
   * Calls `take` for every completed packet. A packet that lies within the chunk is a view of it.
   * @throws Fault `failed` for a length that no packet has.
   */
  push(chunk: Buffer, take: (packet: Buffer) => void): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#packet !== undefined) {
        const copied = chunk.copy(this.#packet, this.#packetFilled, at);
        this.#packetFilled += copied;
        at += copied;
        if (this.#packetFilled < this.#packet.length) return;
        const whole = this.#packet;
        this.#packet = undefined;
        take(whole);
        continue;
      }
      const copied = chunk.copy(this.#head, this.#headFilled, at);
      this.#headFilled += copied;
      at += copied;
      if (this.#headFilled < 4) return;
      this.#headFilled = 0;
      const length = this.#head.readUInt32BE();
      if (length === 0 || length > MAX_PACKET)
        throw new Fault("failed", "the server does not speak SFTP", {
          hint: "check that the shell's start-up files on the machine print nothing",
        });
      if (length <= chunk.length - at) {
        take(chunk.subarray(at, at + length));
        at += length;
      } else {
        this.#packet = Buffer.allocUnsafe(length);
        this.#packetFilled = 0;
      }
    }
  }
}

/** A packet of this type, its length in front. */
export function packetOf(type: number, parts: readonly Uint8Array[]): Buffer {
  const head = Buffer.allocUnsafe(5);
  head.writeUInt32BE(parts.reduce((length, part) => length + part.length, 1));
  head.writeUInt8(type, 4);
  return Buffer.concat([head, ...parts]);
}
