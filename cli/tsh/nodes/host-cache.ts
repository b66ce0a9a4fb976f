import { join } from "node:path";
import { readIfThere, writePrivate } from "../../files.ts";
import type { Profile, Profiles } from "../../profile.ts";

/** Shells expand completed words, so only plain names are stored. */
const NAME = /^[A-Za-z0-9_:][A-Za-z0-9._:-]*$/;

/** Host names for completion: `keys/PROXY/CLUSTER.hosts`, one a line, read by the scripts in `completions/`. */
function cacheFile(profiles: Profiles, profile: Profile): string {
  return join(profiles.dir, "keys", profile.proxy, `${profile.cluster}.hosts`);
}

/** Replaces the cached names with the output of `tsh ls`. Write errors are ignored. */
export function rememberHosts(profiles: Profiles, profile: Profile, names: readonly string[]): void {
  try {
    const file = cacheFile(profiles, profile);
    const text = [...new Set(names)].map((name) => (NAME.test(name) ? `${name}\n` : "")).join("");
    if (readIfThere(file) !== text) writePrivate(file, text);
  } catch {
    // Ignored: the cache is optional.
  }
}

/** Adds a host after a successful connection. */
export function rememberHost(profiles: Profiles, profile: Profile, name: string): void {
  const known = (readIfThere(cacheFile(profiles, profile)) ?? "").split("\n").filter((line) => line !== "");
  if (!known.includes(name)) rememberHosts(profiles, profile, [...known, name]);
}
