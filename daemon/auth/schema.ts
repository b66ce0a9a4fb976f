import type { Lock } from "../../core/resource/lock.ts";
import type { Node } from "../../core/resource/node.ts";
import type { Role } from "../../core/resource/role.ts";
import type { HostRole } from "../../core/resource/token.ts";
import type { User } from "../../core/resource/user.ts";
import type { Store } from "../../core/store.ts";
import { Collection } from "../store/collection.ts";

/** What auth keeps, and where. Times are RFC 3339; everything secret is sealed or hashed. */

export interface UserRecord {
  readonly resource: User;
  readonly created: string;
  /** Whether the invitation was accepted. */
  readonly enrolled: boolean;
}
export const userCollection = (store: Store): Collection<UserRecord> => new Collection(store, "/users/");

/** Sealed `UserSecrets`. */
export interface SecretRecord {
  readonly sealed: string;
}
export interface UserSecrets {
  /** argon2id in PHC format. */
  readonly password: string;
  /** Base32. */
  readonly totp?: string;
  /** The newest 30-second step of which a code was accepted; it and all before are spent. */
  readonly last_step?: number;
}
export const secretCollection = (store: Store): Collection<SecretRecord> => new Collection(store, "/secrets/users/");

/** An invitation or a reset, named by the SHA-256 of its token. */
export interface InviteRecord {
  readonly user: string;
  readonly kind: "invite" | "reset";
  /** Sealed base32 secret of the second factor to set up. */
  readonly totp?: string;
}
export const inviteCollection = (store: Store): Collection<InviteRecord> => new Collection(store, "/invites/");

/** Wrong answers of an account, named by its SHA-256; forgotten when it expires. */
export interface AccountAttempts {
  readonly failures: number;
  readonly locked_until?: string;
}
export const accountAttempts = (store: Store): Collection<AccountAttempts> =>
  new Collection(store, "/attempts/accounts/");

/** Wrong answers from an address, named by its SHA-256; forgotten when it expires. */
export interface SourceAttempts {
  readonly failures: number;
  /** When the next try may be made. */
  readonly next?: string;
}
export const sourceAttempts = (store: Store): Collection<SourceAttempts> => new Collection(store, "/attempts/sources/");

export const roleCollection = (store: Store): Collection<Role> => new Collection(store, "/roles/");
export const lockCollection = (store: Store): Collection<Lock> => new Collection(store, "/locks/");
export const nodeCollection = (store: Store): Collection<Node> => new Collection(store, "/nodes/");

/** A join token, named by the SHA-256 of its value. */
export interface TokenRecord {
  readonly sealed: string;
  readonly roles: readonly HostRole[];
  readonly uses: number;
}
export const tokenCollection = (store: Store): Collection<TokenRecord> => new Collection(store, "/tokens/");

/** A machine that has joined, named by its UUID. Without its record a host certificate opens nothing. */
export interface HostRecord {
  readonly uuid: string;
  readonly hostname: string;
  readonly roles: readonly HostRole[];
  readonly public_key: string;
  readonly joined: string;
}
export const hostCollection = (store: Store): Collection<HostRecord> => new Collection(store, "/hosts/");

/** A proxy that is up. */
export interface ProxyRecord {
  readonly hostname: string;
  readonly web_addr: string;
  readonly ssh_addr: string;
}
export const proxyCollection = (store: Store): Collection<ProxyRecord> => new Collection(store, "/proxies/");
