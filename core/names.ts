import { z } from "zod";
import { isAddress } from "./address.ts";

/**
 * The alphabets of everything that ends up in a path, a certificate, a log line or a shell. A name that passes here
 * cannot carry a separator of any of them.
 */

const LOGIN = /^[A-Za-z_][A-Za-z0-9._-]{0,62}\$?$/;

/** A Unix login name, as useradd(8) takes it, with the capital letters and dots that directory services add. */
export const login = z.string().regex(LOGIN, "expected a Unix login name");

/** What `login` accepts. */
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

/** A host name as in RFC 1123 (and with `_`, which machines have all the same), or an address without brackets. */
export const hostName = z.string().max(253, "expected a host name").refine(isHostName, "expected a host name");

export const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, "expected a UUID in lower case");

/** Text that a terminal shows as it is: no control characters, and none that end a line or turn its direction. */
export const SHOWABLE = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u;

function isHostName(text: string): boolean {
  // Only an address looks like one: 10.1 or 1.2.3.400 would be read as an address by some and as a name by others.
  if (/^[0-9.]*\.[0-9.]*$/.test(text) || text.includes(":")) return isAddress(text);
  return text.split(".").every((word) => /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(word));
}
