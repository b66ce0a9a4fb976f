import { z } from "zod";

/**
 * The alphabets of everything that ends up in a path, a certificate, a log line or a shell. A name that passes here
 * cannot carry a separator of any of them.
 */

/** A Unix login name, as useradd(8) takes it, with the capital letters and dots that directory services add. */
export const login = z.string().regex(/^[A-Za-z_][A-Za-z0-9._-]{0,62}\$?$/, "expected a Unix login name");

/** A user of the cluster: an e-mail address or a plain name. */
export const userName = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,126}$/, "expected a user name (letters, digits, . _ @ + -)");

/** A role, token or cluster name. */
export const plainName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,126}$/, "expected a name (letters, digits, . _ -)");

/** A host name as in RFC 1123, or an address without brackets. */
export const hostName = z
  .string()
  .max(253)
  .regex(/^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?(?:\.|$))+$|^[0-9A-Fa-f:.]+$/, "expected a host name");

export const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, "expected a UUID in lower case");
