import type { Socket } from "node:net";
import { Fault } from "../../../core/fault.ts";
import { oneLine } from "../../../core/ssh/text.ts";
import type { Account } from "../account.ts";
import { type Endpoint, socketEnd } from "../channel.ts";
import type { RelaySpec } from "../child/relay.ts";
import { listenPrivately } from "../private-socket.ts";
import { startPiped } from "../program/piped.ts";
import type { OutputSink, Program } from "../program/program.ts";
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
): Promise<{ open: (sink: OutputSink) => Endpoint; discard: () => void }> {
  const arrived = Promise.withResolvers<Socket>();
  const inner = await listenPrivately("forward", account, arrived.resolve);
  try {
    const relay = startRelay({ account, connect: checked(path), to: inner.path });
    await relay.ready;
    const socket = await arrived.promise;
    const discard = () => {
      socket.destroy();
      relay.kill();
    };
    return {
      open(sink) {
        // The relay forwards the bytes that this socket has accepted, and ends then.
        return { ...socketEnd(socket, sink), ended: relay.program.ended, abandon: discard };
      },
      discard,
    };
  } finally {
    inner.close();
  }
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

/** Starts a relay, which is ready when it says so. */
function startRelay(spec: RelaySpec): {
  readonly program: Program;
  readonly ready: Promise<void>;
  /** Ends it even where the other side of its socket never would. */
  kill(): void;
} {
  const ready = Promise.withResolvers<void>();
  let complaint = "";
  const program = startPiped("__relay", spec, (chunk, from) => {
    if (from === "stdout") ready.resolve();
    else complaint = (complaint + Buffer.from(chunk).toString()).slice(0, 1000);
    return undefined;
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
  return { program, ready: ready.promise, kill };
}
