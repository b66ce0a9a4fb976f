import type { WatchLine } from "../../core/api/schema.ts";
import { PublicKey } from "../../core/cert/public-key.ts";
import { NodeIndex } from "../../core/policy/node-index.ts";
import type { Authority, AuthorityType } from "../../core/resource/authority.ts";
import type { Lock } from "../../core/resource/lock.ts";
import type { Kind, Resource } from "../../core/resource/registry.ts";
import type { Role } from "../../core/resource/role.ts";
import type { User } from "../../core/resource/user.ts";
import type { ClusterView } from "./cluster.ts";

/** How long a node that is gone is remembered. Milliseconds. */
const BURIED_MS = 24 * 3600_000;

/** A live copy of what auth knows, fed by the lines of `GET /v1/watch`. */
export class LiveView implements ClusterView {
  readonly roles = new Map<string, Role>();
  readonly users = new Map<string, User>();
  readonly nodes = new NodeIndex();
  readonly #locks = new Map<string, Lock>();
  readonly #authorities = new Map<string, Authority>();
  readonly #keys = new Map<AuthorityType, readonly PublicKey[]>();
  readonly #listeners = new Set<() => void>();
  readonly #now: () => Date;
  locks: readonly Lock[] = [];

  constructor(now: () => Date) {
    this.#now = now;
  }

  authorities(type: AuthorityType): readonly PublicKey[] {
    return this.#keys.get(type) ?? [];
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Follows one watch until it ends. Its first part is the whole state: what it does not mention is gone when it says
   * `ready`. Until then what was known before keeps counting.
   */
  async follow(lines: AsyncIterable<WatchLine>, onReady: () => void): Promise<void> {
    let mentioned: Set<string> | undefined = new Set();
    for await (const line of lines) {
      switch (line.op) {
        case "put": {
          const resource = line.resource as Resource;
          mentioned?.add(`${resource.kind}/${resource.metadata.name}`);
          this.#put(resource);
          break;
        }
        case "delete":
          if (line.removed) this.nodes.delete(line.name);
          else this.#remove(line.kind as Kind, line.name);
          break;
        case "ready":
          if (mentioned !== undefined) this.#keepOnly(mentioned);
          mentioned = undefined;
          onReady();
          break;
      }
      if (mentioned === undefined) this.#changed();
    }
  }

  #put(resource: Resource): void {
    const { name } = resource.metadata;
    switch (resource.kind) {
      case "role":
        this.roles.set(name, resource);
        break;
      case "user":
        this.users.set(name, resource);
        break;
      case "node":
        this.nodes.put(resource);
        break;
      case "lock":
        this.#locks.set(name, resource);
        this.locks = [...this.#locks.values()];
        break;
      case "cert_authority":
        this.#authorities.set(name, resource);
        this.#readKeys();
        break;
      case "token":
        break;
    }
  }

  #remove(kind: Kind, name: string): void {
    switch (kind) {
      case "role":
        this.roles.delete(name);
        break;
      case "user":
        this.users.delete(name);
        break;
      case "node":
        this.#buryNode(name);
        break;
      case "lock":
        this.#locks.delete(name);
        this.locks = [...this.#locks.values()];
        break;
      case "cert_authority":
        this.#authorities.delete(name);
        this.#readKeys();
        break;
      case "token":
        break;
    }
  }

  #keepOnly(mentioned: ReadonlySet<string>): void {
    const known: readonly [Kind, Iterable<string>][] = [
      ["role", this.roles.keys()],
      ["user", this.users.keys()],
      ["node", this.nodes.uuids()],
      ["lock", this.#locks.keys()],
      ["cert_authority", this.#authorities.keys()],
    ];
    for (const [kind, names] of known)
      for (const name of [...names]) if (!mentioned.has(`${kind}/${name}`)) this.#remove(kind, name);
  }

  /** A node that is silent stays known for a day, so that who asks for it is told since when. */
  #buryNode(uuid: string): void {
    const node = this.nodes.get(uuid);
    if (node === undefined || node.metadata.expires !== undefined) return;
    const now = this.#now().getTime();
    this.nodes.put({ ...node, metadata: { ...node.metadata, expires: new Date(now).toISOString() } });
    for (const { metadata } of this.nodes.all())
      if (metadata.expires !== undefined && Date.parse(metadata.expires) < now - BURIED_MS)
        this.nodes.delete(metadata.name);
  }

  #readKeys(): void {
    this.#keys.clear();
    for (const { spec } of this.#authorities.values()) {
      const lines = [...spec.active_keys, ...spec.additional_trusted_keys];
      this.#keys.set(spec.type, [...(this.#keys.get(spec.type) ?? []), ...lines.map((line) => PublicKey.parse(line))]);
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
