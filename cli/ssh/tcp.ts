import type { Duplex } from "node:stream";
import { Fault } from "../../core/fault.ts";
import type { TcpStream } from "./tcp-stream.ts";

const CONNECT_MS = 10_000;

/**
 * A TCP connection to `host:port`, IPv6 in brackets. Apart from what speaks SSH over it, so that it can be dialled while
 * that is still being loaded: a failure waits until it is asked for. @throws Fault `unavailable`.
 */
export function openTcp(addr: string, withinMs = CONNECT_MS): Promise<Duplex> {
  // core/address.ts reads this more strictly, and takes a millisecond of every command to load.
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(addr) ?? [];
  const hostname = bracketed ?? plain;
  if (hostname === undefined) throw new Fault("bad_request", `"${addr}" is not host:port`);
  const dialled = new Promise<Duplex>((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) =>
      reject(new Fault("unavailable", `${addr} could not be reached: ${cause.code ?? cause.message}`, { cause }));
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      fail(new Error(`no answer for ${withinMs / 1000} s`));
    }, withinMs);
    Bun.connect<TcpStream | undefined>({
      hostname,
      port: Number(port),
      data: undefined,
      allowHalfOpen: true,
      socket: {
        open(socket) {
          clearTimeout(timer);
          if (late) return void socket.end();
          const { TcpStream } = require("./tcp-stream.ts") as typeof import("./tcp-stream.ts");
          socket.data = new TcpStream(socket);
          socket.setKeepAlive(true);
          resolve(socket.data);
        },
        data: (socket, bytes) => socket.data?.received(bytes),
        drain: (socket) => socket.data?.drained(),
        end: (socket) => socket.data?.ended(),
        close: (socket, error) => socket.data?.ended(error),
        error: (socket, error) => socket.data?.ended(error),
      },
    }).catch((error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      fail(error);
    });
  });
  dialled.catch(() => {});
  return dialled;
}
