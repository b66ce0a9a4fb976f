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
  displayPath,
  expandHome,
  openFlags,
  realPath,
  renameNoReplace,
  setAttributes,
  setAttributesOfLink,
  setAttributesOfOpen,
  writeAll,
} from "./files.ts";
import { Handles, MAX_HANDLES } from "./handles.ts";
import { homeOf } from "./names.ts";
import { Fields, MAX_DATA, Packet, statusPacket } from "./packet.ts";
import { attributesReply, fileSystemReply, namesReply, okReply, pathReply, versionReply } from "./replies.ts";
import { statusOf, statusReply } from "./status.ts";

/** A file operation for the audit log. */
export interface FileOperation {
  readonly action: "open" | "setstat" | "remove" | "mkdir" | "rmdir" | "rename" | "symlink" | "link";
  readonly path: string;
  readonly target?: string;
  /** The access of `open`: `read`, `write`, `read,write`. */
  readonly flags?: string;
  readonly success: boolean;
  readonly error?: string;
}

/** The approximate size of NAME replies, in bytes; every client accepts it. */
const NAMES_SIZE = 32 * 1024;

/** The client violated the protocol; the connection has to be closed. */
export class ProtocolError extends Error {}

/**
 * A server of SFTP version 3 (draft-ietf-secsh-filexfer-02) as this process's user: each request gets one reply. Where
 * OpenSSH's sftp-server differs from the draft, it follows OpenSSH, as clients do.
 */
export class SftpServer {
  readonly #handles = new Handles();
  readonly #home: string;
  readonly #onOperation: (operation: FileOperation) => void;
  #initialized = false;

  /** @param onOperation is called for each file operation, before its reply is returned. */
  constructor(home: string, onOperation: (operation: FileOperation) => void) {
    this.#home = home;
    this.#onOperation = onOperation;
  }

