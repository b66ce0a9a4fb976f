import { mkdirSync, symlinkSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { binary } from "./build.ts";
import { keptTempDir } from "./temp.ts";

export interface RunOptions {
  /** Added to a clean environment: PATH, HOME (a fresh directory), TZ=UTC, LANG=C.UTF-8 and nothing of the caller's. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  readonly cwd?: string;
  /** Kills the program, and fails the run, when it takes longer. Milliseconds, 20 s unless said otherwise. */
  readonly within?: number;
}

export interface Ran {
  /** 128 + n when signal n ended it, as a shell would say. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let names: string | undefined;

/** The path of the compiled program under the name `sallyport`, `tsh` or `tctl`: symlinks in a directory of their own. */
export function program(name: string): string {
  if (names === undefined) {
    names = join(keptTempDir(), "bin");
    mkdirSync(names);
    for (const word of ["sallyport", "tsh", "tctl", "keycmd"]) symlinkSync(binary(), join(names, word));
  }
  return join(names, name);
}

/** What every program of a test starts with. */
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

/** Runs the compiled program to its end: `run(["tsh", "status"])`. The first word is the name it is called by. */
export async function run(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const [name = "sallyport", ...rest] = words;
  return runProgram([program(name), ...rest], options);
}

/** Runs any program in the same clean way. @throws Error when it does not end in time. */
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

/** The same, and it has to succeed. @returns what it printed */
export async function must(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await runProgram(command, options);
  if (code !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
  return stdout;
}

function signalNumber(name: string): number {
  return (constants.signals as Record<string, number>)[name] ?? 0;
}
