import { type Block, covers, parseBlock } from "../address.ts";
import { Fault } from "../fault.ts";

/**
 * Whether `address` is in `list`, the value of a certificate's `source-address`: addresses and networks with commas
 * between them (`10.0.0.0/8,2001:db8::/32`). An address that cannot be read is in no list.
 * @throws Fault `bad_request` when the list itself is malformed, bits behind a mask included.
 */
export function addressInList(list: string, address: string): boolean {
  const blocks = list.split(",").map(readBlock);
  // A link-local peer comes with its zone: fe80::1%eth0.
  const asked = parseBlock(address.replace(/%[^/]*$/, ""));
  return asked !== undefined && blocks.some((block) => covers(block, asked));
}

function readBlock(text: string): Block {
  const block = parseBlock(text);
  if (block !== undefined) return block;
  throw new Fault("bad_request", `${JSON.stringify(text)} is not an address or a network such as 10.0.0.0/8`);
}
