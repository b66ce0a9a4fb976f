import { PrivateKey } from "../../../core/cert/private-key.ts";
import { signSsh } from "../../../core/cert/sshsig.ts";
import type { Key } from "../../../core/store.ts";
import { MAX_INT32, NEVER } from "../../../core/tms/expiry.ts";
import { optionsText } from "../../../core/tms/restrictions.ts";
import { type SignedStatement, STATEMENT_NAMESPACE, statementText } from "../../../core/tms/statement.ts";
import type { Storage } from "../../storage.ts";
import type { TmsContext } from "../context.ts";
import type { KeyRecord, ReservationRecord } from "../schema.ts";
import { tryCommit } from "../transaction.ts";
import type { KeyWithParents } from "./find.ts";

const STATEMENT_KEY: Key = "/tms/escrow-key";

/** The ed25519 key that signs statements. It is generated once and stored sealed. */
export async function openStatementKey({ store, seal }: Pick<Storage, "store" | "seal">): Promise<PrivateKey> {
  const entry = await store.get(STATEMENT_KEY);
  if (entry !== undefined) return PrivateKey.parse(seal.open(Buffer.from(entry.value).toString(), STATEMENT_KEY));
  const key = PrivateKey.generate();
  const value = Buffer.from(seal.close(key.toOpenSSH(), STATEMENT_KEY));
  const revision = await tryCommit(store, [{ put: STATEMENT_KEY, value, expect: "absent" }]);
  // Without a revision another process generated it first.
  return revision === undefined ? openStatementKey({ store, seal }) : key;
}

/** Serials of statements: microseconds of the clock, and strictly increasing even when the clock is set back. */
export class StatementSerials {
  #last = 0;

  next(now: Date): number {
    this.#last = Math.max(this.#last + 1, now.getTime() * 1000);
    return this.#last;
  }
}

/** The key's line for authorized_keys, without a comment. `reservation` allows its use beyond its expiry. */
export function authorizedKeysLine(key: KeyRecord, reservation: ReservationRecord | undefined): string {
  const options = key.restrictions === undefined ? "" : optionsText(key.restrictions, expiryOfLine(key, reservation));
  return options === "" ? key.public_key : `${options} ${key.public_key}`;
}

/** The statement about a retrieval that a host may cache, signed. `remaining` is the number of uses left after it. */
export function signedStatement(
  { statementKey }: Pick<TmsContext, "statementKey">,
  found: KeyWithParents,
  {
    reservation,
    remaining,
    serial,
    now,
  }: {
    readonly reservation: ReservationRecord | undefined;
    readonly remaining: number;
    readonly serial: number;
    readonly now: Date;
  },
): SignedStatement {
  const key = found.key.value;
  // A reservation waives the limit of uses.
  const unlimited = key.max_uses === MAX_INT32 || reservation !== undefined;
  const text = statementText({
    version: 1,
    host: key.host,
    account: key.host_account,
    fingerprint: key.public_key_fingerprint,
    line: authorizedKeysLine(key, reservation),
    expires: expiryOfStatement(found, reservation),
    remaining_uses: unlimited ? null : remaining,
    serial: String(serial),
    issued: now.toISOString(),
  });
  return { text, signature: signSsh(text, STATEMENT_NAMESPACE, statementKey).toString("base64") };
}

/** The earliest expiry of the records that the decision depends on; null for never. */
function expiryOfStatement(
  { key, mfa, link, delegation }: KeyWithParents,
  reservation: ReservationRecord | undefined,
): string | null {
  const own = reservation === undefined ? [key.value.expires_at, mfa.value.expires_at] : [reservation.expires_at];
  const [first = NEVER] = [...own, link.value.expires_at, delegation.value.expires_at].sort();
  return first === NEVER ? null : first;
}

/** The later expiry of key and reservation; undefined for never. */
function expiryOfLine(key: KeyRecord, reservation: ReservationRecord | undefined): Date | undefined {
  const ends = [key.expires_at, ...(reservation === undefined ? [] : [reservation.expires_at])].sort();
  const last = ends.at(-1) ?? NEVER;
  return last === NEVER ? undefined : new Date(last);
}
