import type { KeyType } from "../../../../core/cert/private-key.ts";
import type { Item } from "../../../../daemon/store/collection.ts";
import type { TmsContext } from "../../../../daemon/tms/context.ts";
import { createKey, type NewKey } from "../../../../daemon/tms/keys/create.ts";
import { type Answer, type Asker, openRetrieval, type Question } from "../../../../daemon/tms/keys/retrieve.ts";
import { liveClient } from "../../../../daemon/tms/live.ts";
import type { ClientRow, KeyRow } from "../../../../daemon/tms/schema.ts";
import { BY, Desk } from "../kit.ts";

export const HOUR = 3600_000;

/** The escrow with a client `portal` that may make keys for `alice` on the host `login1`. */
export class Shop {
  readonly desk: Desk;

  private constructor(desk: Desk) {
    this.desk = desk;
  }

  static async open(more: Partial<TmsContext> = {}): Promise<Shop> {
    const desk = await Desk.open(more);
    await desk.client("portal");
    await desk.user("alice", { client_id: "portal", host: "login1" });
    return new Shop(desk);
  }

  get tms(): TmsContext {
    return this.desk.tms;
  }

  get tenant() {
    return this.desk.tenant;
  }

  async client(client_id = "portal"): Promise<Item<ClientRow>> {
    const client = await liveClient(this.tms, this.tenant, client_id);
    if (client === undefined) throw new Error(`there is no client ${client_id}`);
    return client;
  }

  /** A key for alice on login1, of unlimited use and without end, but for what is said. */
  async key(change: Partial<NewKey & { key_type: KeyType; client_id: string }> = {}): Promise<KeyRow> {
    const { client_id, ...asked } = change;
    return (await createKey(this.tms, this.tenant, await this.client(client_id), aKey(asked), BY)).row;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.desk[Symbol.asyncDispose]();
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

/** A host that asks for keys. */
export function aHost(tms: TmsContext, asker: Asker = { address: "192.0.2.20" }) {
  const retrieve = openRetrieval(tms);
  return (key: KeyRow, more: Partial<Question> = {}): Promise<Answer> =>
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
