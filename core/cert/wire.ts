import { isUtf8 } from "node:buffer";
import { Fault } from "../fault.ts";

/**
 * The data types of SSH (RFC 4251 §5). The reader accepts only the canonical encoding of a value (minimal mpints, UTF-8
 * text, no trailing bytes), so that writing the values again returns the input.
 */

/** Decodes values from the start of `bytes`. Each method throws Fault `bad_request` when the bytes are malformed. */
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

  /** Reads a string of arbitrary bytes; returns a view of the input, not a copy. */
  string(): Buffer {
    const start = this.#skip(this.uint32());
    return this.#bytes.subarray(start, this.#at);
  }

  /** Reads a string that has to be UTF-8. */
  text(): string {
    const start = this.#skip(this.uint32());
    const text = this.#bytes.toString("utf8", start, this.#at);
    // Decoding turns invalid UTF-8 into U+FFFD, which may also occur in valid text.
    if (text.includes("\ufffd") && !isUtf8(this.#bytes.subarray(start, this.#at)))
      throw new Fault("bad_request", "malformed SSH data: text is not UTF-8");
    return text;
  }

  /** Reads a positive mpint as its magnitude without leading zeros. Negative, zero and padded numbers are rejected. */
  mpint(): Buffer {
    const bytes = this.string();
    const [first = 0, second = 0] = bytes;
    const padded = first === 0 && second < 0x80;
    if (bytes.length === 0 || first >= 0x80 || padded) {
      throw new Fault("bad_request", "malformed SSH data: not a positive number in its shortest form");
    }
    return first === 0 ? bytes.subarray(1) : bytes;
  }

  /** Checks that all bytes were read. @throws Fault `bad_request` when bytes are left. */
  end(): void {
    if (this.rest > 0) throw new Fault("bad_request", `malformed SSH data: ${this.rest} bytes too many`);
  }

  /** Advances by `length` bytes. @returns their offset. */
  #skip(length: number): number {
    if (length > this.rest) throw new Fault("bad_request", "malformed SSH data: it ends too early");
    const start = this.#at;
    this.#at += length;
    return start;
  }
}

/** Encodes values; `done` returns the bytes. */
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

  /** Writes a string. @throws TypeError for text with an unpaired surrogate, which has no UTF-8 encoding. */
  string(value: string | Uint8Array): this {
    if (typeof value !== "string") return this.uint32(value.length).raw(value);
    if (!value.isWellFormed()) throw new TypeError("text with an unpaired surrogate");
    // UTF-8 takes at most three bytes for each UTF-16 code unit.
    this.#reserve(4 + 3 * value.length);
    const length = this.#bytes.write(value, this.#at + 4, "utf8");
    this.#bytes.writeUInt32BE(length, this.#at);
    this.#at += 4 + length;
    return this;
  }

  /** Writes a positive mpint, given as its big-endian magnitude. */
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

  /** Appends bytes without a length. */
  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  /** The bytes written so far. */
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

/** Decodes canonical base64: padded, without white space. @throws Fault `bad_request`. */
export function fromBase64(text: string): Buffer {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) throw new Fault("bad_request", "malformed key: not base64");
  return bytes;
}