  /** Answers a packet, given without its length. @throws ProtocolError for a packet without a header, or before INIT. */
  answer(bytes: Buffer): Buffer {
    if (bytes.length < 5) throw new ProtocolError("a packet without a request");
    const [type = 0] = bytes;
    const id = bytes.readUInt32BE(1);
    if (!this.#initialized) {
      if (type !== REQUEST.INIT) throw new ProtocolError("a request before INIT");
      this.#initialized = true;
      return versionReply();
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
        return okReply(id);
      case REQUEST.READ:
        return this.#read(id, fields);
      case REQUEST.WRITE:
        return this.#write(id, fields);
      case REQUEST.LSTAT:
        return attributesReply(id, lstatSync(fields.string()));
      case REQUEST.STAT:
        return attributesReply(id, statSync(fields.string()));
      case REQUEST.FSTAT:
        return attributesReply(id, fstatSync(this.#handles.file(fields.string()).fd));
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
        return pathReply(id, realPath(fields.string()));
      case REQUEST.RENAME:
        return this.#twoPaths(id, fields, "rename", renameNoReplace);
      case REQUEST.READLINK:
        return pathReply(id, readlinkSync(fields.string(), { encoding: "buffer" }));
      case REQUEST.SYMLINK:
        // The target comes first: OpenSSH reversed the draft's order, and clients follow it (PROTOCOL §4.1).
        return this.#twoPaths(id, fields, "symlink", (to, link) => symlinkSync(to, link));
      case REQUEST.EXTENDED:
        return this.#extended(id, fields);
      default:
        throw statusReply(STATUS.OP_UNSUPPORTED);
    }
  }

  #open(id: number, fields: Fields): Packet {
    const path = fields.string();
    const pflags = fields.uint32();
    const { mode = 0o666 } = readAttributes(fields);
    const flags = openFlags(pflags);
    const access = [...((pflags & OPEN.READ) !== 0 ? ["read"] : []), ...((pflags & OPEN.WRITE) !== 0 ? ["write"] : [])];
    const handle = this.#audited({ action: "open", path, flags: access.join() }, () =>
      this.#handles.add({
        kind: "file",
        fd: openSync(path, flags, mode),
        path: Buffer.from(path),
        append: (pflags & OPEN.APPEND) !== 0,
      }),
    );
    return new Packet(REPLY.HANDLE, id).string(handle);
  }

  #read(id: number, fields: Fields): Packet {
    const { fd } = this.#handles.file(fields.string());
    const offset = fields.uint64();
    const length = Math.min(fields.uint32(), MAX_DATA);
    const packet = new Packet(REPLY.DATA, id, length);
    const count = packet.filled(length, (into) => readSync(fd, into, 0, into.length, offset));
    if (count === 0 && length > 0) throw statusReply(STATUS.EOF);
    return packet;
  }

  #write(id: number, fields: Fields): Packet {
    const { fd, append } = this.#handles.file(fields.string());
    const offset = fields.uint64();
    writeAll(fd, fields.string(), append ? null : offset);
    return okReply(id);
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
    let [processed, count] = [0, 0];
    for (const name of directory.names) {
      if (packet.length > NAMES_SIZE) break;
      processed++;
      const stats = lstatSync(Buffer.concat([directory.path, Buffer.from("/"), name]), { throwIfNoEntry: false });
      if (stats === undefined) continue;
      count++;
      writeAttributes(packet.string(name).string(longName(name, stats, now)), stats);
    }
    directory.names = directory.names.slice(processed);
    if (count === 0) throw statusReply(STATUS.EOF);
    packet.patch(countAt, count);
    return packet;
  }

  #extended(id: number, fields: Fields): Packet {
    switch (fields.string().toString("latin1")) {
      case "posix-rename@openssh.com":
        return this.#twoPaths(id, fields, "rename", renameSync);
      case "hardlink@openssh.com":
        return this.#twoPaths(id, fields, "link", linkSync);
      case "statvfs@openssh.com":
        return fileSystemReply(id, fields.string());
      case "fstatvfs@openssh.com":
        return fileSystemReply(id, Buffer.from(`/proc/self/fd/${this.#handles.file(fields.string()).fd}`));
      case "fsync@openssh.com":
        fsyncSync(this.#handles.file(fields.string()).fd);
        return okReply(id);
      case "lsetstat@openssh.com":
        return this.#setstat(id, fields, setAttributesOfLink);
      case "limits@openssh.com":
        return new Packet(REPLY.EXTENDED, id).uint64(MAX_PACKET).uint64(MAX_DATA).uint64(MAX_DATA).uint64(MAX_HANDLES);
      case "expand-path@openssh.com":
        return pathReply(id, realPath(expandHome(fields.string(), this.#home)));
      case "home-directory": {
        const home = homeOf(fields.string().toString());
        if (home === undefined) throw statusReply(STATUS.NO_SUCH_FILE);
        return pathReply(id, Buffer.from(home));
      }
      case "copy-data":
        return this.#copy(id, fields);
      case "users-groups-by-id@openssh.com":
        return namesReply(id, fields);
      default:
        throw statusReply(STATUS.OP_UNSUPPORTED);
    }
  }

  #copy(id: number, fields: Fields): Packet {
    const from = this.#handles.file(fields.string());
    const [fromOffset, length] = [fields.uint64(), fields.uint64()];
    const to = this.#handles.file(fields.string());
    if (from === to) throw statusReply(STATUS.FAILURE);
    copyData({ fd: from.fd, offset: fromOffset }, { fd: to.fd, offset: fields.uint64() }, length);
    return okReply(id);
  }

  #twoPaths(
    id: number,
    fields: Fields,
    action: FileOperation["action"],
    work: (first: Buffer, second: Buffer) => void,
  ): Packet {
    const path = fields.string();
    const target = fields.string();
    return this.#done(id, { action, path, target }, () => work(path, target));
  }

  #done(id: number, operation: AuditedOperation | undefined, work: () => void): Packet {
    if (operation === undefined) work();
    else this.#audited(operation, work);
    return okReply(id);
  }

  /** Performs an operation and reports its success or failure. */
  #audited<T>({ path, target, ...rest }: AuditedOperation, work: () => T): T {
    const operation = {
      ...rest,
      path: displayPath(path),
      ...(target !== undefined && { target: rest.action === "symlink" ? target.toString() : displayPath(target) }),
    };
    try {
      const result = work();
      this.#onOperation({ ...operation, success: true });
      return result;
    } catch (thrown) {
      this.#onOperation({ ...operation, success: false, error: statusOf(thrown).message });
      throw thrown;
    }
  }
}

interface AuditedOperation {
  readonly action: FileOperation["action"];
  readonly path: Buffer;
  readonly target?: Buffer;
  readonly flags?: string;
}

/** The operation to audit for changed attributes. Times alone are not audited, since every copied file sets them. */
function changes({ size, mode, owner }: Attributes, path: Buffer): AuditedOperation | undefined {
  if (size === undefined && mode === undefined && owner === undefined) return undefined;
  return { action: "setstat", path };
}
