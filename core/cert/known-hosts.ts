import { Fault } from "../fault.ts";
import { PublicKey } from "./public-key.ts";

/** The lines by which stock OpenSSH trusts a cluster: sshd(8), "AUTHORIZED_KEYS FILE FORMAT" and "SSH_KNOWN_HOSTS". */

/** A line of `authorized_keys` that lets in whoever holds a certificate of this user authority. */
export function certAuthorityLine(authority: { readonly cluster: string; readonly key: PublicKey }): string {
  return `cert-authority ${authority.key} clustername=${authority.cluster}&type=user`;
}

/** A line of `known_hosts` that trusts this host authority for `patterns`: the cluster's own names if none are given. */
export function knownHostsLine(authority: {
  readonly cluster: string;
  readonly key: PublicKey;
  readonly patterns?: readonly string[];
}): string {
  const { cluster, key, patterns = [`*.${cluster}`, cluster] } = authority;
  if (patterns.length === 0 || !patterns.every((pattern) => /^[!-+\--~]+$/.test(pattern))) {
    throw new Fault("bad_request", `${JSON.stringify(patterns)} cannot stand in known_hosts`);
  }
  return `@cert-authority ${patterns.join(",")} ${key} clustername=${cluster}&type=host`;
}

export interface KnownAuthority {
  readonly patterns: readonly string[];
  readonly key: PublicKey;
  /** As our own lines say it in their comment. */
  readonly cluster: string | undefined;
}

/** The `@cert-authority` lines of a `known_hosts` file; others are none of our business. @throws Fault `bad_request`. */
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
