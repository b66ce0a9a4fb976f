import { createHash, randomBytes } from "node:crypto";
import { MAX_INT32 } from "../../../core/tms/expiry.ts";
import { databaseFile } from "../../../daemon/storage.ts";
import { openSqlite } from "../../../daemon/store/sqlite.ts";
import {
  delegationCollection,
  encodeName,
  mfaCollection,
  userHostCollection,
} from "../../../daemon/tms/collections.ts";
import { Ids } from "../../../daemon/tms/ids.ts";
import { keyCollection, keyWrites } from "../../../daemon/tms/keys/collections.ts";
import type { KeyRecord } from "../../../daemon/tms/schema.ts";
import type { Key } from "../../kit/tms-server.ts";

/** The fields of a retrieval. */
export interface SeededKey {
  readonly account: string;
  readonly fingerprint: string;
}

/** The stored keys: unlimited ones, and limited ones with more uses than the benchmark spends. */
export interface Seeded {
  readonly unlimited: readonly SeededKey[];
  readonly limited: readonly SeededKey[];
}

/** Users, each with one account of its name on the host. */
export const USERS = 1000;
/** Every n-th key is limited. */
const LIMITED_EVERY = 10;
/** Keys per commit, and concurrent commits. */
const TOGETHER = { keys: 20, commits: 100 };

export function userName(number: number): string {
  return `user-${number}`;
}

/**
 * Stores `count` more keys like `like`, spread over all users, directly in the database of the running server. They have no
 * private keys.
 */
export async function seedKeys(dataDir: string, like: Key, count: number): Promise<Seeded> {
  const now = () => new Date();
  await using store = openSqlite(databaseFile(dataDir), { now });
  const first = (await keyCollection(store, like.host).get(encodeName(like.fingerprint)))?.value;
  if (first === undefined) throw new Error("the first key is not where keys are stored");
  const users: KeyRecord[] = [];
  for (let user = 0; user < USERS; user++) {
    const name = userName(user);
    const mfa = await mfaCollection(store, first.tenant).get(encodeName(name));
    const link = await userHostCollection(store, first.tenant, name, like.host).get(encodeName(name));
    const delegation = await delegationCollection(store, first.tenant, first.client_id).get(encodeName(name));
    if (mfa === undefined || link === undefined || delegation === undefined) throw new Error(`${name} is not there`);
    const parents = { mfa: mfa.value.id, link: link.value.id, delegation: delegation.value.id };
    users.push({ ...first, ...parents, client_user_id: name, host_account: name });
  }

  const seeded = { unlimited: [] as SeededKey[], limited: [] as SeededKey[] };
  const ids = new Ids(store);
  for (let done = 0; done < count; ) {
    const commits: Promise<unknown>[] = [];
    while (commits.length < TOGETHER.commits && done < count) {
      const rows: KeyRecord[] = [];
      for (; rows.length < TOGETHER.keys && done < count; done++) {
        const limited = done % LIMITED_EVERY === 0;
        const uses = limited ? { max_uses: MAX_INT32 - 1, remaining_uses: MAX_INT32 - 1 } : {};
        const row = { ...(users[done % USERS] as KeyRecord), ...uses, ...someKey(), id: await ids.next() };
        rows.push(row);
        seeded[limited ? "limited" : "unlimited"].push({
          account: row.host_account,
          fingerprint: row.public_key_fingerprint,
        });
      }
      commits.push(store.commit(rows.flatMap((row) => keyWrites(store, row, undefined))));
    }
    await Promise.all(commits);
  }
  return seeded;
}

const HEAD = Buffer.from("\0\0\0\x0bssh-ed25519\0\0\0\x20", "latin1");

function someKey(): Pick<KeyRecord, "public_key" | "public_key_fingerprint"> {
  const blob = Buffer.concat([HEAD, randomBytes(32)]);
  const digest = createHash("sha256").update(blob).digest("base64").replace(/=+$/, "");
  return { public_key: `ssh-ed25519 ${blob.toString("base64")}`, public_key_fingerprint: `SHA256:${digest}` };
}
