import { dlopen, type Pointer, ptr } from "bun:ffi";
import type { TerminalSize } from "../../core/ssh/channels.ts";

/**
 * The calls of the C library that sessions need and the runtime does not offer. Linux with glibc, x64 and arm64, whose
 * constants are the same. Opened at the first call.
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

/** Size of the kernel's `struct termios`: four words of flags, the line discipline, nineteen control characters. */
const TERMIOS_SIZE = 36;

/** The two ends of a pipe. Neither is inherited; ours does not block, the other, which a program is to have, does. */
export interface Pipe {
  readonly ours: number;
  readonly theirs: number;
}

/** @param direction which way the bytes go, as we see it. */
export function openPipe(direction: "read" | "write"): Pipe {
  const ends = new Int32Array(2);
  if (libc().pipe2(ptr(ends), O_CLOEXEC) !== 0) throw new Error("no more pipes can be opened");
  const [readEnd = -1, writeEnd = -1] = ends;
  const [ours, theirs] = direction === "read" ? [readEnd, writeEnd] : [writeEnd, readEnd];
  libc().fcntl(ours, F_SETFL, O_NONBLOCK);
  return { ours, theirs };
}

/** Tells the terminal its size; the kernel tells the programs in the foreground (SIGWINCH). */
export function setWindowSize(fd: number, { rows, columns, width, height }: TerminalSize): void {
  const size = new Uint16Array([rows, columns, width, height].map((n) => Math.min(n, 0xffff)));
  libc().ioctl(fd, TIOCSWINSZ, ptr(size));
}

/** Stops or starts what programs write to the terminal, as tcflow(3) does: they wait, and nothing is lost. */
export function setOutputFlow(fd: number, flowing: boolean): void {
  libc().ioctl(fd, TCXONC, (flowing ? TCOON : TCOOFF) as Pointer);
}

/** The terminal's settings, as the kernel keeps them; undefined where `fd` is no terminal. */
export function readTermios(fd: number): Uint8Array | undefined {
  const termios = new Uint8Array(TERMIOS_SIZE);
  return libc().ioctl(fd, TCGETS, ptr(termios)) === 0 ? termios : undefined;
}

export function writeTermios(fd: number, termios: Uint8Array): void {
  libc().ioctl(fd, TCSETS, ptr(termios));
}

/** What the runtime changes for itself and a user's program must not inherit: ignored signals, and the limit of open files. */
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

/** What the kernel and systemd give every process. More breaks programs that use select(2) or close "all" descriptors. */
const SOFT_OPEN_FILES = 1024n;
