import { isUtf8 } from "node:buffer";
import { Fault } from "../fault.ts";

/**
 * The data types of SSH, RFC 4251 §5. The reader accepts one spelling of every value (mpints are minimal, text is
 * UTF-8, nothing may be left over), so that whatever is read is written back to the very same bytes.
 */

/** Reads values from the front of `bytes`. @throws Fault `bad_request` where the bytes are not what was asked for. */
export class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How many bytes have been read. */
  get offset(): number {
    return this.#at;
  }

  /** How many bytes are left. */
  get rest(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#skip(1));
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#skip(4));
  }

  uint64(): bigint {
    return this.#bytes.readBigUInt64BE(this.#skip(8));
  }

  /** A string of any bytes: a view into the input, not a copy. */
  string(): Buffer {
    const start = this.#skip(this.uint32());
    return this.#bytes.subarray(start, this.#at);
  }

  /** A string that has to be UTF-8. */
  text(): string {
    const start = this.#skip(this.uint32());
    const text = this.#bytes.toString("utf8", start, this.#at);
    // What is not UTF-8 has become U+FFFD, which may also have been written.
    if (text.includes("\ufffd") && !isUtf8(this.#bytes.subarray(start, this.#at)))
      throw new Fault("bad_request", "malformed SSH data: text is not UTF-8");
    return text;
  }

  /** The magnitude of a positive mpint, without leading zeros; negative, zero and padded numbers are refused. */
  mpint(): Buffer {
    const bytes = this.string();
    const [first = 0, second = 0] = bytes;
    const padded = first === 0 && second < 0x80;
    if (bytes.length === 0 || first >= 0x80 || padded) {
      throw new Fault("bad_request", "malformed SSH data: not a positive number in its shortest form");
    }
    return first === 0 ? bytes.subarray(1) : bytes;
  }

  /** Says that everything has been read. @throws Fault `bad_request` when bytes are left. */
  end(): void {
    if (this.rest > 0) throw new Fault("bad_request", `malformed SSH data: ${this.rest} bytes too many`);
  }

  /** Goes on behind the next `length` bytes. @returns where they begin. */
  #skip(length: number): number {
    if (length > this.rest) throw new Fault("bad_request", "malformed SSH data: it ends too early");
    const start = this.#at;
    this.#at += length;
    return start;
  }
}

/** Collects values; `done` gives their bytes. */
export class Writer {
  #bytes = Buffer.allocUnsafe(256);
  #at = 0;

  byte(value: number): this {
    this.#reserve(1);
    this.#at = this.#bytes.writeUInt8(value, this.#at);
    return this;
  }

  uint32(value: number): this {
    this.#reserve(4);
    this.#at = this.#bytes.writeUInt32BE(value, this.#at);
    return this;
  }

  uint64(value: bigint): this {
    this.#reserve(8);
    this.#at = this.#bytes.writeBigUInt64BE(value, this.#at);
    return this;
  }

  /** @throws TypeError for text that UTF-8 cannot express: it would be read back as something else. */
  string(value: string | Uint8Array): this {
    if (typeof value !== "string") return this.uint32(value.length).raw(value);
    if (!value.isWellFormed()) throw new TypeError("text with half a surrogate pair");
    // UTF-8 takes at most three bytes for each unit of UTF-16.
    this.#reserve(4 + 3 * value.length);
    const length = this.#bytes.write(value, this.#at + 4, "utf8");
    this.#bytes.writeUInt32BE(length, this.#at);
    this.#at += 4 + length;
    return this;
  }

  /** A positive number, given as its magnitude in big-endian order. */
  mpint(magnitude: Uint8Array): this {
    let from = 0;
    while (from < magnitude.length && magnitude[from] === 0) from++;
    const digits = magnitude.subarray(from);
    return (digits[0] ?? 0) >= 0x80
      ? this.uint32(digits.length + 1)
          .byte(0)
          .raw(digits)
      : this.string(digits);
  }

  /** Bytes as they are, without a length. */
  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  /** What was written so far. */
  done(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #reserve(length: number): void {
    if (this.#at + length <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#at + length));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** Base64 in its one spelling (padded, nothing else in it). @throws Fault `bad_request`. */
export function fromBase64(text: string): Buffer {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) throw new Fault("bad_request", "malformed key: not base64");
  return bytes;
}
