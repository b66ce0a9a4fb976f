import { Fault } from "../../../core/fault.ts";
import type { Context } from "../../context.ts";
import { type ClientIdentity, type IdentityFlags, loadIdentity } from "./identity.ts";
import { profilesOf, proxyFor, selectProfile } from "./profile-select.ts";

/**
 * Loads the selected identity with a valid certificate. If it has expired, prompts for a new login on a terminal.
 * @throws Fault `unauthenticated` without a valid certificate
 */
export async function validIdentity(cx: Context, flags: IdentityFlags, ask = true): Promise<ClientIdentity> {
  const identity = await loadIdentity(cx, flags);
  if (identity.certificate.validBefore > cx.now()) return identity;
  const expired = new Fault("unauthenticated", "your certificate has expired", {
    hint: flags.identity === undefined ? `log in again: ${loginAt(flags.proxy)}` : "create a new identity file",
  });
  if (!ask || flags.identity !== undefined || !cx.isTerminal(2)) throw expired;
  const profiles = profilesOf(cx);
  const known = await selectProfile(profiles, flags);
  if (known === undefined) throw expired;
  cx.tell("Your certificate has expired. Log in again to go on.");
  const [{ logIn }, { agentModeOf, saveLogin }] = await Promise.all([
    import("./login-client.ts"),
    import("./save-login.ts"),
  ]);
  const proxy = proxyFor(undefined, known) ?? known.web;
  const login = await logIn(cx, { proxy, user: known.user, known, cluster: known.cluster });
  // A key that was only in the ssh-agent stays there.
  await saveLogin(cx, login, profiles.privateKey(known) === undefined ? "only" : agentModeOf(cx.env));
  return loadIdentity(cx, flags);
}

/** The login command for the selected cluster. */
function loginAt(proxy: string | undefined): string {
  return proxy === undefined ? "tsh login" : `tsh login --proxy=${proxy}`;
}
