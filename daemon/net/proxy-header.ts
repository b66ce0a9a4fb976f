import type { Socket } from "node:net";
import { Fault } from "../../core/fault.ts";
import { MAX_PROXY_HEADER, PROXY_HEADER } from "../../core/ssh/proxy-header.ts";

/** A client that waits for us to speak first gets our word after this; a packet that was lost is sent again before. Milliseconds. */
const PATIENCE_MS = 500;
/** From its first byte to its last. Milliseconds. */
const PREFACE_MS = 2_000;

/**
 * Whose connection this is: `address`, unless the first line is a proxy header; then whoever `read` takes from it.
 * The bytes of the SSH conversation are left in the socket, which is paused.
 * @throws Fault what `read` throws; the socket is closed then.
 */
export async function clientAddress(socket: Socket, address: string, read: (line: string) => string): Promise<string> {
  try {
    const line = await takeProxyHeader(socket);
    return line === undefined ? address : read(line);
  } catch (thrown) {
    socket.destroy();
    throw thrown;
  }
}

async function takeProxyHeader(socket: Socket): Promise<string | undefined> {
  let bytes: Buffer = await firstBytes(socket);
  const deadline = performance.now() + PREFACE_MS;
  while (startsLikeProxyHeader(bytes) && !bytes.includes("\n")) {
    const late = bytes.length >= MAX_PROXY_HEADER || performance.now() > deadline;
    const more = late ? Buffer.alloc(0) : await firstBytes(socket);
    if (more.length === 0) throw new Fault("denied", "a proxy header is refused: it does not end");
    bytes = Buffer.concat([bytes, more]);
  }
  const end = startsLikeProxyHeader(bytes) ? bytes.indexOf("\n") + 1 : 0;
  if (bytes.length > end) socket.unshift(bytes.subarray(end));
  return end === 0 ? undefined : bytes.toString("latin1", 0, end);
}

/** Only a whole prefix counts: an SSH client's first packet is its identification, which begins with `SSH-`. */
function startsLikeProxyHeader(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, PROXY_HEADER.length);
  return length > 0 && bytes.toString("latin1", 0, length) === PROXY_HEADER.slice(0, length);
}

function firstBytes(socket: Socket): Promise<Buffer> {
  return new Promise((resolve) => {
    const settle = (bytes: Buffer) => {
      clearTimeout(timer);
      socket.off("data", settle).off("close", onClose).off("end", onClose);
      socket.pause();
      resolve(bytes);
    };
    const onClose = () => settle(Buffer.alloc(0));
    const timer = setTimeout(onClose, PATIENCE_MS);
    socket.on("data", settle).on("close", onClose).on("end", onClose);
    socket.resume();
  });
}
