import { closeSync, constants, openSync, readlinkSync } from "node:fs";
import { setOutputFlow, setWindowSize } from "../libc.ts";
import { childCommand, environmentWithSpec, PROGRAM } from "./child-spec.ts";
import { endingOf, type Outlet, type Program, signalGroup } from "./program.ts";

/** How long after the shell has ended the terminal may be silent before nothing more is waited for. Milliseconds. */
const SILENCE_MS = 1000;

/** What may have been given to a terminal since it last said that it takes more. Bytes; the kernel holds a fifth of it. */
const MAX_UNTOLD = 64 * 1024;
/** How long to wait for its word before one more byte is to bring it about. Milliseconds. */
const PROBE_MS = 50;

/** Starts a session's child on a terminal of its own. @throws Error when there are no processes or terminals left. */
export function startOnTerminal(spec: object, outlet: Outlet): Program {
  const { promise: drained, resolve: drain } = Promise.withResolvers<void>();
  let [over, held, last] = [false, false, performance.now()];
  let untold = 0;
  let room: PromiseWithResolvers<void> | undefined;

  const gone = () => {
    room?.resolve();
    room = undefined;
    drain();
  };
  const started = Bun.spawn(childCommand("__session"), {
    argv0: PROGRAM,
    cwd: "/",
    env: environmentWithSpec(spec),
    terminal: {
      // The child sets what the client really said.
      cols: 80,
      rows: 24,
      data(_terminal, chunk) {
        last = performance.now();
        const busy = outlet(chunk, "stdout");
        if (busy === undefined || held) return;
        // The runtime reads terminals without pause, so it is the terminal that has to make programs wait.
        held = true;
        withTerminal((fd) => setOutputFlow(fd, false));
        void busy.then(() => {
          held = false;
          withTerminal((fd) => setOutputFlow(fd, true));
        });
      },
      drain() {
        untold = 0;
        room?.resolve();
        room = undefined;
      },
      exit: () => gone(),
    },
  });
  const { terminal, pid } = started;
  const device = terminalOf(pid);
  const withTerminal = (act: (fd: number) => void) => {
    if (device === undefined || terminal === undefined || terminal.closed) return;
    withDevice(device, act);
  };

  const ended = started.exited.then(() => {
    over = true;
    // What the shell left behind may keep the terminal open for ever.
    const watch = setInterval(() => {
      if (!held && performance.now() - last >= SILENCE_MS) drain();
    }, SILENCE_MS / 4);
    void drained.then(() => {
      clearInterval(watch);
      terminal?.close();
    });
    return endingOf(started);
  });
  const abandon = () => {
    terminal?.close();
    gone();
  };
  const give = (bytes: Uint8Array) => {
    if (terminal === undefined || terminal.closed) return;
    untold += bytes.length;
    terminal.write(bytes);
  };
  // The runtime does not say that it takes more when the kernel took all and the program was slower: the next write does.
  const giveSlowly = async (bytes: Uint8Array) => {
    let given = 0;
    while (given < bytes.length && untold > 0 && terminal?.closed === false) {
      room ??= Promise.withResolvers<void>();
      const { promise } = room;
      give(bytes.subarray(given, ++given));
      await Promise.race([promise, Bun.sleep(PROBE_MS)]);
    }
    give(bytes.subarray(given));
  };
  return {
    pid,
    ended,
    drained,
    write(chunk) {
      if (untold + chunk.length > MAX_UNTOLD) return giveSlowly(chunk);
      give(chunk);
      return undefined;
    },
    // A terminal has no end: the user types the character for it.
    endInput() {},
    closeOutput: abandon,
    resize: (next) => withTerminal((fd) => setWindowSize(fd, next)),
    signal(name) {
      if (!over) signalGroup(pid, name);
    },
    abandon,
  };
}

/** The path of a process's terminal; undefined when it has ended already. */
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
    // It was hung up a moment ago.
    return;
  }
  try {
    act(fd);
  } finally {
    closeSync(fd);
  }
}
