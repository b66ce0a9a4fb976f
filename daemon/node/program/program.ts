import type { TerminalSize } from "../../../core/ssh/channels.ts";

/** How a process ended: with one or the other. */
export interface Ending {
  readonly code: number | undefined;
  /** Such as `SIGTERM`. */
  readonly signal: NodeJS.Signals | undefined;
}

export function endingOf(process: { exitCode: number | null; signalCode: unknown }): Ending {
  const signal = typeof process.signalCode === "string" ? (process.signalCode as NodeJS.Signals) : undefined;
  return { code: signal === undefined ? (process.exitCode ?? undefined) : undefined, signal };
}

/** Takes what a program prints. A promise asks to wait with more until it resolves; it never rejects. */
export type Outlet = (chunk: Uint8Array, from: "stdout" | "stderr") => Promise<void> | undefined;

/** A process that runs as a user: leader of its own session and process group. */
export interface Program {
  readonly pid: number;
  /** Resolves when the process has ended. */
  readonly ended: Promise<Ending>;
  /** Resolves when all that it printed has been handed to the outlet. Processes that it left behind may hold this up. */
  readonly drained: Promise<void>;
  /** Gives it input. A promise asks to wait with more until it resolves; it never rejects. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** No more input will come. */
  endInput(): void;
  /** Nobody reads what it prints any more: it gets SIGPIPE when it goes on. */
  closeOutput(): void;
  resize(size: TerminalSize): void;
  /** Signals the process group. */
  signal(name: NodeJS.Signals): void;
  /** The user is gone: takes the terminal away, or closes the pipes. */
  abandon(): void;
}

/** Signals the group that `pid` leads; a group that has ended meanwhile is no error. */
export function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
