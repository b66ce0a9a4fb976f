import type { TerminalSize } from "../../../core/ssh/channels.ts";

/** How a process ended: with an exit code or by a signal. */
export interface Ending {
  readonly code: number | undefined;
  /** Such as `SIGTERM`. */
  readonly signal: NodeJS.Signals | undefined;
}

export function endingOf(process: { exitCode: number | null; signalCode: unknown }): Ending {
  const signal = typeof process.signalCode === "string" ? (process.signalCode as NodeJS.Signals) : undefined;
  return { code: signal === undefined ? (process.exitCode ?? undefined) : undefined, signal };
}

/** Consumes a program's output. A returned promise is backpressure: pass more when it resolves. It never rejects. */
export type OutputSink = (chunk: Uint8Array, from: "stdout" | "stderr") => Promise<void> | undefined;

/** A process that runs as a user, leader of its own session and process group (setsid(2)). */
export interface Program {
  readonly pid: number;
  /** Resolves when the process has exited. */
  readonly ended: Promise<Ending>;
  /** Resolves when all output has been passed to the sink. Background processes with the same stdout may delay this. */
  readonly drained: Promise<void>;
  /** Writes to stdin. A returned promise is backpressure: write more when it resolves. It never rejects. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** Closes stdin. */
  endInput(): void;
  /** Closes stdout and stderr; the process gets SIGPIPE when it writes. */
  closeOutput(): void;
  resize(size: TerminalSize): void;
  /** Signals the process group. */
  signal(name: NodeJS.Signals): void;
  /** Hangs up after a disconnect: closes the terminal (SIGHUP) or the pipes. */
  abandon(): void;
}

/** Signals the process group that `pid` leads. A group that has already ended is not an error. */
export function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
