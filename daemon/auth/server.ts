import type { AuditEvent } from "../../core/audit/event.ts";
import type { Certificate } from "../../core/cert/certificate.ts";
import { readHostIdentity } from "../../core/cert/identity.ts";
import { verifyCertificate } from "../../core/cert/verify.ts";
import { Fault } from "../../core/fault.ts";
import { requireAccess } from "../../core/policy/authorize.ts";
import type { HostKey } from "../../core/ssh/server.ts";
import { AuditEmitter } from "../audit/emitter.ts";
import { RateLimit } from "../net/rate-limit.ts";
import type { ChannelHandlers } from "../sshd/channels.ts";
import type { ConnectionLimits, SshConnection } from "../sshd/connection.ts";
import { type LoginAttempt, SshServer } from "../sshd/server.ts";
import { identifyUser } from "../sshd/user-login.ts";
import { actorOf, type Caller } from "./caller.ts";
import type { AuthContext } from "./context.ts";
import { removedFault, requireHost } from "./hosts.ts";
import type { ChannelServer } from "./http.ts";
import { storedProxyHeaders } from "./proxy-headers.ts";
import { isJoinToken } from "./tokens.ts";

/** The user name with which a join token is given as the password. */
const JOIN_USER = "join";

/** Wrong join tokens of one source: an operator may have chosen one that can be guessed. Right ones do not count. */
const GUESSES = { perMinute: 20, burst: 100 };

const NOTHING_ELSE = "auth offers its API and nothing else";

/** The SSH server of auth: members, users and operators open channels to the API. */
export function authServer(
  auth: AuthContext,
  {
    api,
    hostKey,
    hostname,
  }: { readonly api: ChannelServer; readonly hostKey: () => HostKey; readonly hostname: string },
): SshServer<Caller> {
  const { cluster, uuid, view, log, now } = auth;
  const guesses = new RateLimit(GUESSES, () => performance.now());
  const append = (event: AuditEvent) => auth.audit.append(event);
  return new SshServer<Caller>({
    ident: `Sallyport_${auth.version}`,
    loginGraceMs: 30_000,
    hostKey,
    view,
    proxyHeader: { to: "auth", cluster, used: storedProxyHeaders(auth.store) },
    identify: {
      certificate: (certificate, attempt) =>
        certificate.type === "host" ? member(auth, certificate, attempt) : user(auth, certificate, attempt),
      password: (token, attempt) => joiner(auth, guesses, token, attempt),
    },
    userOf: actorOf,
    authorize: connectionLimits(auth),
    serve: (connection) => serveApi(connection, api),
    notOffered: () => NOTHING_ELSE,
    audit: new AuditEmitter({ cluster, uuid, hostname, append, log, now }),
    log,
    now,
  });
}

function serveApi(connection: SshConnection<Caller>, api: ChannelServer): ChannelHandlers {
  return {
    tcpip({ accept, refuse }, { host }) {
      if (host === "auth") return api.serve(accept(), connection.principal);
      const fault = new Fault("denied", NOTHING_ELSE);
      connection.refused(fault);
      refuse(fault);
    },
  };
}

/** Which connections may stay open; each request is decided by itself. */
function connectionLimits({ view, now }: AuthContext): (connection: SshConnection<Caller>) => ConnectionLimits {
  // A machine that joined at another auth process a moment ago is not in this one's view yet.
  const seen = new WeakSet<SshConnection<Caller>>();
  return (connection) => {
    const { principal } = connection;
    switch (principal.kind) {
      case "user": {
        const { identity, address } = principal;
        requireAccess(identity, { kind: "connect" }, view, { now: now(), address, established: true });
        return { expires: identity.expires };
      }
      case "host": {
        const known = view.hosts.get(principal.uuid);
        if (known !== undefined) seen.add(connection);
        if (seen.has(connection) && known?.public_key !== principal.publicKey) throw removedFault();
        return {};
      }
      case "admin":
      case "join":
        return {};
    }
  };
}

async function joiner(
  auth: AuthContext,
  guesses: RateLimit,
  token: string,
  { login, address }: LoginAttempt,
): Promise<Caller> {
  const wait = guesses.take(address);
  if (wait > 0)
    throw new Fault("rate_limited", "too many wrong join tokens came from your address", {
      hint: `try again in ${wait} s`,
    });
  if (login !== JOIN_USER || !(await isJoinToken(auth, token)))
    throw new Fault("unauthenticated", "the join token is unknown, used up, or expired", {
      hint: "make a new one: tctl nodes add",
    });
  guesses.giveBack(address);
  return { kind: "join", token, address };
}

async function user({ view, now }: AuthContext, certificate: Certificate, { address }: LoginAttempt): Promise<Caller> {
  const { identity } = identifyUser(certificate, { kind: "connect" }, { view, now: now(), address });
  return { kind: "user", identity, address };
}

async function member(auth: AuthContext, certificate: Certificate, { address }: LoginAttempt): Promise<Caller> {
  const authorities = auth.view.authorities("host");
  verifyCertificate(certificate, { type: "host", authorities, now: auth.now(), sourceAddress: address });
  const { uuid, cluster, roles } = readHostIdentity(certificate);
  if (cluster !== auth.cluster) throw new Fault("denied", `the certificate is of the cluster "${cluster}"`);
  if (roles.includes("admin")) return { kind: "admin", address };
  const caller = { kind: "host", uuid, publicKey: certificate.key.toString(), address } as const;
  const host = await requireHost(auth, caller);
  return { ...caller, roles: host.roles.filter((role) => roles.includes(role)) };
}
