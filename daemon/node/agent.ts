import { Fault } from "../../core/fault.ts";
import { requireNodeAccess } from "./authorize.ts";
import { leadBack } from "./channel.ts";
import type { NodeConnection, NodeContext } from "./context.ts";
import { listenPrivately, type PrivateSocket } from "./private-socket.ts";

/** Makes a socket on which the user's programs here reach the ssh-agent at the user's side (`ssh -A`). @throws Fault. */
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
