import type { Certificate } from "../../core/cert/certificate.ts";
import { Fault } from "../../core/fault.ts";
import { type AccessRequest, type Feature, type Options, requireAccess } from "../../core/policy/authorize.ts";
import type { LoginAttempt } from "../sshd/server.ts";
import { identifyUser } from "../sshd/user-login.ts";
import { type Account, admitAccount, lookupAccount } from "./account.ts";
import type { NodeConnection, NodeContext, NodePrincipal } from "./context.ts";

/**
 * Decides a login to this node. `connectionsOf` counts the connections that a user has here.
 * @throws Fault `denied`, `unauthenticated` or `rate_limited` with the reason for the user
 */
export async function identify(
  context: NodeContext,
  certificate: Certificate,
  { login, address, connectionsOf }: LoginAttempt & { readonly connectionsOf: (user: string) => number },
): Promise<NodePrincipal> {
  const { audit, cluster, now } = context;
  const at = { view: cluster.view, now: now(), address };
  const { identity, grant } = identifyUser(certificate, requestOf(context, login), at);
  const { user } = identity;
  const { maxConnections } = grant.options;
  if (maxConnections !== undefined && connectionsOf(user) >= maxConnections) {
    const fields = { user, login, addr_remote: address, reason: "max_connections", maximum: maxConnections };
    void audit.after("session.rejected", fields);
    throw new Fault("rate_limited", `you have ${maxConnections} connections here already, and may have no more`);
  }
  const account = await accountOf(login, context);
  admitAccount(account, now());
  return { identity, account };
}

/**
 * Decides anew whether the user of a connection may use it, and a feature of it. Called for each channel and request, so
 * that nothing outlives the roles that allowed it. @throws Fault for the user
 */
export function requireNodeAccess(context: NodeContext, connection: NodeConnection, feature?: Feature): Options {
  return decide(context, connection, { established: false, ...(feature !== undefined && { feature }) });
}

/** As `requireNodeAccess`, for what is open already: an expired certificate ends it only where a role says so. */
export function requireOpenAccess(context: NodeContext, connection: NodeConnection): Options {
  return decide(context, connection, { established: true });
}

function decide(
  context: NodeContext,
  { principal, login, address }: NodeConnection,
  { established, feature }: { readonly established: boolean; readonly feature?: Feature },
): Options {
  const request = requestOf(context, login, feature);
  return requireAccess(principal.identity, request, context.cluster.view, { now: context.now(), address, established })
    .options;
}

function requestOf({ cluster, hostname, labels }: NodeContext, login: string, feature?: Feature): AccessRequest {
  const node = { uuid: cluster.uuid, hostname, labels: labels() };
  return { kind: "node", node, login, ...(feature !== undefined && { feature }) };
}

async function accountOf(login: string, { hostname }: NodeContext): Promise<Account> {
  const account = await lookupAccount(login);
  if (account === undefined) throw new Fault("denied", `there is no account ${login} on ${hostname}`);
  const uid = process.geteuid?.();
  if (uid !== 0 && account.uid !== uid)
    throw new Fault("denied", `this node does not run as root, so it can only serve the user that it runs as`);
  return account;
}
