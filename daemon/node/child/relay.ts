import { chmodSync, unlinkSync, writeSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import type { Account } from "../account.ts";
import { readChildSpec } from "../program/child-spec.ts";
import { becomeUser, describe } from "./privilege.ts";

/** What to do at the user's end; `to` is the node's own socket. */
export type RelaySpec =
  | { readonly account: Account; readonly connect: string; readonly to: string }
  | { readonly account: Account; readonly listen: string; readonly to: string };

/** How long who connected to us may take for what the client said last, after the node is gone. Milliseconds. */
const LINGER_MS = 5_000;

/** What a relay says on stdout, once, when it is connected or listens. */
const CONNECTED = "+";

/**
 * `sallyport __relay`: as the user, connects to a Unix socket, or listens on one until its stdin ends, and carries the
 * bytes of each connection between it and a socket of the node's. Sockets, because only they can end in one direction:
 * the runtime keeps duplicates of stdin and stdout, so those never do.
 */
export async function main(): Promise<void> {
  try {
    const spec = readChildSpec<RelaySpec>();
    if (spec === undefined) return;
    becomeUser(spec.account);
    if ("connect" in spec) {
      const outer = await open(spec.connect);
      const inner = await open(spec.to);
      const over = join(outer, inner);
      process.stdout.write(CONNECTED);
      await over;
    } else await listen(spec.listen, spec.to);
  } catch (error) {
    writeSync(2, describe(error));
    process.exit(1);
  }
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true });
    const fail = (error: NodeJS.ErrnoException) => reject(new Error(`${path}: ${reasonOf(error)}`));
    socket.once("error", fail);
    socket.once("connect", () => {
      // What it says is kept until somebody asks for it.
      socket.off("error", fail).pause();
      resolve(socket);
    });
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
}

/**
 * Carries bytes both ways. Each direction ends by itself; when one socket is gone the other says what is left and goes.
 * Resolves when both are gone.
 */
async function join(outer: Socket, inner: Socket): Promise<void> {
  for (const [one, other] of [
    [outer, inner],
    [inner, outer],
  ] as const) {
    // "close" follows.
    one.on("error", () => {});
    one.on("close", () => other.destroySoon());
    one.pipe(other);
  }
  await Promise.all([outer, inner].map(closed));
}

async function listen(path: string, to: string): Promise<void> {
  const carried = new Map<Socket, Socket>();
  const server = createServer({ allowHalfOpen: true }, (outer) => {
    const inner = connect({ path: to, allowHalfOpen: true });
    carried.set(outer, inner);
    void join(outer, inner).then(() => carried.delete(outer));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", (error: NodeJS.ErrnoException) => reject(new Error(`${path}: ${reasonOf(error)}`)));
  // Nobody else may connect to it, not even for a moment.
  process.umask(0o177);
  server.listen(path, resolve);
  await promise;
  chmodSync(path, 0o600);
  process.stdout.write(CONNECTED);
  await new Promise((ended) => process.stdin.on("end", ended).on("close", ended).resume());
  server.close();
  try {
    unlinkSync(path);
  } catch {
    // Removed by somebody else.
  }
  // The connections that are there go on for as long as the node wants them.
  const outer = [...carried.keys()];
  await Promise.all([...carried.values()].map(closed));
  const late = new Promise((resolve) => setTimeout(resolve, LINGER_MS));
  await Promise.race([late, Promise.all(outer.map(closed))]);
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "ENOENT":
      return "no such socket";
    case "ECONNREFUSED":
      return "nobody listens there";
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "EADDRINUSE":
      return "it exists already";
    default:
      return message;
  }
}
