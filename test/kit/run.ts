import { mkdirSync, symlinkSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { binary } from "./build.ts";
import { keptTempDir } from "./temp.ts";

export interface RunOptions {
  /** Added to a clean environment: PATH, HOME (a new directory), TZ=UTC and LANG=C.UTF-8. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  readonly cwd?: string;
  /** Time limit in milliseconds (default 20 s); the program is killed and the run fails. */
  readonly within?: number;
}

export interface Ran {
  /** Exit status; 128 + n after signal n, as in a shell. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let names: string | undefined;

/** The compiled program under the name `sallyport`, `tsh` or `tctl`, as a symlink in a separate directory. */
export function program(name: string): string {
  if (names === undefined) {
    names = join(keptTempDir(), "bin");
    mkdirSync(names);
    for (const word of ["sallyport", "tsh", "tctl", "keycmd"]) symlinkSync(binary(), join(names, word));
  }
  return join(names, name);
}

/** The clean environment of all programs in tests. */
export function cleanEnv(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "/usr/bin:/bin:/usr/sbin:/sbin",
    HOME: more.HOME ?? emptyHome(),
    TZ: "UTC",
    LANG: "C.UTF-8",
    USER: "tester",
    ...more,
  };
}

let home: string | undefined;
function emptyHome(): string {
  home ??= keptTempDir();
  return home;
}

/** Runs the compiled program: `run(["tsh", "status"])`. The first word is the name of the executable. */
export async function run(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const [name = "sallyport", ...rest] = words;
  return runProgram([program(name), ...rest], options);
}

/** Runs any program in the clean environment. @throws Error if it exceeds the time limit */
export async function runProgram(command: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = Bun.spawn([...command], {
    env: cleanEnv(options.env),
    cwd: options.cwd ?? "/",
    stdin: options.stdin === undefined ? "ignore" : Buffer.from(options.stdin),
    stdout: "pipe",
    stderr: "pipe",
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, options.within ?? 20_000);
  try {
    const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    await child.exited;
    if (late) throw new Error(`${command.join(" ")}: did not end in time\n${stdout}${stderr}`);
    return {
      code: child.signalCode === null ? (child.exitCode ?? -1) : 128 + signalNumber(`${child.signalCode}`),
      stdout,
      stderr,
    };
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a program that must succeed. @returns its output */
export async function must(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await runProgram(command, options);
  if (code !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
  return stdout;
}

function signalNumber(name: string): number {
  return (constants.signals as Record<string, number>)[name] ?? 0;
}
