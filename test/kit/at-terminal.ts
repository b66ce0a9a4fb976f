import { cleanEnv } from "./run.ts";
import { until } from "./until.ts";

/** A program on a pseudo terminal of the given size. */
export class AtTerminal {
  screen = "";
  readonly #process: Bun.Subprocess;
  /** Resolves when the screen is complete. */
  readonly #closed = Promise.withResolvers<void>();

  constructor(
    command: readonly string[],
    size: { cols: number; rows: number } = { cols: 80, rows: 24 },
    env: Readonly<Record<string, string>> = {},
  ) {
    this.#process = Bun.spawn([...command], {
      env: cleanEnv({ TERM: "xterm-256color", ...env }),
      terminal: {
        ...size,
        data: (_terminal, chunk) => {
          this.screen += Buffer.from(chunk).toString("latin1");
        },
        exit: () => this.#closed.resolve(),
      },
    });
  }

  type(text: string): void {
    this.#process.terminal?.write(text);
  }

  resize(cols: number, rows: number): void {
    this.#process.terminal?.resize(cols, rows);
  }

  sees(text: string | RegExp): Promise<unknown> {
    const seen = () => (typeof text === "string" ? this.screen.includes(text) : text.test(this.screen));
    return until(() => `the screen shows ${text}; it shows ${JSON.stringify(this.screen)}`, seen);
  }

  /** The exit status, after all output is on the screen. */
  get status(): Promise<number> {
    return this.#closed.promise.then(() => this.#process.exited);
  }
}

/** The command line of a program on a terminal with these stty(1) settings. */
export function onTerminal(settings: string, command: readonly string[]): string[] {
  return ["sh", "-c", `stty ${settings}; exec "$@"`, "sh", ...command];
}
