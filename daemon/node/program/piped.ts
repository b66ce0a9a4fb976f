import { closeSync } from "node:fs";
import { openPipe } from "../libc.ts";
import { type Child, childCommand, encodeChildSpec, PROGRAM, SPEC_ON_STDIN } from "./child-spec.ts";
import { endingOf, type OutputSink, type Program, signalGroup } from "./program.ts";

/** A child that waits for its spec, and the daemon's ends of its pipes. */
interface PipedChild {
  readonly process: Bun.Subprocess<number, number, number>;
  readonly input: number;
  readonly output: number;
  readonly errors: number;
}

/**
 * Starts a child with three pipes. Programs may open `/dev/stdin` and `/dev/stderr`, which works with pipes but not with
 * the socket pairs that the runtime would create. @throws Error when there are no processes or descriptors left.
 */
export function startPiped(child: Child, spec: object, sink: OutputSink): Program {
  const piped = child === "__session" ? takeSpare() : spawnWithPipes(child);
  const { process: started } = piped;
  const output = readAll(piped.output, (chunk) => sink(chunk, "stdout"));
  const errors = readAll(piped.errors, (chunk) => sink(chunk, "stderr"));
  const input = new InputPipe(piped.input);
  let hasExited = false;
  void input.write(encodeChildSpec(spec));

  const ended = started.exited.then(() => {
    hasExited = true;
    return endingOf(started);
  });
  const closeOutput = () => {
    output.cancel();
    errors.cancel();
  };
  return {
    pid: started.pid,
    ended,
    drained: Promise.all([output.done, errors.done]).then(() => {}),
    write: (chunk) => input.write(chunk),
    endInput: () => input.end(),
    closeOutput,
    resize() {},
    signal(name) {
      if (!hasExited) signalGroup(started.pid, name);
    },
    abandon() {
      input.end();
      closeOutput();
    },
  };
}

/**
 * A spare child for the next session, since the runtime takes milliseconds to start. It has no data of any session: task
 * and user come with its spec.
 */
let spare: PipedChild | undefined;
let spareTimer: NodeJS.Timeout | undefined;
/** How long the spare child is kept after the last session start. Milliseconds. */
const SPARE_MS = 10_000;

function takeSpare(): PipedChild {
  const ready = spare?.process.exitCode === null ? spare : undefined;
  if (spare !== undefined && ready === undefined) closePipes(spare);
  spare = undefined;
  const child = ready ?? spawnWithPipes("__session");
  // Start the next spare in a later turn, so that it does not delay this session.
  setImmediate(keepSpare);
  return child;
}

function keepSpare(): void {
  clearTimeout(spareTimer);
  spareTimer = setTimeout(dismissSpare, SPARE_MS);
  spareTimer.unref();
  if (spare !== undefined) return;
  try {
    spare = spawnWithPipes("__session");
    spare.process.unref();
  } catch {
    // The next session starts a child itself, or reports why it cannot.
  }
}

/** Ends the spare child. */
export function dismissSpare(): void {
  clearTimeout(spareTimer);
  // The child exits when its stdin ends.
  if (spare !== undefined) closePipes(spare);
  spare = undefined;
}

function closePipes({ input, output, errors }: PipedChild): void {
  for (const fd of [input, output, errors]) closeSync(fd);
}

function spawnWithPipes(child: Child): PipedChild {
  const open: number[] = [];
  const pipe = (direction: "read" | "write") => {
    const ends = openPipe(direction);
    open.push(ends.ours, ends.theirs);
    return ends;
  };
  try {
    const [input, output, errors] = [pipe("write"), pipe("read"), pipe("read")];
    const started = Bun.spawn(childCommand(child), {
      argv0: PROGRAM,
      cwd: "/",
      env: SPEC_ON_STDIN,
      stdin: input.theirs,
      stdout: output.theirs,
      stderr: errors.theirs,
      detached: true,
    });
    for (const fd of [input.theirs, output.theirs, errors.theirs]) closeSync(fd);
    return { process: started, input: input.ours, output: output.ours, errors: errors.ours };
  } catch (error) {
    for (const fd of open) closeSync(fd);
    throw error;
  }
}

/** Reads a pipe to its end, with backpressure from `onChunk`, and closes it. */
function readAll(fd: number, onChunk: (chunk: Uint8Array) => Promise<void> | undefined) {
  const reader = Bun.file(fd).stream().getReader();
  const read = async () => {
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const writable = onChunk(value);
        if (writable !== undefined) await writable;
      }
    } catch {
      // Treat a read error as the end.
    } finally {
      closeSync(fd);
    }
  };
  return { done: read(), cancel: () => void reader.cancel().catch(() => {}) };
}

/** The write end of a pipe. `end` closes it once, after all earlier writes. */
class InputPipe {
  readonly #fd: number;
  readonly #sink: Bun.FileSink;
  #state: "open" | "broken" | "closed" = "open";

  constructor(fd: number) {
    this.#fd = fd;
    this.#sink = Bun.file(fd).writer();
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#state !== "open") return undefined;
    return this.#settled(() => {
      const written = this.#sink.write(chunk);
      return written instanceof Promise ? written : this.#sink.flush();
    });
  }

  end(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    const close = () => closeSync(this.#fd);
    const flushed = this.#settled(() => this.#sink.end());
    if (flushed === undefined) close();
    else void flushed.then(close);
  }

  /** Handles EPIPE: a program may close its stdin, and later input is dropped. */
  #settled(work: () => unknown): Promise<void> | undefined {
    const broken = () => {
      if (this.#state === "open") this.#state = "broken";
    };
    try {
      const result = work();
      return result instanceof Promise ? result.then(() => {}, broken) : undefined;
    } catch {
      broken();
      return undefined;
    }
  }
}
