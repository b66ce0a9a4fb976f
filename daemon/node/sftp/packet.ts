import { MAX_PACKET, REPLY, STATUS } from "../../../core/ssh/sftp.ts";
import { type Status, statusReply } from "./status.ts";

/** The maximum of data bytes in one packet, beside its header. */
export const MAX_DATA = MAX_PACKET - 1024;

/** Decodes the fields of a request. Each method throws StatusReply `BAD_MESSAGE` when the packet is too short. */
export class Fields {
  readonly #packet: Buffer;
  #at: number;

  constructor(packet: Buffer, at = 0) {
    this.#packet = packet;
    this.#at = at;
  }

  get rest(): number {
    return this.#packet.length - this.#at;
  }

  byte(): number {
    return this.#packet.readUInt8(this.#skip(1));
  }

  uint32(): number {
    return this.#packet.readUInt32BE(this.#skip(4));
  }

  /** Reads a length or offset. @throws StatusReply `BAD_MESSAGE` above 2^53 - 1. */
  uint64(): number {
    const value = Number(this.#packet.readBigUInt64BE(this.#skip(8)));
    if (value > Number.MAX_SAFE_INTEGER) throw statusReply(STATUS.BAD_MESSAGE);
    return value;
  }

  /** Reads a string; returns a view of the packet, not a copy. */
  string(): Buffer {
    const length = this.uint32();
    const from = this.#skip(length);
    return this.#packet.subarray(from, from + length);
  }

  #skip(length: number): number {
    if (length > this.rest) throw statusReply(STATUS.BAD_MESSAGE);
    const from = this.#at;
    this.#at += length;
    return from;
  }
}

/** Encodes a packet: `uint32 length`, `byte type`, fields. */
export class Packet {
  #bytes: Buffer;
  #length = 4;

  /** `capacity` is the expected size of the fields, in bytes. */
  constructor(type: number, id: number | undefined, capacity = 256) {
    this.#bytes = Buffer.allocUnsafe(capacity + 16);
    this.byte(type);
    if (id !== undefined) this.uint32(id);
  }

  get length(): number {
    return this.#length;
  }

  byte(value: number): this {
    const at = this.#grow(1);
    this.#bytes.writeUInt8(value, at);
    return this;
  }

  uint32(value: number): this {
    const at = this.#grow(4);
    this.#bytes.writeUInt32BE(value >>> 0, at);
    return this;
  }

  uint64(value: number): this {
    const at = this.#grow(8);
    this.#bytes.writeBigUInt64BE(BigInt.asUintN(64, BigInt(Math.trunc(value))), at);
    return this;
  }

  string(value: string | Uint8Array): this {
    const bytes = typeof value === "string" ? Buffer.from(value) : value;
    return this.uint32(bytes.length).raw(bytes);
  }

  raw(bytes: Uint8Array): this {
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** Appends a string that `fill` writes into a buffer of `capacity` bytes. @returns its length, as `fill` returned it. */
  filled(capacity: number, fill: (into: Buffer) => number): number {
    const lengthAt = this.#grow(4);
    const from = this.#grow(capacity);
    const length = fill(this.#bytes.subarray(from, from + capacity));
    this.#bytes.writeUInt32BE(length, lengthAt);
    this.#length = from + length;
    return length;
  }

  /** Overwrites a `uint32` that was written before. */
  patch(at: number, value: number): void {
    this.#bytes.writeUInt32BE(value, at);
  }

  done(): Buffer {
    this.#bytes.writeUInt32BE(this.#length - 4, 0);
    return this.#bytes.subarray(0, this.#length);
  }

  /** Reserves `by` bytes. May replace the buffer, so call it before accessing that. @returns the offset of the bytes. */
  #grow(by: number): number {
    const from = this.#length;
    this.#length += by;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, from));
      this.#bytes = larger;
    }
    return from;
  }
}

export function statusPacket(id: number, status: Status, message: string): Packet {
  return new Packet(REPLY.STATUS, id).uint32(status).string(message).string("en");
}
