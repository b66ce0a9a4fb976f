import type { Labels } from "../../core/resource/resource.ts";
import { oneLine } from "../../core/ssh/text.ts";
import type { CommandLabel, NodeLabels } from "../config/labels.ts";
import type { Log } from "../log.ts";

const MAX_VALUE = 1024;
const MAX_OUTPUT = 64 * 1024;
/** How long a command may take; less where it is asked more often. Milliseconds. */
const COMMAND_MS = 10_000;
/** How long the start waits for the first answers. Milliseconds. */
const FIRST_MS = 1000;

/** The labels of this machine: those that are set, and those that commands print. */
export class LiveLabels {
  readonly #log: Log;
  readonly #onChange: () => void;
  readonly #printed = new Map<string, string>();
  #set: Labels = {};
  #labels: Labels = {};
  #stop = new AbortController();

  /** `onChange` is called when a label has another value than before. */
  constructor(log: Log, onChange: () => void) {
    this.#log = log;
    this.#onChange = onChange;
  }

  get labels(): Labels {
    return this.#labels;
  }

  /** Replaces all labels; resolves when every command has answered, or after a second: some take their time. */
  async use({ labels, commands }: NodeLabels): Promise<void> {
    this.#stop.abort();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#set = labels;
    for (const name of this.#printed.keys())
      if (!commands.some((command) => command.name === name)) this.#printed.delete(name);
    const asked = commands.map((command) => this.#keepAsking(command, signal));
    this.#update();
    await Promise.race([Promise.all(asked), Bun.sleep(FIRST_MS)]);
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Resolves after the first answer, and goes on. */
  async #keepAsking(command: CommandLabel, signal: AbortSignal): Promise<void> {
    await this.#ask(command, signal);
    if (signal.aborted) return;
    this.#update();
    setTimeout(() => signal.aborted || void this.#keepAsking(command, signal), command.period * 1000).unref();
  }

  /** A command that fails leaves the label as it was: to allow and to refuse may both hang on it. */
  async #ask(label: CommandLabel, signal: AbortSignal): Promise<void> {
    const { name, command, period } = label;
    try {
      const value = await firstLine(command, Math.min(COMMAND_MS, period * 1000), signal);
      if (!signal.aborted) this.#printed.set(name, value);
    } catch (error) {
      if (!signal.aborted)
        this.#log.warn("the command of a label failed", { label: name, command: command.join(" "), error });
    }
  }

  #update(): void {
    const labels = { ...this.#set, ...Object.fromEntries(this.#printed) };
    if (Bun.deepEquals(labels, this.#labels)) return;
    this.#labels = labels;
    this.#onChange();
  }
}

async function firstLine(command: readonly string[], timeout: number, signal: AbortSignal): Promise<string> {
  const child = Bun.spawn([...command], {
    cwd: "/",
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
    timeout,
    killSignal: "SIGKILL",
    signal,
  });
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) if (text.length < MAX_OUTPUT) text += decoder.decode(chunk, { stream: true });
  const code = await child.exited;
  if (code !== 0) throw new Error(child.signalCode === null ? `it exited with ${code}` : "it took too long");
  return oneLine(text.split("\n")[0] ?? "").slice(0, MAX_VALUE);
}
