import { Fault } from "../fault.ts";
import { type Certificate, formatCertificate, parseCertificateLine } from "./certificate.ts";
import { type KnownAuthority, knownHostsLine, parseKnownAuthorities } from "./known-hosts.ts";
import type { PublicKey } from "./public-key.ts";

/** An identity file: private key, certificate and the trusted host CAs of the cluster, in one file. */
export interface Identity {
  /** The private key in OpenSSH's format. */
  readonly key: string;
  readonly certificate: Certificate;
  /** The host CAs of the cluster. */
  readonly authorities: readonly KnownAuthority[];
}

/** Formats an identity file: private key, certificate line, `@cert-authority` lines. */
export function formatIdentity(identity: {
  readonly key: string;
  readonly certificate: Certificate;
  readonly cluster: string;
  readonly authorities: readonly PublicKey[];
}): string {
  const { key, certificate, cluster, authorities } = identity;
  const known = authorities.map((authority) => knownHostsLine({ cluster, key: authority, patterns: ["*"] }));
  return `${[key.trim(), formatCertificate(certificate, certificate.keyId), ...known].join("\n")}\n`;
}

/** Parses an identity file; `file` is its name for messages. @throws Fault `bad_request` with what is missing. */
export function parseIdentity(text: string, file: string): Identity {
  const end = "-----END OPENSSH PRIVATE KEY-----";
  const start = text.indexOf("-----BEGIN OPENSSH PRIVATE KEY-----");
  const stop = text.indexOf(end);
  if (start < 0 || stop < start) throw new Fault("bad_request", `${file} holds no private key`);
  const rest = text.slice(stop + end.length);
  const line = rest.split("\n").find((l) => /^[a-z0-9@.-]+-cert-v01@openssh\.com /.test(l));
  if (line === undefined) throw new Fault("bad_request", `${file} holds no certificate`);
  return {
    key: `${text.slice(start, stop + end.length)}\n`,
    certificate: parseCertificateLine(line),
    authorities: parseKnownAuthorities(rest),
  };
}
