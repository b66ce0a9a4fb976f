import type { Stats } from "node:fs";
import { ATTRIBUTE } from "../../../core/ssh/sftp.ts";
import { nameOf } from "./names.ts";
import type { Fields, Packet } from "./packet.ts";

const { SIZE, OWNER, PERMISSIONS, TIMES, EXTENDED } = ATTRIBUTE;

/** ATTRS of a request (draft-ietf-secsh-filexfer-02 §5): attributes to set. */
export interface Attributes {
  readonly size?: number;
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Permission bits, without the file type. */
  readonly mode?: number;
  /** Seconds. */
  readonly times?: { readonly accessed: number; readonly modified: number };
}

/** Decodes ATTRS; extended attributes are skipped. @throws StatusReply `BAD_MESSAGE`. */
export function readAttributes(fields: Fields): Attributes {
  const flags = fields.uint32();
  const attributes: Attributes = {
    ...((flags & SIZE) !== 0 && { size: fields.uint64() }),
    ...((flags & OWNER) !== 0 && { owner: { uid: fields.uint32(), gid: fields.uint32() } }),
    ...((flags & PERMISSIONS) !== 0 && { mode: fields.uint32() & 0o7777 }),
    ...((flags & TIMES) !== 0 && { times: { accessed: fields.uint32(), modified: fields.uint32() } }),
  };
  if ((flags & EXTENDED) !== 0) {
    for (let left = fields.uint32(); left > 0; left--) {
      fields.string();
      fields.string();
    }
  }
  return attributes;
}

/** Encodes all attributes of a file. */
export function writeAttributes(packet: Packet, stats: Stats): Packet {
  return packet
    .uint32(SIZE | OWNER | PERMISSIONS | TIMES)
    .uint64(stats.size)
    .uint32(stats.uid)
    .uint32(stats.gid)
    .uint32(stats.mode)
    .uint32(seconds(stats.atimeMs))
    .uint32(seconds(stats.mtimeMs));
}

/** Encodes empty attributes, for replies that only have a name. */
export function writeNoAttributes(packet: Packet): Packet {
  return packet.uint32(0);
}

/** Seconds since the Unix epoch, limited to an unsigned 32-bit field. */
function seconds(ms: number): number {
  return Math.min(Math.max(Math.floor(ms / 1000), 0), 0xffff_ffff);
}

const TYPES: Readonly<Record<number, string>> = {
  0o140000: "s",
  0o120000: "l",
  0o100000: "-",
  0o060000: "b",
  0o040000: "d",
  0o020000: "c",
  0o010000: "p",
};
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const HALF_A_YEAR_MS = (365 * 86_400_000) / 2;

/** Formats the `longname` of a NAME reply like a line of `ls -l`; clients print it (§7). */
export function longName(name: Buffer, stats: Stats, now: number): Buffer {
  const head = [
    modeText(stats.mode),
    String(stats.nlink).padStart(4),
    nameOf("user", stats.uid).padEnd(8),
    nameOf("group", stats.gid).padEnd(8),
    String(stats.size).padStart(8),
    dateText(new Date(stats.mtimeMs), now),
    "",
  ].join(" ");
  return Buffer.concat([Buffer.from(head), name]);
}

function modeText(mode: number): string {
  const bits = (shift: number, special: number, letter: string) => {
    const three = mode >> shift;
    const execute = (three & 1) !== 0;
    const last = (mode & special) === 0 ? (execute ? "x" : "-") : execute ? letter : letter.toUpperCase();
    return `${(three & 4) !== 0 ? "r" : "-"}${(three & 2) !== 0 ? "w" : "-"}${last}`;
  };
  return `${TYPES[mode & 0o170000] ?? "?"}${bits(6, 0o4000, "s")}${bits(3, 0o2000, "s")}${bits(0, 0o1000, "t")}`;
}

function dateText(date: Date, now: number): string {
  const day = `${MONTHS[date.getMonth()] ?? "???"} ${String(date.getDate()).padStart(2)}`;
  const recent = Math.abs(now - date.getTime()) < HALF_A_YEAR_MS;
  const two = (n: number) => String(n).padStart(2, "0");
  return recent ? `${day} ${two(date.getHours())}:${two(date.getMinutes())}` : `${day}  ${date.getFullYear()}`;
}
