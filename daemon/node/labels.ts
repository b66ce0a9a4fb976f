import type { Labels } from "../../core/resource/resource.ts";
import { oneLine } from "../../core/ssh/text.ts";
import type { CommandLabel, NodeLabels } from "../config/labels.ts";
import type { Log } from "../log.ts";

const MAX_VALUE = 1024;
const MAX_OUTPUT = 64 * 1024;
/** The longest run time of a command; its period, if that is shorter. Milliseconds. */
const COMMAND_TIMEOUT_MS = 10_000;
/** How long the start waits for the first values. Milliseconds. */
const FIRST_VALUES_MS = 1000;

/** The labels of this machine: fixed ones, and those whose value a command prints. */
export class LiveLabels {
  readonly #log: Log;
  readonly #onChange: () => void;
  readonly #commandValues = new Map<string, string>();
  #fixed: Labels = {};
  #labels: Labels = {};
  #stop = new AbortController();

  /** `onChange` is called when a label's value changes. */
  constructor(log: Log, onChange: () => void) {
    this.#log = log;
    this.#onChange = onChange;
  }

  get labels(): Labels {
    return this.#labels;
  }

  /** Replaces all labels. Resolves when every command has ended, or after one second. */
  async use({ labels, commands }: NodeLabels): Promise<void> {
    this.#stop.abort();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#fixed = labels;
    for (const name of this.#commandValues.keys())
      if (!commands.some((command) => command.name === name)) this.#commandValues.delete(name);
    const firstRuns = commands.map((command) => this.#runPeriodically(command, signal));
    this.#update();
    await Promise.race([Promise.all(firstRuns), Bun.sleep(FIRST_VALUES_MS)]);
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Runs a command every period until `signal` aborts. Resolves after the first run. */
  async #runPeriodically(command: CommandLabel, signal: AbortSignal): Promise<void> {
    await this.#run(command, signal);
    if (signal.aborted) return;
    this.#update();
    setTimeout(() => signal.aborted || void this.#runPeriodically(command, signal), command.period * 1000).unref();
  }

  /** Runs a command once. If it fails, the label keeps its value, since roles may allow or deny by it. */
  async #run(label: CommandLabel, signal: AbortSignal): Promise<void> {
    const { name, command, period } = label;
    try {
      const value = await firstLine(command, Math.min(COMMAND_TIMEOUT_MS, period * 1000), signal);
      if (!signal.aborted) this.#commandValues.set(name, value);
    } catch (error) {
      if (!signal.aborted)
        this.#log.warn("the command of a label failed", { label: name, command: command.join(" "), error });
    }
  }

  #update(): void {
    const labels = { ...this.#fixed, ...Object.fromEntries(this.#commandValues) };
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
