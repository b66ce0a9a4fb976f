import { randomUUID } from "node:crypto";
import { isAddress } from "../address.ts";
import { servicePrincipal } from "../ca/service-principal.ts";
import { type Certificate, formatCertificate, parseCertificateLine } from "../cert/certificate.ts";
import type { PublicKey } from "../cert/public-key.ts";
import { verifyCertificate } from "../cert/verify.ts";
import { Fault } from "../fault.ts";
import type { HostKey } from "./host-key.ts";

/**
 * The line that a proxy sends before the first byte of a connection to a member of its cluster. It carries the client's
 * address, because all connections come from the proxy's address:
 *
 *     SALLYPORT-PROXY base64(statement) base64(signature) base64(certificate)
 *
 * The statement is JSON; the proxy's host key signs `DOMAIN` and the statement. Proxies do not send the line to a stock
 * sshd.
 */
export const PROXY_HEADER = "SALLYPORT-PROXY ";

/** Maximum length of the line. Bytes. */
export const MAX_PROXY_HEADER = 8192;

/** Separates this signature from all other uses of a host key. */
const DOMAIN = "sallyport-proxy-header-v1\0";

/** Accepted difference between the clocks of two members. Milliseconds. */
const TOLERANCE_MS = 60_000;

interface Statement {
  /** The client's address. */
  readonly client: string;
  /** The receiver: a node's UUID, or `auth`. */
  readonly to: string;
  /** RFC 3339. */
  readonly time: string;
  /** A random UUID. The receiver accepts each ID once. */
  readonly id: string;
}

/** How long a header that was accepted has to be remembered: its time would be accepted again for as long. Milliseconds. */
export const PROXY_HEADER_MEMORY_MS = 2 * TOLERANCE_MS;

/** Remembers the headers that were accepted, so that each is accepted once. */
export interface ProxyHeaderMemory {
  /** False for the id of a header that was accepted before. */
  take(id: string, now: Date): boolean | Promise<boolean>;
}

/** The memory of a receiver that is one process: a header names the node that it is for. */
export class UsedProxyHeaders implements ProxyHeaderMemory {
  readonly #seen = new Map<string, number>();

  /** False for one that was taken before. */
  take(id: string, now: Date): boolean {
    const time = now.getTime();
    for (const [old, taken] of this.#seen) {
      if (time - taken <= PROXY_HEADER_MEMORY_MS) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(id)) return false;
    this.#seen.set(id, time);
    return true;
  }
}

export function writeProxyHeader(
  { key, certificate }: HostKey,
  said: { readonly client: string; readonly to: string; readonly now: Date },
): Buffer {
  if (certificate === undefined) throw new Fault("internal", "a proxy without a certificate");
  const { client, to, now } = said;
  const statement: Statement = { client, to, time: now.toISOString(), id: randomUUID() };
  const text = Buffer.from(JSON.stringify(statement));
  const signature = key.sign(Buffer.concat([Buffer.from(DOMAIN), text]));
  const words = [text, signature, Buffer.from(formatCertificate(certificate))].map((part) => part.toString("base64"));
  return Buffer.from(`${PROXY_HEADER}${words.join(" ")}\r\n`);
}

/** Verifies a header and returns the client's address. @throws Fault `denied` unless a proxy of this cluster signed it. */
export async function readProxyHeader(
  line: string,
  want: {
    readonly to: string;
    readonly cluster: string;
    readonly authorities: readonly PublicKey[];
    readonly now: Date;
    readonly used: ProxyHeaderMemory;
  },
): Promise<string> {
  try {
    const [text, signature, proof] = line
      .slice(PROXY_HEADER.length)
      .trim()
      .split(" ")
      .map((word) => Buffer.from(word, "base64"));
    if (text === undefined || signature === undefined || proof === undefined)
      throw new Fault("denied", "it is incomplete");
    const certificate = parseCertificateLine(proof.toString());
    requireProxy(certificate, want);
    if (!certificate.key.verify(Buffer.concat([Buffer.from(DOMAIN), text]), signature))
      throw new Fault("denied", "its signature is wrong");
    const { client, to, time, id } = JSON.parse(text.toString()) as Statement;
    if (typeof client !== "string" || !isAddress(client)) throw new Fault("denied", "it names no address");
    if (to !== want.to) throw new Fault("denied", "it is meant for another machine");
    // The comparison is false for an invalid date, too.
    if (!(Math.abs(Date.parse(time) - want.now.getTime()) <= TOLERANCE_MS))
      throw new Fault("denied", "its time is not now: the clocks of proxy and node differ");
    if (typeof id !== "string" || !(await want.used.take(id, want.now)))
      throw new Fault("denied", "it was used before");
    return client;
  } catch (cause) {
    throw new Fault("denied", `a proxy header is refused: ${Fault.from(cause).message}`, { cause });
  }
}

function requireProxy(
  certificate: Certificate,
  {
    cluster,
    authorities,
    now,
  }: { readonly cluster: string; readonly authorities: readonly PublicKey[]; readonly now: Date },
): void {
  verifyCertificate(certificate, { type: "host", authorities, now, principal: servicePrincipal("proxy", cluster) });
}
