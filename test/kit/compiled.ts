import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { cleanEnv, program, run } from "./run.ts";

/** What one program says when it is ready. */
interface Ready {
  readonly event: "ready";
  readonly roles: readonly { readonly role: string; readonly listening: readonly string[] }[];
}

interface Member {
  readonly args: readonly string[];
  readonly dataDir: string;
  process?: Bun.Subprocess<"ignore", "pipe", "pipe">;
}

/** A cluster of the compiled program on loopback, every port chosen free, everything in one directory. */
export class CompiledCluster implements AsyncDisposable {
  readonly dataDir: string;
  readonly #dir: string;
  readonly #members = new Map<string, Member>();
  #log = "";
  #auth = "";

  constructor(dir: string) {
    this.#dir = dir;
    this.dataDir = join(dir, "data");
  }

  /** Starts auth, proxy and node in one process. @returns the places that tests need. */
  async start(
    flags: readonly string[] = [],
  ): Promise<Record<"WEB" | "SSH" | "AUTH" | "NODE" | "CLUSTER" | "DATA", string>> {
    const args = [
      "--roles=auth,proxy,node",
      "--nodename=node-1",
      "--cluster-name=test",
      "--public-addr=localhost",
      ...flags,
    ];
    const ready = await this.#launch("cluster", { args, dataDir: this.dataDir });
    const [web, ssh] = [find(ready, "proxy", "https"), find(ready, "proxy", "ssh")];
    this.#auth = find(ready, "auth", "ssh");
    return {
      WEB: local(web),
      SSH: local(ssh),
      AUTH: local(this.#auth),
      NODE: "node-1",
      CLUSTER: "test",
      DATA: this.dataDir,
    };
  }

  /** Joins one more machine by token and CA pin, as `tctl nodes add` says. */
  async addNode(name: string, flags: readonly string[] = []): Promise<void> {
    const token = JSON.parse((await this.#tctl("nodes", "add", "--format=json")).stdout) as string[];
    const { ca_pins } = JSON.parse((await this.#tctl("status", "--format=json")).stdout) as { ca_pins: string[] };
    const joining = [`--auth-server=${local(this.#auth)}`, `--token=${token[0]}`, `--ca-pin=${ca_pins[0]}`];
    const args = ["--roles=node", `--nodename=${name}`, ...joining, ...flags];
    await this.#launch(name, { args, dataDir: join(this.#dir, `data-${name}`) });
  }

  async stop(name: string, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const { process } = this.#member(name);
    process?.kill(signal);
    await process?.exited;
  }

  /** Starts a stopped member again, without the token that it joined with: it must not need it. */
  async restart(name: string): Promise<void> {
    const member = this.#member(name);
    await this.stop(name);
    await this.#launch(name, { ...member, args: member.args.filter((arg) => !arg.startsWith("--token")) });
  }

  pid(name: string): number {
    return this.#member(name).process?.pid ?? 0;
  }

  log(): string {
    return this.#log;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { process } of this.#members.values()) process?.kill("SIGTERM");
    await Promise.all([...this.#members.values()].map(({ process }) => process?.exited));
  }

  #member(name: string): Member {
    const member = this.#members.get(name);
    if (member === undefined) throw new Error(`there is no ${name}`);
    return member;
  }

  #tctl(...words: string[]) {
    return run(["tctl", ...words], { env: { SALLYPORT_DATA_DIR: this.dataDir } });
  }

  async #launch(name: string, member: Member): Promise<Ready> {
    mkdirSync(member.dataDir, { recursive: true, mode: 0o700 });
    const common = ["--ports-from=0", "--listen-ip=127.0.0.1", "--log-format=json", `--data-dir=${member.dataDir}`];
    const process = Bun.spawn([program("sallyport"), "start", ...common, ...member.args], {
      cwd: this.#dir,
      env: cleanEnv({ HOME: this.#dir }),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    this.#members.set(name, { ...member, process });
    void this.#keepLog(name, process.stderr);
    for await (const line of lines(process.stdout)) {
      const event = JSON.parse(line) as Ready;
      if (event.event === "ready") return event;
    }
    throw new Error(`${name} did not start:\n${this.#log}`);
  }

  async #keepLog(name: string, stderr: ReadableStream<Uint8Array>): Promise<void> {
    for await (const line of lines(stderr)) this.#log += `${name}: ${line}\n`;
  }
}

async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}

function find(ready: Ready, role: string, scheme: string): string {
  const address = ready.roles
    .find((one) => one.role === role)
    ?.listening.find((entry) => entry.startsWith(`${scheme}://`));
  if (address === undefined) throw new Error(`the ${role} does not say where it listens: ${JSON.stringify(ready)}`);
  return address.slice(scheme.length + 3);
}

/** As a certificate names it. */
function local(address: string): string {
  return address.replace(/^127\.0\.0\.1:/, "localhost:");
}
