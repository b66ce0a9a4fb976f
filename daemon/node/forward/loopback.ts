import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Fault } from "../../../core/fault.ts";

/** Something that listens for a client. */
export interface Listener {
  close(): void;
}

/**
 * Listens on this machine's loopback addresses only, whatever the client asks for (GatewayPorts=no of sshd_config(5)).
 * @param port 0 takes a free one. @throws Fault `conflict` or `failed`.
 */
export async function listenLoopback(
  port: number,
  onConnection: (socket: Socket, port: number) => void,
): Promise<Listener & { readonly port: number }> {
  let taken = port;
  const handle = (socket: Socket) => onConnection(socket, taken);
  const first = await listen("127.0.0.1", port, handle);
  taken = (first.address() as AddressInfo).port;
  // There may be no IPv6, or somebody else on it: the client is served all the same.
  const second = await listen("::1", taken, handle).catch(() => undefined);
  return {
    port: taken,
    close() {
      first.close();
      second?.close();
    },
  };
}

function listen(host: string, port: number, onConnection: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, onConnection);
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === "EADDRINUSE"
          ? new Fault("conflict", `port ${port} is in use`, { cause })
          : new Fault("failed", `port ${port} cannot be listened on`, { cause }),
      ),
    );
    server.listen({ host, port, exclusive: true }, () => {
      server.on("error", () => {});
      resolve(server);
    });
  });
}
