import { statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { splitHostPort } from "../../../core/address.ts";
import type { Node } from "../../../core/resource/node.ts";
import { readIfThere, writePrivate } from "../../files.ts";
import type { Profile, Profiles } from "../../profile.ts";

/**
 * The machines that a user could reach when last asked, beside the certificate that auth answered to. One a line: its
 * names in lower case, each between two spaces, then a tab and the resource as JSON. Ten thousand are searched in 10 ms.
 */
export class NodeCache {
  /** When auth was asked, or could not be: it is not asked again for a while. */
  readonly asked: Date;
  readonly #text: string;

  private constructor(asked: Date, text: string) {
    this.asked = asked;
    this.#text = text;
  }

  /** Undefined when nothing was kept. */
  static read(profiles: Profiles, profile: Profile): NodeCache | undefined {
    const file = cacheFile(profiles, profile);
    const text = readIfThere(file);
    const asked = statSync(file, { throwIfNoEntry: false })?.mtime;
    return text === undefined || asked === undefined ? undefined : new NodeCache(asked, text);
  }

  /** All machines that go by this name, and perhaps others. */
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

/** Keeps what auth said. Where that cannot be written, the next one asks again. */
export function rememberNodes(profiles: Profiles, profile: Profile, nodes: readonly Node[]): void {
  const lines = nodes.map((node) => ` ${namesOf(node).join("  ").toLowerCase()} \t${JSON.stringify(node)}\n`);
  quietly(() => writePrivate(cacheFile(profiles, profile), lines.join("")));
}

/** Notes that auth could not be asked, so that a command which is run for every `ssh` does not wait for it every time. */
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

/** Undefined for what somebody else has written. */
function nodeOf(json: string): Node | undefined {
  try {
    return JSON.parse(json) as Node;
  } catch {
    return undefined;
  }
}

/** A full disk or a read-only home makes a cache useless, and nothing else. */
function quietly(write: () => void): void {
  try {
    write();
  } catch {
    // As said.
  }
}
