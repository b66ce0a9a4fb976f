import type { WatchLine } from "../../core/api/schemas.ts";
import { PublicKey } from "../../core/cert/public-key.ts";
import type { ClusterState } from "../../core/policy/authorize.ts";
import { NodeIndex } from "../../core/policy/node-index.ts";
import type { Authority, AuthorityType } from "../../core/resource/authority.ts";
import type { Lock } from "../../core/resource/lock.ts";
import type { Kind, Resource } from "../../core/resource/registry.ts";
import type { Role } from "../../core/resource/role.ts";
import type { HostRole } from "../../core/resource/token.ts";
import type { User } from "../../core/resource/user.ts";

/** A node that has been silent for this long is forgotten. Milliseconds. */
const SILENT_MS = 24 * 3600_000;

/** A machine that has joined, as auth stores it. */
export interface Member {
  readonly uuid: string;
  /** In lower case. */
  readonly hostname: string;
  readonly roles: readonly HostRole[];
  /** In the format of an authorized_keys line. */
  readonly public_key: string;
  /** RFC 3339. */
  readonly joined: string;
}

/** The changes that a view follows: the lines of `GET /v1/watch`, and inside auth some more. */
export type ViewChange =
  | WatchLine
  | { readonly op: "put_host"; readonly host: Member }
  | { readonly op: "delete_host"; readonly uuid: string }
  /** A node is alive until `expires`, and is otherwise as it was. */
  | { readonly op: "heartbeat"; readonly uuid: string; readonly expires: string };

/**
 * A live copy of the cluster's users, roles, locks, authorities and machines, from which access is decided. Members
 * follow auth's watch and keep their copy while auth is away; auth follows its store.
 */
export class ClusterView implements ClusterState {
  readonly name: string;
  readonly users = new Map<string, User>();
  readonly roles = new Map<string, Role>();
  /** Filled on a proxy and inside auth. Inside auth, `metadata.expires` is the end of the last heartbeat's time. */
  readonly nodes = new NodeIndex();
  readonly #hosts = new Map<string, Member>();
  readonly #locks = new Map<string, Lock>();
  readonly #authorities = new Map<string, Authority>();
  readonly #keys = new Map<AuthorityType, readonly PublicKey[]>();
  #userAuthorities: ReadonlySet<string> = new Set();
  readonly #listeners = new Set<() => void>();
  readonly #now: () => Date;
  locks: readonly Lock[] = [];

  constructor(name: string, now: () => Date) {
    this.name = name;
    this.#now = now;
  }

  /** Members by UUID. Filled inside auth only. */
  get hosts(): ReadonlyMap<string, Member> {
    return this.#hosts;
  }

  /** Every key that certificates of this authority may be signed with. */
  authorities(type: AuthorityType): readonly PublicKey[] {
    return this.#keys.get(type) ?? [];
  }

  /** Every authority of the cluster, in the order of their names. */
  allAuthorities(): readonly Authority[] {
    return [...this.#authorities.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  trustsUserAuthority(fingerprint: string): boolean {
    return this.#userAuthorities.has(fingerprint);
  }

  /** Calls `listener` after every change, until the returned function is called. A heartbeat alone is no change. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Follows one watch until it ends. Its first part is the whole state: entries that it does not mention are removed at
   * `ready`. Until then the earlier state stays in force.
   */
  async follow(changes: AsyncIterable<ViewChange>, onReady: () => void): Promise<void> {
    let mentioned: Set<string> | undefined = new Set();
    for await (const change of changes) {
      if (change.op === "ready") {
        if (mentioned !== undefined) this.#keepOnly(mentioned);
        mentioned = undefined;
        onReady();
      } else {
        const entry = this.#apply(change);
        if (entry !== undefined) mentioned?.add(entry);
      }
      if (mentioned === undefined && change.op !== "heartbeat") this.#changed();
    }
  }

  /** @returns the kind and name of an entry that was put */
  #apply(change: Exclude<ViewChange, { op: "ready" }>): string | undefined {
    switch (change.op) {
      case "put": {
        const { resource } = change;
        this.#put(resource);
        return `${resource.kind}/${resource.metadata.name}`;
      }
      case "put_host":
        this.#hosts.set(change.host.uuid, change.host);
        return `host/${change.host.uuid}`;
      case "delete":
        if (change.removed) this.nodes.delete(change.name);
        else this.#remove(change.kind as Kind, change.name);
        return undefined;
      case "delete_host":
        this.#hosts.delete(change.uuid);
        return undefined;
      case "heartbeat": {
        const node = this.nodes.get(change.uuid);
        if (node !== undefined) this.nodes.put({ ...node, metadata: { ...node.metadata, expires: change.expires } });
        return undefined;
      }
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
        this.#silence(name);
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
    for (const uuid of [...this.#hosts.keys()]) if (!mentioned.has(`host/${uuid}`)) this.#hosts.delete(uuid);
  }

  /** A silent node stays known for a day, so that a user who asks for it is told how long it has been silent. */
  #silence(uuid: string): void {
    const node = this.nodes.get(uuid);
    if (node === undefined || node.metadata.expires !== undefined) return;
    const now = this.#now().getTime();
    this.nodes.put({ ...node, metadata: { ...node.metadata, expires: new Date(now).toISOString() } });
    for (const { metadata } of this.nodes.all())
      if (metadata.expires !== undefined && Date.parse(metadata.expires) < now - SILENT_MS)
        this.nodes.delete(metadata.name);
  }

  #readKeys(): void {
    this.#keys.clear();
    for (const { spec } of this.#authorities.values()) {
      const lines = [...spec.active_keys, ...spec.additional_trusted_keys];
      this.#keys.set(spec.type, [...(this.#keys.get(spec.type) ?? []), ...lines.map((line) => PublicKey.parse(line))]);
    }
    this.#userAuthorities = new Set(this.authorities("user").map((key) => key.fingerprint));
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
