import {
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { MAX_PACKET, OPEN, REPLY, REQUEST, STATUS } from "../../../core/ssh/sftp.ts";
import { type Attributes, longName, readAttributes, writeAttributes } from "./attributes.ts";
import {
  copyData,
  expandHome,
  openFlags,
  realPath,
  renameCarefully,
  setAttributes,
  setAttributesOfLink,
  setAttributesOfOpen,
  shownPath,
  writeAll,
} from "./files.ts";
import { Handles, MAX_HANDLES } from "./handles.ts";
import { homeOf } from "./names.ts";
import { Fields, MAX_DATA, Packet, statusPacket } from "./packet.ts";
import { attributesOf, done, fileSystem, greeting, named, namesOf } from "./replies.ts";
import { statusOf, statusReply } from "./status.ts";

/** Something done to files that an auditor wants to know about. */
export interface FileOperation {
  readonly action: "open" | "setstat" | "remove" | "mkdir" | "rmdir" | "rename" | "symlink" | "link";
  readonly path: string;
  readonly target?: string;
  /** How a file was opened: `read`, `write`, `read,write`. */
  readonly flags?: string;
  readonly success: boolean;
  readonly error?: string;
}

/** Names are told in packets of about this size, which every client takes. */
const NAMES_SIZE = 32 * 1024;

/** A client that does not speak the protocol: the connection is of no further use. */
export class NotSftp extends Error {}

/**
 * The server's side of SFTP version 3 (draft-ietf-secsh-filexfer-02) as this process's user: one request in, one reply
 * out. It keeps to OpenSSH's sftp-server where that and the draft differ, as clients do.
 */
export class SftpServer {
  readonly #handles = new Handles();
  readonly #home: string;
  readonly #tell: (operation: FileOperation) => void;
  #greeted = false;

  /** @param tell hears of what was done, before the client does. */
  constructor(home: string, tell: (operation: FileOperation) => void) {
    this.#home = home;
    this.#tell = tell;
  }

  /** Answers a packet, without its length. @throws NotSftp */
  answer(bytes: Buffer): Buffer {
    if (bytes.length < 5) throw new NotSftp("a packet without a request");
    const [type = 0] = bytes;
    const id = bytes.readUInt32BE(1);
    if (!this.#greeted) {
      if (type !== REQUEST.INIT) throw new NotSftp("no greeting");
      this.#greeted = true;
      return greeting();
    }
    try {
      return this.#perform(type, id, new Fields(bytes, 5)).done();
    } catch (thrown) {
      const { status, message } = statusOf(thrown);
      return statusPacket(id, status, message).done();
    }
  }

  end(): void {
    this.#handles.closeAll();
  }

  #perform(type: number, id: number, fields: Fields): Packet {
    switch (type) {
      case REQUEST.OPEN:
        return this.#open(id, fields);
      case REQUEST.CLOSE:
        this.#handles.close(fields.string());
        return done(id);
      case REQUEST.READ:
        return this.#read(id, fields);
      case REQUEST.WRITE:
        return this.#write(id, fields);
      case REQUEST.LSTAT:
        return attributesOf(id, lstatSync(fields.string()));
      case REQUEST.STAT:
        return attributesOf(id, statSync(fields.string()));
      case REQUEST.FSTAT:
        return attributesOf(id, fstatSync(this.#handles.file(fields.string()).fd));
      case REQUEST.SETSTAT:
        return this.#setstat(id, fields, setAttributes);
      case REQUEST.FSETSTAT: {
        const { fd, path } = this.#handles.file(fields.string());
        const attributes = readAttributes(fields);
        return this.#done(id, changes(attributes, path), () => setAttributesOfOpen(fd, attributes));
      }
      case REQUEST.OPENDIR:
        return this.#opendir(id, fields.string());
      case REQUEST.READDIR:
        return this.#readdir(id, fields.string());
      case REQUEST.REMOVE: {
        const path = fields.string();
        return this.#done(id, { action: "remove", path }, () => unlinkSync(path));
      }
      case REQUEST.MKDIR: {
        const path = fields.string();
        const { mode = 0o777 } = readAttributes(fields);
        return this.#done(id, { action: "mkdir", path }, () => mkdirSync(path, { mode }));
      }
      case REQUEST.RMDIR: {
        const path = fields.string();
        return this.#done(id, { action: "rmdir", path }, () => rmdirSync(path));
      }
      case REQUEST.REALPATH:
        return named(id, realPath(fields.string()));
      case REQUEST.RENAME:
        return this.#two(id, fields, "rename", renameCarefully);
      case REQUEST.READLINK:
        return named(id, readlinkSync(fields.string(), { encoding: "buffer" }));
      case REQUEST.SYMLINK:
        // What it points to comes first: OpenSSH mixed the two up, and the world followed (PROTOCOL §4.1).
        return this.#two(id, fields, "symlink", (to, link) => symlinkSync(to, link));
      case REQUEST.EXTENDED:
        return this.#extended(id, fields);
      default:
        throw statusReply(STATUS.OP_UNSUPPORTED);
    }
  }

  #open(id: number, fields: Fields): Packet {
    const path = fields.string();
    const asked = fields.uint32();
    const { mode = 0o666 } = readAttributes(fields);
    const flags = openFlags(asked);
    const named = [...((asked & OPEN.READ) !== 0 ? ["read"] : []), ...((asked & OPEN.WRITE) !== 0 ? ["write"] : [])];
    const handle = this.#told({ action: "open", path, flags: named.join() }, () =>
      this.#handles.add({
        kind: "file",
        fd: openSync(path, flags, mode),
        path: Buffer.from(path),
        append: (asked & OPEN.APPEND) !== 0,
      }),
    );
    return new Packet(REPLY.HANDLE, id).string(handle);
  }

  #read(id: number, fields: Fields): Packet {
    const { fd } = this.#handles.file(fields.string());
    const at = fields.uint64();
    const length = Math.min(fields.uint32(), MAX_DATA);
    const packet = new Packet(REPLY.DATA, id, length);
    const got = packet.filled(length, (into) => readSync(fd, into, 0, into.length, at));
    if (got === 0 && length > 0) throw statusReply(STATUS.EOF);
    return packet;
  }

  #write(id: number, fields: Fields): Packet {
    const { fd, append } = this.#handles.file(fields.string());
    const at = fields.uint64();
    writeAll(fd, fields.string(), append ? null : at);
    return done(id);
  }

  #setstat(id: number, fields: Fields, set: (path: Buffer, attributes: Attributes) => void): Packet {
    const path = fields.string();
    const attributes = readAttributes(fields);
    return this.#done(id, changes(attributes, path), () => set(path, attributes));
  }

  #opendir(id: number, path: Buffer): Packet {
    const names = readdirSync(path, { encoding: "buffer" });
    const all = [Buffer.from("."), Buffer.from(".."), ...names];
    return new Packet(REPLY.HANDLE, id).string(
      this.#handles.add({ kind: "directory", path: Buffer.from(path), names: all }),
    );
  }

  #readdir(id: number, handle: Buffer): Packet {
    const directory = this.#handles.directory(handle);
    const packet = new Packet(REPLY.NAME, id, NAMES_SIZE);
    const countAt = packet.length;
    packet.uint32(0);
    const now = Date.now();
    let [taken, count] = [0, 0];
    for (const name of directory.names) {
      if (packet.length > NAMES_SIZE) break;
      taken++;
      const stats = lstatSync(Buffer.concat([directory.path, Buffer.from("/"), name]), { throwIfNoEntry: false });
      if (stats === undefined) continue;
      count++;
      writeAttributes(packet.string(name).string(longName(name, stats, now)), stats);
    }
    directory.names = directory.names.slice(taken);
    if (count === 0) throw statusReply(STATUS.EOF);
    packet.patch(countAt, count);
    return packet;
  }

  #extended(id: number, fields: Fields): Packet {
    switch (fields.string().toString("latin1")) {
      case "posix-rename@openssh.com":
        return this.#two(id, fields, "rename", renameSync);
      case "hardlink@openssh.com":
        return this.#two(id, fields, "link", linkSync);
      case "statvfs@openssh.com":
        return fileSystem(id, fields.string());
      case "fstatvfs@openssh.com":
        return fileSystem(id, Buffer.from(`/proc/self/fd/${this.#handles.file(fields.string()).fd}`));
      case "fsync@openssh.com":
        fsyncSync(this.#handles.file(fields.string()).fd);
        return done(id);
      case "lsetstat@openssh.com":
        return this.#setstat(id, fields, setAttributesOfLink);
      case "limits@openssh.com":
        return new Packet(REPLY.EXTENDED, id).uint64(MAX_PACKET).uint64(MAX_DATA).uint64(MAX_DATA).uint64(MAX_HANDLES);
      case "expand-path@openssh.com":
        return named(id, realPath(expandHome(fields.string(), this.#home)));
      case "home-directory": {
        const home = homeOf(fields.string().toString());
        if (home === undefined) throw statusReply(STATUS.NO_SUCH_FILE);
        return named(id, Buffer.from(home));
      }
      case "copy-data":
        return this.#copy(id, fields);
      case "users-groups-by-id@openssh.com":
        return namesOf(id, fields);
      default:
        throw statusReply(STATUS.OP_UNSUPPORTED);
    }
  }

  #copy(id: number, fields: Fields): Packet {
    const from = this.#handles.file(fields.string());
    const [fromAt, length] = [fields.uint64(), fields.uint64()];
    const to = this.#handles.file(fields.string());
    if (from === to) throw statusReply(STATUS.FAILURE);
    copyData({ fd: from.fd, at: fromAt }, { fd: to.fd, at: fields.uint64() }, length);
    return done(id);
  }

  #two(
    id: number,
    fields: Fields,
    action: FileOperation["action"],
    work: (first: Buffer, second: Buffer) => void,
  ): Packet {
    const path = fields.string();
    const target = fields.string();
    return this.#done(id, { action, path, target }, () => work(path, target));
  }

  #done(id: number, operation: Described | undefined, work: () => void): Packet {
    if (operation === undefined) work();
    else this.#told(operation, work);
    return done(id);
  }

  /** Does it and tells of it, whether it could be done or not. */
  #told<T>({ path, target, ...about }: Described, work: () => T): T {
    const operation = {
      ...about,
      path: shownPath(path),
      ...(target !== undefined && { target: about.action === "symlink" ? target.toString() : shownPath(target) }),
    };
    try {
      const result = work();
      this.#tell({ ...operation, success: true });
      return result;
    } catch (thrown) {
      this.#tell({ ...operation, success: false, error: statusOf(thrown).message });
      throw thrown;
    }
  }
}

interface Described {
  readonly action: FileOperation["action"];
  readonly path: Buffer;
  readonly target?: Buffer;
  readonly flags?: string;
}

/** New times alone come with every file that is copied, and tell nothing. */
function changes({ size, mode, owner }: Attributes, path: Buffer): Described | undefined {
  if (size === undefined && mode === undefined && owner === undefined) return undefined;
  return { action: "setstat", path };
}
