import { isAddress, parseBlock } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import { hostName, plainName } from "../../core/names.ts";

/** A destination as the user typed it. */
export interface Destination {
  /** A name, a UUID, an address without brackets, `label=value[,…]`, or "" for the auth server. */
  readonly host: string;
  /** 0 when none was given. */
  readonly port: number;
  /** Missing means this one. */
  readonly cluster?: string;
}

const MAX_LENGTH = 1024;

/**
 * Reads what follows `proxy:` in the name of a subsystem: `HOST`, `HOST:PORT`, `HOST:PORT@CLUSTER`,
 * `HOST:PORT@NAMESPACE@CLUSTER`, or `@CLUSTER` for the auth server of that cluster. Port 0 is no port. An IPv6 address
 * may stand in brackets; without them what follows the last colon is the port, because `%h:%p` of ssh_config(5) writes
 * none. @throws Fault `bad_request`.
 */
export function parseDestination(text: string): Destination {
  if (text.length > MAX_LENGTH) throw unreadable("it is too long");
  const [place = "", ...domains] = text.split("@");
  const cluster = domains.pop();
  const [namespace = "default", ...more] = domains;
  if (more.length > 0 || namespace !== "default") throw unreadable("the only namespace is default");
  if (cluster !== undefined && !plainName.safeParse(cluster).success) throw unreadable("that is no name of a cluster");
  const target = splitPlace(place);
  if (target.host === "" && (place !== "" || cluster === undefined)) throw unreadable("it names no host");
  return { ...checked(target), ...(cluster !== undefined && { cluster }) };
}

/** The destination of a `direct-tcpip` channel (RFC 4254 §7.2). @throws Fault `bad_request`. */
export function tcpipDestination(host: string, port: number): Destination {
  const bare = /^\[(.*)\]$/.exec(host)?.[1] ?? host;
  if (bare === "" || bare.length > MAX_LENGTH) throw unreadable("it names no host");
  return checked({ host: bare, port });
}

/** Formats a destination for users: `db1`, `db1:22`, `[::1]:22`. */
export function destinationText({ host, port }: Destination): string {
  const shown = host === "" ? "the auth server" : host.includes(":") ? `[${host}]` : host;
  return port === 0 ? shown : `${shown}:${port}`;
}

function splitPlace(place: string): Destination {
  const bracketed = /^\[([^[\]]*)\](?::(\d{0,5}))?$/.exec(place);
  if (bracketed !== null) return { host: bracketed[1] ?? "", port: Number(bracketed[2] ?? 0) };
  const [, host, port] = /^(.*):(\d{0,5})$/.exec(place) ?? [];
  if (host === undefined || (host.includes(":") && !host.includes("=") && !isAddress(host)))
    return { host: place, port: 0 };
  return { host, port: Number(port) };
}

function checked({ host, port }: Destination): Destination {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw unreadable("a port is at most 65535");
  if (isAddress(host)) return { host: usualSpelling(host), port };
  if (host === "" || isLabels(host) || hostName.safeParse(host.replace(/\.$/, "")).success) return { host, port };
  throw unreadable("that is no name or address of a host");
}

/** The canonical spelling of an address. Addresses are compared as text, so another spelling must not bypass a rule. */
function usualSpelling(address: string): string {
  const block = parseBlock(address);
  if (block?.family !== 4) return new URL(`http://[${address}]`).hostname.slice(1, -1);
  return [24n, 16n, 8n, 0n].map((shift) => (block.first >> shift) & 0xffn).join(".");
}

function isLabels(host: string): boolean {
  return /^[\x21-\x7e]+$/.test(host) && host.includes("=");
}

function unreadable(reason: string): Fault {
  return new Fault("bad_request", `the host cannot be understood: ${reason}`, {
    hint: "write HOST, HOST:PORT or HOST:PORT@CLUSTER",
  });
}
