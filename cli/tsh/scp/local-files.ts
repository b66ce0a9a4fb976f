import * as fs from "node:fs";
import { Fault } from "../../../core/fault.ts";
import type { Path } from "../../ssh/sftp.ts";
import { type Attributes, type Changes, kindOf } from "../../ssh/sftp-attributes.ts";
import { type Files, textOf } from "./files.ts";

/** Bytes of one read. */
const BLOCK = 256 * 1024;

/**
 * Local files by synchronous system calls: for data in the page cache, they are faster than another thread.
 */
export const localFiles: Files = {
  shown: textOf,
  // The local shell has expanded these.
  home: async (path) => path,
  glob: async (path) => [path],

  async stat(path) {
    const stats = fs.statSync(bytesOf(path), { throwIfNoEntry: false });
    return stats && attributesOf(stats);
  },

  async list(path) {
    const directory = path.endsWith("/") ? path : `${path}/`;
    // Bun cannot return names as bytes together with types.
    return fs.readdirSync(bytesOf(path), { encoding: "latin1" }).flatMap((name) => {
      const stats = fs.lstatSync(bytesOf(directory + name), { throwIfNoEntry: false });
      return stats === undefined ? [] : [{ name, attributes: attributesOf(stats) }];
    });
  },

  async realpath(path) {
    return fs.realpathSync(bytesOf(path) as unknown as string, { encoding: "buffer" }).toString("latin1");
  },

  async makeDirectory(path, mode) {
    try {
      fs.mkdirSync(bytesOf(path), { mode });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (!fs.statSync(bytesOf(path)).isDirectory()) throw new Fault("failed", "is there already, and no directory");
    }
  },

  async change(path, changes) {
    const bytes = bytesOf(path);
    if (changes.mode !== undefined) fs.chmodSync(bytes, changes.mode);
    if (changes.times !== undefined) fs.utimesSync(bytes, changes.times.accessed, changes.times.modified);
  },

  async read(path, found) {
    const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = fs.constants;
    // O_NONBLOCK: do not block on a pipe that replaced the file.
    const fd = fs.openSync(bytesOf(path), O_RDONLY | O_NONBLOCK | (found ? O_NOFOLLOW : 0));
    if (!fs.fstatSync(fd).isFile()) {
      fs.closeSync(fd);
      throw new Fault("failed", "is not a file");
    }
    return {
      block: BLOCK,
      async read(offset, length) {
        const data = Buffer.allocUnsafe(length);
        return data.subarray(0, fs.readSync(fd, data, 0, length, offset));
      },
      close: () => fs.closeSync(fd),
    };
  },

  async write(path, mode) {
    const fd = fs.openSync(bytesOf(path), "w", mode);
    return {
      block: BLOCK,
      async write(offset, data) {
        writeAt(fd, offset, data);
      },
      async finish(changes) {
        try {
          applyTo(fd, changes);
        } finally {
          fs.closeSync(fd);
        }
      },
      abandon(length) {
        try {
          if (fs.fstatSync(fd).size > length) fs.ftruncateSync(fd, length);
        } finally {
          fs.closeSync(fd);
        }
      },
    };
  },
};

function writeAt(fd: number, offset: number, data: Uint8Array): void {
  for (let at = 0; at < data.length; ) at += fs.writeSync(fd, data, at, data.length - at, offset + at);
}

function applyTo(fd: number, { mode, times }: Changes): void {
  if (mode !== undefined) fs.fchmodSync(fd, mode);
  if (times !== undefined) fs.futimesSync(fd, times.accessed, times.modified);
}

function attributesOf(stats: fs.Stats): Attributes {
  return {
    kind: kindOf(stats.mode) ?? "other",
    size: stats.size,
    mode: stats.mode & 0o7777,
    accessed: seconds(stats.atimeMs),
    modified: seconds(stats.mtimeMs),
  };
}

/** SFTP times are unsigned 32-bit seconds. */
function seconds(ms: number): number {
  return Math.min(Math.max(Math.floor(ms / 1000), 0), 0xffff_ffff);
}

/** The bytes of a path; a string would be encoded as UTF-8. */
function bytesOf(path: Path): Buffer {
  return Buffer.from(path, "latin1");
}
