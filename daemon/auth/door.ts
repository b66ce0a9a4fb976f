import type { Certificate } from "../../core/cert/certificate.ts";
import { readHostIdentity, readUserIdentity } from "../../core/cert/identity.ts";
import { verifyCertificate } from "../../core/cert/verify.ts";
import { Fault } from "../../core/fault.ts";
import type { Door, HostKey, Proof } from "../../core/ssh/server.ts";
import { RateLimit, RECORDED_REFUSALS } from "../net/rate-limit.ts";
import type { Caller } from "./caller.ts";
import type { AuthContext } from "./context.ts";
import { requireHost } from "./hosts.ts";
import { record } from "./record.ts";
import { currentSubject } from "./subject.ts";
import { isJoinToken } from "./tokens.ts";

/** The user name under which a join token is given as the password. */
export const JOIN_USER = "join";

/** Who may open a connection to the API, and as whom. */
export function authDoor(auth: AuthContext, hostKey: () => HostKey): Door<Caller> {
  const recorded = new RateLimit(RECORDED_REFUSALS, () => performance.now());
  return {
    hostKey,
    ident: `Sallyport_${auth.version}`,
    methods: ["certificate", "password"],
    loginGraceMs: 30_000,
    identify: async (user, proof, from) => {
      try {
        return await identify(auth, user, proof, from.address);
      } catch (error) {
        const fault = Fault.from(error);
        if (recorded.take(from.address) === 0)
          await record(auth, "auth", {
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

async function identify(auth: AuthContext, user: string, proof: Proof, address: string): Promise<Caller> {
  if (proof.method === "certificate") return certified(auth, proof.certificate, address);
  if (user !== JOIN_USER || !(await isJoinToken(auth, proof.secret)))
    throw new Fault("unauthenticated", "the join token is unknown, used up, or expired", {
      hint: "make a new one: tctl nodes add",
    });
  return { kind: "join", token: proof.secret, address };
}

async function certified(auth: AuthContext, certificate: Certificate, address: string): Promise<Caller> {
  verifyCertificate(certificate, {
    type: certificate.type,
    authorities: auth.authorities.trusted(certificate.type),
    now: auth.now(),
    sourceAddress: address,
  });
  if (certificate.type === "host") return member(auth, certificate, address);
  const { user, roles, cluster, expires } = readUserIdentity(certificate);
  refuseOtherCluster(auth, cluster);
  await currentSubject(auth, user, roles);
  return { kind: "user", user, certified: roles, expires, address };
}

async function member(auth: AuthContext, certificate: Certificate, address: string): Promise<Caller> {
  const { uuid, cluster, roles } = readHostIdentity(certificate);
  refuseOtherCluster(auth, cluster);
  if (roles.includes("admin")) return { kind: "admin", address };
  const caller = { kind: "host", uuid, publicKey: certificate.key.toString(), address } as const;
  const host = await requireHost(auth, caller);
  return { ...caller, roles: host.value.roles.filter((role) => roles.includes(role)) };
}

function refuseOtherCluster(auth: AuthContext, cluster: string): void {
  if (cluster !== auth.cluster) throw new Fault("denied", `the certificate is of the cluster "${cluster}"`);
}
