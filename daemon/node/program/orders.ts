import { fileURLToPath } from "node:url";

/** The hidden commands of our own binary, run as a session's user. */
export type Child = "__session" | "__sftp" | "__relay";

/** The variable in which a child is told what to do. It is in no other process's environment. */
export const ORDERS = "SALLYPORT_ORDERS";

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

/** The whole environment that a child is started with. */
export function childEnvironment(orders: object): Record<string, string> {
  return { [ORDERS]: JSON.stringify(orders) };
}

/** Takes the orders out of this process's environment. @throws Error when no node started it. */
export function takeOrders<Orders>(): Orders {
  const text = process.env[ORDERS];
  delete process.env[ORDERS];
  if (text === undefined) throw new Error("this command is for sallyport itself");
  return JSON.parse(text) as Orders;
}
