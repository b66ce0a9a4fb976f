import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRoot, own } from "../kit/account.ts";
import { CompiledCluster } from "../kit/compiled.ts";
import { passwordOnly } from "../kit/daemon.ts";
import { cleanEnv, must, type Ran, type RunOptions, runProgram } from "../kit/run.ts";
import { keptTempDir } from "../kit/temp.ts";

/** A node becomes its users, and accounts are made, only as root. */
export const ROOT = isRoot;

/**
 * A cluster of the compiled program on this machine, and people with certificates from `tctl auth sign` who have never
 * heard of it: their programs are stock OpenSSH's and what is built on them.
 */
export class House implements AsyncDisposable {
  readonly dir = keptTempDir();
  readonly cluster = new CompiledCluster(this.dir);
  readonly #stack = new AsyncDisposableStack();
  /** Ports on the loopback. */
  port: Readonly<Record<"auth" | "proxy" | "web" | "node", number>> = { auth: 0, proxy: 0, web: 0, node: 0 };

  static async open(flags: readonly string[] = []): Promise<House> {
    const house = new House();
    await house.cluster.start([passwordOnly(house.dir), ...flags]);
    const { daemon } = house.cluster.member("cluster");
    const at = (role: Parameters<typeof daemon.at>[0], scheme?: "https") =>
      Number(daemon.at(role, scheme).split(":").at(-1));
    house.port = { auth: at("auth"), proxy: at("proxy"), web: at("proxy", "https"), node: at("node") };
    writeFileSync(join(house.dir, "known_hosts"), await house.tctl("auth", "export", "--type=host"));
    return house;
  }

  /** The daemon of all three roles. */
  get daemon() {
    return this.cluster.member("cluster").daemon;
  }

  /** Ends with the house, the last first. */
  atEnd(work: () => unknown): void {
    this.#stack.defer(async () => {
      await work();
    });
  }

  /** What the operator's `tctl` prints. @throws Error when it fails. */
  tctl(...words: string[]): Promise<string> {
    return this.cluster.tctl(...words);
  }

  /** Events on record, oldest first. */
  async audit(event: string): Promise<Record<string, unknown>[]> {
    return JSON.parse(await this.tctl("audit", "search", `--event=${event}`, "--format=json"));
  }

  /** A user of the cluster, with a key and certificate for ten hours. */
  async person(name: string, logins: readonly string[], roles: readonly string[] = ["access"]): Promise<Person> {
    await this.tctl("users", "add", name, `--logins=${logins.join(",")}`, `--roles=${roles.join(",")}`);
    const dir = join(this.dir, `person-${name}`);
    mkdirSync(dir, { mode: 0o700 });
    await this.tctl("auth", "sign", `--user=${name}`, "--format=openssh", "-o", join(dir, "id"));
    return new Person(this, dir, logins[0] ?? own.login);
  }

  /** The memory that the daemon has at the moment. Bytes. */
  memory(): number {
    const status = readFileSync(`/proc/${this.daemon.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Accounts cannot be removed while something runs as them.
    await this.cluster[Symbol.asyncDispose]();
    await this.#stack.disposeAsync();
  }
}

/** The words of an ssh_config(5) that has nothing to ask and believes nobody but the cluster's host authority. */
export function strictly(dir: string, knownHosts: string): string[] {
  return [
    "Host *",
    `IdentityFile ${join(dir, "id")}`,
    `CertificateFile ${join(dir, "id-cert.pub")}`,
    "IdentitiesOnly yes",
    "IdentityAgent none",
    `UserKnownHostsFile ${knownHosts}`,
    "GlobalKnownHostsFile none",
    "StrictHostKeyChecking yes",
    "UpdateHostKeys no",
    "BatchMode yes",
    "LogLevel ERROR",
  ];
}

/**
 * Somebody with a certificate. For their programs `node` is the node, dialled straight; `proxy` the proxy; `far` and
 * `farther` the node by way of the proxy, by ProxyJump and by ProxyCommand.
 */
export class Person {
  readonly house: House;
  readonly dir: string;
  readonly config: string;
  readonly login: string;

  constructor(house: House, dir: string, login: string) {
    this.house = house;
    this.dir = dir;
    this.login = login;
    this.config = join(dir, "config");
    const { node, proxy } = house.port;
    const through = `ssh -F ${this.config} -p ${proxy} %r@proxy -s proxy:%h:%p`;
    const hosts = [
      ["Host node", "HostName 127.0.0.1", `Port ${node}`, "HostKeyAlias node-1"],
      ["Host proxy", "HostName localhost", `Port ${proxy}`],
      ["Host far", "HostName node-1", "ProxyJump proxy"],
      ["Host farther", "HostName node-1", `ProxyCommand ${through}`],
      ["Host *", `User ${login}`],
    ];
    const lines = [...hosts.flat(), ...strictly(dir, join(house.dir, "known_hosts"))];
    writeFileSync(this.config, `${lines.join("\n")}\n`);
  }

  /** `ssh`, `scp` or `sftp` with this configuration, before what a test adds. */
  command(program: "ssh" | "scp" | "sftp", ...words: string[]): string[] {
    return [program, "-F", this.config, ...words];
  }

  ssh(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return runProgram(this.command("ssh", ...words), { within: 60_000, ...options });
  }

  scp(...words: string[]): Promise<Ran> {
    return runProgram(this.command("scp", ...words), { within: 60_000 });
  }

  /** Runs these lines as an sftp batch; the first that fails ends it. */
  sftp(host: string, lines: readonly string[], cwd = this.dir): Promise<Ran> {
    return runProgram(this.command("sftp", "-b", "-", host), { stdin: `${lines.join("\n")}\n`, cwd });
  }

  /** Any program, told in the environment how to run ssh. */
  run(command: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const env = { GIT_SSH_COMMAND: this.command("ssh").join(" "), RSYNC_RSH: this.command("ssh").join(" ") };
    return runProgram(command, { within: 60_000, ...options, env: { ...env, ...options.env } });
  }
}

/** The name of an account that no run has left behind. */
export function accountName(): string {
  return `spt${randomBytes(4).toString("hex")}`;
}

/** An account of the machine with a home, for as long as the house stands. Only root can make one. */
export async function makeAccount(house: House, name: string, groups: readonly string[] = []): Promise<string> {
  const home = join(house.dir, `home-${name}`);
  for (const group of groups) await must(["groupadd", "-f", group]);
  // A password that is no password, rather than a locked account, which sshd refuses without PAM.
  const more = groups.length > 0 ? ["-G", groups.join()] : [];
  await must(["useradd", "-m", "-d", home, "-s", "/bin/bash", "-p", "*", ...more, name]);
  // The way to the home leads through a directory that is root's alone.
  await must(["chmod", "711", house.dir]);
  house.atEnd(async () => {
    await runProgram(["userdel", name]);
    for (const group of groups) await runProgram(["groupdel", group]);
  });
  return home;
}

/** A command with bytes in and bytes out, as text would not do. */
export async function pass(
  command: readonly string[],
  input: Uint8Array | Blob = new Uint8Array(),
): Promise<{ code: number; output: Uint8Array }> {
  const child = Bun.spawn([...command], { env: cleanEnv(), stdin: input, stdout: "pipe", stderr: "ignore" });
  const output = await new Response(child.stdout).bytes();
  return { code: await child.exited, output };
}

export function sha256(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}
