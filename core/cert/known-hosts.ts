import { Fault } from "../fault.ts";
import { PublicKey } from "./public-key.ts";

/** Lines with which stock OpenSSH trusts a cluster: sshd(8), "AUTHORIZED_KEYS FILE FORMAT" and "SSH_KNOWN_HOSTS". */

/** An `authorized_keys` line that accepts certificates of this user CA. */
export function certAuthorityLine(authority: { readonly cluster: string; readonly key: PublicKey }): string {
  return `cert-authority ${authority.key} clustername=${authority.cluster}&type=user`;
}

/**
 * A `known_hosts` line that trusts this host CA for `patterns`, by default for the cluster's names.
 * @throws Fault `bad_request` when a pattern has characters that known_hosts cannot hold.
 */
export function knownHostsLine(authority: {
  readonly cluster: string;
  readonly key: PublicKey;
  readonly patterns?: readonly string[];
}): string {
  const { cluster, key, patterns = [`*.${cluster}`, cluster] } = authority;
  if (patterns.length === 0 || !patterns.every((pattern) => /^[!-+\--~]+$/.test(pattern))) {
    throw new Fault("bad_request", `${JSON.stringify(patterns)} cannot be patterns in known_hosts`);
  }
  return `@cert-authority ${patterns.join(",")} ${key} clustername=${cluster}&type=host`;
}

export interface KnownAuthority {
  readonly patterns: readonly string[];
  readonly key: PublicKey;
  /** `clustername` from the comment of a line that `knownHostsLine` wrote. */
  readonly cluster: string | undefined;
}

/** Parses the `@cert-authority` lines of a `known_hosts` file and skips others. @throws Fault `bad_request` with the line. */
export function parseKnownAuthorities(text: string): KnownAuthority[] {
  const authorities: KnownAuthority[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const [marker, patterns, type, base64, comment = ""] = line.trim().split(/[ \t]+/);
    if (marker !== "@cert-authority") continue;
    authorities.push({
      patterns: (patterns ?? "").split(","),
      key: keyOf(`${type} ${base64}`, index + 1),
      cluster: new URLSearchParams(comment).get("clustername") ?? undefined,
    });
  }
  return authorities;
}

function keyOf(text: string, line: number): PublicKey {
  try {
    return PublicKey.parse(text);
  } catch (cause) {
    throw new Fault("bad_request", `known_hosts, line ${line}: not a public key`, { cause });
  }
}
