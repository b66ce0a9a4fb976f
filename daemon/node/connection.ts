import { Fault } from "../../core/fault.ts";
import { gauge } from "../metrics.ts";
import type { ChannelHandlers } from "../sshd/channels.ts";
import { requireNodeAccess } from "./authorize.ts";
import type { NodeConnection, NodeContext } from "./context.ts";
import { Forwarding } from "./forward/forwarding.ts";
import { Session } from "./session.ts";

/** MaxSessions of sshd_config(5). */
const MAX_SESSIONS = 10;

let open = 0;
gauge("sallyport_node_connections", "Users' connections to this node.", () => [[{}, open]]);

/** Serves the sessions and forwardings of one connection. */
export function serveConnection(context: NodeContext, connection: NodeConnection): ChannelHandlers {
  const sessions = new Set<Session>();
  const forwarding = new Forwarding(context, connection);
  open += 1;

  const admitSession = () => {
    connection.touch();
    const { maxSessions = MAX_SESSIONS } = requireNodeAccess(context, connection);
    if (sessions.size >= maxSessions)
      throw new Fault("rate_limited", `no more than ${maxSessions} sessions are allowed on one connection`);
  };
  return {
    session({ accept, refuse }) {
      try {
        admitSession();
      } catch (thrown) {
        const fault = Fault.from(thrown);
        connection.refused(fault);
        return refuse(fault);
      }
      const session = new Session(context, connection, accept());
      sessions.add(session);
      void session.over.then(() => sessions.delete(session));
    },
    tcpip: (channel, { host, port }) => forwarding.toPort(channel, host, port),
    streamlocal: (channel, path) => forwarding.toSocket(channel, path),
    request: (request) => forwarding.request(request),
    cut() {
      for (const session of sessions) session.cut();
    },
    closed() {
      open -= 1;
      forwarding.close();
      for (const session of sessions) session.abandon();
    },
  };
}
