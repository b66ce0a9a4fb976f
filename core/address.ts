/** IP addresses and blocks of them as values. A block is `10.0.0.0/8`; one address alone is a block of itself. */
export interface Block {
  readonly family: 4 | 6;
  /** The first address, as a number. */
  readonly first: bigint;
  /** How many leading bits all addresses of the block share. */
  readonly bits: number;
}

const WIDTH = { 4: 32, 6: 128 } as const;
/** IPv4 addresses as a dual-stack socket shows them: `::ffff:10.0.0.1` (RFC 4291 §2.5.5.2). */
const MAPPED = 0xffffn << 32n;

/**
 * Reads an address, or a block in CIDR notation whose bits beyond the prefix are zero. An IPv4 address that is written
 * as IPv6 is the IPv4 one, so that no list can be passed by writing an address in another way. Zones are not read.
 */
export function parseBlock(text: string): Block | undefined {
  const [host = "", prefix, ...more] = text.split("/");
  const address = readIPv4(host) ?? readIPv6(host);
  if (address === undefined || more.length > 0) return undefined;
  if (prefix === undefined) return unmap({ ...address, bits: WIDTH[address.family] });
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > WIDTH[address.family]) return undefined;
  const block: Block = { ...address, bits: Number(prefix) };
  return lastOf(block) - block.first === (1n << BigInt(WIDTH[block.family] - block.bits)) - 1n
    ? unmap(block)
    : undefined;
}

/** Whether `text` is one IP address, IPv4 or IPv6 without brackets or zone. */
export function isAddress(text: string): boolean {
  return !text.includes("/") && parseBlock(text) !== undefined;
}

/** Whether every address of `inner` is one of `outer`. Two blocks either nest or have nothing in common. */
export function covers(outer: Block, inner: Block): boolean {
  return (
    outer.family === inner.family &&
    outer.bits <= inner.bits &&
    outer.first <= inner.first &&
    inner.first <= lastOf(outer)
  );
}

/** Whom an address stands for when strangers are counted: itself, or its /64, which is what one IPv6 customer has. */
export function sourceOf(address: string): string {
  const block = parseBlock(address);
  return block?.family === 6 ? `${block.first >> 64n}::/64` : address;
}

/** The parts of `host:port`, with IPv6 in brackets: `[::1]:22`. Undefined when it is not exactly that. */
export function splitHostPort(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([^[\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || port > 65_535) return undefined;
  if (match?.[1] !== undefined && readIPv6(host) === undefined) return undefined;
  return { host, port };
}

/** The same the other way: `host:port`, an IPv6 host in brackets. */
export function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Where the bits beyond the prefix are all one. */
function lastOf({ family, first, bits }: Block): bigint {
  return first | ((1n << BigInt(WIDTH[family] - bits)) - 1n);
}

function unmap(block: Block): Block {
  if (block.family !== 6 || block.bits < 96 || block.first >> 32n !== MAPPED >> 32n) return block;
  return { family: 4, first: block.first & 0xffffffffn, bits: block.bits - 96 };
}

function readIPv4(text: string): { family: 4; first: bigint } | undefined {
  const parts = text.split(".");
  // A leading zero would be octal to some readers, so it is no address to us.
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return { family: 4, first: parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n) };
}

function readIPv6(text: string): { family: 6; first: bigint } | undefined {
  if (text.length > 45) return undefined;
  const [head, tail, ...more] = text.split("::").map((half, i, all) => groupsOf(half, i === all.length - 1));
  if (head === undefined || more.length > 0) return undefined;
  const groups = text.includes("::") ? fill(head, tail) : head;
  if (groups?.length !== 8) return undefined;
  return { family: 6, first: groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n) };
}

/** The groups of one side of `::`; the last side may end in an IPv4 address. */
function groupsOf(side: string, last: boolean): number[] | undefined {
  if (side === "") return [];
  const words = side.split(":");
  const groups: number[] = [];
  for (const [i, word] of words.entries()) {
    const dotted = last && i === words.length - 1 ? readIPv4(word) : undefined;
    if (dotted !== undefined) groups.push(Number(dotted.first >> 16n), Number(dotted.first & 0xffffn));
    else if (/^[0-9A-Fa-f]{1,4}$/.test(word)) groups.push(Number.parseInt(word, 16));
    else return undefined;
  }
  return groups;
}

/** Puts the zeros that `::` stands for, of which there is at least one. */
function fill(head: readonly number[], tail: readonly number[] | undefined): number[] | undefined {
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
