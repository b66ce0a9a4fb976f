import type { Duplex } from "node:stream";
import { Reader, Writer } from "../../core/cert/wire.ts";
import { Fault } from "../../core/fault.ts";
import { type ClientConnection, openSubsystem } from "../../core/ssh/client.ts";
import { MAX_PACKET, OPEN, REPLY, REQUEST, SAFE_DATA, STATUS, VERSION } from "../../core/ssh/sftp.ts";
import { oneLine } from "../../core/ssh/text.ts";
import { type Attributes, type Changes, formatChanges, readAttributes } from "./sftp-attributes.ts";
import { Packets, packetOf } from "./sftp-packets.ts";
import { broken, expectDone, expected, malformed, type Reply, statusOf } from "./sftp-reply.ts";

/** A Unix path is a sequence of bytes: a string with one character, 0 to 255, for each byte. */
export type Path = string;

export interface Entry {
  readonly name: Path;
  /** Attributes of the entry itself; links are not followed. */
  readonly attributes: Attributes;
}

/** A server handle of an open file or directory. */
export type Handle = Buffer & { readonly __handle?: never };

/** Maximum data of one request in bytes. */
interface Limits {
  readonly read: number;
  readonly write: number;
}

interface Waiting {
  resolve(reply: Reply): void;
  reject(reason: Fault): void;
}

/** Limit of directory entries: a server could send them without end. */
const MAX_ENTRIES = 1_000_000;

/** How long a server may take to end when there is nothing left to do. */
const FINISH_MS = 2_000;

/**
 * A client of SFTP version 3. The caller limits the number of concurrent requests. Only the form of replies is checked:
 * the caller must validate names and sizes.
 */
export class Sftp {
  readonly #channel: Duplex;
  readonly #waiting = new Map<number, Waiting>();
  readonly #extensions = new Set<string>();
  #nextId = 0;
  #over: Fault | undefined;
  #limits: Promise<Limits> | undefined;

  private constructor(channel: Duplex) {
    this.#channel = channel;
  }

  /** @throws Fault `failed` when the host offers no SFTP, or something else under its name. */
  static async open(connection: ClientConnection): Promise<Sftp> {
    const channel = await openSubsystem(connection, "sftp").catch((cause: unknown) => {
      throw new Fault("failed", "the machine offers no SFTP", { cause });
    });
    const sftp = new Sftp(channel);
    const greeted = Promise.withResolvers<Buffer>();
    greeted.promise.catch(() => {});
    const packets = new Packets();
    let take = (packet: Buffer) => {
      take = (next) => sftp.#answer(next);
      greeted.resolve(packet);
    };
    const end = (fault: Fault) => {
      sftp.#end(fault);
      greeted.reject(fault);
    };
    let words = "";
    channel.stderr.on("data", (chunk: Buffer) => {
      if (words.length < 1000) words += chunk.toString("utf8");
    });
    channel.on("data", (chunk: Buffer) => {
      try {
        packets.push(chunk, (packet) => take(packet));
      } catch (error) {
        end(broken(error));
      }
    });
    channel.once("close", () => {
      const said = oneLine(words);
      end(new Fault("unavailable", `the connection ended${said === "" ? "" : `: ${said}`}`));
    });
    channel.write(packetOf(REQUEST.INIT, [new Writer().uint32(VERSION).done()]));
    sftp.#greet(await greeted.promise);
    return sftp;
  }

  close(): void {
    this.#end(new Fault("unavailable", "the connection was closed"));
  }

  /** Ends the session cleanly: closes our side and waits for the server, for a limited time. */
  async finish(): Promise<void> {
    if (this.#over !== undefined) return;
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, FINISH_MS);
    this.#channel.once("close", patience.resolve);
    this.#channel.end();
    await patience.promise;
    clearTimeout(timer);
  }

