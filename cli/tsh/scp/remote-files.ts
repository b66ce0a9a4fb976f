import { Fault } from "../../../core/fault.ts";
import type { Path, Sftp } from "../../ssh/sftp.ts";
import type { Changes } from "../../ssh/sftp-attributes.ts";
import { isPattern, literal, matcher } from "../../ssh/sftp-glob.ts";
import { type FileReader, type Files, type FileWriter, isEntryName, join, textOf } from "./files.ts";

/** Files of a remote machine. Server data is validated before it affects local files. */
export class RemoteFiles implements Files {
  readonly #sftp: Sftp;
  readonly #machine: string;

  /** @param machine the name that the user gave */
  constructor(sftp: Sftp, machine: string) {
    this.#sftp = sftp;
    this.#machine = machine;
  }

  shown(path: Path): string {
    return `${this.#machine}:${textOf(path)}`;
  }

  stat(path: Path) {
    return this.#sftp.stat(path, true);
  }

  async list(path: Path) {
    const entries = await this.#sftp.list(path);
    // Some servers omit file types in listings; request the attributes of such files.
    return Promise.all(
      entries.map(async ({ name, attributes }) => ({
        name,
        attributes:
          attributes.kind === undefined && isEntryName(name)
            ? ((await this.#sftp.stat(join(path, name), false)) ?? attributes)
            : attributes,
      })),
    );
  }

  realpath(path: Path) {
    return this.#sftp.realpath(path);
  }

  async makeDirectory(path: Path, mode: number): Promise<void> {
    try {
      await this.#sftp.makeDirectory(path, mode);
    } catch (error) {
      // SFTP has no status for "exists already".
      if ((await this.#sftp.stat(path, true))?.kind !== "directory") throw error;
    }
  }

  change(path: Path, changes: Changes) {
    return this.#sftp.change(path, changes);
  }

  async read(path: Path): Promise<FileReader> {
    const [block, handle] = await Promise.all([this.#sftp.readSize(), this.#sftp.openToRead(path)]);
    return {
      block,
      read: (offset, length) => this.#sftp.read(handle, offset, length),
      close: () => this.#sftp.closeSoon(handle),
    };
  }

  async write(path: Path, mode: number): Promise<FileWriter> {
    const [block, handle] = await Promise.all([this.#sftp.writeSize(), this.#sftp.openToWrite(path, mode)]);
    return {
      block,
      write: (offset, data) => this.#sftp.write(handle, offset, data),
      finish: async (changes) => {
        const same = Object.keys(changes).length === 0;
        await Promise.all([same || this.#sftp.changeOpen(handle, changes), this.#sftp.closeFile(handle)]);
      },
      abandon: (size) => {
        this.#sftp.changeOpen(handle, { size }).catch(() => {});
        this.#sftp.closeSoon(handle);
      },
    };
  }

  /** `~` is the initial directory of the server; the server expands `~NAME`. */
  async home(path: Path): Promise<Path> {
    const [, name, rest = ""] = /^~([^/]*)(?:\/+(.*))?$/s.exec(path) ?? [];
    if (name === undefined) return path;
    if (name === "") return rest === "" ? "." : rest;
    return this.#sftp.expand(path);
  }

  /** Sorted matches. A path without metacharacters is returned as it is. */
  async glob(pattern: Path): Promise<Path[]> {
    if (!isPattern(pattern)) return [pattern];
    let found: Path[] = [pattern.startsWith("/") ? "/" : ""];
    for (const part of pattern.split("/").filter((one) => one !== "")) {
      const plain = literal(part);
      const below = (directory: Path, name: Path) => (directory === "" ? name : join(directory, name));
      if (plain !== undefined) {
        found = found.map((directory) => below(directory, plain));
        continue;
      }
      const fits = matcher(part);
      const lists = await Promise.all(found.map((directory) => this.#names(directory === "" ? "." : directory)));
      found = found.flatMap((directory, i) => (lists[i] ?? []).filter(fits).map((name) => below(directory, name)));
    }
    const there = await Promise.all(found.map((path) => this.#sftp.stat(path, false)));
    const paths = found.filter((_, i) => there[i] !== undefined).sort();
    if (paths.length === 0) throw new Fault("not_found", "nothing matches");
    return paths;
  }

  /** Names in a directory; empty if it is not a readable directory. */
  async #names(directory: Path): Promise<Path[]> {
    try {
      return (await this.#sftp.list(directory)).map(({ name }) => name).filter(isEntryName);
    } catch (error) {
      if (error instanceof Fault && error.code === "unavailable") throw error;
      return [];
    }
  }
}
