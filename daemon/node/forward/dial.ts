import { lookup } from "node:dns/promises";
import type { Socket } from "node:net";
import { Fault } from "../../../core/fault.ts";
import { connectTcp } from "../../net/connect.ts";

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
      return await connectTcp({ host: address, port, allowHalfOpen: true }, left);
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
