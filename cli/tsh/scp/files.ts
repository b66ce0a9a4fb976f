import type { Entry, Path } from "../../ssh/sftp.ts";
import type { Attributes, Changes } from "../../ssh/sftp-attributes.ts";

/** Files of one machine, this or another. Every method @throws Fault or a system error, which names what went wrong. */
export interface Files {
  /** As a person would write the path, for messages. */
  shown(path: Path): string;
  /** What a path that somebody typed means: `~` is a home. */
  home(path: Path): Promise<Path>;
  /** The files that such a path stands for when it may be a pattern. @throws Fault `not_found` when there are none. */
  glob(path: Path): Promise<Path[]>;
  /** Undefined when there is nothing. */
  stat(path: Path): Promise<Attributes | undefined>;
  /** Entries with the attributes that they have themselves: a link is a link. */
  list(path: Path): Promise<Entry[]>;
  realpath(path: Path): Promise<Path>;
  /** One that is there already is no error. */
  makeDirectory(path: Path, mode: number): Promise<void>;
  change(path: Path, changes: Changes): Promise<void>;
  /** `found` in a directory, it must not lead elsewhere. */
  read(path: Path, found: boolean): Promise<FileReader>;
  /** Makes the file or empties it. */
  write(path: Path, mode: number): Promise<FileWriter>;
}

export interface FileReader {
  /** How much to ask for at once. */
  readonly block: number;
  /** At most `length` bytes from `offset` on, perhaps fewer; none at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): void;
}

export interface FileWriter {
  readonly block: number;
  write(offset: number, data: Uint8Array): Promise<void>;
  /** The file is complete. */
  finish(changes: Changes): Promise<void>;
  /** The file stays as it is up to `length`; what lies beyond has gaps. */
  abandon(length: number): void;
}

export function join(directory: Path, name: Path): Path {
  return directory.endsWith("/") ? directory + name : `${directory}/${name}`;
}

/** Where the last part of a path is. */
export function parent(path: Path): Path {
  const bare = path.replace(/\/+$/, "");
  const slash = bare.lastIndexOf("/");
  return slash === -1 ? "." : bare.slice(0, slash) || "/";
}

/** The last part of a path; "" where that is no name: `/`, `.`, `..`, `a/.`. */
export function baseName(path: Path): Path {
  const name = path.replace(/\/+$/, "").split("/").at(-1) ?? "";
  return name === "." || name === ".." ? "" : name;
}

/**
 * Whether a name that a directory listing holds is one: a server that says `../x` or `/etc/x` would otherwise choose
 * where on this machine its file is written.
 */
export function isEntryName(name: Path): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name);
}

/** For a person: one line, whatever a server calls its files. */
export function textOf(path: Path): string {
  return Buffer.from(path, "latin1")
    .toString("utf8")
    .replace(/\p{Cc}/gu, "?");
}
