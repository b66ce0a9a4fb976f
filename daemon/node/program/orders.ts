import { readSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The hidden commands of our own binary, which become a session's user. */
export type Child = "__session" | "__relay";

/** What a child is called in listings of processes, beside its command. */
export const PROGRAM = "sallyport";

/** The variable in which a child is told what to do, or that it is told on stdin. No other process has it. */
const ORDERS = "SALLYPORT_ORDERS";
const ON_STDIN = "stdin";

/** Where the modules of a compiled program lie. */
const EMBEDDED = "/$bunfs/";

/**
 * How to run one: this very program, also when its file was replaced meanwhile; or, where it runs uncompiled, the runtime
 * with its sources.
 */
export function childCommand(child: Child): string[] {
  return import.meta.url.includes(EMBEDDED)
    ? ["/proc/self/exe", child]
    : [process.execPath, fileURLToPath(new URL("../../../cli/main.ts", import.meta.url)), child];
}

/** The whole environment of a child whose stdin is a terminal. Its orders have to fit into one variable: 128 KiB. */
export function environmentWith(orders: object): Record<string, string> {
  return { [ORDERS]: JSON.stringify(orders) };
}

/** The whole environment of a child that reads its orders, as `encodeOrders` writes them, from the front of its stdin. */
export const ORDERS_ON_STDIN: Readonly<Record<string, string>> = { [ORDERS]: ON_STDIN };

export function encodeOrders(orders: object): Buffer {
  const text = Buffer.from(JSON.stringify(orders));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text]);
}

/**
 * Takes the orders out of the environment, or waits for them on stdin and leaves there what follows. Undefined when stdin
 * ends without any: nobody needs this process. @throws Error when no node started it.
 */
export function takeOrders<Orders>(): Orders | undefined {
  const text = process.env[ORDERS];
  delete process.env[ORDERS];
  if (text === undefined) throw new Error("this command is for sallyport itself");
  if (text !== ON_STDIN) return JSON.parse(text) as Orders;
  const length = readExactly(4)?.readUInt32BE();
  const told = length === undefined ? undefined : readExactly(length);
  return told === undefined ? undefined : (JSON.parse(told.toString()) as Orders);
}

function readExactly(length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const got = readSync(0, bytes, at, length - at, null);
    if (got === 0) return undefined;
    at += got;
  }
  return bytes;
}
