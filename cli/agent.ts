import { PrivateKey } from "../core/cert/private-key.ts";
import type { SigningKey } from "../core/ssh/agent-protocol.ts";
import type { Context } from "./context.ts";
import { commentOf } from "./ssh-agent/keys.ts";
import { profilesOf } from "./tsh/login/profile-select.ts";

/** Runs an ssh-agent that offers every valid certificate of `~/.tsh`, until a signal ends it. */
export async function runAgent(
  cx: Context,
  socket: string | undefined,
  announce: (socket: string) => void,
): Promise<void> {
  const { serveSshAgent } = await import("../daemon/agent/ssh-agent.ts");
  await using agent = await serveSshAgent(socket, () => currentKeys(cx));
  const ended = new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, resolve);
  });
  announce(agent.socket);
  await ended;
}

/** The valid keys of all profiles. Read at every request, so that a login in another terminal takes effect. */
async function currentKeys(cx: Context): Promise<readonly SigningKey[]> {
  const profiles = profilesOf(cx);
  const keys: SigningKey[] = [];
  for (const profile of await profiles.list()) {
    const certificate = profiles.certificate(profile);
    const text = profiles.privateKey(profile);
    if (certificate === undefined || text === undefined || certificate.validBefore <= cx.now()) continue;
    const key = PrivateKey.parse(text);
    keys.push({ blob: certificate.blob, comment: commentOf(profile), sign: (data) => key.sign(data) });
  }
  return keys;
}
