/** Encoded terminal modes of a `pty-req` (RFC 4254 §8, RFC 8160): mode names to values. */
export type TerminalModes = Readonly<Record<string, number>>;

/** Indexes in `c_cc` (<asm-generic/termbits.h>). VDSUSP, VFLUSH and VSTATUS do not exist on Linux. */
const CHARACTERS: TerminalModes = {
  VINTR: 0,
  VQUIT: 1,
  VERASE: 2,
  VKILL: 3,
  VEOF: 4,
  VEOL: 11,
  VEOL2: 16,
  VSTART: 8,
  VSTOP: 9,
  VSUSP: 10,
  VREPRINT: 12,
  VWERASE: 14,
  VLNEXT: 15,
  VSWTCH: 7,
  VDISCARD: 13,
};
const NO_CHARACTER = 255;

type Field = "input" | "output" | "control" | "local";
const OFFSETS: Readonly<Record<Field, number>> = { input: 0, output: 4, control: 8, local: 12 };
const CHARACTERS_OFFSET = 17;

const FLAGS: Readonly<Record<string, readonly [Field, number]>> = {
  IGNPAR: ["input", 0o4],
  PARMRK: ["input", 0o10],
  INPCK: ["input", 0o20],
  ISTRIP: ["input", 0o40],
  INLCR: ["input", 0o100],
  IGNCR: ["input", 0o200],
  ICRNL: ["input", 0o400],
  IUCLC: ["input", 0o1000],
  IXON: ["input", 0o2000],
  IXANY: ["input", 0o4000],
  IXOFF: ["input", 0o10000],
  IMAXBEL: ["input", 0o20000],
  IUTF8: ["input", 0o40000],
  ISIG: ["local", 0o1],
  ICANON: ["local", 0o2],
  XCASE: ["local", 0o4],
  ECHO: ["local", 0o10],
  ECHOE: ["local", 0o20],
  ECHOK: ["local", 0o40],
  ECHONL: ["local", 0o100],
  NOFLSH: ["local", 0o200],
  TOSTOP: ["local", 0o400],
  IEXTEN: ["local", 0o100000],
  ECHOCTL: ["local", 0o1000],
  ECHOKE: ["local", 0o4000],
  PENDIN: ["local", 0o40000],
  OPOST: ["output", 0o1],
  OLCUC: ["output", 0o2],
  ONLCR: ["output", 0o4],
  OCRNL: ["output", 0o10],
  ONOCR: ["output", 0o20],
  ONLRET: ["output", 0o40],
  PARENB: ["control", 0o400],
  PARODD: ["control", 0o1000],
};

const CSIZE = 0o60;
const SIZE_7 = 0o40;
const SIZE_8 = 0o60;

const CBAUD = 0o10017;
/** The shift of the input speed in `c_cflag`. */
const IBSHIFT = 16;
const SPEEDS: Readonly<Record<number, number>> = {
  50: 0o1,
  75: 0o2,
  110: 0o3,
  134: 0o4,
  150: 0o5,
  200: 0o6,
  300: 0o7,
  600: 0o10,
  1200: 0o11,
  1800: 0o12,
  2400: 0o13,
  4800: 0o14,
  9600: 0o15,
  19200: 0o16,
  38400: 0o17,
  57600: 0o10001,
  115200: 0o10002,
  230400: 0o10003,
  460800: 0o10004,
  500000: 0o10005,
  576000: 0o10006,
  921600: 0o10007,
  1000000: 0o10010,
  1152000: 0o10011,
  1500000: 0o10012,
  2000000: 0o10013,
  2500000: 0o10014,
  3000000: 0o10015,
  3500000: 0o10016,
  4000000: 0o10017,
};

/** Applies terminal modes to the kernel's `struct termios` and returns the result. Other settings are kept. */
export function applyTerminalModes(termios: Uint8Array, modes: TerminalModes): Uint8Array {
  const changed = termios.slice();
  const view = new DataView(changed.buffer);
  const change = (field: Field, mask: number, bits: number) => {
    const before = view.getUint32(OFFSETS[field], true);
    view.setUint32(OFFSETS[field], ((before & ~mask) | bits) >>> 0, true);
  };
  for (const [name, value] of Object.entries(modes)) {
    const character = CHARACTERS[name];
    const flag = FLAGS[name];
    if (character !== undefined) changed[CHARACTERS_OFFSET + character] = value === NO_CHARACTER ? 0 : value & 0xff;
    if (flag !== undefined) change(flag[0], flag[1], value === 0 ? 0 : flag[1]);
  }
  const { CS7 = 0, CS8 = 0, TTY_OP_ISPEED = 0, TTY_OP_OSPEED = 0 } = modes;
  if (CS8 !== 0) change("control", CSIZE, SIZE_8);
  else if (CS7 !== 0) change("control", CSIZE, SIZE_7);
  const speedOut = SPEEDS[TTY_OP_OSPEED];
  const speedIn = SPEEDS[TTY_OP_ISPEED];
  if (speedOut !== undefined) change("control", CBAUD, speedOut);
  if (speedIn !== undefined) change("control", CBAUD << IBSHIFT, speedIn << IBSHIFT);
  return changed;
}
