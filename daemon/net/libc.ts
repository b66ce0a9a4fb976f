import { dlopen, type Pointer, ptr } from "bun:ffi";
import { readFileSync } from "node:fs";

/**
 * The few calls that neither Bun nor Node offers, by foreign functions of the C library. Linux with glibc; elsewhere
 * each says so by its result. The library is opened at the first call, so importing this costs nothing.
 */
type Libc = ReturnType<typeof open>;

function open() {
  return dlopen("libc.so.6", {
    setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
    getsockopt: { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" },
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    sendto: { args: ["i32", "ptr", "u64", "i32", "ptr", "u32"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" },
    getrlimit: { args: ["i32", "ptr"], returns: "i32" },
    flock: { args: ["i32", "i32"], returns: "i32" },
    madvise: { args: ["u64", "u64", "i32"], returns: "i32" },
  }).symbols;
}

let opened: Libc | false | undefined;

function libc(): Libc | false {
  if (opened === undefined) {
    try {
      opened = process.platform === "linux" ? open() : false;
    } catch {
      opened = false;
    }
  }
  return opened;
}

// Values of Linux on x64 and arm64: <asm-generic/socket.h>, <netinet/tcp.h>, <sys/un.h>, <sys/file.h>, <asm-generic/resource.h>.
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const IPPROTO_TCP = 6;
const TCP_QUICKACK = 12;
const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const MSG_NOSIGNAL = 0x4000;
const RLIMIT_NOFILE = 7;
const LOCK_EX_NB = 2 | 4;
const MADV_DONTNEED = 4;

const one = new Int32Array([1]);

/** The descriptor under a `node:net` socket, while it is open. */
export function descriptorOf(socket: object): number | undefined {
  const fd = (socket as { _handle?: { fd?: unknown } | null })._handle?.fd;
  return typeof fd === "number" && fd >= 0 ? fd : undefined;
}

/**
 * Acknowledges what was received at once. The kernel falls back to delayed acknowledgements by itself, so this is to be
 * repeated (tcp(7)). A client with Nagle's algorithm, such as ssh, otherwise waits 40 ms for each of them.
 */
export function acknowledgeNow(socket: object): void {
  const fd = descriptorOf(socket);
  const c = fd === undefined ? false : libc();
  if (c !== false && fd !== undefined) c.setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, ptr(one), 4);
}

/** How many more files this process may open, as the number of this one tells, which was the lowest that was free. */
export function filesLeft(socket: object): number {
  const fd = descriptorOf(socket);
  const c = fd === undefined ? false : libc();
  const limit = new BigUint64Array(2);
  if (c === false || fd === undefined || c.getrlimit(RLIMIT_NOFILE, ptr(limit)) !== 0) return Number.POSITIVE_INFINITY;
  return Number(limit[0]) - fd - 1;
}

export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** Who is at the other end of a Unix socket, by the kernel's word (unix(7)); undefined where it does not tell. */
export function peerCredentials(fd: number): PeerCredentials | undefined {
  const c = libc();
  if (c === false) return undefined;
  const credentials = new Int32Array(3);
  const length = new Uint32Array([12]);
  if (c.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ptr(credentials), ptr(length)) !== 0 || length[0] !== 12)
    return undefined;
  const [pid = 0, uid = -1, gid = -1] = credentials;
  return uid < 0 ? undefined : { pid, uid, gid };
}

/** Takes the lock of an open file, until it is closed or the process ends; false when another process has it. */
export function lockFile(fd: number): boolean {
  const c = libc();
  return c === false || c.flock(fd, LOCK_EX_NB) === 0;
}

/**
 * Gives back the pages of code and constants that only the start needed: a third of what the process holds. What is used
 * again comes from the page cache. Only mappings of files that nobody can write and in which nothing is this process's own
 * are touched (proc_pid_smaps(5), madvise(2)), so nothing can be lost. Yields how many.
 */
export function releaseStartPages(): number {
  const c = libc();
  if (c === false) return 0;
  let range: readonly [bigint, bigint] | undefined;
  let released = 0;
  for (const line of readFileSync("/proc/self/smaps", "latin1").split("\n")) {
    const mapping = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \d+\s*(.*)$/.exec(line);
    if (mapping !== null) {
      const [, from, to, permissions = "", name] = mapping;
      const unwritable = /^r-[x-]p$/.test(permissions) && name?.startsWith("/");
      range = unwritable ? [BigInt(`0x${from}`), BigInt(`0x${to}`)] : undefined;
    } else if (range !== undefined && /^Anonymous: +0 kB$/.test(line)) {
      if (c.madvise(range[0], range[1] - range[0], MADV_DONTNEED) === 0) released++;
    }
  }
  return released;
}

/** Tells the service manager, when there is one: `READY=1`, `STOPPING=1` (sd_notify(3)). True when it was sent. */
export function notifyManager(state: string, address = process.env["NOTIFY_SOCKET"]): boolean {
  if (address === undefined || !/^[/@]./.test(address)) return false;
  const c = libc();
  if (c === false) return false;
  const path = Buffer.from(address.startsWith("@") ? `\0${address.slice(1)}` : `${address}\0`);
  if (path.length > 108) return false;
  const name = Buffer.concat([Buffer.from(new Uint16Array([AF_UNIX]).buffer), path]);
  const message = Buffer.from(state);
  const fd = c.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  if (fd < 0) return false;
  try {
    return Number(c.sendto(fd, pointer(message), message.length, MSG_NOSIGNAL, pointer(name), name.length)) >= 0;
  } finally {
    c.close(fd);
  }
}

function pointer(bytes: Buffer): Pointer {
  return ptr(bytes);
}
