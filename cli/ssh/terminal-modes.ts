import { spawn } from "node:child_process";

/** RFC 4254 §8 and RFC 8160: the opcodes of terminal modes by their names in stty(1). */
const CHARACTERS = {
  intr: 1,
  quit: 2,
  erase: 3,
  kill: 4,
  eof: 5,
  eol: 6,
  eol2: 7,
  start: 8,
  stop: 9,
  susp: 10,
  dsusp: 11,
  rprnt: 12,
  reprint: 12,
  werase: 13,
  lnext: 14,
  swtch: 16,
  discard: 18,
} as const;

const FLAGS = {
  ignpar: 30,
  parmrk: 31,
  inpck: 32,
  istrip: 33,
  inlcr: 34,
  igncr: 35,
  icrnl: 36,
  iuclc: 37,
  ixon: 38,
  ixany: 39,
  ixoff: 40,
  imaxbel: 41,
  iutf8: 42,
  isig: 50,
  icanon: 51,
  xcase: 52,
  echo: 53,
  echoe: 54,
  echok: 55,
  echonl: 56,
  noflsh: 57,
  tostop: 58,
  iexten: 59,
  echoctl: 60,
  echoke: 61,
  pendin: 62,
  opost: 70,
  olcuc: 71,
  onlcr: 72,
  ocrnl: 73,
  onocr: 74,
  onlret: 75,
  cs7: 90,
  cs8: 91,
  parenb: 92,
  parodd: 93,
} as const;

const OSPEED = 129;
const ISPEED = 128;
const END = 0;
/** What a disabled special character is on the wire (RFC 4254 §8). */
const DISABLED = 255;

/** The modes of the terminal on stdin, encoded for a `pty-req`; nothing where they cannot be had. */
export function readTerminalModes(env: Readonly<Record<string, string | undefined>>): Promise<Buffer> {
  return new Promise((resolve) => {
    // stty, because every system has it and its output is the same everywhere, which termios(3) in memory is not.
    const stty = spawn("stty", ["-a"], {
      stdio: ["inherit", "pipe", "ignore"],
      env: { PATH: env.PATH ?? "/bin:/usr/bin", LC_ALL: "C" },
    });
    let text = "";
    stty.stdout.setEncoding("utf8");
    stty.stdout.on("data", (chunk: string) => {
      text += chunk;
    });
    stty.once("error", () => resolve(Buffer.alloc(0)));
    stty.once("close", () => resolve(encodeModes(text)));
  });
}

/** `stty -a`'s words as opcode and uint32, over and over, and the end. Exported for its test. */
export function encodeModes(text: string): Buffer {
  const modes = new Map<number, number>();
  const speed = /speed (\d+) baud/.exec(text)?.[1];
  if (speed !== undefined) modes.set(ISPEED, Number(speed)).set(OSPEED, Number(speed));
  for (const [, name = "", value = ""] of text.matchAll(/(\w+) = ([^;]+);/g))
    if (Object.hasOwn(CHARACTERS, name)) modes.set(CHARACTERS[name as keyof typeof CHARACTERS], characterOf(value));
  for (const word of text.replaceAll(/\w+ = [^;]+;/g, "").split(/[\s;]+/)) {
    const name = word.replace(/^-/, "");
    if (Object.hasOwn(FLAGS, name)) modes.set(FLAGS[name as keyof typeof FLAGS], word.startsWith("-") ? 0 : 1);
  }
  if (modes.size === 0) return Buffer.alloc(0);
  const bytes = Buffer.alloc(modes.size * 5 + 1, END);
  [...modes].forEach(([opcode, value], i) => {
    bytes.writeUInt8(opcode, i * 5);
    bytes.writeUInt32BE(value, i * 5 + 1);
  });
  return bytes;
}

/** `^C`, `^?`, `<undef>`, `M-^?`, or the character itself. */
function characterOf(text: string): number {
  const control = /^\^(.)$/.exec(text)?.[1];
  if (control === "?") return 127;
  if (control !== undefined) return control.charCodeAt(0) & 0x1f;
  return text.length === 1 ? text.charCodeAt(0) : DISABLED;
}
