import { closeSync, constants, openSync, readlinkSync } from "node:fs";
import { setOutputFlow, setWindowSize } from "../libc.ts";
import { childCommand, environmentWithSpec, PROGRAM } from "./child-spec.ts";
import { endingOf, type OutputSink, type Program, signalGroup } from "./program.ts";

/** After the shell exits, output counts as complete when the terminal is silent for this time. Milliseconds. */
const SILENCE_MS = 1000;

/** Bytes written to a terminal since its last "drain" above which writes go slowly. The kernel buffers a fifth of this. */
const MAX_UNDRAINED = 64 * 1024;
/** How long to wait for "drain" before writing one more byte to trigger it. Milliseconds. */
const PROBE_MS = 50;

/** Starts a session's child on a new pseudo-terminal. @throws Error when there are no processes or terminals left. */
export function startOnTerminal(spec: object, sink: OutputSink): Program {
  const { promise: drained, resolve: drain } = Promise.withResolvers<void>();
  let [hasExited, outputSuspended, lastOutputAt] = [false, false, performance.now()];
  let undrained = 0;
  let writable: PromiseWithResolvers<void> | undefined;

  const onClosed = () => {
    writable?.resolve();
    writable = undefined;
    drain();
  };
  const started = Bun.spawn(childCommand("__session"), {
    argv0: PROGRAM,
    cwd: "/",
    env: environmentWithSpec(spec),
    terminal: {
      // A placeholder; the child sets the client's size.
      cols: 80,
      rows: 24,
      data(_terminal, chunk) {
        lastOutputAt = performance.now();
        const sinkWritable = sink(chunk, "stdout");
        if (sinkWritable === undefined || outputSuspended) return;
        // The runtime cannot pause reading a terminal. Suspend the terminal's output instead, which blocks its writers.
        outputSuspended = true;
        withTerminal((fd) => setOutputFlow(fd, false));
        void sinkWritable.then(() => {
          outputSuspended = false;
          withTerminal((fd) => setOutputFlow(fd, true));
        });
      },
      drain() {
        undrained = 0;
        writable?.resolve();
        writable = undefined;
      },
      exit: () => onClosed(),
    },
  });
  const { terminal, pid } = started;
  const device = terminalOf(pid);
  const withTerminal = (act: (fd: number) => void) => {
    if (device === undefined || terminal === undefined || terminal.closed) return;
    withDevice(device, act);
  };

  const ended = started.exited.then(() => {
    hasExited = true;
    // Background processes of the shell may keep the terminal open for any time.
    const silenceTimer = setInterval(() => {
      if (!outputSuspended && performance.now() - lastOutputAt >= SILENCE_MS) drain();
    }, SILENCE_MS / 4);
    void drained.then(() => {
      clearInterval(silenceTimer);
      terminal?.close();
    });
    return endingOf(started);
  });
  const abandon = () => {
    terminal?.close();
    onClosed();
  };
  const writeNow = (bytes: Uint8Array) => {
    if (terminal === undefined || terminal.closed) return;
    undrained += bytes.length;
    terminal.write(bytes);
  };
  // The runtime emits no "drain" when the kernel accepted all data before the program read it; another write triggers it.
  const writeSlowly = async (bytes: Uint8Array) => {
    let written = 0;
    while (written < bytes.length && undrained > 0 && terminal?.closed === false) {
      writable ??= Promise.withResolvers<void>();
      const { promise } = writable;
      writeNow(bytes.subarray(written, ++written));
      await Promise.race([promise, Bun.sleep(PROBE_MS)]);
    }
    writeNow(bytes.subarray(written));
  };
  return {
    pid,
    ended,
    drained,
    write(chunk) {
      if (undrained + chunk.length > MAX_UNDRAINED) return writeSlowly(chunk);
      writeNow(chunk);
      return undefined;
    },
    // A terminal has no end of input; the user types VEOF (Ctrl-D).
    endInput() {},
    closeOutput: abandon,
    resize: (next) => withTerminal((fd) => setWindowSize(fd, next)),
    signal(name) {
      if (!hasExited) signalGroup(pid, name);
    },
    abandon,
  };
}

/** The path of a process's terminal; undefined when the process has exited. */
function terminalOf(pid: number): string | undefined {
  try {
    const path = readlinkSync(`/proc/${pid}/fd/0`);
    return path.startsWith("/dev/pts/") ? path : undefined;
  } catch {
    return undefined;
  }
}

function withDevice(path: string, act: (fd: number) => void): void {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  } catch {
    // The terminal was closed meanwhile.
    return;
  }
  try {
    act(fd);
  } finally {
    closeSync(fd);
  }
}
