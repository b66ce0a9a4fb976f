import { parseBlock } from "../address.ts";
import { Fault } from "../fault.ts";

/** What a key may be used for beyond its account: options of its line in authorized_keys (sshd(8)). */
export interface Restrictions {
  /** `restrict`: no forwarding, no terminal, no user rc. */
  readonly restrict?: boolean;
  /** `pty`, where `restrict` took it away. */
  readonly pty?: boolean;
  /** `from="…"`: addresses and CIDR blocks that a login may come from. */
  readonly from?: readonly string[];
  /** `expiry-time="…"`: sshd, too, refuses the key once it has expired. */
  readonly expiry_time?: boolean;
}

/** Addresses and blocks in one `from`. */
const MAX_FROM = 64;

/**
 * The restrictions as they are kept: only what says something.
 * @throws Fault `bad_request` for a `from` that is empty, too long, or not of addresses and blocks.
 */
export function checkRestrictions({ restrict, pty, from, expiry_time }: Restrictions): Restrictions {
  if (from !== undefined && (from.length === 0 || from.length > MAX_FROM))
    throw new Fault("bad_request", `restrictions.from: expected 1 to ${MAX_FROM} addresses or networks`);
  const wrong = from?.find((text) => !isPattern(text));
  if (wrong !== undefined)
    throw new Fault(
      "bad_request",
      `restrictions.from: ${JSON.stringify(wrong)} is not an address or a network such as 10.0.0.0/8`,
    );
  return {
    ...(restrict && { restrict }),
    ...(pty && { pty }),
    ...(from !== undefined && { from }),
    ...(expiry_time && { expiry_time }),
  };
}

/**
 * The restrictions as options of a line in authorized_keys, with commas and without a blank; "" when there are none.
 * `expires` is until when the line counts; undefined where it does for ever. Times are in UTC, which sshd understands
 * since OpenSSH 9.1; an older one takes the line for malformed and refuses the key.
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

/** An IPv4 address that is written as IPv6 would match nobody: sshd knows its visitors by IPv4. */
function isPattern(text: string): boolean {
  const block = parseBlock(text);
  return block !== undefined && (block.family === 6 || !text.includes(":"));
}
