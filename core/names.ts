import { z } from "zod";
import { isAddress } from "./address.ts";

/**
 * The alphabets of names that are used in paths, certificates, log lines and shells. A name that passes these schemas
 * contains no separator of any of them.
 */

const LOGIN = /^[A-Za-z_][A-Za-z0-9._-]{0,62}\$?$/;

/** A Unix login name as useradd(8) accepts it, and also the capital letters and dots that directory services use. */
export const login = z.string().regex(LOGIN, "expected a Unix login name");

/** Whether the schema `login` accepts `text`. */
export function isLogin(text: string): boolean {
  return LOGIN.test(text);
}

/** A user of the cluster: an e-mail address or a plain name. */
export const userName = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,126}$/, "expected a user name (letters, digits, . _ @ + -)");

/** A role, token or cluster name. */
export const plainName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,126}$/, "expected a name (letters, digits, . _ -)");

/** A host name as in RFC 1123 §2.1, also with `_`, which is in use although not allowed; or an address without brackets. */
export const hostName = z.string().max(253, "expected a host name").refine(isHostName, "expected a host name");

export const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, "expected a UUID in lower case");

/** Text that is safe on a terminal: no control characters, line separators or bidirectional overrides. */
export const SHOWABLE = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u;

function isHostName(text: string): boolean {
  // Digits and dots must be a valid address: some parsers read 10.1 or 1.2.3.400 as an address, others as a name.
  if (/^[0-9.]*\.[0-9.]*$/.test(text) || text.includes(":")) return isAddress(text);
  return text.split(".").every((word) => /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(word));
}
