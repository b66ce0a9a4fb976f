import { type Reader, Writer } from "../../core/cert/wire.ts";
import { Fault } from "../../core/fault.ts";
import { ATTRIBUTE } from "../../core/ssh/sftp.ts";

export type Kind = "file" | "directory" | "link" | "other";

/** Attributes of a file. Times are seconds since 1970. */
export interface Attributes {
  /** Undefined when the server does not say. */
  readonly kind: Kind | undefined;
  readonly size: number;
  /** The lower twelve bits. */
  readonly mode: number;
  readonly accessed: number;
  readonly modified: number;
}

/** Attributes to set. */
export interface Changes {
  readonly size?: number;
  readonly mode?: number;
  readonly times?: { readonly accessed: number; readonly modified: number };
}

const [TYPE_MASK, FILE, DIRECTORY, LINK] = [0o170000, 0o100000, 0o040000, 0o120000];

/** The kind of file in `st_mode`. */
export function kindOf(mode: number): Kind | undefined {
  switch (mode & TYPE_MASK) {
    case 0:
      return undefined;
    case FILE:
      return "file";
    case DIRECTORY:
      return "directory";
    case LINK:
      return "link";
    default:
      return "other";
  }
}

/** Reads ATTRS (draft-ietf-secsh-filexfer-02 §5). @throws Fault `bad_request`. */
export function readAttributes(reader: Reader): Attributes {
  const flags = reader.uint32();
  const has = (flag: number) => (flags & flag) !== 0;
  const size = has(ATTRIBUTE.SIZE) ? reader.uint64() : 0n;
  if (size > Number.MAX_SAFE_INTEGER) throw new Fault("bad_request", "no file is that large");
  if (has(ATTRIBUTE.OWNER)) reader.uint64();
  const mode = has(ATTRIBUTE.PERMISSIONS) ? reader.uint32() : 0;
  const [accessed, modified] = has(ATTRIBUTE.TIMES) ? [reader.uint32(), reader.uint32()] : [0, 0];
  for (let left = has(ATTRIBUTE.EXTENDED) ? reader.uint32() : 0; left > 0; left--) {
    reader.string();
    reader.string();
  }
  return { kind: kindOf(mode), size: Number(size), mode: mode & 0o7777, accessed, modified };
}

export function formatChanges({ size, mode, times }: Changes): Buffer {
  const writer = new Writer().uint32(
    (size === undefined ? 0 : ATTRIBUTE.SIZE) |
      (mode === undefined ? 0 : ATTRIBUTE.PERMISSIONS) |
      (times === undefined ? 0 : ATTRIBUTE.TIMES),
  );
  if (size !== undefined) writer.uint64(BigInt(size));
  if (mode !== undefined) writer.uint32(mode);
  if (times !== undefined) writer.uint32(times.accessed).uint32(times.modified);
  return writer.done();
}
