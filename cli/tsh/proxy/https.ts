import { createHash, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from "node:tls";
import { Fault } from "../../../core/fault.ts";
import { systemFault } from "../../system-error.ts";

/** What makes an HTTPS server the right one: a certificate that the system's authorities vouch for, or exactly this one. */
export interface HttpsTrust {
  /** `sha256:…` of the whole certificate, accepted before. */
  readonly pin?: string | undefined;
  /** Take whatever is shown. */
  readonly insecure?: boolean | undefined;
}

export interface Secured {
  readonly socket: TLSSocket;
  /** The pin of a certificate that nobody vouches for, taken because of `insecure`. */
  readonly accepted: string | undefined;
}

const CONNECT_MS = 10_000;

/** Where systems keep the authorities that their administrator trusts; SSL_CERT_FILE names another file. */
const SYSTEM_AUTHORITIES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/cert.pem",
];

/**
 * A TLS connection on which something secret may be said.
 * @throws Fault `unavailable` when nobody answers; `denied` when it is the wrong server, with how to accept it for good.
 */
export async function connectHttps(host: string, port: number, trust: HttpsTrust): Promise<Secured> {
  const socket = await handshake(host, port, undefined);
  const problem = problemOf(socket, host);
  if (problem === undefined) return { socket, accepted: undefined };
  const pin = pinOf(socket);
  if (trust.insecure === true) return { socket, accepted: pin };
  if (trust.pin !== undefined && samePin(trust.pin, pin)) return { socket, accepted: undefined };
  socket.destroy();
  if (trust.pin !== undefined)
    throw new Fault("denied", `${host}:${port} shows another HTTPS certificate than the one that was accepted before`, {
      hint: "if its operator renewed it, accept the new one with --insecure",
    });
  const systems = systemAuthorities();
  if (systems !== undefined) {
    const again = await handshake(host, port, systems);
    if (problemOf(again, host) === undefined) return { socket: again, accepted: undefined };
    again.destroy();
  }
  throw new Fault("denied", `the HTTPS certificate of ${host}:${port} is not trusted: ${problem}`, {
    hint: `if you expect that, accept it once with --insecure; it is remembered then (${pin})`,
  });
}

function handshake(host: string, port: number, ca: string | undefined): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      // Judged below, where the sentence for the user is made.
      rejectUnauthorized: false,
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca !== undefined && { ca }),
    });
    const fail = (cause: Error) => {
      const known = systemFault(cause, `${host}:${port}`);
      reject(known ?? new Fault("unavailable", `no HTTPS at ${host}:${port}: ${cause.message}`, { cause }));
    };
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error(`no answer for ${CONNECT_MS / 1000} s`)));
    socket.once("error", fail);
    socket.once("secureConnect", () => {
      socket.setTimeout(0);
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

/** Why nobody should trust it, or undefined. */
function problemOf(socket: TLSSocket, host: string): string | undefined {
  if (socket.authorized) return checkServerIdentity(host, socket.getPeerCertificate())?.message;
  const code = String((socket.authorizationError as Error & { code?: string })?.code ?? socket.authorizationError);
  if (/SELF_SIGNED/.test(code)) return "it is self-signed";
  if (/EXPIRED/.test(code)) return "it has expired";
  if (/NOT_YET/.test(code)) return "it is not valid yet; compare the clocks";
  return /ALTNAME/.test(code) ? `it is not for ${host}` : `nobody known vouches for it (${code})`;
}

function pinOf(socket: TLSSocket): string {
  const { raw } = socket.getPeerCertificate() as PeerCertificate;
  return `sha256:${createHash("sha256").update(raw).digest("hex")}`;
}

function samePin(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** PEM of the authorities that this machine trusts, or undefined where it keeps none. */
export function systemAuthorities(): string | undefined {
  const file = process.env.SSL_CERT_FILE ?? SYSTEM_AUTHORITIES.find((path) => existsSync(path));
  return file === undefined || !existsSync(file) ? undefined : readFileSync(file, "utf8");
}
