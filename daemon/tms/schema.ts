import type { Restrictions } from "../../core/tms/restrictions.ts";

/**
 * The records that TMS stores, as JSON. Times are RFC 3339 in UTC. `id` is the number that the API shows; it is never
 * reused. A record names its parents by id, so it ceases to exist with them: a parent that is re-created under the same name
 * has another id.
 */
export interface StoredRecord {
  readonly id: number;
  readonly created: string;
  readonly updated: string;
}

export interface TenantRecord extends StoredRecord {
  readonly tenant: string;
  readonly enabled: boolean;
  /** Hosts have to present a credential to retrieve keys of this tenant. */
  readonly require_host_credential: boolean;
  /** Until then no record may be added, as a deletion checks whether the tenant is empty. */
  readonly closing?: string;
}

/** The SHA-256 of a secret. A record has two of them during a rotation with a grace period. */
export interface SecretHash {
  readonly hash: string;
  readonly created: string;
  /** The secret is invalid from then on; without it, it does not expire. */
  readonly expires?: string;
}

export interface AdminRecord extends StoredRecord {
  readonly admin_id: string;
  readonly secrets: readonly SecretHash[];
}

export interface ClientRecord extends StoredRecord {
  readonly client_id: string;
  readonly app_name: string;
  readonly app_version: string;
  readonly enabled: boolean;
  readonly secrets: readonly SecretHash[];
}

/** A user has passed MFA. */
export interface MfaRecord extends StoredRecord {
  readonly tms_user_id: string;
  readonly expires_at: string;
  readonly enabled: boolean;
}

/** A link: a user's account on a host. `mfa` is the id of the user's MFA record. */
export interface UserHostRecord extends StoredRecord {
  readonly mfa: number;
  readonly tms_user_id: string;
  readonly host: string;
  readonly host_account: string;
  readonly expires_at: string;
}

/** A client may act for a user. `client` and `mfa` are the ids of the client's and of the user's MFA record. */
export interface DelegationRecord extends StoredRecord {
  readonly client: number;
  readonly mfa: number;
  readonly client_id: string;
  readonly client_user_id: string;
  readonly expires_at: string;
}

export interface HostRecord extends StoredRecord {
  readonly host: string;
  readonly addr: string;
}

/** The credential that a host, by its logical name, presents when it retrieves keys. */
export interface HostCredentialRecord extends StoredRecord {
  readonly host: string;
  readonly secrets: readonly SecretHash[];
}

/** A key. `tenant`, `client`, `mfa`, `link` and `delegation` are the ids of its parents. */
export interface KeyRecord extends StoredRecord {
  readonly tenant: number;
  readonly tenant_name: string;
  readonly client: number;
  readonly mfa: number;
  readonly link: number;
  readonly delegation: number;
  readonly client_id: string;
  readonly client_user_id: string;
  readonly host: string;
  readonly host_account: string;
  readonly public_key_fingerprint: string;
  /** `type base64`. */
  readonly public_key: string;
  readonly key_type: "ed25519" | "ecdsa" | "rsa";
  readonly key_bits: number;
  readonly max_uses: number;
  readonly remaining_uses: number;
  readonly initial_ttl_minutes: number;
  readonly expires_at: string;
  /** The end of the latest reservation that outlasts the time for which the key is kept after it expired. */
  readonly reserved_until?: string;
  readonly restrictions?: Restrictions;
}

/** A reservation of a key. `client` and `key` are the ids of its parents. */
export interface ReservationRecord extends StoredRecord {
  readonly client: number;
  readonly key: number;
  readonly resid: string;
  /** The `resid` of the reservation that it extends; its own for a top-level reservation. */
  readonly parent_resid: string;
  readonly client_id: string;
  readonly client_user_id: string;
  readonly host: string;
  readonly public_key_fingerprint: string;
  readonly expires_at: string;
}

/** Wrong secrets that were counted for one id from one address. It expires with the window or the lock. */
export interface AttemptRecord {
  readonly failures: number;
  readonly locked_until?: string;
}
