import { hostPort } from "../../../core/address.ts";
import { Fault } from "../../../core/fault.ts";
import type { Context } from "../../context.ts";
import { type Environment, type Profile, Profiles, profileDir } from "../../profile.ts";
import { parseProxy } from "../proxy/address.ts";

/** What of the common flags says which login is meant. */
export interface ProfileFlags {
  readonly proxy?: string | undefined;
  readonly user?: string | undefined;
  readonly cluster?: string | undefined;
}

export function profilesOf(cx: Context): Profiles {
  return new Profiles(profileDir(cx.env));
}

/**
 * The profile that is meant: that of `--proxy`, or the current one. Undefined where there is none, or where it is
 * somebody else's than `--user` says.
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
  // Two clusters on one host differ in their ports; a login to the one is none to the other.
  return webPort === undefined || profile?.web === hostPort(host, webPort) ? profile : undefined;
}

/** The proxy to log in at: the ports that were typed, and else those of the last login there. */
export function proxyFor(typed: string | undefined, known: Profile | undefined): string | undefined {
  if (known === undefined) return typed;
  const ports = typed === undefined ? undefined : parseProxy(typed);
  if (ports?.webPort !== undefined) return typed;
  const sshPort = ports?.sshPort ?? known.sshPort;
  return sshPort === undefined ? known.web : `${known.web},${sshPort}`;
}

/** The failure of everything that needs a login and finds none. `known` is where one was, or a sign-up. */
export function notLoggedIn(flags: ProfileFlags, known?: Profile): Fault {
  const proxy = flags.proxy ?? known?.web ?? "HOST";
  const name = flags.user ?? known?.user;
  const user = name === undefined ? "" : ` --user=${name}`;
  return new Fault("unauthenticated", "not logged in", { hint: `tsh login --proxy=${proxy}${user}` });
}

/** The name of whoever runs this: as the login shell says, or else as the passwd database does (Bun's os.userInfo reads USER only). */
export function ownUser(env: Environment): string {
  const named = env.USER || env.LOGNAME;
  if (named) return named;
  const PATH = env.PATH ?? "/usr/bin:/bin";
  const id = Bun.which("id", { PATH });
  return id === null ? "" : Bun.spawnSync([id, "-un"], { env: { PATH }, stderr: "ignore" }).stdout.toString().trim();
}
