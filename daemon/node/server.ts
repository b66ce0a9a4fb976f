import { UsedProxyHeaders } from "../../core/ssh/proxy-header.ts";
import { SshServer } from "../sshd/server.ts";
import { identify, requireOpenAccess } from "./authorize.ts";
import { serveConnection } from "./connection.ts";
import type { NodeContext, NodePrincipal } from "./context.ts";

/** The SSH server of a node: users log in to accounts of this machine. */
export function nodeServer(context: NodeContext, version: string): SshServer<NodePrincipal> {
  const { cluster, audit, log, now } = context;
  const server: SshServer<NodePrincipal> = new SshServer({
    // Clients know from the first word which extensions of OpenSSH they may use.
    ident: `OpenSSH_compatible_Sallyport_${version}`,
    hostKey: () => cluster.hostKey(),
    view: cluster.view,
    proxyHeader: { to: cluster.uuid, cluster: cluster.name, used: new UsedProxyHeaders() },
    identify: {
      certificate: (certificate, attempt) =>
        identify(context, certificate, { ...attempt, connectionsOf: (user) => server.connectionsOf(user) }),
    },
    userOf: ({ identity }) => identity.user,
    authorize(connection) {
      const { clientIdleTimeout } = requireOpenAccess(context, connection);
      return { expires: connection.principal.identity.expires, idleTimeoutSeconds: clientIdleTimeout };
    },
    serve: (connection) => serveConnection(context, connection),
    notOffered: (what) => `a node offers no ${what}`,
    audit,
    log,
    now,
  });
  return server;
}
