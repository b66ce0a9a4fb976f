import { parseBlock } from "../address.ts";
import { Fault } from "../fault.ts";

/** Restrictions of a key: options of its line in authorized_keys (sshd(8)). */
export interface Restrictions {
  /** `restrict`: no forwarding, no terminal, no user rc. */
  readonly restrict?: boolean;
  /** `pty`: a terminal in spite of `restrict`. */
  readonly pty?: boolean;
  /** `from="…"`: the addresses and CIDR blocks that logins are allowed from. */
  readonly from?: readonly string[];
  /** `expiry-time="…"`: sshd also refuses the key after it has expired. */
  readonly expiry_time?: boolean;
}

/** Addresses and blocks in one `from` at most. */
const MAX_FROM = 64;

/**
 * Validates restrictions and drops fields without effect.
 * @throws Fault `bad_request` for a `from` that is empty, too long, or has an entry that is no address or block.
 */
export function checkRestrictions({ restrict, pty, from, expiry_time }: Restrictions): Restrictions {
  if (from !== undefined && (from.length === 0 || from.length > MAX_FROM))
    throw new Fault("bad_request", `restrictions.from: expected 1 to ${MAX_FROM} addresses or networks`);
  const invalid = from?.find((text) => !isPattern(text));
  if (invalid !== undefined)
    throw new Fault(
      "bad_request",
      `restrictions.from: ${JSON.stringify(invalid)} is not an address or a network such as 10.0.0.0/8`,
    );
  return {
    ...(restrict && { restrict }),
    ...(pty && { pty }),
    ...(from !== undefined && { from }),
    ...(expiry_time && { expiry_time }),
  };
}

/**
 * The restrictions as the options of a line in authorized_keys, separated by commas; "" when there are none. `expires` is the
 * expiry of the line; undefined for never. The time is in UTC, which sshd supports since OpenSSH 9.1; an older sshd treats
 * the line as malformed and refuses the key.
 */
export function optionsText({ restrict, pty, from, expiry_time }: Restrictions, expires: Date | undefined): string {
  const options: string[] = [];
  if (restrict) options.push("restrict");
  if (pty) options.push("pty");
  if (from !== undefined) options.push(`from="${from.join(",")}"`);
  if (expiry_time && expires !== undefined)
    options.push(`expiry-time="${expires.toISOString().replace(/[-:T]|\.\d+/g, "")}"`);
  return options.join(",");
}

/** An IPv4-mapped IPv6 address is refused: sshd compares IPv4 peers in IPv4 notation, so it would never match. */
function isPattern(text: string): boolean {
  const block = parseBlock(text);
  return block !== undefined && (block.family === 6 || !text.includes(":"));
}
