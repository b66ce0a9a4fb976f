import { chmodSync, chownSync, copyFileSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRoot, own } from "../kit/account.ts";
import { binary } from "../kit/build.ts";
import type { Escrow, Key } from "../kit/escrow.ts";
import { freePort } from "../kit/free-port.ts";
import { cleanEnv, type Ran, runProgram } from "../kit/run.ts";

export { isRoot };

/** The account that sshd runs the command as. */
export const NOBODY = 65_534;

export interface MachineOptions {
  /** Its logical name. */
  readonly host?: string;
  /** Lines of keycmd's configuration beside those that every machine has. */
  readonly lines?: readonly string[];
  /** Where the escrow seems to be, when not where it is. */
  readonly url?: string;
  /** A command in the place of keycmd, as lines of sh; `$1` … `$4` are user, uid, fingerprint and type. */
  readonly script?: string;
}

/** The lines with which a machine keeps what this escrow has signed. */
export async function keepingAnswers(escrow: Escrow): Promise<string[]> {
  const { body } = await escrow.must("GET", "/v1/tms/escrow-keys");
  return ['cache = "$DIR/cache"', `escrow_keys = ${JSON.stringify(body["keys"])}`];
}

/**
 * A machine with a stock sshd that asks the escrow for keys, by the compiled program, as `nobody`. sshd runs no command that
 * somebody but root could have put there, which leaves out the directory for temporary files. Only as root.
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

  static async open(escrow: Escrow, options: MachineOptions = {}): Promise<Machine> {
    const { host = "h1", lines = [], url = escrow.url, script } = options;
    const dir = mkdtempSync("/var/lib/sallyport-test-");
    const at = (name: string) => join(dir, name);
    chmodSync(dir, 0o755);
    link(binary(), at("sallyport"));
    writeFileSync(at("log"), "", { mode: 0o600 });
    mkdirSync(at("cache"), { mode: 0o700 });
    for (const name of ["log", "cache"]) chownSync(at(name), NOBODY, NOBODY);
    copyFileSync(escrow.caFile, at("ca.pem"));
    // As long as keycmd waits at most: of many logins at once some get their turn late.
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
      // Whose account this is may have a shell that first does all sorts of things.
      `SetEnv HOME=${dir}`,
      "LogLevel VERBOSE",
    ];
    writeFileSync(at("sshd_config"), `${sshd.join("\n")}\n`);
    mkdirSync("/run/sshd", { recursive: true });
    // Far from UTC, so that times which sshd reads as its own do not pass for right.
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

  /** A file of this key for ssh. */
  file(key: Pick<Key, "privateKey">): string {
    this.#files += 1;
    const path = join(this.dir, `key-${this.#files}`);
    writeFileSync(path, key.privateKey, { mode: 0o600 });
    return path;
  }

  /** Runs a command over stock ssh, with these keys offered in their order. */
  async ssh(keys: Pick<Key, "privateKey"> | readonly Pick<Key, "privateKey">[], ...words: string[]): Promise<Ran> {
    const files = (Array.isArray(keys) ? keys : [keys]).map((key) => this.file(key));
    const options = [
      "BatchMode=yes",
      "IdentitiesOnly=yes",
      "IdentityAgent=none",
      "StrictHostKeyChecking=no",
      "UserKnownHostsFile=/dev/null",
      "PreferredAuthentications=publickey",
      // What is asked here is who is let in, and the newest exchange costs a third of a login.
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

  /** keycmd as sshd runs it, without the login. */
  keycmd(key: Pick<Key, "fingerprint">, ...more: string[]): Promise<Ran> {
    const words = [this.login, "0", key.fingerprint, "ssh-ed25519", ...more];
    return this.asNobody([join(this.dir, "sallyport"), "keycmd", "--config", join(this.dir, "keycmd.toml"), ...words]);
  }

  asNobody(command: readonly string[]): Promise<Ran> {
    return runProgram(["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", ...command]);
  }

  /** What sshd has logged. */
  get log(): string {
    return this.#log;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sshd.kill();
    await this.#sshd.exited;
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Another name of the program, as the directories may be of one file system, or a copy. */
function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
  chmodSync(to, 0o755);
}
