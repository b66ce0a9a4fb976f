import { chmodSync, unlinkSync, writeSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import type { Account } from "../account.ts";
import { readChildSpec } from "../program/child-spec.ts";
import { becomeUser, describe } from "./privilege.ts";

/** The relay's task: connect to, or listen on, a Unix socket as the user. `to` is the node's socket. */
export type RelaySpec =
  | { readonly account: Account; readonly connect: string; readonly to: string }
  | { readonly account: Account; readonly listen: string; readonly to: string };

/** How long local programs may take to read the client's last data after the node closed its side. Milliseconds. */
const LINGER_MS = 5_000;

/** A relay writes this to stdout once, when it has connected or listens. */
const CONNECTED = "+";

/**
 * `sallyport __relay`: as the user, connects to a Unix socket, or listens on one until its stdin ends, and copies the data
 * of each connection to and from a socket of the node. It does not use stdin and stdout for data, since the runtime keeps
 * duplicates of them, which makes a half-close impossible.
 */
export async function main(): Promise<void> {
  try {
    const spec = readChildSpec<RelaySpec>();
    if (spec === undefined) return;
    becomeUser(spec.account);
    if ("connect" in spec) {
      const outer = await open(spec.connect);
      const inner = await open(spec.to);
      const joined = join(outer, inner);
      process.stdout.write(CONNECTED);
      await joined;
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
      // Paused, so that data is buffered until `join`.
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
 * Copies data in both directions, with half-close. When one socket closes, the other is closed after its pending data.
 * Resolves when both are closed.
 */
async function join(outer: Socket, inner: Socket): Promise<void> {
  for (const [from, to] of [
    [outer, inner],
    [inner, outer],
  ] as const) {
    // "close" follows.
    from.on("error", () => {});
    from.on("close", () => to.destroySoon());
    from.pipe(to);
  }
  await Promise.all([outer, inner].map(closed));
}

async function listen(path: string, to: string): Promise<void> {
  const connections = new Map<Socket, Socket>();
  const server = createServer({ allowHalfOpen: true }, (outer) => {
    const inner = connect({ path: to, allowHalfOpen: true });
    connections.set(outer, inner);
    void join(outer, inner).then(() => connections.delete(outer));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", (error: NodeJS.ErrnoException) => reject(new Error(`${path}: ${reasonOf(error)}`)));
  // Bind under a umask, so that other users cannot connect before chmod.
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
    // Already removed.
  }
  // Open connections continue until the node closes its side.
  const outer = [...connections.keys()];
  await Promise.all([...connections.values()].map(closed));
  const deadline = new Promise((resolve) => setTimeout(resolve, LINGER_MS));
  await Promise.race([deadline, Promise.all(outer.map(closed))]);
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "ENOENT":
      return "no such socket";
    case "ECONNREFUSED":
      return "no process listens there";
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "EADDRINUSE":
      return "it exists already";
    default:
      return message;
  }
}
