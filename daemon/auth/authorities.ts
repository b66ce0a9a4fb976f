import { PrivateKey } from "../../core/cert/private-key.ts";
import { Fault } from "../../core/fault.ts";
import { AUTHORITY_TYPES, type Authority, type AuthorityType } from "../../core/resource/authority.ts";
import type { Store } from "../../core/store.ts";
import type { Seal } from "../seal.ts";
import { Collection } from "../store/collection.ts";

/** An authority as it is stored: what everybody may know, and the sealed private keys of `active_keys`. */
export interface StoredAuthority {
  readonly resource: Authority;
  readonly sealed: readonly string[];
}

/**
 * The private keys of the cluster's certificate authorities, in clear text in this process only. The keys that are
 * trusted stand in `AuthContext.view`.
 */
export class Authorities {
  readonly #signers: ReadonlyMap<AuthorityType, PrivateKey>;

  private constructor(stored: readonly StoredAuthority[], seal: Seal) {
    this.#signers = new Map(stored.map((s) => [s.resource.spec.type, openSigner(s, seal)]));
  }

  /** Reads the authorities, and makes those that are missing: on the first start, or after an upgrade. */
  static async open(store: Store, seal: Seal, cluster: string): Promise<Authorities> {
    const collection = authorityCollection(store);
    for (const type of AUTHORITY_TYPES) {
      if ((await collection.get(type)) !== undefined) continue;
      try {
        await store.commit([collection.put(type, create(type, cluster, seal), "absent")]);
      } catch (error) {
        // Another auth process over the same store made it first: its key is as good.
        if (!(error instanceof Fault) || error.code !== "conflict") throw error;
      }
    }
    const stored = await Array.fromAsync(collection.list(), ({ value }) => value);
    const other = stored.find(({ resource }) => resource.spec.cluster !== cluster);
    if (other !== undefined)
      throw new Fault(
        "failed",
        `this database belongs to the cluster "${other.resource.spec.cluster}", not "${cluster}"`,
        {
          hint: "the cluster's name is in every certificate and cannot change: set cluster_name back, or use another data directory",
        },
      );
    return new Authorities(stored, seal);
  }

  signer(type: AuthorityType): PrivateKey {
    const key = this.#signers.get(type);
    if (key === undefined) throw new Fault("internal", "internal error", { cause: `no ${type} authority` });
    return key;
  }
}

export const authorityCollection = (store: Store): Collection<StoredAuthority> =>
  new Collection(store, "/authorities/");

/** The name of the cluster that a store belongs to, if it has one yet. */
export async function storedClusterName(store: Store): Promise<string | undefined> {
  return (await authorityCollection(store).first())?.value.resource.spec.cluster;
}

function create(type: AuthorityType, cluster: string, seal: Seal): StoredAuthority {
  const key = PrivateKey.generate();
  return {
    resource: {
      kind: "cert_authority",
      version: "v1",
      metadata: { name: type },
      spec: { type, cluster, active_keys: [key.public.toString()], additional_trusted_keys: [] },
    },
    sealed: [seal.close(key.toOpenSSH(`${type} authority of ${cluster}`), `/authorities/${type}`)],
  };
}

function openSigner({ resource, sealed }: StoredAuthority, seal: Seal): PrivateKey {
  const [first] = sealed;
  if (first === undefined) throw new Fault("failed", `the ${resource.spec.type} authority has no private key`);
  return PrivateKey.parse(seal.open(first, `/authorities/${resource.spec.type}`));
}
