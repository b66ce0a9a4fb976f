import { formatIdentity } from "../../../core/cert/identity-file.ts";
import { Fault } from "../../../core/fault.ts";
import type { Context } from "../../context.ts";
import { writePrivate } from "../../files.ts";
import type { LoginResult } from "./login-client.ts";
import { profilesOf } from "./profile-select.ts";

/**
 * Where a login is stored. `auto`: on disk, and in a running ssh-agent that accepts it; `yes` requires the agent; `no` uses
 * only the disk; `only` stores the key in the agent only.
 */
export const AGENT_MODES = ["auto", "yes", "no", "only"] as const;
export type AgentMode = (typeof AGENT_MODES)[number];
export const AGENT_MODE_ENV = ["SALLYPORT_ADD_KEYS_TO_AGENT", "TELEPORT_ADD_KEYS_TO_AGENT"] as const;

/** Stores a login and makes it the current one. @throws Fault `failed` if a required ssh-agent is not available */
export async function saveLogin(cx: Context, login: LoginResult, mode: AgentMode): Promise<void> {
  const kept = await offerToAgent(cx, mode, login);
  profilesOf(cx).save(login.profile, { ...login, key: kept === "only" ? undefined : login.key });
}

/** The mode from the environment, for commands without the flag. */
export function agentModeOf(env: Context["env"]): AgentMode {
  const said = AGENT_MODE_ENV.map((name) => env[name]).find(Boolean);
  return AGENT_MODES.find((mode) => mode === said) ?? "auto";
}

/** Adds the key to the agent. `auto` never fails; `yes` and `only` fail without an agent. */
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

/** Writes a login for another program: one identity file, or key and certificate in OpenSSH's layout. */
export function writeIdentity(file: string, format: "file" | "openssh", login: LoginResult): void {
  if (format === "openssh") {
    writePrivate(file, login.key);
    writePrivate(`${file}-cert.pub`, `${login.certificate}\n`);
    return;
  }
  const { key, parsed: certificate, authorities } = login;
  writePrivate(file, formatIdentity({ key, certificate, cluster: login.profile.cluster, authorities }));
}
