import { Fault } from "../../../core/fault.ts";

/** A parsed `--proxy`. Ports that were not given are undefined. */
export interface ProxyAddress {
  readonly host: string;
  readonly webPort: number | undefined;
  readonly sshPort: number | undefined;
}

export const WEB_PORT = 3080;

/** Parses `HOST[:WEBPORT[,SSHPORT]]`; an IPv6 address needs brackets. @throws Fault `bad_request` */
export function parseProxy(text: string): ProxyAddress {
  const [, bracketed, plain, web, ssh] =
    /^(?:\[([0-9A-Fa-f:]+)\]|([A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252})))(?::(\d{1,5})?(?:,(\d{1,5}))?)?$/.exec(
      text.replace(/^https:\/\//, "").replace(/\/$/, ""),
    ) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined)
    throw new Fault("bad_request", `${JSON.stringify(text)} is not the address of a proxy`, {
      hint: "write it as HOST, HOST:WEBPORT or HOST:WEBPORT,SSHPORT",
    });
  return { host: host.toLowerCase(), webPort: port(web), sshPort: port(ssh) };
}

function port(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (number >= 1 && number <= 65_535) return number;
  throw new Fault("bad_request", `${text} is not a port`, { hint: "ports are 1 to 65535" });
}
