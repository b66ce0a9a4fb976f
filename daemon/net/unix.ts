import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { Fault } from "../../core/fault.ts";
import type { Log } from "../log.ts";
import { MAX_DISCARDED } from "./body.ts";

/** The longest path of a Unix socket without its terminating zero, in bytes (unix(7)). */
const MAX_PATH = 107;

/**
 * Serves HTTP on a Unix socket that only this user and root can open. Removes an existing file at `path`: the caller
 * ensures that no earlier process still serves it.
 * @throws Fault `failed` with a hint.
 */
export function listenUnix(options: {
  /** The socket's path. Its directory is created with mode 0700. */
  readonly path: string;
  readonly log: Log;
  handle(request: Request): Response | Promise<Response>;
}): AsyncDisposable {
  const { path, log, handle } = options;
  if (Buffer.byteLength(path) > MAX_PATH)
    throw new Fault("failed", `the socket path ${path} is longer than ${MAX_PATH} bytes`, {
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
        // No idle timeout: some requests take long, and a waiting one does not block others.
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
        // Clients are commands on this machine; abort their requests instead of waiting.
        await server.stop(true);
        rmSync(path, { force: true });
      },
    };
  } catch (cause) {
    throw new Fault("failed", `cannot listen on ${path}: ${(cause as Error).message}`, { cause });
  }
}
