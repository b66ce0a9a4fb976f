import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Daemon, startDaemon } from "./daemon.ts";
import { must, program } from "./run.ts";

interface Member {
  readonly args: readonly string[];
  daemon: Daemon & AsyncDisposable;
}

/** A cluster of the compiled program on free loopback ports, in one directory. */
export class CompiledCluster implements AsyncDisposable {
  readonly dataDir: string;
  readonly #dir: string;
  readonly #members = new Map<string, Member>();

  constructor(dir: string) {
    this.#dir = dir;
    this.dataDir = join(dir, "data");
  }

  /** Starts auth, proxy and node in one process. @returns their addresses */
  async start(
    flags: readonly string[] = [],
  ): Promise<Record<"WEB" | "SSH" | "AUTH" | "NODE" | "CLUSTER" | "DATA", string>> {
    const names = ["--nodename=node-1", "--cluster-name=test", "--public-addr=localhost"];
    const daemon = await this.#launch("cluster", this.dataDir, ["--roles=auth,proxy,node", ...names, ...flags]);
    return {
      WEB: local(daemon.at("proxy", "https")),
      SSH: local(daemon.at("proxy", "ssh")),
      AUTH: local(daemon.at("auth")),
      NODE: "node-1",
      CLUSTER: "test",
      DATA: this.dataDir,
    };
  }

  /** Starts the key escrow alone, under the name `cluster`. @returns its addresses */
  async startEscrow(flags: readonly string[] = []): Promise<Record<"TMS" | "CA" | "DATA", string>> {
    const daemon = await this.#launch("cluster", this.dataDir, ["--roles=tms", "--public-addr=localhost", ...flags]);
    const url = `https://${local(daemon.at("tms", "https"))}`;
    return { TMS: url, CA: join(this.dataDir, "tms/tms_cert.pem"), DATA: this.dataDir };
  }

  /** Joins a machine by token and CA pin, as printed by `tctl nodes add`. */
  async addNode(name: string, flags: readonly string[] = []): Promise<void> {
    const token = JSON.parse(await this.tctl("nodes", "add", "--format=json")) as string[];
    const { ca_pins } = JSON.parse(await this.tctl("status", "--format=json")) as { ca_pins: string[] };
    const auth = local(this.member("cluster").daemon.at("auth"));
    const joining = [`--auth-server=${auth}`, `--token=${token[0]}`, `--ca-pin=${ca_pins[0]}`];
    const args = ["--roles=node", `--nodename=${name}`, ...joining, ...flags];
    await this.#launch(name, join(this.#dir, `data-${name}`), args);
  }

  /** The output of the operator's `tctl`. @throws Error if it fails */
  tctl(...words: string[]): Promise<string> {
    return must([program("tctl"), ...words], { env: { SALLYPORT_DATA_DIR: this.dataDir } });
  }

  async stop(name: string, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    await this.member(name).daemon.stop(signal);
  }

  /** Restarts a member without its join token, which it must not need again. */
  async restart(name: string): Promise<void> {
    const { args } = this.member(name);
    await this.stop(name);
    const dataDir = name === "cluster" ? this.dataDir : join(this.#dir, `data-${name}`);
    await this.#launch(
      name,
      dataDir,
      args.filter((arg) => !arg.startsWith("--token")),
    );
  }

  member(name: string): Member {
    const member = this.#members.get(name);
    if (member === undefined) throw new Error(`there is no ${name}`);
    return member;
  }

  /** The logs of all members. */
  log(): string {
    const lines = [...this.#members].flatMap(([name, { daemon }]) =>
      daemon.log().map((entry) => `${name}: ${JSON.stringify(entry)}`),
    );
    return lines.join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#members.values()].map(({ daemon }) => daemon[Symbol.asyncDispose]()));
  }

  async #launch(name: string, dataDir: string, args: readonly string[]): Promise<Daemon> {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const daemon = await startDaemon([`--data-dir=${dataDir}`, ...args], { env: { HOME: this.#dir } });
    this.#members.set(name, { args, daemon });
    return daemon;
  }
}

/** The address in the form of certificates. */
function local(address: string): string {
  return address.replace(/^127\.0\.0\.1:/, "localhost:");
}
