import { connect, type Socket, type TcpNetConnectOpts } from "node:net";

/**
 * A TCP connection, once it stands. Should it break before anybody uses it, "close" tells. (cli/ssh/tcp.ts is the client's:
 * neither side may import the other, and core opens no sockets.)
 * @throws the system's error, `ETIMEDOUT` when nothing answers in time, or whatever `signal` was aborted with
 */
export function connectTcp(to: TcpNetConnectOpts, withinMs: number, signal?: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...to, noDelay: true });
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      socket.off("connect", onConnect).off("close", onClose);
    };
    const give = (error: unknown) => {
      settle();
      socket.destroy();
      reject(error);
    };
    const onAbort = () => give(signal?.reason);
    const onClose = () => give(new Error("closed while connecting"));
    const onConnect = () => {
      settle();
      resolve(socket);
    };
    const timer = setTimeout(() => give(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })), withinMs);
    socket.on("error", give).on("connect", onConnect).on("close", onClose);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
