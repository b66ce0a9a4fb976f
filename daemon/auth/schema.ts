import type { Lock } from "../../core/resource/lock.ts";
import type { Node } from "../../core/resource/node.ts";
import type { Role } from "../../core/resource/role.ts";
import type { HostRole } from "../../core/resource/token.ts";
import type { User } from "../../core/resource/user.ts";
import type { Store } from "../../core/store.ts";
import { Collection } from "../store/collection.ts";

/** The stored records of auth and their key prefixes. Times are RFC 3339; secrets are sealed or hashed. */

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
  /** The time step of the last accepted code. Codes of this step and earlier ones are rejected (RFC 6238 §5.2). */
  readonly last_step?: number;
}
export const secretCollection = (store: Store): Collection<SecretRecord> => new Collection(store, "/secrets/users/");

/** An invitation or a reset, stored under the SHA-256 of its token. */
export interface InviteRecord {
  readonly user: string;
  readonly kind: "invite" | "reset";
  /** The TOTP secret to set up, in base32, sealed. */
  readonly totp?: string;
}
export const inviteCollection = (store: Store): Collection<InviteRecord> => new Collection(store, "/invites/");

/** Failed logins of an account, stored under the SHA-256 of its name, with expiry. */
export interface AccountAttempts {
  readonly failures: number;
  readonly locked_until?: string;
}
export const accountAttempts = (store: Store): Collection<AccountAttempts> =>
  new Collection(store, "/attempts/accounts/");

/** Failed logins of a source (see `sourceOf`), stored under its SHA-256, with expiry. */
export interface SourceAttempts {
  readonly failures: number;
  /** When the next attempt is allowed. */
  readonly next?: string;
}
export const sourceAttempts = (store: Store): Collection<SourceAttempts> => new Collection(store, "/attempts/sources/");

export const roleCollection = (store: Store): Collection<Role> => new Collection(store, "/roles/");
export const lockCollection = (store: Store): Collection<Lock> => new Collection(store, "/locks/");
export const nodeCollection = (store: Store): Collection<Node> => new Collection(store, "/nodes/");

/** A join token, stored under the SHA-256 of its value. */
export interface TokenRecord {
  readonly sealed: string;
  readonly roles: readonly HostRole[];
  readonly uses: number;
}
export const tokenCollection = (store: Store): Collection<TokenRecord> => new Collection(store, "/tokens/");

/** A machine that has joined, stored under its UUID. Without this record its certificate is denied. */
export interface HostRecord {
  readonly uuid: string;
  readonly hostname: string;
  readonly roles: readonly HostRole[];
  readonly public_key: string;
  readonly joined: string;
}
export const hostCollection = (store: Store): Collection<HostRecord> => new Collection(store, "/hosts/");

/** A live proxy; expires without heartbeats. */
export interface ProxyRecord {
  readonly hostname: string;
  readonly web_addr: string;
  readonly ssh_addr: string;
}
export const proxyCollection = (store: Store): Collection<ProxyRecord> => new Collection(store, "/proxies/");
