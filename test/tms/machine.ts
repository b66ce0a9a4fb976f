import { chmodSync, chownSync, copyFileSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRoot, own } from "../kit/account.ts";
import { binary } from "../kit/build.ts";
import { freePort } from "../kit/free-port.ts";
import { cleanEnv, type Ran, runProgram } from "../kit/run.ts";
import type { Key, TmsServer } from "../kit/tms-server.ts";

export { isRoot };

/** The account that sshd runs keycmd as. */
export const NOBODY = 65_534;

export interface MachineOptions {
  /** Its logical name. */
  readonly host?: string;
  /** Additional lines of keycmd's configuration. */
  readonly lines?: readonly string[];
  /** The server's URL in keycmd's configuration, if not the real one. */
  readonly url?: string;
  /** A command in place of keycmd, as lines of sh; `$1` … `$4` are user, uid, fingerprint and type. */
  readonly script?: string;
}

/** The configuration with which keycmd caches this server's statements. */
export async function keepingAnswers(server: TmsServer): Promise<string[]> {
  const { body } = await server.must("GET", "/v1/tms/escrow-keys");
  return ['cache = "$DIR/cache"', `escrow_keys = ${JSON.stringify(body["keys"])}`];
}

/**
 * A machine with OpenSSH's sshd that retrieves keys from TMS by the compiled program, run as `nobody`. sshd runs only
 * commands in directories that only root can write, so it is not in the directory for temporary files. Requires root.
 */
export class Machine implements AsyncDisposable {
  readonly host: string;
  readonly dir: string;
  readonly port: number;
  readonly login = own.login;
  readonly #sshd: Bun.Subprocess<"ignore", "ignore", "pipe">;
  #log = "";
  #files = 0;

  private constructor(host: string, dir: string, port: number, sshd: Bun.Subprocess<"ignore", "ignore", "pipe">) {
    this.host = host;
    this.dir = dir;
    this.port = port;
    this.#sshd = sshd;
  }

  static async open(server: TmsServer, options: MachineOptions = {}): Promise<Machine> {
    const { host = "h1", lines = [], url = server.url, script } = options;
    const dir = mkdtempSync("/var/lib/sallyport-test-");
    const at = (name: string) => join(dir, name);
    chmodSync(dir, 0o755);
    link(binary(), at("sallyport"));
    writeFileSync(at("log"), "", { mode: 0o600 });
    mkdirSync(at("cache"), { mode: 0o700 });
    for (const name of ["log", "cache"]) chownSync(at(name), NOBODY, NOBODY);
    copyFileSync(server.caFile, at("ca.pem"));
    // keycmd's timeout: of many concurrent logins some wait for long.
    const fixed = { tms_url: url, host_name: host, ca_file: at("ca.pem"), log: at("log"), timeout_ms: 10_000 };
    const config = Object.entries(fixed).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
    writeFileSync(at("keycmd.toml"), [...config, ...lines, ""].join("\n").replaceAll("$DIR", dir));
    writeFileSync(at("script"), `#!/bin/sh\n${script ?? ""}\n`.replaceAll("$DIR", dir), { mode: 0o755 });
    for (const name of ["ca.pem", "keycmd.toml"]) chmodSync(at(name), 0o644);

    await runProgram(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", at("host_key")]);
    const port = await freePort();
    const command =
      script === undefined ? `${at("sallyport")} keycmd --config ${at("keycmd.toml")}` : `${at("script")}`;
    const sshd = [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${at("host_key")}`,
      "AuthorizedKeysFile none",
      `AuthorizedKeysCommand ${command} %u %U %f %t`,
      "AuthorizedKeysCommandUser nobody",
      "AuthenticationMethods publickey",
      "PermitRootLogin prohibit-password",
      "PidFile none",
      "UsePAM no",
      "MaxAuthTries 20",
      "MaxStartups 200",
      // The account's login shell may run slow startup files.
      `SetEnv HOME=${dir}`,
      "LogLevel VERBOSE",
    ];
    writeFileSync(at("sshd_config"), `${sshd.join("\n")}\n`);
    mkdirSync("/run/sshd", { recursive: true });
    // Far from UTC, so that a time in sshd's own zone is noticed.
    const child = Bun.spawn(["/usr/sbin/sshd", "-D", "-e", "-f", at("sshd_config")], {
      env: cleanEnv({ TZ: "Pacific/Kiritimati" }),
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
    });
    const machine = new Machine(host, dir, port, child);
    await machine.#listening();
    return machine;
  }

  async #listening(): Promise<void> {
    const listening = Promise.withResolvers<void>();
    const read = async () => {
      const decoder = new TextDecoder();
      for await (const chunk of this.#sshd.stderr) {
        this.#log += decoder.decode(chunk, { stream: true });
        if (this.#log.includes("Server listening")) listening.resolve();
      }
      listening.reject(new Error(`sshd did not start:\n${this.#log}`));
    };
    read().catch(listening.reject);
    await listening.promise;
  }

  /** The private key as a file for ssh. */
  file(key: Pick<Key, "privateKey">): string {
    this.#files += 1;
    const path = join(this.dir, `key-${this.#files}`);
    writeFileSync(path, key.privateKey, { mode: 0o600 });
    return path;
  }

  /** Runs a command by OpenSSH's ssh, which offers these keys in this order. */
  async ssh(keys: Pick<Key, "privateKey"> | readonly Pick<Key, "privateKey">[], ...words: string[]): Promise<Ran> {
    const files = (Array.isArray(keys) ? keys : [keys]).map((key) => this.file(key));
    const options = [
      "BatchMode=yes",
      "IdentitiesOnly=yes",
      "IdentityAgent=none",
      "StrictHostKeyChecking=no",
      "UserKnownHostsFile=/dev/null",
      "PreferredAuthentications=publickey",
      // These tests are about admission; the post-quantum exchange would cost a third of a login.
      "KexAlgorithms=curve25519-sha256",
      "LogLevel=ERROR",
    ].map((option) => `-o${option}`);
    try {
      const identities = files.flatMap((file) => ["-i", file]);
      const target = ["-l", this.login, "-p", String(this.port)];
      const command = ["ssh", "-F", "none", ...options, ...identities, ...target, ...words];
      return await runProgram(command, { within: 120_000 });
    } finally {
      for (const file of files) rmSync(file);
    }
  }

  /** Whether this key logs in. */
  async opens(key: Pick<Key, "privateKey"> | readonly Pick<Key, "privateKey">[], ...words: string[]): Promise<boolean> {
    const done = await this.ssh(key, ...words, "127.0.0.1", "echo in");
    if (done.code === 0 && done.stdout === "in\n") return true;
    if (done.code === 255 && /Permission denied/.test(done.stderr)) return false;
    throw new Error(`ssh: ${done.code} ${done.stdout}${done.stderr}\n${this.#log.slice(-2000)}`);
  }

  /** Runs keycmd as sshd does, without a login. */
  keycmd(key: Pick<Key, "fingerprint">, ...more: string[]): Promise<Ran> {
    const words = [this.login, "0", key.fingerprint, "ssh-ed25519", ...more];
    return this.asNobody([join(this.dir, "sallyport"), "keycmd", "--config", join(this.dir, "keycmd.toml"), ...words]);
  }

  asNobody(command: readonly string[]): Promise<Ran> {
    return runProgram(["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", ...command]);
  }

  /** The log of sshd. */
  get log(): string {
    return this.#log;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sshd.kill();
    await this.#sshd.exited;
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Hard-links the program, or copies it to another file system. */
function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
  chmodSync(to, 0o755);
}