  /** The largest block that can be read in one request, in bytes. */
  async readSize(): Promise<number> {
    return (await this.#askLimits()).read;
  }

  async writeSize(): Promise<number> {
    return (await this.#askLimits()).write;
  }

  /** Undefined when there is no such file. `follow` says whether a link stands for what it leads to. */
  async stat(path: Path, follow: boolean): Promise<Attributes | undefined> {
    try {
      const fields = new Writer().string(bytesOf(path));
      const reply = await this.#request(follow ? REQUEST.STAT : REQUEST.LSTAT, fields, REPLY.ATTRS);
      return readAttributes(reply);
    } catch (error) {
      if (error instanceof Fault && error.code === "not_found") return undefined;
      throw error;
    }
  }

  /** The absolute path without links. */
  async realpath(path: Path): Promise<Path> {
    return this.#oneName(REQUEST.REALPATH, new Writer().string(bytesOf(path)));
  }

  /** What a shell makes of a path that begins with `~NAME`. @throws Fault `failed` when the server does not know how. */
  async expand(path: Path): Promise<Path> {
    const extension = "expand-path@openssh.com";
    if (!this.#extensions.has(extension)) throw new Fault("failed", "the machine does not say where that home is");
    return this.#oneName(REQUEST.EXTENDED, new Writer().string(extension).string(bytesOf(path)));
  }

  /** In the server's order, without `.` and `..`. @throws Fault `failed` for more than a million. */
  async list(path: Path): Promise<Entry[]> {
    const handle = await this.#handle(REQUEST.OPENDIR, new Writer().string(bytesOf(path)));
    const entries: Entry[] = [];
    try {
      for (;;) {
        const batch = await this.#batch(handle);
        if (batch === undefined) return entries;
        entries.push(...batch.filter(({ name }) => name !== "." && name !== ".."));
        if (entries.length > MAX_ENTRIES) throw new Fault("failed", "the directory has too many entries");
      }
    } finally {
      this.closeSoon(handle);
    }
  }

  async makeDirectory(path: Path, mode: number): Promise<void> {
    await this.#done(REQUEST.MKDIR, new Writer().string(bytesOf(path)).raw(formatChanges({ mode })));
  }

  async change(path: Path, changes: Changes): Promise<void> {
    await this.#done(REQUEST.SETSTAT, new Writer().string(bytesOf(path)).raw(formatChanges(changes)));
  }

  async changeOpen(handle: Handle, changes: Changes): Promise<void> {
    await this.#done(REQUEST.FSETSTAT, new Writer().string(handle).raw(formatChanges(changes)));
  }

  openToRead(path: Path): Promise<Handle> {
    return this.#open(path, OPEN.READ, {});
  }

  /** Makes the file or empties it. */
  openToWrite(path: Path, mode: number): Promise<Handle> {
    return this.#open(path, OPEN.WRITE | OPEN.CREATE | OPEN.TRUNCATE, { mode });
  }

  /** At most `length` bytes from `offset` on, perhaps fewer; none at the end of the file. */
  async read(handle: Handle, offset: number, length: number): Promise<Uint8Array> {
    const fields = new Writer().string(handle).uint64(BigInt(offset)).uint32(length);
    const reply = await this.#call(REQUEST.READ, fields);
    if (reply.type === REPLY.STATUS && statusOf(reply.fields).status === STATUS.EOF) return Buffer.alloc(0);
    const data = expected(reply, REPLY.DATA).string();
    if (data.length === 0 || data.length > length) throw malformed();
    return data;
  }

  async write(handle: Handle, offset: number, data: Uint8Array): Promise<void> {
    // The data is copied once, into its packet.
    const fields = new Writer().string(handle).uint64(BigInt(offset)).uint32(data.length);
    expectDone(await this.#call(REQUEST.WRITE, fields, data));
  }

  async closeFile(handle: Handle): Promise<void> {
    await this.#done(REQUEST.CLOSE, new Writer().string(handle));
  }

  /** Closes what was only read, and does not wait for the answer. */
  closeSoon(handle: Handle): void {
    this.closeFile(handle).catch(() => {});
  }

  #open(path: Path, flags: number, changes: Changes): Promise<Handle> {
    return this.#handle(REQUEST.OPEN, new Writer().string(bytesOf(path)).uint32(flags).raw(formatChanges(changes)));
  }

  async #handle(type: number, fields: Writer): Promise<Handle> {
    // A copy: the view would keep its whole packet alive.
    return Buffer.from((await this.#request(type, fields, REPLY.HANDLE)).string());
  }

  async #batch(handle: Handle): Promise<Entry[] | undefined> {
    const reply = await this.#call(REQUEST.READDIR, new Writer().string(handle));
    if (reply.type === REPLY.STATUS && statusOf(reply.fields).status === STATUS.EOF) return undefined;
    const fields = expected(reply, REPLY.NAME);
    const count = fields.uint32();
    // Some servers end a listing with an empty reply.
    if (count === 0) return undefined;
    // Each takes twelve bytes at least.
    if (count > fields.rest / 12) throw malformed();
    return Array.from({ length: count }, () => {
      const name = fields.string().toString("latin1");
      fields.string();
      return { name, attributes: readAttributes(fields) };
    });
  }

  async #oneName(type: number, fields: Writer): Promise<Path> {
    const reply = await this.#request(type, fields, REPLY.NAME);
    if (reply.uint32() !== 1) throw malformed();
    return reply.string().toString("latin1");
  }

  async #done(type: number, fields: Writer): Promise<void> {
    expectDone(await this.#call(type, fields));
  }

  /** @throws Fault what the server says instead of the answer. */
  async #request(type: number, fields: Writer, answer: number): Promise<Reader> {
    return expected(await this.#call(type, fields), answer);
  }

  #call(type: number, fields: Writer, data: Uint8Array = NO_DATA): Promise<Reply> {
    if (this.#over !== undefined) return Promise.reject(this.#over);
    const id = this.#nextId;
    this.#nextId = (id + 1) >>> 0;
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    this.#waiting.set(id, { resolve, reject });
    this.#channel.write(packetOf(type, [new Writer().uint32(id).done(), fields.done(), data]));
    return promise;
  }

  /** @throws Fault for a reply with an unknown request id */
  #answer(packet: Buffer): void {
    const fields = new Reader(packet);
    const type = fields.byte();
    const id = fields.uint32();
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) throw malformed();
    this.#waiting.delete(id);
    waiting.resolve({ type, fields });
  }

