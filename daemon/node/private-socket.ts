import { chmod, chown, mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "../../core/fault.ts";
import type { Account } from "./account.ts";

/** A Unix socket that only one user and root can connect to. */
export interface PrivateSocket {
  readonly path: string;
  close(): void;
}

/**
 * Listens on a new socket for one user. Its directory belongs to the daemon, so that the user cannot put another file
 * at the path, neither now nor for the removal at the end. The socket belongs to the user with mode 0600 before the directory becomes accessible.
 * @throws Fault `failed`.
 */
export async function listenPrivately(
  name: string,
  account: Account,
  onConnection: (socket: Socket) => void,
): Promise<PrivateSocket> {
  const dir = await mkdtemp(join(tmpdir(), `sallyport-${name}-`)).catch(socketFault);
  const path = join(dir, name);
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, onConnection);
  const close = () => {
    server.close();
    void rm(dir, { recursive: true, force: true }).catch(() => {});
  };
  try {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", reject);
    server.listen(path, resolve);
    await promise;
    server.on("error", () => {});
    await chmod(path, 0o600);
    if (process.geteuid?.() === 0) await chown(path, account.uid, account.gid);
    await chmod(dir, 0o711);
  } catch (cause) {
    close();
    return socketFault(cause);
  }
  return { path, close };
}

function socketFault(cause: unknown): never {
  throw new Fault("failed", "this machine cannot create a socket for the session", { cause });
}
