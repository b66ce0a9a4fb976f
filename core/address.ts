/** An IP address block in CIDR notation, such as `10.0.0.0/8`. A single address is a block with a full-length prefix. */
export interface Block {
  readonly family: 4 | 6;
  /** The first address, as a number. */
  readonly first: bigint;
  /** The prefix length: how many leading bits all addresses of the block share. */
  readonly bits: number;
}

const WIDTH = { 4: 32, 6: 128 } as const;
/** The prefix of IPv4-mapped IPv6 addresses, which a dual-stack socket reports: `::ffff:10.0.0.1` (RFC 4291 §2.5.5.2). */
const MAPPED = 0xffffn << 32n;

/**
 * Parses an address, or a block in CIDR notation whose host bits are zero. An IPv4-mapped IPv6 address becomes the IPv4
 * address, so that another spelling of an address cannot evade an address list. Zones (`%eth0`) are rejected.
 * @returns undefined when `text` is neither.
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

/** Whether `outer` contains every address of `inner`. Two blocks either nest or are disjoint. */
export function covers(outer: Block, inner: Block): boolean {
  return (
    outer.family === inner.family &&
    outer.bits <= inner.bits &&
    outer.first <= inner.first &&
    inner.first <= lastOf(outer)
  );
}

/**
 * The source that limits and penalties count an address under: an IPv4 address itself, or the /64 of an IPv6 address,
 * since providers assign at least a /64 to one customer.
 */
export function sourceOf(address: string): string {
  const block = parseBlock(address);
  return block?.family === 6 ? `${block.first >> 64n}::/64` : address;
}

/** Parses `host:port`, with an IPv6 host in brackets: `[::1]:22`. Undefined for any other text. */
export function splitHostPort(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([^[\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || port > 65_535) return undefined;
  if (match?.[1] !== undefined && readIPv6(host) === undefined) return undefined;
  return { host, port };
}

/** Formats `host:port`, with an IPv6 host in brackets. */
export function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The last address of a block: all bits beyond the prefix are one. */
function lastOf({ family, first, bits }: Block): bigint {
  return first | ((1n << BigInt(WIDTH[family] - bits)) - 1n);
}

function unmap(block: Block): Block {
  if (block.family !== 6 || block.bits < 96 || block.first >> 32n !== MAPPED >> 32n) return block;
  return { family: 4, first: block.first & 0xffffffffn, bits: block.bits - 96 };
}

function readIPv4(text: string): { family: 4; first: bigint } | undefined {
  const parts = text.split(".");
  // Some parsers read a leading zero as octal, so such addresses are rejected.
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

/** The 16-bit groups of one side of `::`; the last side may end in an IPv4 address. */
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

/** Expands `::` to at least one zero group, for eight groups in all. */
function fill(head: readonly number[], tail: readonly number[] | undefined): number[] | undefined {
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
