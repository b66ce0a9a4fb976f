import { hostPort } from "../../../core/address.ts";
import { Fault } from "../../../core/fault.ts";
import type { Context } from "../../context.ts";
import { type Environment, type Profile, Profiles, profileDir } from "../../profile.ts";
import { parseProxy } from "../proxy/address.ts";

/** The common flags that select a profile. */
export interface ProfileFlags {
  readonly proxy?: string | undefined;
  readonly user?: string | undefined;
  readonly cluster?: string | undefined;
}

export function profilesOf(cx: Context): Profiles {
  return new Profiles(profileDir(cx.env));
}

/**
 * The profile of `--proxy`, or the current one. Undefined if there is none, or if its user differs from `--user`.
 */
export async function selectProfile(profiles: Profiles, flags: ProfileFlags): Promise<Profile | undefined> {
  const profile = flags.proxy === undefined ? await currentProfile(profiles) : await atProxy(profiles, flags.proxy);
  if (profile === undefined || (flags.user !== undefined && flags.user !== profile.user)) return undefined;
  return flags.cluster === undefined ? profile : { ...profile, cluster: flags.cluster };
}

async function currentProfile(profiles: Profiles): Promise<Profile | undefined> {
  const name = profiles.current();
  return name === undefined ? undefined : profiles.read(name);
}

async function atProxy(profiles: Profiles, text: string): Promise<Profile | undefined> {
  const { host, webPort } = parseProxy(text);
  const profile = await profiles.read(host);
  // Two clusters on one host differ in their ports.
  return webPort === undefined || profile?.web === hostPort(host, webPort) ? profile : undefined;
}

/** The proxy to log in to: the given ports, or else those of the last login. */
export function proxyFor(typed: string | undefined, known: Profile | undefined): string | undefined {
  if (known === undefined) return typed;
  const ports = typed === undefined ? undefined : parseProxy(typed);
  if (ports?.webPort !== undefined) return typed;
  const sshPort = ports?.sshPort ?? known.sshPort;
  return sshPort === undefined ? known.web : `${known.web},${sshPort}`;
}

/** The Fault of a command that needs a login. @param known an earlier profile, for the hint */
export function notLoggedIn(flags: ProfileFlags, known?: Profile): Fault {
  const proxy = flags.proxy ?? known?.web ?? "HOST";
  const name = flags.user ?? known?.user;
  const user = name === undefined ? "" : ` --user=${name}`;
  return new Fault("unauthenticated", "not logged in", { hint: `tsh login --proxy=${proxy}${user}` });
}

/** The local user name: from the login shell, or else from the passwd database (Bun's os.userInfo reads USER only). */
export function ownUser(env: Environment): string {
  const named = env.USER || env.LOGNAME;
  if (named) return named;
  const PATH = env.PATH ?? "/usr/bin:/bin";
  const id = Bun.which("id", { PATH });
  return id === null ? "" : Bun.spawnSync([id, "-un"], { env: { PATH }, stderr: "ignore" }).stdout.toString().trim();
}
