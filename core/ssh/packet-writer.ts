import type { Duplex } from "node:stream";

/** Takes a packet in the parts that its cipher makes of it, in order: all of it in `head`, or length, body and MAC. */
export type PacketWriter = (head: Uint8Array, body?: Uint8Array, tail?: Uint8Array) => void;

/**
 * The bytes that may wait for a peer that causes replies and reads none of them. Channel data waits before it is so much:
 * patches/24-backpressure.
 */
const MAX_UNSENT = 4 * 1024 * 1024;

/** From this size on a packet is written at once: together with others it would gain nothing. */
const MIN_LARGE = 4096;

/** Holds the largest packet that ssh2 makes of channel data, with what its cipher adds. */
const BUFFER_SIZE = 36 * 1024;

/**
 * Where large packets are put together. All connections share a few of these buffers, and an idle connection holds none.
 * Fresh memory costs page faults: more than the copy that is made into it.
 */
const spareBuffers: Buffer[] = [];
const MAX_SPARE_BUFFERS = 8;

const FastBuffer = (Buffer as unknown as Record<symbol, unknown>)[Symbol.species] as new (
  memory: ArrayBufferLike,
  offset: number,
  length: number,
) => Buffer;

/**
 * Writes packets to `stream`, each in one piece. The small ones of one turn of the event loop leave together; a large one
 * leaves at once, which keeps its reader busy. A peer that does not read is cut off.
 */
export function makePacketWriter(stream: Duplex): PacketWriter {
  // A socket with a length of 0 has copied what it was given. Other streams may keep it.
  const copies = typeof (stream as Duplex & { setNoDelay?: unknown }).setNoDelay === "function";
  let corked = false;
  const uncork = () => {
    if (!corked) return;
    corked = false;
    stream.uncork();
  };
  return (head, body, tail) => {
    if (!isWritable(stream)) return;
    if (stream.writableLength > MAX_UNSENT) {
      stream.destroy(new Error("The peer does not read"));
      return;
    }
    const length = head.length + (body?.length ?? 0) + (tail?.length ?? 0);
    const buffer =
      copies && length >= MIN_LARGE && length <= BUFFER_SIZE
        ? (spareBuffers.pop() ?? Buffer.allocUnsafeSlow(BUFFER_SIZE))
        : undefined;
    // Not from the pool of `Buffer`: the last packet of an idle connection would keep 8 KiB of it.
    const packet =
      buffer === undefined ? Buffer.allocUnsafeSlow(length) : new FastBuffer(buffer.buffer, buffer.byteOffset, length);
    // Before anything is written: the parts may lie where the packets of a connection that carries this one are made.
    packet.set(head, 0);
    if (body !== undefined) packet.set(body, head.length);
    if (tail !== undefined) packet.set(tail, length - tail.length);
    if (length >= MIN_LARGE) {
      uncork();
    } else if (!corked) {
      corked = true;
      stream.cork();
      process.nextTick(uncork);
    }
    stream.write(packet);
    if (buffer !== undefined && stream.writableLength === 0 && spareBuffers.length < MAX_SPARE_BUFFERS)
      spareBuffers.push(buffer);
  };
}

/** ssh2's own test: a stream whose other side has ended is not written to, even before it tells by an event. */
function isWritable(stream: Duplex): boolean {
  const { _readableState: readable } = stream as Duplex & { _readableState?: { ended: boolean } };
  return stream.writable && readable?.ended === false;
}
