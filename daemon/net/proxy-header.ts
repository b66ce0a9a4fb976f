import type { Duplex } from "node:stream";
import { Fault } from "../../core/fault.ts";
import { MAX_PROXY_HEADER, PROXY_HEADER } from "../../core/ssh/proxy-header.ts";

/** A client that waits for the server's identification gets it after this: longer than a lost packet takes to be sent again. Milliseconds. */
const FIRST_BYTES_MS = 500;
/** From the header's first byte to its last. Milliseconds. */
const HEADER_MS = 2_000;

/**
 * The address of the client: the one that `read` takes from the first line where that is a proxy header, otherwise
 * `address`. The bytes of the SSH conversation are left in the stream, which is paused.
 * @throws Fault what `read` throws, or `denied` for a header that does not end; the stream is destroyed then
 */
export async function clientAddress(
  stream: Duplex,
  address: string,
  read: (line: string) => string | Promise<string>,
): Promise<string> {
  try {
    const line = await takeProxyHeader(stream);
    return line === undefined ? address : await read(line);
  } catch (thrown) {
    stream.destroy();
    throw thrown;
  }
}

async function takeProxyHeader(stream: Duplex): Promise<string | undefined> {
  let bytes: Buffer = await firstBytes(stream);
  const deadline = performance.now() + HEADER_MS;
  while (startsLikeProxyHeader(bytes) && !bytes.includes("\n")) {
    const late = bytes.length >= MAX_PROXY_HEADER || performance.now() > deadline;
    const more = late ? Buffer.alloc(0) : await firstBytes(stream);
    if (more.length === 0) throw new Fault("denied", "a proxy header is refused: it does not end");
    bytes = Buffer.concat([bytes, more]);
  }
  const end = startsLikeProxyHeader(bytes) ? bytes.indexOf("\n") + 1 : 0;
  if (bytes.length > end) stream.unshift(bytes.subarray(end));
  return end === 0 ? undefined : bytes.toString("latin1", 0, end);
}

/** Only a whole prefix counts: an SSH client's first packet is its identification, which begins with `SSH-`. */
function startsLikeProxyHeader(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, PROXY_HEADER.length);
  return length > 0 && bytes.toString("latin1", 0, length) === PROXY_HEADER.slice(0, length);
}

function firstBytes(stream: Duplex): Promise<Buffer> {
  return new Promise((resolve) => {
    const settle = (bytes: Buffer) => {
      clearTimeout(timer);
      stream.off("data", settle).off("close", onClose).off("end", onClose);
      stream.pause();
      resolve(bytes);
    };
    const onClose = () => settle(Buffer.alloc(0));
    const timer = setTimeout(onClose, FIRST_BYTES_MS);
    stream.on("data", settle).on("close", onClose).on("end", onClose);
    stream.resume();
  });
}
