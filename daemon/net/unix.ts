import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { Fault } from "../../core/fault.ts";
import type { Log } from "../log.ts";
import { MAX_DISCARDED } from "./body.ts";

/** What unix(7) leaves for a path, in bytes, without the zero at its end. */
const MAX_PATH = 107;

/**
 * Answers HTTP on a Unix socket that only this user (and root) can open. What an earlier process left there is removed:
 * the caller knows that none of them runs any more.
 * @throws Fault `failed` with what to do.
 */
export function listenUnix(options: {
  /** Its directory is made, and closed to all others. */
  readonly path: string;
  readonly log: Log;
  handle(request: Request): Response | Promise<Response>;
}): AsyncDisposable {
  const { path, log, handle } = options;
  if (Buffer.byteLength(path) > MAX_PATH)
    throw new Fault("failed", `the path of a socket has at most ${MAX_PATH} bytes, and ${path} is longer`, {
      hint: "choose a shorter --data-dir",
    });
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    chmodSync(dirname(path), 0o700);
    rmSync(path, { force: true });
    const server = Bun.serve({
      unix: path,
      maxRequestBodySize: MAX_DISCARDED * 2,
      fetch: (request, server) => {
        // Some answers take long, and nobody else is kept from asking.
        server.timeout(request, 0);
        return handle(request);
      },
      error: (error) => {
        log.error("a request failed", { error });
        return new Response(null, { status: 500 });
      },
    });
    chmodSync(path, 0o600);
    return {
      async [Symbol.asyncDispose]() {
        // Who asks here is a command on this machine, and waits for nothing that takes long.
        await server.stop(true);
        rmSync(path, { force: true });
      },
    };
  } catch (cause) {
    throw new Fault("failed", `cannot listen on ${path}: ${(cause as Error).message}`, { cause });
  }
}
