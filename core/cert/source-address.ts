import { type Block, covers, parseBlock } from "../address.ts";
import { Fault } from "../fault.ts";

/**
 * Whether `list`, the value of a certificate's `source-address` option, contains `address`. The list has comma-separated
 * addresses and networks (`10.0.0.0/8,2001:db8::/32`). False when `address` cannot be parsed.
 * @throws Fault `bad_request` when the list is malformed, including networks with host bits set.
 */
export function addressInList(list: string, address: string): boolean {
  const blocks = list.split(",").map(readBlock);
  // The address of a link-local peer has a zone: fe80::1%eth0.
  const parsed = parseBlock(address.replace(/%[^/]*$/, ""));
  return parsed !== undefined && blocks.some((block) => covers(block, parsed));
}

function readBlock(text: string): Block {
  const block = parseBlock(text);
  if (block !== undefined) return block;
  throw new Fault("bad_request", `${JSON.stringify(text)} is not an address or a network such as 10.0.0.0/8`);
}
