import { join } from "node:path";
import { readIfThere, writePrivate } from "../../files.ts";
import type { Profile, Profiles } from "../../profile.ts";

/** Shells expand the words that they complete, so nothing but a name may become one. */
const NAME = /^[A-Za-z0-9_:][A-Za-z0-9._:-]*$/;

/** Host names that shells complete: `keys/PROXY/CLUSTER.hosts`, one a line, read by the scripts in `completions/`. */
function cacheFile(profiles: Profiles, profile: Profile): string {
  return join(profiles.dir, "keys", profile.proxy, `${profile.cluster}.hosts`);
}

/** What `tsh ls` of everything has shown is all there is. A cache that cannot be written is no failure of the command. */
export function rememberHosts(profiles: Profiles, profile: Profile, names: readonly string[]): void {
  try {
    const file = cacheFile(profiles, profile);
    const text = [...new Set(names)].map((name) => (NAME.test(name) ? `${name}\n` : "")).join("");
    if (readIfThere(file) !== text) writePrivate(file, text);
  } catch {
    // A full disk or a read-only home has been told elsewhere, or does not matter here.
  }
}

/** A host that was reached is one that exists. */
export function rememberHost(profiles: Profiles, profile: Profile, name: string): void {
  const known = (readIfThere(cacheFile(profiles, profile)) ?? "").split("\n").filter((line) => line !== "");
  if (!known.includes(name)) rememberHosts(profiles, profile, [...known, name]);
}
