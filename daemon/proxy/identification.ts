import type { Duplex } from "node:stream";
import { Fault } from "../../core/fault.ts";

/** Lines that a server may send before it says who it is (RFC 4253 §4.2), all together. */
const MAX_PREAMBLE = 8192;
const IDENTIFICATION = /(?:^|\n)SSH-(?:2\.0|1\.99)-/;

/**
 * Waits until the other side has said that it is an SSH server, and returns all it has said so far. Nothing of
 * the user's is sent to it before, so who reaches the proxy's network through us can speak to SSH servers there, and to
 * nothing else.
 * The stream is left paused. @throws Fault `unavailable`.
 */
export function awaitIdentification(stream: Duplex, name: string, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let said: Buffer = Buffer.alloc(0);
    const settle = (fault?: Fault) => {
      clearTimeout(timer);
      stream.off("data", onData).off("end", onEnd).off("close", onEnd);
      stream.pause();
      if (fault === undefined) resolve(said);
      else reject(fault);
    };
    const onData = (chunk: Buffer) => {
      said = said.length === 0 ? chunk : Buffer.concat([said, chunk]);
      const text = said.toString("latin1", 0, MAX_PREAMBLE);
      if (IDENTIFICATION.test(text)) settle();
      else if (said.length >= MAX_PREAMBLE || saysOtherwise(text)) settle(notSsh(name));
    };
    const onEnd = () => {
      settle(new Fault("unavailable", `${name} closed the connection before it said anything`));
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
