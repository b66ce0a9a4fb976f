import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { hostPort, splitHostPort } from "../../core/address.ts";
import { hostName } from "../../core/names.ts";

/** Where to listen, or whom to dial. A host has no brackets; port 0 is any free one. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where others reach a listener; without a port it is the one that is listened on. */
export interface PublicAddress {
  readonly host: string;
  readonly port?: number;
}

/** Reads `host:port`, `[v6]:port`, or a host alone; undefined for anything else. */
export function parsePublicAddress(text: string): PublicAddress | undefined {
  const both = splitHostPort(text);
  if (both === undefined) return isHost(text) ? { host: text } : undefined;
  return isHost(both.host) && both.port > 0 ? both : undefined;
}

/** Reads where to listen: `host:port`, `[v6]:port`, `:port`, or a host alone. Port 0 is any free one. */
export function parseListenAddress(text: string, defaults: Address): Address | undefined {
  const address = splitHostPort(text.startsWith(":") && !isHost(text) ? `${defaults.host}${text}` : text);
  if (address === undefined) return isHost(text) ? { host: text, port: defaults.port } : undefined;
  return isHost(address.host) ? address : undefined;
}

function isHost(text: string): boolean {
  return hostName.safeParse(text).success;
}

/** `host:port`, an IPv6 host in brackets. */
export function formatAddress({ host, port }: Address): string {
  return hostPort(host, port);
}

/**
 * Every `host:port` at which others reach a listener, the one to tell them first: what was configured, else the address
 * to advertise, else the one listened on, else this machine's first address that is not a loopback.
 */
export function reachedAt(
  listening: Address,
  configured: { readonly publicAddrs: readonly PublicAddress[]; readonly advertiseIp: string | undefined },
): readonly [string, ...string[]] {
  const [first, ...rest] = configured.publicAddrs.map(({ host, port }) =>
    formatAddress({ host, port: port ?? listening.port }),
  );
  if (first !== undefined) return [first, ...rest];
  const host = configured.advertiseIp ?? (isEverywhere(listening) ? ownAddress() : listening.host);
  return [formatAddress({ host, port: listening.port })];
}

/** Whether it stands for all addresses of this machine. */
export function isEverywhere({ host }: Address): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** Where a listener of this machine is dialled from this machine. */
export function dialable({ host }: Address): string {
  return host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
}

/** This machine's first address that is not a loopback, IPv4 before IPv6; 127.0.0.1 where there is none. */
export function ownAddress(): string {
  const addresses = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter((entry) => !entry.internal && !entry.address.startsWith("fe80:"))
    .map((entry) => entry.address);
  return addresses.find((address) => isIP(address) === 4) ?? addresses[0] ?? "127.0.0.1";
}
