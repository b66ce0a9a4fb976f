/** Terminal modes of a pty-req (RFC 4254 §8, RFC 8160): opcode to argument. Opcodes that we do not know are kept. */
export type TerminalModes = ReadonlyMap<number, number>;

const TTY_OP_END = 0;
/** Opcodes from here on have no defined argument: reading stops, as the RFC asks. */
const FIRST_UNDEFINED = 160;

/** Reads the encoded modes. What is cut off in the middle ends the list: no program fails to start for it. */
export function parseTerminalModes(encoded: Uint8Array): TerminalModes {
  const modes = new Map<number, number>();
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  for (let at = 0; at + 5 <= encoded.byteLength; at += 5) {
    const opcode = view.getUint8(at);
    if (opcode === TTY_OP_END || opcode >= FIRST_UNDEFINED) break;
    modes.set(opcode, view.getUint32(at + 1));
  }
  return modes;
}

/** Opcode to index in `c_cc` (<asm-generic/termbits.h>). VDSUSP, VFLUSH and VSTATUS do not exist on Linux. */
const CHARACTERS: Readonly<Record<number, number>> = {
  1: 0, // VINTR
  2: 1, // VQUIT
  3: 2, // VERASE
  4: 3, // VKILL
  5: 4, // VEOF
  6: 11, // VEOL
  7: 16, // VEOL2
  8: 8, // VSTART
  9: 9, // VSTOP
  10: 10, // VSUSP
  12: 12, // VREPRINT
  13: 14, // VWERASE
  14: 15, // VLNEXT
  16: 7, // VSWTC
  18: 13, // VDISCARD
};
const NO_CHARACTER = 255;

type Field = "input" | "output" | "control" | "local";
const OFFSETS: Readonly<Record<Field, number>> = { input: 0, output: 4, control: 8, local: 12 };
const CHARACTERS_OFFSET = 17;

/** Opcode to the flag that it switches. */
const FLAGS: Readonly<Record<number, readonly [Field, number]>> = {
  30: ["input", 0o4], // IGNPAR
  31: ["input", 0o10], // PARMRK
  32: ["input", 0o20], // INPCK
  33: ["input", 0o40], // ISTRIP
  34: ["input", 0o100], // INLCR
  35: ["input", 0o200], // IGNCR
  36: ["input", 0o400], // ICRNL
  37: ["input", 0o1000], // IUCLC
  38: ["input", 0o2000], // IXON
  39: ["input", 0o4000], // IXANY
  40: ["input", 0o10000], // IXOFF
  41: ["input", 0o20000], // IMAXBEL
  42: ["input", 0o40000], // IUTF8
  50: ["local", 0o1], // ISIG
  51: ["local", 0o2], // ICANON
  52: ["local", 0o4], // XCASE
  53: ["local", 0o10], // ECHO
  54: ["local", 0o20], // ECHOE
  55: ["local", 0o40], // ECHOK
  56: ["local", 0o100], // ECHONL
  57: ["local", 0o200], // NOFLSH
  58: ["local", 0o400], // TOSTOP
  59: ["local", 0o100000], // IEXTEN
  60: ["local", 0o1000], // ECHOCTL
  61: ["local", 0o4000], // ECHOKE
  62: ["local", 0o40000], // PENDIN
  70: ["output", 0o1], // OPOST
  71: ["output", 0o2], // OLCUC
  72: ["output", 0o4], // ONLCR
  73: ["output", 0o10], // OCRNL
  74: ["output", 0o20], // ONOCR
  75: ["output", 0o40], // ONLRET
  92: ["control", 0o400], // PARENB
  93: ["control", 0o1000], // PARODD
};

const CS7 = 90;
const CS8 = 91;
const CSIZE = 0o60;
const SIZE_7 = 0o40;
const SIZE_8 = 0o60;

const TTY_OP_ISPEED = 128;
const TTY_OP_OSPEED = 129;
const CBAUD = 0o10017;
/** The input speed stands 16 bits above the output speed. */
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

/** The kernel's `struct termios` with the modes applied; what they do not mention stays as it is. */
export function applyTerminalModes(termios: Uint8Array, modes: TerminalModes): Uint8Array {
  const changed = termios.slice();
  const view = new DataView(changed.buffer);
  const change = (field: Field, mask: number, bits: number) => {
    const before = view.getUint32(OFFSETS[field], true);
    view.setUint32(OFFSETS[field], ((before & ~mask) | bits) >>> 0, true);
  };
  for (const [opcode, value] of modes) {
    const character = CHARACTERS[opcode];
    const flag = FLAGS[opcode];
    if (character !== undefined) changed[CHARACTERS_OFFSET + character] = value === NO_CHARACTER ? 0 : value & 0xff;
    if (flag !== undefined) change(flag[0], flag[1], value === 0 ? 0 : flag[1]);
  }
  if (modes.has(CS7) || modes.has(CS8)) {
    if ((modes.get(CS8) ?? 0) !== 0) change("control", CSIZE, SIZE_8);
    else if ((modes.get(CS7) ?? 0) !== 0) change("control", CSIZE, SIZE_7);
  }
  const speedOut = SPEEDS[modes.get(TTY_OP_OSPEED) ?? 0];
  const speedIn = SPEEDS[modes.get(TTY_OP_ISPEED) ?? 0];
  if (speedOut !== undefined) change("control", CBAUD, speedOut);
  if (speedIn !== undefined) change("control", CBAUD << IBSHIFT, speedIn << IBSHIFT);
  return changed;
}
