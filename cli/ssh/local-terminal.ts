import { isTerminal } from "../output.ts";
import type { Environment } from "../profile.ts";
import { readTerminalModes } from "./terminal-modes.ts";

export interface Size {
  readonly rows: number;
  readonly cols: number;
}

/** The local terminal of an interactive session. */
export class LocalTerminal {
  readonly #input: { setRawMode(on: boolean): unknown };
  readonly #screen: { getWindowSize(): [number, number]; _refreshSize?(): void };
  /** The original terminal modes, sent with `pty-req`. */
  readonly modes: Promise<Buffer>;

  private constructor(env: Environment) {
    const tty = process.getBuiltinModule("node:tty");
    this.#input = new tty.ReadStream(0);
    this.#screen = new tty.WriteStream(isTerminal(1) ? 1 : 0);
    this.modes = readTerminalModes(env);
  }

  /** The terminal on stdin, or undefined where there is none. */
  static open(env: Environment): LocalTerminal | undefined {
    return isTerminal(0) ? new LocalTerminal(env) : undefined;
  }

  get size(): Size {
    // Bun keeps the size that the stream was made with until this is called.
    this.#screen._refreshSize?.();
    const [cols, rows] = this.#screen.getWindowSize();
    return { cols: cols || 80, rows: rows || 24 };
  }

  /** Sets raw mode. The original mode is restored at the exit of this process. */
  makeRaw(): void {
    this.#input.setRawMode(true);
    process.once("exit", () => this.restore());
    for (const [signal, number] of [
      ["SIGTERM", 15],
      ["SIGHUP", 1],
    ] as const)
      process.once(signal, () => process.exit(128 + number));
  }

  restore(): void {
    this.#input.setRawMode(false);
  }

  /** Suspends this process, as Control-Z does. */
  suspend(): void {
    this.restore();
    process.once("SIGCONT", () => this.#input.setRawMode(true));
    process.kill(process.pid, "SIGTSTP");
  }

  onResize(listener: (size: Size) => void): void {
    process.on("SIGWINCH", () => listener(this.size));
  }
}
