import { Fault, type FaultCode } from "../fault.ts";
import type { Lock } from "../resource/lock.ts";

/** Why a request is refused. The order is that of the checks: the first that fails is the reason. */
export const REASONS = [
  "other_cluster",
  "untrusted_authority",
  "expired",
  "unknown_user",
  "former_user",
  "locked",
  "source_address",
  "no_role",
  "denied",
  "labels",
  "login",
  "not_certified",
  "session_mfa",
  "certificate_permission",
  "role_permission",
  "rule",
] as const;
export type Reason = (typeof REASONS)[number];

export interface Refusal {
  readonly reason: Reason;
  readonly code: FaultCode;
  /** For the user: repeats the request, and discloses nothing about labels, other roles or other machines. */
  readonly message: string;
  readonly hint?: string;
  /** The lock, where the reason is `locked`. */
  readonly lock?: Lock;
}

export const LOG_IN_AGAIN = "log in again: tsh login";

export function refuse(reason: Reason, message: string, hint?: string): Refusal {
  return { reason, code: "denied", message, ...(hint !== undefined && { hint }) };
}

export function refusalFault({ code, message, hint, reason }: Refusal): Fault {
  return new Fault(code, message, { hint, cause: reason });
}

export function expiredRefusal(expires: Date): Refusal {
  return {
    reason: "expired",
    code: "unauthenticated",
    message: `your certificate has expired, at ${expires.toISOString()}`,
    hint: LOG_IN_AGAIN,
  };
}

export function lockedRefusal(lock: Lock): Refusal {
  const { message } = lock.spec;
  const because = message === undefined || message === "" ? "" : `: ${message}`;
  return { ...refuse("locked", `access is locked${because}`), lock };
}

/** @param usable the logins that the user may have there instead */
export function accessRefusal(
  reason: "no_role" | "denied" | "labels" | "login" | "not_certified",
  login: string | undefined,
  host: string,
  usable: readonly string[],
): Refusal {
  const as = login === undefined ? "any login of your certificate" : `login ${asShown(login)}`;
  return refuse(reason, `access denied: role does not allow ${as} on ${asShown(host)}`, usableHint(usable));
}

export function usableHint(logins: readonly string[]): string | undefined {
  return logins.length === 0 ? undefined : `you may log in as ${logins.slice(0, 10).join(", ")}`;
}

/** One short line of a text from the client, safe for a terminal and a log. */
export function asShown(text: string): string {
  const line = text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "?");
  return line.length > 64 ? `${line.slice(0, 64)}…` : line;
}
