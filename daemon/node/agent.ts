import { Fault } from "../../core/fault.ts";
import { requireNodeAccess } from "./authorize.ts";
import { leadBack } from "./channel.ts";
import type { NodeConnection, NodeContext } from "./context.ts";
import { listenPrivately, type PrivateSocket } from "./private-socket.ts";

/**
 * Listens on a socket that forwards connections of the user's programs to the client's ssh-agent (`ssh -A`,
 * draft-miller-ssh-agent §4). The permission is checked for each connection. @throws Fault `failed`.
 */
export function forwardAgent(context: NodeContext, connection: NodeConnection): Promise<PrivateSocket> {
  return listenPrivately("agent", connection.principal.account, (socket) => {
    socket.on("error", () => {});
    try {
      requireNodeAccess(context, connection, "agent-forwarding");
    } catch (thrown) {
      connection.refused(Fault.from(thrown));
      return void socket.destroy();
    }
    connection.ssh.openssh_authAgent(leadBack(socket, () => connection.touch()));
  });
}
