import { Fault } from "../../core/fault.ts";
import type { ServerConnection } from "../../core/ssh/server.ts";
import { leadBack } from "./channel.ts";
import { listenPrivately, type PrivateSocket } from "./private-socket.ts";
import type { Host, Visitor } from "./visitor.ts";

/**
 * Listens on a socket that forwards connections of the user's programs to the client's ssh-agent (`ssh -A`,
 * draft-miller-ssh-agent §4). The permission is checked for each connection. @throws Fault `failed`.
 */
export function forwardAgent(host: Host, ssh: ServerConnection<Visitor>["ssh"]): Promise<PrivateSocket> {
  return listenPrivately("agent", host.visitor.account, (socket) => {
    socket.on("error", () => {});
    try {
      host.authorize("agent-forwarding");
    } catch (thrown) {
      host.refused(Fault.from(thrown));
      return void socket.destroy();
    }
    ssh.openssh_authAgent(leadBack(socket, () => host.touch()));
  });
}
