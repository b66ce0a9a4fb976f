import { Fault } from "../../../core/fault.ts";
import type { Context } from "../../context.ts";
import type { LoggedIn } from "./login-client.ts";
import { profilesOf } from "./profile-select.ts";

/**
 * Where a login is kept. `auto`: on disk, and in the ssh-agent if one runs here and takes it; `yes` insists on the agent;
 * `only` leaves the key to the agent alone.
 */
export const KEEPING = ["auto", "yes", "no", "only"] as const;
export type Keeping = (typeof KEEPING)[number];
export const KEEPING_ENV = ["SALLYPORT_ADD_KEYS_TO_AGENT", "TELEPORT_ADD_KEYS_TO_AGENT"] as const;

/** Makes a login the current one. @throws Fault `failed` when it should be in an ssh-agent and cannot. */
export async function keepLogin(cx: Context, login: LoggedIn, keeping: Keeping): Promise<void> {
  const kept = await offerToAgent(cx, keeping, login);
  profilesOf(cx).save(login.profile, { ...login, key: kept === "only" ? undefined : login.key });
}

/** As the environment says, for a login that nobody gave flags to. */
export function keepingOf(env: Context["env"]): Keeping {
  const said = KEEPING_ENV.map((name) => env[name]).find(Boolean);
  return KEEPING.find((keeping) => keeping === said) ?? "auto";
}

/** `auto` never fails; `yes` and `only` do when there is no agent. */
async function offerToAgent(cx: Context, how: Keeping, login: LoggedIn): Promise<Keeping> {
  const socket = cx.env.SSH_AUTH_SOCK;
  if (how === "no" || (how === "auto" && !socket)) return "no";
  if (!socket) throw new Fault("failed", "there is no ssh-agent: SSH_AUTH_SOCK is not set");
  const { addKey } = await import("../../ssh-agent/keys.ts");
  try {
    await addKey(socket, login.profile, login.key, login.parsed, cx.now());
  } catch (cause) {
    const why = `the certificate could not be put into the ssh-agent: ${(cause as Error).message}`;
    if (how !== "auto") throw new Fault("failed", why, { cause });
    cx.trace(why);
  }
  return how;
}
