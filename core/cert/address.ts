import { Fault } from "../fault.ts";

/** An IP address as its bytes: 4 or 16. An IPv4 address that arrives in IPv6's clothes (`::ffff:10.0.0.1`) has 4. */
export type Address = Buffer;

const MAPPED = Buffer.from("00000000000000000000ffff", "hex");

/** Reads an IPv4 or IPv6 address; a zone (`fe80::1%eth0`) is left out. Undefined when it is neither. */
export function parseAddress(text: string): Address | undefined {
  const [plain = ""] = text.split("%", 1);
  const bytes = plain.includes(":") ? parseV6(plain) : parseV4(plain);
  return bytes?.length === 16 && bytes.subarray(0, 12).equals(MAPPED) ? bytes.subarray(12) : bytes;
}

/**
 * Whether `address` is in `list`: addresses and networks (`10.0.0.0/8,2001:db8::/32`) with commas between them, as
 * OpenSSH's `source-address` has them. An address that cannot be read is in no list.
 * @throws Fault `bad_request` when the list itself is malformed, bits behind the mask included.
 */
export function addressInList(list: string, address: string): boolean {
  const networks = list.split(",").map(parseNetwork);
  const asked = parseAddress(address);
  return asked !== undefined && networks.some((network) => covers(network, asked));
}

interface Network {
  readonly address: Address;
  readonly bits: number;
}

function parseNetwork(text: string): Network {
  const [, name = "", mask] = /^([0-9a-fA-F:.]+)(?:\/(0|[1-9][0-9]{0,2}))?$/.exec(text) ?? [];
  const address = parseAddress(name);
  if (address === undefined) throw malformed(text);
  const width = address.length * 8;
  // A mapped address counts its mask from the front of the 128 bits.
  const shift = width === 32 && name.includes(":") ? 96 : 0;
  const bits = mask === undefined ? width : Number(mask) - shift;
  if (bits < 0 || bits > width) throw malformed(text);
  const network = { address, bits };
  if (hasBitsBehind(network)) throw malformed(text);
  return network;
}

function covers({ address, bits }: Network, asked: Address): boolean {
  if (address.length !== asked.length) return false;
  const whole = bits >> 3;
  if (!address.subarray(0, whole).equals(asked.subarray(0, whole))) return false;
  const mask = 0xff00 >> (bits & 7);
  return (((address[whole] ?? 0) ^ (asked[whole] ?? 0)) & mask & 0xff) === 0;
}

function hasBitsBehind({ address, bits }: Network): boolean {
  const first = (address[bits >> 3] ?? 0) & (0xff >> (bits & 7));
  return first !== 0 || address.subarray((bits >> 3) + 1).some((byte) => byte !== 0);
}

function parseV4(text: string): Buffer | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return Buffer.from(parts.map(Number));
}

/** RFC 4291 §2.2, all three forms. */
function parseV6(text: string): Buffer | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = [groups(halves[0] ?? "", halves.length === 1), groups(halves[1] ?? "", true)];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  return Buffer.concat([head, Buffer.alloc(missing), tail]);
}

/** `2001:db8:…`; `last` lets an IPv4 address stand at the end. */
function groups(text: string, last: boolean): Buffer | undefined {
  if (text === "") return Buffer.alloc(0);
  const parts = text.split(":");
  const bytes: Buffer[] = [];
  for (const [index, part] of parts.entries()) {
    const embedded = last && index === parts.length - 1 && part.includes(".") ? parseV4(part) : undefined;
    if (embedded === undefined && !/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
    bytes.push(embedded ?? Buffer.from(part.padStart(4, "0"), "hex"));
  }
  return Buffer.concat(bytes);
}

function malformed(text: string): Fault {
  return new Fault("bad_request", `${JSON.stringify(text)} is not an address or a network such as 10.0.0.0/8`);
}
