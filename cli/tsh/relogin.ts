import { Fault } from "../../core/fault.ts";
import type { Context } from "../context.ts";
import { type Acting, actingAs, type Who } from "./acting.ts";
import { chooseProfile, profilesOf } from "./choose.ts";

/**
 * Who is meant by the flags, with a certificate that is good now. When it has expired and somebody sits at the terminal,
 * they are asked to log in again, and things go on. @throws Fault `unauthenticated` where they cannot.
 */
export async function freshActing(cx: Context, who: Who, ask = true): Promise<Acting> {
  const acting = await actingAs(cx, who);
  if (acting.certificate.validBefore > cx.now()) return acting;
  const expired = new Fault("unauthenticated", "your certificate has expired", {
    hint: who.identity === undefined ? "log in again: tsh login" : "have a new identity file made",
  });
  if (!ask || who.identity !== undefined || !cx.isTerminal(2)) throw expired;
  const profiles = profilesOf(cx);
  const known = await chooseProfile(profiles, who);
  if (known === undefined) throw expired;
  cx.tell("Your certificate has expired. Log in again to go on.");
  const { logIn } = await import("./log-in.ts");
  const login = await logIn(cx, { proxy: known.web, user: known.user, known, cluster: known.cluster });
  profiles.save(login.profile, login);
  return actingAs(cx, who);
}
