import type { UserIdentity } from "../../core/cert/identity.ts";
import { requireAccess } from "../../core/policy/authorize.ts";
import { SshServer } from "../sshd/server.ts";
import { identifyUser } from "../sshd/user-login.ts";
import { serveConnection } from "./connection.ts";
import type { ProxyContext } from "./context.ts";

/** A few more than forwards, so that a user who asks for too many reads why. */
const MAX_CHANNELS = 128;

/** The SSH server of a proxy, behind its listener: for all users of the cluster, under any login. */
export function proxyServer(proxy: ProxyContext): SshServer<UserIdentity> {
  const { cluster, audit, log, now } = proxy;
  return new SshServer<UserIdentity>({
    ident: "Sallyport",
    maxChannels: MAX_CHANNELS,
    // The handshake of the user's session with a node is carried in packets that often have no answer to ride on.
    quickAck: true,
    hostKey: () => cluster.hostKey(),
    view: cluster.view,
    identify: {
      certificate: async (certificate, { address }) =>
        identifyUser(certificate, { kind: "connect" }, { view: cluster.view, now: now(), address }).identity,
    },
    userOf: ({ user }) => user,
    // Idle connections are for the node to end, which knows the options of the login.
    authorize({ principal, address }) {
      requireAccess(principal, { kind: "connect" }, cluster.view, { now: now(), address, established: true });
      return { expires: principal.expires };
    },
    serve: (connection) => serveConnection(proxy, connection),
    notOffered: (what) => `a proxy offers no ${what}`,
    audit,
    log,
    now,
  });
}
