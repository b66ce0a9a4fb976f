import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { hostPort, splitHostPort } from "../../core/address.ts";
import { hostName } from "../../core/names.ts";

/** An address to listen on or to dial. The host has no brackets; to listen, port 0 selects any free port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A public address of a listener. Without a port it has the bound port. */
export interface PublicAddress {
  readonly host: string;
  readonly port?: number;
}

/** Parses `host:port`, `[v6]:port`, or a host alone; undefined for anything else. */
export function parsePublicAddress(text: string): PublicAddress | undefined {
  const both = splitHostPort(text);
  if (both === undefined) return isHost(text) ? { host: text } : undefined;
  return isHost(both.host) && both.port > 0 ? both : undefined;
}

/** Parses a listen address: `host:port`, `[v6]:port`, `:port`, or a host alone; undefined for anything else. */
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
 * The public `host:port`s of a listener, the preferred one first: the configured ones, else the address to advertise, else
 * the bound address, else (for a wildcard address) this machine's first address that is not a loopback.
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

/** Whether it is a wildcard address, which stands for all addresses of this machine. */
export function isEverywhere({ host }: Address): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** The host to dial a local listener at: loopback for a wildcard address. */
export function dialable({ host }: Address): string {
  return host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
}

/** This machine's first address that is neither loopback nor link-local, IPv4 before IPv6; 127.0.0.1 without one. */
export function ownAddress(): string {
  const addresses = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter((entry) => !entry.internal && !entry.address.startsWith("fe80:"))
    .map((entry) => entry.address);
  return addresses.find((address) => isIP(address) === 4) ?? addresses[0] ?? "127.0.0.1";
}
