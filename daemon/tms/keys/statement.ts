import { signSsh } from "../../../core/cert/sshsig.ts";
import { MAX, NEVER } from "../../../core/tms/numbers.ts";
import { optionsText } from "../../../core/tms/restrictions.ts";
import { type SignedStatement, STATEMENT_NAMESPACE, statementText } from "../../../core/tms/statement.ts";
import type { TmsContext } from "../context.ts";
import type { KeyRow, ReservationRow } from "../schema.ts";
import type { FoundKey } from "./find.ts";

/** Numbers of statements: microseconds of the clock, and always larger than the last one, whatever the clock does. */
export class Serials {
  #last = 0;

  next(now: Date): number {
    this.#last = Math.max(this.#last + 1, now.getTime() * 1000);
    return this.#last;
  }
}

/** The key's line for authorized_keys, without a comment. `reservation` is what lets it be used past its end. */
export function lineOf(key: KeyRow, reservation: ReservationRow | undefined): string {
  const options = key.restrictions === undefined ? "" : optionsText(key.restrictions, endOfLine(key, reservation));
  return options === "" ? key.public_key : `${options} ${key.public_key}`;
}

/** What a host may keep of an answer, signed. `remaining` is how many uses are left behind it. */
export function signedStatement(
  { escrowKey }: Pick<TmsContext, "escrowKey">,
  found: FoundKey,
  {
    reservation,
    remaining,
    serial,
    now,
  }: {
    readonly reservation: ReservationRow | undefined;
    readonly remaining: number;
    readonly serial: number;
    readonly now: Date;
  },
): SignedStatement {
  const key = found.key.value;
  // While a reservation lasts, uses do not count.
  const unlimited = key.max_uses === MAX || reservation !== undefined;
  const text = statementText({
    version: 1,
    host: key.host,
    account: key.host_account,
    fingerprint: key.public_key_fingerprint,
    line: lineOf(key, reservation),
    expires: endOf(found, reservation),
    remaining_uses: unlimited ? null : remaining,
    serial: String(serial),
    issued: now.toISOString(),
  });
  return { text, signature: signSsh(text, STATEMENT_NAMESPACE, escrowKey).toString("base64") };
}

/** When the first of all that the answer hangs on ends; null for never. */
function endOf({ key, mfa, link, delegation }: FoundKey, reservation: ReservationRow | undefined): string | null {
  const own = reservation === undefined ? [key.value.expires_at, mfa.value.expires_at] : [reservation.expires_at];
  const [first = NEVER] = [...own, link.value.expires_at, delegation.value.expires_at].sort();
  return first === NEVER ? null : first;
}

function endOfLine(key: KeyRow, reservation: ReservationRow | undefined): Date | undefined {
  const ends = [key.expires_at, ...(reservation === undefined ? [] : [reservation.expires_at])].sort();
  const last = ends.at(-1) ?? NEVER;
  return last === NEVER ? undefined : new Date(last);
}
