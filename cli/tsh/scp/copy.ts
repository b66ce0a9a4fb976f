import { Fault } from "../../../core/fault.ts";
import type { Path } from "../../ssh/sftp.ts";
import type { Attributes, Changes } from "../../ssh/sftp-attributes.ts";
import { baseName, type Files, isEntryName, join, parent } from "./files.ts";
import { MAX_IN_FLIGHT, TransferStopped, transfer } from "./transfer.ts";

export interface FileRef {
  readonly files: Files;
  readonly path: Path;
}

/** Progress callbacks of one file. */
export interface TransferWatch {
  moved(bytes: number): void;
  done(whole: boolean): void;
}

export interface CopyOptions {
  readonly recursive: boolean;
  /** Preserve modes and times. */
  readonly preserve: boolean;
  /** Reports a file that could not be copied; the others continue. */
  failed(what: string, why: unknown): void;
  watch(name: string, size: number): TransferWatch | undefined;
}

/** Files copied concurrently: with small files, most of the time is network latency. */
const AT_ONCE = 8;

/** Maximum depth of directories, as in OpenSSH's scp. */
const MAX_DEPTH = 64;

/**
 * Permission bits that are copied. Set-user-id and set-group-id are never copied, because they would grant the rights of
 * the copying user; the sticky bit is copied with `preserve` only.
 */
const [PRESERVED, USUAL] = [0o1777, 0o777];

/**
 * Copies files and directory trees between machines. A failed file is reported and skipped; a lost connection ends the
 * copy. Names in directory listings are validated. Inside a tree, a link to a file of this tree is copied as a file, and
 * other links are not followed: the owner of a tree must not select other files, and cycles must end.
 */
export class Copier {
  readonly #plan: CopyOptions;
  readonly #running = new Set<Promise<void>>();
  /** Set modes and times of directories at the end: writing into a directory changes its times and may need its mode. */
  readonly #finishing: (() => Promise<void>)[] = [];
  /** Total size of the files in progress. */
  #bytes = 0;
  #lost: Fault | undefined;

  constructor(plan: CopyOptions) {
    this.#plan = plan;
  }

