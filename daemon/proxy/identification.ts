import type { Duplex } from "node:stream";
import { Fault } from "../../core/fault.ts";

/** Lines that a server may send before its identification string (RFC 4253 §4.2). Bytes, all together. */
const MAX_PREAMBLE = 8192;
const IDENTIFICATION = /(?:^|\n)SSH-(?:2\.0|1\.99)-/;

/**
 * Waits for the identification string of an SSH server, and returns all that was received so far. Nothing from the user is
 * sent before, so a proxy gives access to SSH servers of its network only.
 * The stream is left paused. @throws Fault `unavailable`, or `denied` for another protocol
 */
export function awaitIdentification(stream: Duplex, name: string, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const settle = (fault?: Fault) => {
      clearTimeout(timer);
      stream.off("data", onData).off("end", onEnd).off("close", onEnd);
      stream.pause();
      if (fault === undefined) resolve(received);
      else reject(fault);
    };
    const onData = (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const text = received.toString("latin1", 0, MAX_PREAMBLE);
      if (IDENTIFICATION.test(text)) settle();
      else if (received.length >= MAX_PREAMBLE || saysOtherwise(text)) settle(notSsh(name));
    };
    const onEnd = () => {
      settle(new Fault("unavailable", `${name} closed the connection before it received anything`));
    };
    const timer = setTimeout(() => {
      settle(new Fault("unavailable", `${name} was silent: an SSH server speaks first`));
    }, timeoutMs);
    stream.on("data", onData).on("end", onEnd).on("close", onEnd);
  });
}

/** Another version of the protocol, or a byte that no line of text has. */
function saysOtherwise(text: string): boolean {
  return /(?:^|\n)SSH-[^\n]*\n/.test(text) || text.includes("\0");
}

function notSsh(name: string): Fault {
  return new Fault("denied", `${name} is not an SSH server, and a proxy connects to nothing else`);
}
