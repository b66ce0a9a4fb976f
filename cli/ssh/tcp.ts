import { connect, type Socket } from "node:net";
import { splitHostPort } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";

const CONNECT_MS = 10_000;

/**
 * A TCP connection to `host:port`, IPv6 in brackets. Apart from what speaks SSH over it, so that it can be dialled while
 * that is still being loaded. @throws Fault `unavailable`.
 */
export function openTcp(addr: string, withinMs = CONNECT_MS): Promise<Socket> {
  const where = splitHostPort(addr);
  if (where === undefined) throw new Fault("bad_request", `"${addr}" is not host:port`);
  return new Promise((resolve, reject) => {
    const socket = connect({ ...where, noDelay: true, keepAlive: true });
    const fail = (cause: Error) =>
      reject(new Fault("unavailable", `${addr} could not be reached: ${cause.message}`, { cause }));
    socket.setTimeout(withinMs, () => socket.destroy(new Error(`no answer for ${withinMs / 1000} s`)));
    socket.once("error", fail);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.off("error", fail);
      resolve(socket);
    });
  });
}
