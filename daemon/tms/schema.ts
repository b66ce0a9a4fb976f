import type { Restrictions } from "../../core/tms/restrictions.ts";

/**
 * What the escrow keeps, as JSON in the store. Times are RFC 3339 in UTC. `id` is the number that the API shows; it is never
 * given twice, so that a row which names its parent by id dies with it: a parent that is made anew under the same name has
 * another id. Everything of a tenant lies under the tenant's id.
 */
interface Row {
  readonly id: number;
  readonly created: string;
  readonly updated: string;
}

export interface TenantRow extends Row {
  readonly tenant: string;
  readonly enabled: boolean;
  /** Retrieval of its keys needs a host's credential. */
  readonly require_host_credential: boolean;
  /** Until when nothing is added, since somebody looks whether it is empty and can be deleted. */
  readonly closing?: string;
}

/** A secret of which only the SHA-256 is kept. There are two while one replaces the other. */
export interface Secret {
  readonly hash: string;
  readonly created: string;
  /** Until when it still opens; without it, for good. */
  readonly expires?: string;
}

export interface AdminRow extends Row {
  readonly admin_id: string;
  readonly secrets: readonly Secret[];
}

export interface ClientRow extends Row {
  readonly client_id: string;
  readonly app_name: string;
  readonly app_version: string;
  readonly enabled: boolean;
  readonly secrets: readonly Secret[];
}

export interface MfaRow extends Row {
  readonly tms_user_id: string;
  readonly expires_at: string;
  readonly enabled: boolean;
}

/** `mfa` is the id of the user's row. */
export interface UserHostRow extends Row {
  readonly mfa: number;
  readonly tms_user_id: string;
  readonly host: string;
  readonly host_account: string;
  readonly expires_at: string;
}

/** `client` and `mfa` are the ids of the client's and the user's rows. */
export interface DelegationRow extends Row {
  readonly client: number;
  readonly mfa: number;
  readonly client_id: string;
  readonly client_user_id: string;
  readonly expires_at: string;
}

export interface HostRow extends Row {
  readonly host: string;
  readonly addr: string;
}

/** By what a host, under its logical name, proves itself when it asks for keys. */
export interface HostCredentialRow extends Row {
  readonly host: string;
  readonly secrets: readonly Secret[];
}

/** `tenant`, `client`, `mfa`, `link` and `delegation` are the ids of the rows that it hangs on. */
export interface KeyRow extends Row {
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
  /** The end of the last reservation that was made of it when it was already over. */
  readonly reserved_until?: string;
  readonly restrictions?: Restrictions;
}

/** `client` and `key` are the ids of the rows that it hangs on. */
export interface ReservationRow extends Row {
  readonly client: number;
  readonly key: number;
  readonly resid: string;
  /** Its own for one at the top. */
  readonly parent_resid: string;
  readonly client_id: string;
  readonly client_user_id: string;
  readonly host: string;
  readonly public_key_fingerprint: string;
  readonly expires_at: string;
}
