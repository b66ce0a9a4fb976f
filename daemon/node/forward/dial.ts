import { lookup } from "node:dns/promises";
import { connect, type Socket } from "node:net";
import { Fault } from "../../../core/fault.ts";

const CONNECT_MS = 10_000;

/** Connects to the first address of `host` that takes it. @throws Fault `unavailable` with the reason for the user. */
export async function dial(host: string, port: number): Promise<Socket> {
  if (port < 1 || port > 65_535) throw new Fault("bad_request", `there is no port ${port}`);
  let last: unknown;
  const deadline = performance.now() + CONNECT_MS;
  for (const address of await addressesOf(host)) {
    const left = deadline - performance.now();
    if (left <= 0) break;
    try {
      return await open(address, port, left);
    } catch (error) {
      last = error;
    }
  }
  throw new Fault("unavailable", `${host} port ${port}: ${reasonOf(last)}`, { cause: last });
}

async function addressesOf(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (cause) {
    throw new Fault("unavailable", `the name ${host} is not known on this machine`, { cause });
  }
}

function open(host: string, port: number, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const give = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => give(Object.assign(new Error("timed out"), { code: "ETIMEDOUT" })), timeoutMs);
    socket.once("error", give);
    socket.once("connect", () => {
      clearTimeout(timer);
      // It may break before anybody uses it; "close" follows.
      socket.off("error", give).on("error", () => {});
      resolve(socket);
    });
  });
}

function reasonOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case "ECONNREFUSED":
      return "connection refused";
    case "ETIMEDOUT":
    case undefined:
      return "no answer";
    case "ENETUNREACH":
    case "EHOSTUNREACH":
      return "unreachable";
    default:
      return "cannot connect";
  }
}
