import type { Duplex } from "node:stream";
import { Fault } from "../../core/fault.ts";
import type { TcpStream } from "./tcp-stream.ts";

const CONNECT_MS = 10_000;

/**
 * Opens a TCP connection to `host:port`, IPv6 in brackets. A separate module, so that the connection starts while the SSH
 * modules load. A failure is reported when the promise is awaited. @throws Fault `unavailable`
 */
export function openTcp(addr: string, withinMs = CONNECT_MS): Promise<Duplex> {
  // core/address.ts is stricter, but takes 1 ms to load.
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
