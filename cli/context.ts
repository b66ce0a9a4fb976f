import { type Format, isTerminal, printable, render, type Style, styleFor, type View, writeAll } from "./output.ts";

/** The environment of a command and its output functions. */
export class Context {
  /** The name of the tool in messages: `sallyport`, `tsh` or `tctl`. */
  readonly tool: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** Set by the runner from the command's own `--format` before it runs. */
  format: Format = "text";
  /** Set by the runner: `-d/--debug` was given. */
  debug = false;

  constructor(tool: string, env: Readonly<Record<string, string | undefined>>, now: () => Date) {
    this.tool = tool;
    this.env = env;
    this.now = now;
  }

  /** Writes the result to stdout in the requested format. An empty text prints nothing. */
  async print<T>(value: T, view: View<T>): Promise<void> {
    const text = await render(value, view, this.format, styleFor(1, this.env));
    if (text !== "") writeAll(1, `${text}\n`);
  }

  /** Bytes to stdout as they are, for output that has no other format (a key, a config block, a script). */
  write(data: string | Uint8Array): void {
    writeAll(1, data);
  }

  /** Writes a message to stderr. */
  tell(text: string): void {
    writeAll(2, `${text}\n`);
  }

  /** Writes a warning to stderr; the command continues. */
  warn(text: string): void {
    writeAll(2, `${this.style(2).yellow("warning:")} ${printable(text)}\n`);
  }

  /** Writes to stderr with `--debug` only. */
  trace(text: string): void {
    if (this.debug) writeAll(2, `debug: ${printable(text)}\n`);
  }

  style(fd: 1 | 2): Style {
    return styleFor(fd, this.env);
  }

  isTerminal(fd: 0 | 1 | 2): boolean {
    return isTerminal(fd);
  }
}
