import { isAddress } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import { plainName } from "../../core/names.ts";
import { LOG_FORMATS, type LogFormat } from "../log.ts";
import { type Address, type PublicAddress, parseListenAddress, parsePublicAddress } from "./address.ts";

/** Parsers of flags. Each throws Fault `bad_request` with the flag's name and what was expected. */

/** The offset of each listener's port from `--ports-from`. */
export const PORTS = { tms: 0, node: 22, proxySsh: 23, auth: 25, proxyWeb: 80 } as const;
export const DEFAULT_PORTS_FROM = 3000;

/** Returns a function that resolves a listener's address: `--listen-ip` and `--ports-from`, else the file, else defaults. */
export function listeners(flags: {
  readonly listenIp?: string | undefined;
  readonly portsFrom?: string | undefined;
}): (configured: string | undefined, offset: number) => Address {
  const ip = checked(flags.listenIp, "--listen-ip", "an IP address", isAddress);
  const base = flags.portsFrom === undefined ? undefined : portsFrom(flags.portsFrom);
  return (configured, offset) => {
    const defaults = { host: ip ?? "0.0.0.0", port: DEFAULT_PORTS_FROM + offset };
    const address = (configured === undefined ? undefined : parseListenAddress(configured, defaults)) ?? defaults;
    // --ports-from=0 selects any free port for each listener.
    return { host: ip ?? address.host, port: base === undefined ? address.port : base === 0 ? 0 : base + offset };
  };
}

function portsFrom(text: string): number {
  const base = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(base + PORTS.proxyWeb <= 65_535))
    throw new Fault("bad_request", `--ports-from: expected a number up to ${65_535 - PORTS.proxyWeb}, not "${text}"`);
  return base;
}

export function listenFlag(text: string, flag: string, defaults: Address): Address {
  const address = parseListenAddress(text, defaults);
  if (address === undefined) throw new Fault("bad_request", `${flag}: expected host:port, not "${text}"`);
  return address;
}

export function addresses(texts: readonly string[] | undefined, flag: string): readonly PublicAddress[] | undefined {
  if (texts === undefined || texts.length === 0) return undefined;
  return texts
    .flatMap((text) => text.split(","))
    .map((text) => {
      const address = parsePublicAddress(text.trim());
      if (address === undefined) throw new Fault("bad_request", `${flag}: expected host or host:port, not "${text}"`);
      return address;
    });
}

export function logFormat(text: string | undefined): LogFormat | undefined {
  const format = LOG_FORMATS.find((name) => name === text);
  if (text !== undefined && format === undefined)
    throw new Fault("bad_request", `--log-format: expected one of ${LOG_FORMATS.join(", ")}, not "${text}"`);
  return format;
}

export function checked(
  text: string | undefined,
  flag: string,
  expected: string,
  isValid: (text: string) => boolean,
): string | undefined {
  if (text !== undefined && !isValid(text))
    throw new Fault("bad_request", `${flag}: expected ${expected}, not "${text}"`);
  return text;
}

export function isPlainName(text: string): boolean {
  return plainName.safeParse(text).success;
}
