import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cleanEnv, program } from "./run.ts";

/** The ready event of `start --log-format=json` on stdout. */
export interface Ready {
  readonly event: "ready";
  readonly version: string;
  readonly pid: number;
  readonly roles: readonly { readonly role: string; readonly listening: readonly string[] }[];
  readonly diag?: string;
}

export interface Daemon {
  readonly pid: number;
  readonly ready: Ready;
  /** `HOST:PORT` of a role's listener: `at("proxy", "https")`. */
  at(role: "auth" | "proxy" | "node" | "tms", scheme?: "ssh" | "https"): string;
  /** Everything logged so far, one object a line. */
  readonly log: () => readonly Record<string, unknown>[];
  /** The first past or future log entry that matches. @throws Error if the daemon ends before */
  logged(holds: (entry: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  kill(signal?: NodeJS.Signals): void;
  /** Stops it with SIGTERM and waits. Returns the exit status, 128 + n after signal n. */
  stop(signal?: NodeJS.Signals): Promise<number>;
  readonly exited: Promise<number>;
}

export interface DaemonOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A command that wraps the daemon: `["setpriv", …]`. */
  readonly through?: readonly string[];
}

/** A daemon that ended before it was ready. */
export class NotStarted extends Error {
  readonly code: number;
  readonly stderr: string;
  constructor(code: number, stderr: string) {
    super(`the daemon ended with ${code}:\n${stderr}`);
    this.code = code;
    this.stderr = stderr;
  }
}

/**
 * Starts the compiled daemon on free loopback ports and waits until it is ready. `await using` stops it.
 * @throws NotStarted
 */
export async function startDaemon(
  flags: readonly string[],
  options: DaemonOptions = {},
): Promise<Daemon & AsyncDisposable> {
  const config = flags.some((flag) => flag.startsWith("--config")) ? [] : ["--config=/dev/null"];
  const fixed = [...config, "--listen-ip=127.0.0.1", "--log-format=json"];
  const ports = flags.some((flag) => flag.startsWith("--ports-from")) ? [] : ["--ports-from=0"];
  const child = Bun.spawn([...(options.through ?? []), program("sallyport"), "start", ...fixed, ...ports, ...flags], {
    env: cleanEnv(options.env),
    cwd: "/",
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const exited = child.exited.then(() => (child.signalCode === null ? (child.exitCode ?? -1) : 128));
  const lines: string[] = [];
  let changed = Promise.withResolvers<void>();
  let over = false;
  const reading = (async () => {
    for await (const line of linesOf(child.stderr)) {
      lines.push(line);
      changed.resolve();
      changed = Promise.withResolvers();
    }
    over = true;
    changed.resolve();
  })();
  const log = () => lines.flatMap(entryOf);

  let ready: Ready | undefined;
  for await (const line of linesOf(child.stdout)) {
    ready = JSON.parse(line) as Ready;
    break;
  }
  if (ready === undefined) {
    await reading;
    throw new NotStarted(await exited, lines.join("\n"));
  }
  const { roles } = ready;
  const daemon: Daemon = {
    pid: child.pid,
    ready,
    log,
    exited,
    at(role, scheme = "ssh") {
      const urls = roles.find((entry) => entry.role === role)?.listening ?? [];
      const found = urls.find((url) => url.startsWith(`${scheme}://`));
      if (found === undefined) throw new Error(`${role} does not listen for ${scheme}`);
      return found.slice(scheme.length + 3);
    },
    async logged(holds) {
      for (;;) {
        const waiting = changed.promise;
        const found = log().find(holds);
        if (found !== undefined) return found;
        if (over) throw new Error(`the daemon ended and never said it:\n${lines.join("\n")}`);
        await waiting;
      }
    },
    kill: (signal) => child.kill(signal),
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      await reading;
      return exited;
    },
  };
  return Object.assign(daemon, {
    async [Symbol.asyncDispose]() {
      await daemon.stop();
    },
  });
}

/** Writes a config file without second factor to the directory. @returns the flag that names it */
export function passwordOnly(dir: string): string {
  const config = join(dir, "sallyport.yaml");
  writeFileSync(config, "auth_service:\n  authentication:\n    second_factor: off\n");
  return `--config=${config}`;
}

function entryOf(line: string): Record<string, unknown>[] {
  try {
    return [JSON.parse(line) as Record<string, unknown>];
  } catch {
    return [{ message: line }];
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    rest += decoder.decode(value, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