  /** Copies `from` to the path `to`, or into it with `into`. @throws Fault `unavailable` for a lost connection */
  async add(from: FileRef, to: FileRef, into: boolean): Promise<void> {
    await this.attempt(from, async () => {
      const attributes = await from.files.stat(from.path);
      const name = baseName(from.path);
      const target = into && name !== "" ? { ...to, path: join(to.path, name) } : to;
      if (attributes !== undefined) await refuseSelfCopy(from, target);
      switch (attributes?.kind) {
        case undefined:
          throw new Fault("not_found", "no such file or directory");
        case "file":
          return this.#start(from, target, attributes, false);
        case "directory":
          if (!this.#plan.recursive) throw new Fault("failed", "is a directory (-r copies it with all that is in it)");
          return this.#tree(from, target, attributes, await from.files.realpath(from.path), 0);
        default:
          throw new Fault("failed", "is not a file");
      }
    });
  }

  /** Waits for all files and sets the attributes of directories. @throws Fault `unavailable` */
  async end(): Promise<void> {
    await Promise.all(this.#running);
    for (const finish of this.#finishing.toReversed()) await finish();
    if (this.#lost !== undefined) throw this.#lost;
  }

  async #tree(from: FileRef, to: FileRef, attributes: Attributes, root: Path, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) throw new Fault("failed", `is nested more than ${MAX_DEPTH} directories deep`);
    const mode = attributes.mode & (this.#plan.preserve ? PRESERVED : USUAL);
    await onTarget(to, to.files.makeDirectory(to.path, mode | 0o700));
    const changes = this.#plan.preserve ? preserved(attributes) : (mode & 0o700) !== 0o700 ? { mode } : undefined;
    if (changes !== undefined) this.#finishing.push(() => this.attempt(to, () => to.files.change(to.path, changes)));
    for (const { name, attributes: own } of await from.files.list(from.path)) {
      const inner = { ...from, path: join(from.path, name) };
      await this.attempt(inner, async () => {
        if (!isEntryName(name)) throw new Fault("denied", "the server sent a file name that contains a path");
        const target = { ...to, path: join(to.path, name) };
        switch (own.kind) {
          case "directory":
            return this.#tree(inner, target, own, root, depth + 1);
          case "file":
            return this.#start(inner, target, own, true);
          case "link": {
            const file = await linkedFile(inner, root);
            return this.#start({ ...inner, path: file.path }, target, file.attributes, true);
          }
          default:
            throw new Fault("failed", "is not a file");
        }
      });
    }
  }

  /** Starts to copy a file, within the limits of concurrent files and bytes. */
  async #start(from: FileRef, to: FileRef, attributes: Attributes, found: boolean): Promise<void> {
    const { size } = attributes;
    while (this.#running.size >= AT_ONCE || (this.#running.size > 0 && this.#bytes + size > MAX_IN_FLIGHT))
      await Promise.race(this.#running);
    this.#bytes += size;
    const task: Promise<void> = this.attempt(from, () => this.#file(from, to, attributes, found)).finally(() => {
      this.#running.delete(task);
      this.#bytes -= size;
    });
    this.#running.add(task);
  }

  async #file(from: FileRef, to: FileRef, attributes: Attributes, found: boolean): Promise<void> {
    const source = await from.files.read(from.path, found);
    try {
      const target = await onTarget(to, to.files.write(to.path, attributes.mode & USUAL));
      const watch = this.#plan.watch(from.files.shown(from.path), attributes.size);
      try {
        await transfer(source, target, attributes.size, (count) => watch?.moved(count));
      } catch (error) {
        watch?.done(false);
        if (!(error instanceof TransferStopped)) throw error;
        target.abandon(error.at);
        throw error.side === "source" ? error.cause : new TargetError(to, error.cause);
      }
      await onTarget(to, target.finish(this.#plan.preserve ? preserved(attributes) : {}));
      watch?.done(true);
    } finally {
      source.close();
    }
  }

  /** Runs work on a file and reports its failure, unless a connection is lost. */
  async attempt({ files, path }: FileRef, work: () => Promise<void>): Promise<void> {
    if (this.#lost !== undefined) return;
    try {
      await work();
    } catch (thrown) {
      const [ref, error] = thrown instanceof TargetError ? [thrown.ref, thrown.cause] : [{ files, path }, thrown];
      if (error instanceof Fault && error.code === "unavailable") this.#lost ??= error;
      else this.#plan.failed(ref.files.shown(ref.path), error);
    }
  }
}

/** A failure of the target of a copy. */
class TargetError extends Error {
  readonly ref: FileRef;

  constructor(ref: FileRef, cause: unknown) {
    super("elsewhere", { cause });
    this.ref = ref;
  }
}

function onTarget<T>(ref: FileRef, work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    throw new TargetError(ref, cause);
  });
}

/** Refuses to copy a file onto itself or a directory into itself. @throws Fault `failed` */
async function refuseSelfCopy(from: FileRef, to: FileRef): Promise<void> {
  if (from.files !== to.files) return;
  const { files } = from;
  const real = async (path: Path) =>
    (await files.stat(path)) === undefined
      ? join(await files.realpath(parent(path)), baseName(path))
      : files.realpath(path);
  const [source, target] = [await files.realpath(from.path), await onTarget(to, real(to.path))];
  if (source === target) throw new Fault("failed", "would be copied onto itself");
  if (target.startsWith(join(source, ""))) throw new Fault("failed", "would be copied into itself");
}

/** The target of a link, a file below `root`. @throws Fault `failed` for any other target */
async function linkedFile({ files, path }: FileRef, root: Path): Promise<{ path: Path; attributes: Attributes }> {
  const attributes = await files.stat(path);
  if (attributes === undefined) throw new Fault("failed", "is a symbolic link that leads nowhere");
  const real = await files.realpath(path);
  if (attributes.kind !== "file") throw new Fault("failed", "is a symbolic link to what is no file: not followed");
  if (!real.startsWith(join(root, "")))
    throw new Fault("failed", "is a symbolic link out of the directory: not followed");
  return { path: real, attributes };
}

function preserved({ mode, accessed, modified }: Attributes): Changes {
  return { mode: mode & PRESERVED, times: { accessed, modified } };
}
