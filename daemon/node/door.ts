import { readUserIdentity } from "../../core/cert/identity.ts";
import { Fault } from "../../core/fault.ts";
import type { Door, Proof } from "../../core/ssh/server.ts";
import { RateLimit, RECORDED_REFUSALS } from "../net/rate-limit.ts";
import { type Account, admitAccount, lookupAccount } from "./account.ts";
import type { House } from "./house.ts";
import type { Visitor } from "./visitor.ts";

/** How this node lets users in. `connectionsOf` counts what a user has open here. */
export function nodeDoor(
  house: House,
  { ident, connectionsOf }: { ident: string; connectionsOf: (user: string) => number },
): Door<Visitor> {
  const recorded = new RateLimit(RECORDED_REFUSALS, () => performance.now());
  return {
    hostKey: () => house.cluster.hostKey(),
    ident,
    methods: ["certificate"],
    async identify(login, proof, { address }) {
      try {
        return await identify(house, { login, proof, address, connectionsOf });
      } catch (thrown) {
        const fault = Fault.from(thrown);
        if (fault.code === "internal") house.log.error("a login failed", { login, address, error: fault });
        if (recorded.take(address) === 0)
          void house.audit.after("auth", {
            ...(proof.method === "certificate" && {
              user: proof.certificate.keyId,
              fingerprint: proof.certificate.key.fingerprint,
            }),
            login,
            addr_remote: address,
            success: false,
            error: fault.message,
          });
        throw fault;
      }
    },
  };
}

async function identify(
  house: House,
  asked: { login: string; proof: Proof; address: string; connectionsOf: (user: string) => number },
): Promise<Visitor> {
  const { login, proof, address, connectionsOf } = asked;
  if (proof.method !== "certificate") throw new Fault("denied", "only certificates open this node");
  const claim = { certificate: proof.certificate, login, address };
  const grants = house.access.authorize(claim);
  const { user } = readUserIdentity(proof.certificate);
  if (grants.maxConnections !== undefined && connectionsOf(user) >= grants.maxConnections) {
    void house.audit.after("session.rejected", {
      user,
      login,
      addr_remote: address,
      reason: "max_connections",
      maximum: grants.maxConnections,
    });
    throw new Fault("rate_limited", `you have ${grants.maxConnections} connections here already, and may have no more`);
  }
  const account = await accountOf(login, house);
  admitAccount(account, house.now());
  return { ...claim, user, account };
}

async function accountOf(login: string, house: House): Promise<Account> {
  const account = await lookupAccount(login);
  if (account === undefined) throw new Fault("denied", `there is no account ${login} on ${house.hostname}`);
  const uid = process.geteuid?.();
  if (uid !== 0 && account.uid !== uid)
    throw new Fault("denied", `this node does not run as root, so it can only serve the user that it runs as`);
  return account;
}
