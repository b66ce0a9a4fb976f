import { dlopen, type Pointer, ptr } from "bun:ffi";
import { readFileSync } from "node:fs";

/**
 * System calls that neither Bun nor Node.js offers, through the C library (FFI). They need Linux with glibc; elsewhere
 * each function returns the result that its comment states. The library is opened at the first call.
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

/** The file descriptor of an open `node:net` socket. */
export function descriptorOf(socket: object): number | undefined {
  const fd = (socket as { _handle?: { fd?: unknown } | null })._handle?.fd;
  return typeof fd === "number" && fd >= 0 ? fd : undefined;
}

/**
 * Sets TCP_QUICKACK (tcp(7)): received data is acknowledged at once. The flag is not permanent, so the call has to be
 * repeated. A client that uses Nagle's algorithm, such as ssh, otherwise waits 40 ms for each delayed acknowledgement.
 */
export function acknowledgeNow(socket: object): void {
  const fd = descriptorOf(socket);
  const c = fd === undefined ? false : libc();
  if (c !== false && fd !== undefined) c.setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, ptr(one), 4);
}

/**
 * How many more files this process may open (RLIMIT_NOFILE). A new descriptor is the lowest free number (open(2)), so the
 * number of this new socket's descriptor tells how many are in use. Infinity where the limit cannot be read.
 */
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

/** The credentials of a Unix socket's peer as the kernel reports them (SO_PEERCRED, unix(7)). Undefined if unavailable. */
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

/**
 * Takes an exclusive flock(2) on an open file, until it is closed or the process ends. False when another process holds
 * it. Returns true without a lock on other systems.
 */
export function lockFile(fd: number): boolean {
  const c = libc();
  return c === false || c.flock(fd, LOCK_EX_NB) === 0;
}

/**
 * Releases pages of code and constants that only the start needed, a third of the resident memory. Pages that are used
 * again are read from the page cache. Only read-only private file mappings without anonymous pages are released
 * (proc_pid_smaps(5), madvise(2) MADV_DONTNEED), so no data is lost. @returns the number of released mappings.
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
      const readOnlyFile = /^r-[x-]p$/.test(permissions) && name?.startsWith("/");
      range = readOnlyFile ? [BigInt(`0x${from}`), BigInt(`0x${to}`)] : undefined;
    } else if (range !== undefined && /^Anonymous: +0 kB$/.test(line)) {
      if (c.madvise(range[0], range[1] - range[0], MADV_DONTNEED) === 0) released++;
    }
  }
  return released;
}

/** Notifies the service manager: `READY=1`, `STOPPING=1` (sd_notify(3)). False without a manager, or when sending failed. */
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
