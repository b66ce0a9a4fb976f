import { MAX_PACKET, REPLY, STATUS } from "../../../core/ssh/sftp.ts";
import { type Status, statusReply } from "./status.ts";

/** What fits in one packet beside its head. */
export const MAX_DATA = MAX_PACKET - 1024;

/** Reads the fields of one request. @throws StatusReply `BAD_MESSAGE` where they do not fit. */
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

  /** A length or offset. @throws StatusReply beyond what a file can have. */
  uint64(): number {
    const value = Number(this.#packet.readBigUInt64BE(this.#skip(8)));
    if (value > Number.MAX_SAFE_INTEGER) throw statusReply(STATUS.BAD_MESSAGE);
    return value;
  }

  /** A view, not a copy. */
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

/** Builds a packet: fields in order, the length in front. */
export class Packet {
  #bytes: Buffer;
  #length = 4;

  constructor(type: number, id: number | undefined, room = 256) {
    this.#bytes = Buffer.allocUnsafe(room + 16);
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

  /** Lets `fill` write up to `room` bytes; they become a string of the length that it returns. */
  filled(room: number, fill: (into: Buffer) => number): number {
    const lengthAt = this.#grow(4);
    const from = this.#grow(room);
    const length = fill(this.#bytes.subarray(from, from + room));
    this.#bytes.writeUInt32BE(length, lengthAt);
    this.#length = from + length;
    return length;
  }

  /** Overwrites four bytes that were written before. */
  patch(at: number, value: number): void {
    this.#bytes.writeUInt32BE(value, at);
  }

  done(): Buffer {
    this.#bytes.writeUInt32BE(this.#length - 4, 0);
    return this.#bytes.subarray(0, this.#length);
  }

  /** Room for so many bytes more, and where. It may move the buffer: to be called before that is looked at. */
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
