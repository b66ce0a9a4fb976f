import type { Entry, Path } from "../../ssh/sftp.ts";
import type { Attributes, Changes } from "../../ssh/sftp-attributes.ts";

/** Files of a local or remote machine. Every method @throws Fault or a system error */
export interface Files {
  /** The path for messages. */
  shown(path: Path): string;
  /** Expands `~` in a path. */
  home(path: Path): Promise<Path>;
  /** Expands a pattern. @throws Fault `not_found` without matches */
  glob(path: Path): Promise<Path[]>;
  /** Attributes, following links; undefined if the file does not exist. */
  stat(path: Path): Promise<Attributes | undefined>;
  /** Entries with their own attributes; links are not followed. */
  list(path: Path): Promise<Entry[]>;
  realpath(path: Path): Promise<Path>;
  /** Creates the directory unless it exists. */
  makeDirectory(path: Path, mode: number): Promise<void>;
  change(path: Path, changes: Changes): Promise<void>;
  /** @param found the path comes from a listing; do not follow a link */
  read(path: Path, found: boolean): Promise<FileReader>;
  /** Creates or truncates the file. */
  write(path: Path, mode: number): Promise<FileWriter>;
}

export interface FileReader {
  /** Preferred size of a read in bytes. */
  readonly block: number;
  /** At most `length` bytes from `offset`; empty at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): void;
}

export interface FileWriter {
  readonly block: number;
  write(offset: number, data: Uint8Array): Promise<void>;
  /** Sets the attributes of the complete file and closes it. */
  finish(changes: Changes): Promise<void>;
  /** Truncates an incomplete file to `length` bytes; the rest has gaps. */
  abandon(length: number): void;
}

export function join(directory: Path, name: Path): Path {
  return directory.endsWith("/") ? directory + name : `${directory}/${name}`;
}

/** The directory of a path. */
export function parent(path: Path): Path {
  const bare = path.replace(/\/+$/, "");
  const slash = bare.lastIndexOf("/");
  return slash === -1 ? "." : bare.slice(0, slash) || "/";
}

/** The last component of a path; "" for `/`, `.`, `..` and `a/.`. */
export function baseName(path: Path): Path {
  const name = path.replace(/\/+$/, "").split("/").at(-1) ?? "";
  return name === "." || name === ".." ? "" : name;
}

/**
 * Whether a name in a directory listing is a plain name: `../x` or `/etc/x` from a server would select another local path.
 */
export function isEntryName(name: Path): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name);
}

/** The path as one printable line. */
export function textOf(path: Path): string {
  return Buffer.from(path, "latin1")
    .toString("utf8")
    .replace(/\p{Cc}/gu, "?");
}
