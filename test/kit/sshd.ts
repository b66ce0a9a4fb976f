import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRoot } from "./account.ts";
import { freePort } from "./free-port.ts";
import { cleanEnv } from "./run.ts";

/** A stock sshd on a free port of loopback. */
export interface Sshd extends AsyncDisposable {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts an sshd with these lines of sshd_config(5) and waits until it listens; no authorized_keys file is read by default.
 * The lines must contain a `HostKey`, and LogLevel must be at least INFO. @param dir for its configuration
 */
export async function startSshd(dir: string, lines: readonly string[]): Promise<Sshd> {
  const port = await freePort();
  const listen = [`Port ${port}`, "ListenAddress 127.0.0.1", "PidFile none"];
  const trust = ["AuthorizedKeysFile none", "UsePAM no", "StrictModes no"];
  const config = join(dir, "sshd_config");
  // sshd uses the first of two values.
  writeFileSync(config, `${[...listen, ...lines, ...trust].join("\n")}\n`);
  if (isRoot) mkdirSync("/run/sshd", { recursive: true });
  const child = Bun.spawn(["/usr/sbin/sshd", "-D", "-e", "-f", config], {
    env: cleanEnv(),
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const listening = Promise.withResolvers<void>();
  // Drain the pipe, so that sshd does not block.
  void (async () => {
    const decoder = new TextDecoder();
    let log = "";
    for await (const chunk of child.stderr) {
      log += decoder.decode(chunk, { stream: true });
      if (log.includes("Server listening on")) listening.resolve();
    }
    listening.reject(new Error(`sshd did not start:\n${log}`));
  })();
  await listening.promise;
  const stop = async () => {
    child.kill();
    await child.exited;
  };
  return { port, stop, [Symbol.asyncDispose]: stop };
}
