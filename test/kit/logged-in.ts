import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { own } from "./account.ts";
import { type Daemon, passwordOnly, startDaemon } from "./daemon.ts";
import { program, type Ran, runProgram } from "./run.ts";

export const PASSWORD = "correct horse battery";

/** A local cluster without second factor, with the user alice logged in. */
export interface LoggedIn {
  readonly daemon: Daemon;
  /** `HOST:WEBPORT,SSHPORT` */
  readonly proxy: string;
  /** The environment of alice with her profile. */
  readonly env: Readonly<Record<string, string>>;
  /** The local account: the only login of a node that does not run as root. */
  readonly login: string;
  readonly passwordFile: string;
  tsh(
    words: readonly string[],
    options?: { stdin?: string | Uint8Array; env?: Record<string, string>; within?: number },
  ): Promise<Ran>;
  tctl(words: readonly string[]): Promise<Ran>;
  /** Creates a user and signs it up with PASSWORD. */
  signUp(name: string, logins: readonly string[], roles?: readonly string[]): Promise<Ran>;
}

/** @param dir an empty directory; the caller removes it */
export async function startLoggedIn(dir: string, flags: readonly string[] = []): Promise<LoggedIn & AsyncDisposable> {
  const data = join(dir, "data");
  const login = own.login;
  const daemon = await startDaemon(
    [
      passwordOnly(dir),
      `--data-dir=${data}`,
      "--cluster-name=test",
      "--nodename=node-1",
      "--public-addr=localhost",
      ...flags,
    ],
    { env: { HOME: dir, USER: login } },
  );
  const port = (address: string) => address.slice(address.lastIndexOf(":") + 1);
  const proxy = `localhost:${port(daemon.at("proxy", "https"))}`;
  const env = { HOME: dir, SALLYPORT_HOME: join(dir, "alice"), USER: "alice", SALLYPORT_DATA_DIR: data };
  const passwordFile = join(dir, "password");
  writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  const call = (tool: string, words: readonly string[], options: Parameters<LoggedIn["tsh"]>[1] = {}) =>
    runProgram([program(tool), ...words], { cwd: dir, ...options, env: { ...env, ...options.env } });
  const cluster: LoggedIn = {
    daemon,
    proxy,
    env,
    login,
    passwordFile,
    tsh: (words, options) => call("tsh", words, options),
    tctl: (words) => call("tctl", words),
    async signUp(name, logins, roles = ["access"]) {
      const made = await call("tctl", [
        "users",
        "add",
        name,
        `--logins=${logins.join(",")}`,
        `--roles=${roles.join(",")}`,
        "--format=json",
      ]);
      const { url } = JSON.parse(made.stdout) as { url: string };
      return call("tsh", ["signup", url, "--insecure", `--password-file=${passwordFile}`], {
        env: { SALLYPORT_HOME: join(dir, name) },
      });
    },
  };
  try {
    const steps = [
      await cluster.signUp("alice", [login, "nobody"]),
      await cluster.tsh(["login", `--password-file=${passwordFile}`]),
    ];
    const failed = steps.find((ran) => ran.code !== 0);
    if (failed !== undefined) throw new Error(`${failed.stdout}${failed.stderr}`);
    return Object.assign(cluster, { [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose]() });
  } catch (error) {
    await daemon.stop();
    throw error;
  }
}
