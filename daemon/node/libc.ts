import { dlopen, type Pointer, ptr } from "bun:ffi";
import type { TerminalSize } from "../../core/ssh/channels.ts";

/**
 * System calls for sessions that the runtime does not offer, through the C library (FFI). They need Linux with glibc on x64
 * or arm64, which have the same constants. The library is opened at the first call.
 */
function open() {
  return dlopen("libc.so.6", {
    pipe2: { args: ["ptr", "i32"], returns: "i32" },
    fcntl: { args: ["i32", "i32", "i32"], returns: "i32" },
    ioctl: { args: ["i32", "u64", "ptr"], returns: "i32" },
    setrlimit: { args: ["i32", "ptr"], returns: "i32" },
    getrlimit: { args: ["i32", "ptr"], returns: "i32" },
    signal: { args: ["i32", "ptr"], returns: "ptr" },
  }).symbols;
}

let opened: ReturnType<typeof open> | undefined;

function libc(): ReturnType<typeof open> {
  opened ??= open();
  return opened;
}

const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const F_SETFL = 4;
const TCGETS = 0x5401n;
const TCSETS = 0x5402n;
const TCXONC = 0x540an;
const TIOCSWINSZ = 0x5414n;
const TCOOFF = 0;
const TCOON = 1;
const RLIMIT_NOFILE = 7;
const SIGPIPE = 13;
const SIGXFSZ = 25;

/** Size of the kernel's `struct termios`, in bytes: four words of flags, the line discipline, nineteen control characters. */
const TERMIOS_SIZE = 36;

/** A pipe to a child, both ends close-on-exec. The daemon's end does not block; the child's end, to be passed on, does. */
export interface Pipe {
  readonly ours: number;
  readonly theirs: number;
}

/** Opens a pipe that the daemon reads or writes. @throws Error when no file descriptors are left. */
export function openPipe(direction: "read" | "write"): Pipe {
  const ends = new Int32Array(2);
  if (libc().pipe2(ptr(ends), O_CLOEXEC) !== 0) throw new Error("cannot open another pipe");
  const [readEnd = -1, writeEnd = -1] = ends;
  const [ours, theirs] = direction === "read" ? [readEnd, writeEnd] : [writeEnd, readEnd];
  libc().fcntl(ours, F_SETFL, O_NONBLOCK);
  return { ours, theirs };
}

/** Sets the terminal's size. The kernel sends SIGWINCH to the foreground process group. */
export function setWindowSize(fd: number, { rows, columns, width, height }: TerminalSize): void {
  const size = new Uint16Array([rows, columns, width, height].map((n) => Math.min(n, 0xffff)));
  libc().ioctl(fd, TIOCSWINSZ, ptr(size));
}

/** Suspends or resumes output to the terminal, as tcflow(3) does: writing programs block, and no output is lost. */
export function setOutputFlow(fd: number, flowing: boolean): void {
  libc().ioctl(fd, TCXONC, (flowing ? TCOON : TCOOFF) as Pointer);
}

/** Reads the terminal's settings (`struct termios` of the kernel). Undefined when `fd` is not a terminal. */
export function readTermios(fd: number): Uint8Array | undefined {
  const termios = new Uint8Array(TERMIOS_SIZE);
  return libc().ioctl(fd, TCGETS, ptr(termios)) === 0 ? termios : undefined;
}

export function writeTermios(fd: number, termios: Uint8Array): void {
  libc().ioctl(fd, TCSETS, ptr(termios));
}

/** Restores what the runtime changed and a user's program must not inherit: ignored signals and RLIMIT_NOFILE. */
export function restoreProcessDefaults(): void {
  const c = libc();
  c.signal(SIGPIPE, null);
  c.signal(SIGXFSZ, null);
  const limit = new BigUint64Array(2);
  if (c.getrlimit(RLIMIT_NOFILE, ptr(limit)) !== 0) return;
  const [, hard = 0n] = limit;
  limit[0] = hard < SOFT_OPEN_FILES ? hard : SOFT_OPEN_FILES;
  c.setrlimit(RLIMIT_NOFILE, ptr(limit));
}

/** The default soft limit of kernel and systemd. More breaks programs that use select(2) or close all possible descriptors. */
const SOFT_OPEN_FILES = 1024n;
