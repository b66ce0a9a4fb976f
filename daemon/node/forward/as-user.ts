import type { Socket } from "node:net";
import { Fault } from "../../../core/fault.ts";
import { oneLine } from "../../../core/ssh/text.ts";
import type { Account } from "../account.ts";
import type { FarEnd } from "../channel.ts";
import { CONNECTED, type RelayOrders } from "../child/relay.ts";
import { listenPrivately } from "../private-socket.ts";
import { startPiped } from "../program/piped.ts";
import type { Outlet, Program } from "../program/program.ts";
import type { Listener } from "./loopback.ts";

/** How long a child may take to connect or listen. Milliseconds. */
const READY_MS = 10_000;

/**
 * Connects to a Unix socket with the user's own rights: a child does it and carries the bytes.
 * @throws Fault `unavailable` with what it said.
 */
export async function connectAsUser(
  account: Account,
  path: string,
): Promise<{ open: (outlet: Outlet) => FarEnd; discard: () => void }> {
  const relay = startRelay({ account, connect: checked(path) });
  await relay.ready;
  return {
    open(outlet) {
      relay.use(outlet);
      return { ...relay.program, abandon: relay.kill };
    },
    discard: relay.kill,
  };
}

/** Listens on a Unix socket that the user's child makes, and is handed each connection. @throws Fault `failed`. */
export async function listenAsUser(
  account: Account,
  path: string,
  onConnection: (socket: Socket) => void,
): Promise<Listener> {
  const inner = await listenPrivately("forward", account, onConnection);
  const relay = startRelay({ account, listen: checked(path), to: inner.path });
  try {
    await relay.ready;
  } catch (thrown) {
    inner.close();
    throw thrown;
  }
  return {
    close() {
      relay.program.abandon();
      inner.close();
    },
  };
}

function checked(path: string): string {
  // sun_path of unix(7) has 108 bytes, the last one zero.
  if (path.includes("\0") || !path.startsWith("/") || Buffer.byteLength(path) > 107)
    throw new Fault("bad_request", `${JSON.stringify(oneLine(path))} cannot be the path of a socket`);
  return path;
}

/** Starts a relay. What it says before `use` is kept, as far as it waits for us at all. */
function startRelay(orders: RelayOrders): {
  program: Program;
  ready: Promise<void>;
  use(outlet: Outlet): void;
  /** Ends it even where the other side of its socket never would. */
  kill(): void;
} {
  const ready = Promise.withResolvers<void>();
  const used = Promise.withResolvers<void>();
  let outlet: Outlet | undefined;
  let connected = false;
  let complaint = "";
  const program = startPiped("__relay", orders, (chunk, from) => {
    if (from === "stderr") {
      complaint = (complaint + Buffer.from(chunk).toString()).slice(0, 1000);
      return undefined;
    }
    if (outlet !== undefined) return outlet(chunk, from);
    const rest = connected ? chunk : chunk.subarray(CONNECTED.length);
    connected = true;
    ready.resolve();
    return rest.length === 0 ? undefined : used.promise.then(() => outlet?.(rest, from));
  });
  const kill = () => {
    program.abandon();
    program.signal("SIGKILL");
  };
  const fail = (why: string) => ready.reject(new Fault("unavailable", why));
  const patience = setTimeout(() => {
    fail("the socket did not answer in time");
    kill();
  }, READY_MS);
  void program.drained.then(() => fail(oneLine(complaint) || "the socket cannot be used"));
  void ready.promise.catch(() => {}).finally(() => clearTimeout(patience));
  return {
    program,
    ready: ready.promise,
    use(next) {
      outlet = next;
      used.resolve();
    },
    kill,
  };
}
