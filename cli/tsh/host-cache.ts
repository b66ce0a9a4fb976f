import { join } from "node:path";
import { readIfThere, writePrivate } from "../files.ts";
import type { Profile, Profiles } from "../profile.ts";

/** Host names that shells complete: `keys/PROXY/CLUSTER.hosts`, one a line, read by the scripts in `completions/`. */
function cacheFile(profiles: Profiles, profile: Profile): string {
  return join(profiles.dir, "keys", profile.proxy, `${profile.cluster}.hosts`);
}

/** What `tsh ls` of everything has shown is all there is. A cache that cannot be written is no failure of the command. */
export function rememberHosts(profiles: Profiles, profile: Profile, names: readonly string[]): void {
  try {
    writePrivate(cacheFile(profiles, profile), [...new Set(names)].map((name) => `${name}\n`).join(""));
  } catch {
    // A full disk or a read-only home has been told elsewhere, or does not matter here.
  }
}

/** A host that was reached is one that exists. */
export function rememberHost(profiles: Profiles, profile: Profile, name: string): void {
  const known = (readIfThere(cacheFile(profiles, profile)) ?? "").split("\n").filter((line) => line !== "");
  if (!known.includes(name)) rememberHosts(profiles, profile, [...known, name]);
}
