import { cleanEnv } from "./run.ts";
import { until } from "./until.ts";

/** Somebody at a terminal of the given size who runs a program. */
export class AtTerminal {
  screen = "";
  readonly #process: Bun.Subprocess;
  /** When nothing more can come to the screen. */
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

  /** The program's, when the screen shows all that it has written. */
  get status(): Promise<number> {
    return this.#closed.promise.then(() => this.#process.exited);
  }
}

/** The words for a program on a terminal that stty(1) has set so. */
export function onTerminal(settings: string, command: readonly string[]): string[] {
  return ["sh", "-c", `stty ${settings}; exec "$@"`, "sh", ...command];
}
