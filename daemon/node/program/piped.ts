import { closeSync } from "node:fs";
import { openPipe } from "../libc.ts";
import { type Child, childCommand, encodeChildSpec, PROGRAM, SPEC_ON_STDIN } from "./child-spec.ts";
import { endingOf, type Outlet, type Program, signalGroup } from "./program.ts";

/** A child that waits for its spec, and our ends of its pipes. */
interface Waiting {
  readonly process: Bun.Subprocess<number, number, number>;
  readonly input: number;
  readonly output: number;
  readonly errors: number;
}

/**
 * Starts a child with three pipes. Pipes, because programs may open `/dev/stdin` and `/dev/stderr`, which fails on the
 * socket pairs that the runtime would make. @throws Error when there are no processes or descriptors left.
 */
export function startPiped(child: Child, spec: object, outlet: Outlet): Program {
  const waiting = child === "__session" ? takeSpare() : spawnWithPipes(child);
  const { process: started } = waiting;
  const output = readAll(waiting.output, (chunk) => outlet(chunk, "stdout"));
  const errors = readAll(waiting.errors, (chunk) => outlet(chunk, "stderr"));
  const input = new InputPipe(waiting.input);
  let over = false;
  void input.write(encodeChildSpec(spec));

  const ended = started.exited.then(() => {
    over = true;
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
      if (!over) signalGroup(started.pid, name);
    },
    abandon() {
      input.end();
      closeOutput();
    },
  };
}

/**
 * A runtime takes milliseconds to start, so while sessions are being started one child is kept ready for the next. It
 * knows nothing and has nothing: what it is for, and as whom, comes with its spec.
 */
let spare: Waiting | undefined;
let spareTimer: NodeJS.Timeout | undefined;
/** How long after the last session it is kept. Milliseconds. */
const SPARE_MS = 10_000;

function takeSpare(): Waiting {
  const ready = spare?.process.exitCode === null ? spare : undefined;
  if (spare !== undefined && ready === undefined) closeOurs(spare);
  spare = undefined;
  const taken = ready ?? spawnWithPipes("__session");
  // After what is at hand: the session's own start is what somebody waits for.
  setImmediate(keepSpare);
  return taken;
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
    // The next session will start its own, or say why it cannot.
  }
}

/** Lets the spare child go. */
export function dismissSpare(): void {
  clearTimeout(spareTimer);
  // It ends with its stdin.
  if (spare !== undefined) closeOurs(spare);
  spare = undefined;
}

function closeOurs({ input, output, errors }: Waiting): void {
  for (const fd of [input, output, errors]) closeSync(fd);
}

function spawnWithPipes(child: Child): Waiting {
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

/** Reads a pipe to its end and closes it, no faster than `take` wants. */
function readAll(fd: number, take: (chunk: Uint8Array) => Promise<void> | undefined) {
  const reader = Bun.file(fd).stream().getReader();
  const read = async () => {
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const busy = take(value);
        if (busy !== undefined) await busy;
      }
    } catch {
      // A pipe that cannot be read has ended.
    } finally {
      closeSync(fd);
    }
  };
  return { done: read(), cancel: () => void reader.cancel().catch(() => {}) };
}

/** The writing end of a pipe, closed once and after everything that was written before. */
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

  /** The program may have closed its input, which is its right: what follows is dropped. */
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
