import type { Certificate } from "../../core/cert/certificate.ts";
import { readHostIdentity, readUserIdentity } from "../../core/cert/identity.ts";
import { verifyCertificate } from "../../core/cert/verify.ts";
import { Fault } from "../../core/fault.ts";
import { requireAccess } from "../../core/policy/authorize.ts";
import type { Door, HostKey } from "../../core/ssh/server.ts";
import { RateLimit, RECORDED_REFUSALS } from "../net/rate-limit.ts";
import { emitEvent } from "./audit.ts";
import type { Caller } from "./caller.ts";
import type { AuthContext } from "./context.ts";
import { requireHost } from "./hosts.ts";
import { isJoinToken } from "./tokens.ts";

/** The user name under which a join token is given as the password. */
export const JOIN_USER = "join";

/** Wrong join tokens of one source: an operator may have chosen one that can be guessed. Those that are right do not count. */
const GUESSES = { perMinute: 20, burst: 100 };

/** Who may open a connection to the API, and as whom. */
export function authDoor(auth: AuthContext, hostKey: () => HostKey): Door<Caller> {
  const clock = () => performance.now();
  const [guesses, recorded] = [new RateLimit(GUESSES, clock), new RateLimit(RECORDED_REFUSALS, clock)];
  return {
    hostKey,
    ident: `Sallyport_${auth.version}`,
    methods: ["certificate", "password"],
    loginGraceMs: 30_000,
    identify: async (user, proof, from) => {
      try {
        if (proof.method === "certificate") return await certified(auth, proof.certificate, from.address);
        return await joiner(auth, guesses, user, proof.secret, from.address);
      } catch (error) {
        const fault = Fault.from(error);
        if (recorded.take(from.address) === 0)
          await emitEvent(auth, "auth", {
            server_id: auth.uuid,
            success: false,
            user,
            error: fault.message,
            addr_remote: from.address,
          });
        throw fault;
      }
    },
  };
}

async function joiner(
  auth: AuthContext,
  guesses: RateLimit,
  user: string,
  token: string,
  address: string,
): Promise<Caller> {
  const wait = guesses.take(address);
  if (wait > 0)
    throw new Fault("rate_limited", "too many wrong join tokens came from your address", {
      hint: `try again in ${wait} s`,
    });
  if (user !== JOIN_USER || !(await isJoinToken(auth, token)))
    throw new Fault("unauthenticated", "the join token is unknown, used up, or expired", {
      hint: "make a new one: tctl nodes add",
    });
  guesses.giveBack(address);
  return { kind: "join", token, address };
}

async function certified(auth: AuthContext, certificate: Certificate, address: string): Promise<Caller> {
  verifyCertificate(certificate, {
    type: certificate.type,
    authorities: auth.view.authorities(certificate.type),
    now: auth.now(),
    sourceAddress: address,
  });
  if (certificate.type === "host") return member(auth, certificate, address);
  const identity = readUserIdentity(certificate);
  requireAccess(identity, { kind: "connect" }, auth.view, { now: auth.now(), address });
  return { kind: "user", identity, address };
}

async function member(auth: AuthContext, certificate: Certificate, address: string): Promise<Caller> {
  const { uuid, cluster, roles } = readHostIdentity(certificate);
  if (cluster !== auth.cluster) throw new Fault("denied", `the certificate is of the cluster "${cluster}"`);
  if (roles.includes("admin")) return { kind: "admin", address };
  const caller = { kind: "host", uuid, publicKey: certificate.key.toString(), address } as const;
  const host = await requireHost(auth, caller);
  return { ...caller, roles: host.roles.filter((role) => roles.includes(role)) };
}
