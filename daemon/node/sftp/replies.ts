import { type Stats, statfsSync } from "node:fs";
import { REPLY, STATUS, VERSION } from "../../../core/ssh/sftp.ts";
import { writeAttributes, writeNoAttributes } from "./attributes.ts";
import { findName } from "./names.ts";
import { Fields, Packet, statusPacket } from "./packet.ts";
import { statusReply } from "./status.ts";

/** Supported extensions (OpenSSH PROTOCOL §4) and their versions. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  "posix-rename@openssh.com": "1",
  "statvfs@openssh.com": "2",
  "fstatvfs@openssh.com": "2",
  "hardlink@openssh.com": "1",
  "fsync@openssh.com": "1",
  "lsetstat@openssh.com": "1",
  "limits@openssh.com": "1",
  "expand-path@openssh.com": "1",
  "copy-data": "1",
  "home-directory": "1",
  "users-groups-by-id@openssh.com": "1",
};

/** The reply to INIT: protocol version and extensions (§4). */
export function versionReply(): Buffer {
  const packet = new Packet(REPLY.VERSION, undefined).uint32(VERSION);
  for (const [name, version] of Object.entries(EXTENSIONS)) packet.string(name).string(version);
  return packet.done();
}

export function okReply(id: number): Packet {
  const { status, message } = statusReply(STATUS.OK);
  return statusPacket(id, status, message);
}

export function attributesReply(id: number, stats: Stats): Packet {
  return writeAttributes(new Packet(REPLY.ATTRS, id), stats);
}

/** The reply to REALPATH and READLINK: one path. */
export function pathReply(id: number, path: Buffer): Packet {
  return writeNoAttributes(new Packet(REPLY.NAME, id).uint32(1).string(path).string(path));
}

/** The reply to `statvfs`: the fields of statvfs(3). f_fsid and f_flag, which the runtime does not report, are 0. */
export function fileSystemReply(id: number, path: Buffer): Packet {
  const { bsize, blocks, bfree, bavail, files, ffree } = statfsSync(path);
  const packet = new Packet(REPLY.EXTENDED, id);
  for (const value of [bsize, bsize, blocks, bfree, bavail, files, ffree, ffree, 0, 0, 255]) packet.uint64(value);
  return packet;
}

/** The reply to `users-groups-by-id`: names of users and groups, empty for unknown IDs. */
export function namesReply(id: number, fields: Fields): Packet {
  const list = (kind: "user" | "group") => {
    const ids = new Fields(fields.string());
    const names = new Packet(0, undefined);
    const from = names.length;
    while (ids.rest > 0) names.string(findName(kind, ids.uint32()) ?? "");
    return names.done().subarray(from);
  };
  const users = list("user");
  return new Packet(REPLY.EXTENDED, id).string(users).string(list("group"));
}
