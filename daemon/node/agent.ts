import { Fault } from "../../core/fault.ts";
import type { ServerConnection } from "../../core/ssh/server.ts";
import { leadBack } from "./channel.ts";
import { listenPrivately, type PrivateSocket } from "./private-socket.ts";
import type { Host, Visitor } from "./visitor.ts";

/** Makes a socket on which the user's programs here reach the ssh-agent at the user's side (`ssh -A`). @throws Fault. */
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
