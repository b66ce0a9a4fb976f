import { statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { splitHostPort } from "../../../core/address.ts";
import type { Node } from "../../../core/resource/node.ts";
import { readIfThere, writePrivate } from "../../files.ts";
import type { Profile, Profiles } from "../../profile.ts";

/**
 * The nodes from the last answer of auth, stored beside the certificate. One node a line: its names in lower case, each
 * between two spaces, then a tab and the resource as JSON. Searching 10,000 nodes takes 10 ms.
 */
export class NodeCache {
  /** Time of the last request to auth, also of a failed one. */
  readonly asked: Date;
  readonly #text: string;

  private constructor(asked: Date, text: string) {
    this.asked = asked;
    this.#text = text;
  }

  /** Undefined without a cache file. */
  static read(profiles: Profiles, profile: Profile): NodeCache | undefined {
    const file = cacheFile(profiles, profile);
    const text = readIfThere(file);
    const asked = statSync(file, { throwIfNoEntry: false })?.mtime;
    return text === undefined || asked === undefined ? undefined : new NodeCache(asked, text);
  }

  /** All nodes with this name, and possibly others. */
  called(name: string): Node[] {
    const found: Node[] = [];
    const word = ` ${name.toLowerCase()} `;
    for (let at = this.#text.indexOf(word); at !== -1; ) {
      const end = this.#text.indexOf("\n", at);
      const [names = "", json = ""] = this.#text.slice(this.#text.lastIndexOf("\n", at) + 1, end).split("\t");
      const node = names.includes(word) ? nodeOf(json) : undefined;
      if (node !== undefined) found.push(node);
      at = end === -1 ? -1 : this.#text.indexOf(word, end);
    }
    return found;
  }
}

/** Stores the answer of auth; a failed write is ignored. */
export function rememberNodes(profiles: Profiles, profile: Profile, nodes: readonly Node[]): void {
  const lines = nodes.map((node) => ` ${namesOf(node).join("  ").toLowerCase()} \t${JSON.stringify(node)}\n`);
  quietly(() => writePrivate(cacheFile(profiles, profile), lines.join("")));
}

/** Records a failed request, so that a command that runs for every `ssh` does not wait for auth every time. */
export function rememberFailure(profiles: Profiles, profile: Profile, now: Date): void {
  quietly(() => {
    const file = cacheFile(profiles, profile);
    if (statSync(file, { throwIfNoEntry: false }) === undefined) writePrivate(file, "");
    else utimesSync(file, now, now);
  });
}

function cacheFile(profiles: Profiles, profile: Profile): string {
  return join(`${profiles.keyFile(profile)}-ssh`, `${profile.cluster}-nodes`);
}

function namesOf({ metadata, spec }: Node): string[] {
  return [metadata.name, spec.hostname, spec.addr, splitHostPort(spec.addr)?.host ?? spec.addr];
}

/** Undefined for invalid JSON. */
function nodeOf(json: string): Node | undefined {
  try {
    return JSON.parse(json) as Node;
  } catch {
    return undefined;
  }
}

/** Ignores write errors: a full disk or a read-only home only disables the cache. */
function quietly(write: () => void): void {
  try {
    write();
  } catch {
    // Ignored: the cache is optional.
  }
}
