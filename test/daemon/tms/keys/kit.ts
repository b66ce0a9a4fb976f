import type { KeyType } from "../../../../core/cert/private-key.ts";
import type { Item } from "../../../../daemon/store/collection.ts";
import type { TmsContext } from "../../../../daemon/tms/context.ts";
import { createKey, type NewKey } from "../../../../daemon/tms/keys/create.ts";
import {
  createRetrieval,
  type RetrievalRequest,
  type RetrievalSource,
  type RetrievedKey,
} from "../../../../daemon/tms/keys/retrieve.ts";
import { findClient } from "../../../../daemon/tms/lookup.ts";
import type { ClientRecord, KeyRecord } from "../../../../daemon/tms/schema.ts";
import { ACTOR, TmsFixture } from "../kit.ts";

export const HOUR = 3600_000;

/** TMS with a client `portal` that may create keys for `alice` on the host `login1`. */
export class KeyFixture {
  readonly tmsFixture: TmsFixture;

  private constructor(fixture: TmsFixture) {
    this.tmsFixture = fixture;
  }

  static async open(more: Partial<TmsContext> = {}): Promise<KeyFixture> {
    const fixture = await TmsFixture.open(more);
    await fixture.client("portal");
    await fixture.user("alice", { client_id: "portal", host: "login1" });
    return new KeyFixture(fixture);
  }

  get tms(): TmsContext {
    return this.tmsFixture.tms;
  }

  get tenant() {
    return this.tmsFixture.tenant;
  }

  async client(client_id = "portal"): Promise<Item<ClientRecord>> {
    const client = await findClient(this.tms, this.tenant, client_id);
    if (client === undefined) throw new Error(`there is no client ${client_id}`);
    return client;
  }

  /** Creates an unlimited key for alice on login1, with the given changes. */
  async key(change: Partial<NewKey & { key_type: KeyType; client_id: string }> = {}): Promise<KeyRecord> {
    const { client_id, ...asked } = change;
    return (await createKey(this.tms, this.tenant, await this.client(client_id), aKey(asked), ACTOR)).record;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.tmsFixture[Symbol.asyncDispose]();
  }
}

export function aKey(change: Partial<NewKey & { key_type: KeyType }> = {}): NewKey & { key_type: KeyType } {
  return {
    client_user_id: "alice",
    host: "login1",
    host_account: "alice-account",
    num_uses: -1,
    ttl_minutes: -1,
    key_type: "ed25519",
    ...change,
  };
}

/** Retrieves keys as a host does. */
export function aHost(tms: TmsContext, asker: RetrievalSource = { address: "192.0.2.20" }) {
  const retrieve = createRetrieval(tms);
  return (key: KeyRecord, more: Partial<RetrievalRequest> = {}): Promise<RetrievedKey> =>
    retrieve(
      {
        user: key.host_account,
        host: key.host,
        public_key_fingerprint: key.public_key_fingerprint,
        ...more,
      },
      asker,
    );
}
