import { chmodSync, closeSync, unlinkSync, writeSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import type { Account } from "../account.ts";
import { takeOrders } from "../program/orders.ts";
import { becomeUser, describe } from "./privilege.ts";

export type RelayOrders =
  | { readonly account: Account; readonly connect: string }
  | { readonly account: Account; readonly listen: string; readonly to: string };

/** What a relay says on stdout, once, when it is connected or listens. */
export const CONNECTED = "+";

/**
 * `sallyport __relay`: as the user, connects to a Unix socket and carries bytes between it and stdin and stdout; or
 * listens on one and carries each connection to a socket of the node's, until its stdin ends.
 */
export async function main(): Promise<void> {
  try {
    const orders = takeOrders<RelayOrders>();
    if (orders === undefined) return;
    becomeUser(orders.account);
    if ("connect" in orders) await relay(await open(orders.connect));
    else await listen(orders.listen, orders.to);
  } catch (error) {
    writeSync(2, describe(error));
    process.exit(1);
  }
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true });
    socket.once("connect", () => resolve(socket));
    socket.once("error", (error: NodeJS.ErrnoException) => reject(new Error(`${path}: ${reasonOf(error)}`)));
  });
}

async function relay(socket: Socket): Promise<void> {
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => {});
  process.stdout.on("error", () => socket.destroy());
  process.stdout.write(CONNECTED);
  process.stdin.pipe(socket);
  socket.pipe(process.stdout);
  // A pipe never ends stdout by itself, and the peer may wait for the end of what was said before it says more.
  socket.once("end", () => process.stdout.write("", () => closeSync(1)));
  await closed;
}

async function listen(path: string, to: string): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, (outer) => {
    const inner = connect({ path: to, allowHalfOpen: true });
    for (const [one, other] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
      one.pipe(other);
    }
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
  process.exit(0);
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