  /** Reads VERSION and what the server can do beyond it. */
  #greet(packet: Buffer): void {
    const fields = new Reader(packet);
    if (fields.byte() !== REPLY.VERSION || fields.uint32() < VERSION) {
      const fault = malformed();
      this.#end(fault);
      throw fault;
    }
    while (fields.rest > 0) {
      this.#extensions.add(fields.string().toString("latin1"));
      fields.string();
    }
  }

  #askLimits(): Promise<Limits> {
    this.#limits ??= this.#fetchLimits();
    return this.#limits;
  }

  async #fetchLimits(): Promise<Limits> {
    const extension = "limits@openssh.com";
    if (!this.#extensions.has(extension)) return { read: SAFE_DATA, write: SAFE_DATA };
    const reply = await this.#request(REQUEST.EXTENDED, new Writer().string(extension), REPLY.EXTENDED);
    const [, read = 0, write = 0] = [reply.uint64(), reply.uint64(), reply.uint64()].map(Number);
    // Zero means no limit; use the safe default.
    const within = (limit: number) => (limit === 0 ? SAFE_DATA : Math.min(limit, MAX_PACKET - 1024));
    return { read: within(read), write: within(write) };
  }

  #end(fault: Fault): void {
    if (this.#over !== undefined) return;
    this.#over = fault;
    for (const { reject } of this.#waiting.values()) reject(fault);
    this.#waiting.clear();
    this.#channel.destroy();
  }
}

const NO_DATA = Buffer.alloc(0);

function bytesOf(path: Path): Buffer {
  return Buffer.from(path, "latin1");
}
