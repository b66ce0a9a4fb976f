import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isAddress } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import { writePrivate } from "../files.ts";
import type { Log } from "../log.ts";

export interface Keypair {
  readonly keyFile: string;
  readonly certFile: string;
}

/** A private key and certificate chain as PEM, for one server name (SNI). The pair without a name is the default. */
export interface TlsPair {
  readonly key: string;
  readonly cert: string;
  readonly serverName?: string;
}

const RENEW_BEFORE_MS = 30 * 86_400_000;

/**
 * Reads key pairs. The first is the default; the others serve the DNS names of their certificates.
 * @throws Fault `bad_request` that names the invalid file.
 */
export function readPairs(keypairs: readonly Keypair[]): readonly [TlsPair, ...TlsPair[]] {
  const [first, ...rest] = keypairs.map(readPair);
  if (first === undefined) throw new Fault("internal", "HTTPS needs a certificate");
  const named = rest.flatMap(({ key, cert, names }) => names.map((serverName) => ({ key, cert, serverName })));
  return [{ key: first.key, cert: first.cert }, ...named];
}

export interface OwnKeypair {
  readonly dir: string;
  /** The prefix of both file names. */
  readonly files: string;
  /** DNS names and addresses to certify. */
  readonly names: readonly string[];
  /** Names that are added to a new certificate, but do not cause one when they change, since they may at every start. */
  readonly guessed?: readonly string[];
  /** The validity. Browsers and macOS reject certificates of more than 825 days. */
  readonly days: number;
  readonly now: Date;
  readonly log: Log;
}

/**
 * Returns the server's self-signed key pair. Generates one when there is none, its names changed, or it expires within 30
 * days. @throws Fault `failed` when the files cannot be written.
 */
export async function ownKeypair({ dir, files, names, guessed = [], days, now, log }: OwnKeypair): Promise<Keypair> {
  const pair = { keyFile: join(dir, `${files}_key.pem`), certFile: join(dir, `${files}_cert.pem`) };
  if (isUsable(pair, names, now)) return pair;
  const { selfSigned } = await import("../../core/cert/x509.ts");
  const { keyPem, certPem } = await selfSigned({ names: [...new Set([...guessed, ...names])], days, now });
  if (existsSync(pair.certFile))
    log.warn(
      "a new HTTPS certificate replaces the previous one: clients that trust a copy of the file need the new file",
      {
        file: pair.certFile,
        names,
      },
    );
  writePrivate(pair.keyFile, keyPem);
  writePrivate(pair.certFile, certPem);
  return pair;
}

/** The earliest expiry of these certificates. */
export function expiryOf(pairs: readonly TlsPair[]): Date {
  return new Date(Math.min(...pairs.map(({ cert }) => Date.parse(new X509Certificate(cert).validTo))));
}

/** The latest begin of validity of these certificates. */
export function beginOf(pairs: readonly TlsPair[]): Date {
  return new Date(Math.max(...pairs.map(({ cert }) => Date.parse(new X509Certificate(cert).validFrom))));
}

function isUsable(pair: Keypair, names: readonly string[], now: Date): boolean {
  if (!existsSync(pair.keyFile) || !existsSync(pair.certFile)) return false;
  try {
    const { certificate } = readPair(pair);
    const fresh = Date.parse(certificate.validTo) - now.getTime() > RENEW_BEFORE_MS;
    return fresh && names.every((name) => (isAddress(name) ? certificate.checkIP(name) : certificate.checkHost(name)));
  } catch {
    return false;
  }
}

function readPair({ keyFile, certFile }: Keypair): TlsPair & {
  readonly certificate: X509Certificate;
  readonly names: readonly string[];
} {
  const [key, cert] = [readText(keyFile), readText(certFile)];
  const certificate = read(certFile, "a certificate", () => new X509Certificate(cert));
  const privateKey = read(keyFile, "a private key without a passphrase", () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey))
    throw new Fault("bad_request", `the private key in ${keyFile} does not belong to the certificate in ${certFile}`);
  return { key, cert, certificate, names: dnsNames(certificate) };
}

function dnsNames({ subjectAltName = "" }: X509Certificate): readonly string[] {
  return [...subjectAltName.matchAll(/(?:^|, )DNS:([A-Za-z0-9*._-]+)(?=$|, )/g)].flatMap(([, name]) => name ?? []);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new Fault("bad_request", `cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}

function read<T>(file: string, what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new Fault("bad_request", `${file} is not ${what} in PEM`, { cause });
  }
}
