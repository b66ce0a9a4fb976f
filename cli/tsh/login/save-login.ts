import { formatIdentity } from "../../../core/cert/identity-file.ts";
import { Fault } from "../../../core/fault.ts";
import type { Context } from "../../context.ts";
import { writePrivate } from "../../files.ts";
import type { LoginResult } from "./login-client.ts";
import { profilesOf } from "./profile-select.ts";

/**
 * Where a login is kept. `auto`: on disk, and in the ssh-agent if one runs here and takes it; `yes` insists on the agent;
 * `only` leaves the key to the agent alone.
 */
export const AGENT_MODES = ["auto", "yes", "no", "only"] as const;
export type AgentMode = (typeof AGENT_MODES)[number];
export const AGENT_MODE_ENV = ["SALLYPORT_ADD_KEYS_TO_AGENT", "TELEPORT_ADD_KEYS_TO_AGENT"] as const;

/** Makes a login the current one. @throws Fault `failed` when it should be in an ssh-agent and cannot. */
export async function saveLogin(cx: Context, login: LoginResult, mode: AgentMode): Promise<void> {
  const kept = await offerToAgent(cx, mode, login);
  profilesOf(cx).save(login.profile, { ...login, key: kept === "only" ? undefined : login.key });
}

/** As the environment says, for a login that nobody gave flags to. */
export function agentModeOf(env: Context["env"]): AgentMode {
  const said = AGENT_MODE_ENV.map((name) => env[name]).find(Boolean);
  return AGENT_MODES.find((mode) => mode === said) ?? "auto";
}

/** `auto` never fails; `yes` and `only` do when there is no agent. */
async function offerToAgent(cx: Context, how: AgentMode, login: LoginResult): Promise<AgentMode> {
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

/** Writes a login for another program: one file with everything, or key and certificate beside each other as ssh reads them. */
export function writeIdentity(file: string, format: "file" | "openssh", login: LoginResult): void {
  if (format === "openssh") {
    writePrivate(file, login.key);
    writePrivate(`${file}-cert.pub`, `${login.certificate}\n`);
    return;
  }
  const { key, parsed: certificate, authorities } = login;
  writePrivate(file, formatIdentity({ key, certificate, cluster: login.profile.cluster, authorities }));
}
