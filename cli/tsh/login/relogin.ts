import { Fault } from "../../../core/fault.ts";
import type { Context } from "../../context.ts";
import { type Acting, actingAs, type Who } from "./identity.ts";
import { chooseProfile, profilesOf, proxyOf } from "./profile-select.ts";

/**
 * Who is meant by the flags, with a certificate that is good now. When it has expired and somebody sits at the terminal,
 * they are asked to log in again, and things go on. @throws Fault `unauthenticated` where they cannot.
 */
export async function freshActing(cx: Context, who: Who, ask = true): Promise<Acting> {
  const acting = await actingAs(cx, who);
  if (acting.certificate.validBefore > cx.now()) return acting;
  const expired = new Fault("unauthenticated", "your certificate has expired", {
    hint: who.identity === undefined ? `log in again: ${loginAt(who.proxy)}` : "have a new identity file made",
  });
  if (!ask || who.identity !== undefined || !cx.isTerminal(2)) throw expired;
  const profiles = profilesOf(cx);
  const known = await chooseProfile(profiles, who);
  if (known === undefined) throw expired;
  cx.tell("Your certificate has expired. Log in again to go on.");
  const [{ logIn }, { keepingOf, keepLogin }] = await Promise.all([
    import("./login-client.ts"),
    import("./save-login.ts"),
  ]);
  const proxy = proxyOf(undefined, known) ?? known.web;
  const login = await logIn(cx, { proxy, user: known.user, known, cluster: known.cluster });
  // A key that was in the ssh-agent alone does not come to disk by this.
  await keepLogin(cx, login, profiles.privateKey(known) === undefined ? "only" : keepingOf(cx.env));
  return actingAs(cx, who);
}

/** The command for the cluster that was asked for, which need not be the current one. */
function loginAt(proxy: string | undefined): string {
  return proxy === undefined ? "tsh login" : `tsh login --proxy=${proxy}`;
}
