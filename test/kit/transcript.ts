import { expect } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { totpCode } from "../../core/mfa/totp.ts";
import { own } from "./account.ts";
import { CompiledCluster } from "./compiled.ts";
import { freePort } from "./free-port.ts";
import { cleanEnv, program } from "./run.ts";
import { keptTempDir } from "./temp.ts";
import { until } from "./until.ts";

/**
 * A transcript is a test with several actors: each line is a command or an expectation about the last one.
 *
 *   cluster [FLAG…]                start a cluster of the compiled program with the roles auth, proxy and node
 *   escrow [FLAG…]                 start the key escrow of the compiled program; it is called `cluster`, too
 *   node NAME [FLAG…]              join one more machine, from a data directory of its own
 *   stop NAME | restart NAME       end the program (`cluster` or a node's name) by SIGTERM; start it again
 *   ACTOR PROGRAM WORD…            run a program as this actor with its own HOME; `operator` is on auth's machine
 *   ! ACTOR PROGRAM WORD…          run it; it must fail
 *   exit N                         the last command had this exit status
 *   stdout RE | stderr RE          the output of the last command matches; `! stdout RE`: it does not match
 *   save NAME [RE]                 the last stdout (or the first group of RE in it) is $NAME from now on
 *   otp NAME SECRETFILE            $NAME is the next unused code of an authenticator app
 *   port NAME                      $NAME is a free loopback port
 *   file PATH <<END … END          write a file in the actor's common directory, $DIR
 *   eventually ACTOR PROGRAM …     run it again until it succeeds, for twenty seconds
 *   background ID ACTOR PROGRAM …  start it and go on; `wait ID` waits for it, and is then the last command
 *
 * Words are split as a shell does, with '…' and "…"; $NAME stands for what was saved, and $DIR, $WEB, $SSH, $AUTH,
 * $DATA, $CLUSTER, $NODE for the cluster's places, $TMS and $CA for the escrow's; $LOGIN is the account that runs all this, which its nodes serve.
 */
export async function playTranscript(file: string): Promise<void> {
  await using stage = new Stage(file);
  const lines = readFileSync(file, "utf8").split("\n");
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]?.trim() ?? "";
    if (line === "" || line.startsWith("#")) continue;
    const heredoc = /^file (\S+) <<(\w+)$/.exec(line);
    try {
      if (heredoc === null) await stage.perform(line);
      else {
        const end = lines.indexOf(heredoc[2] ?? "", at);
        stage.writeFile(heredoc[1] ?? "", lines.slice(at + 1, end).join("\n"));
        at = end;
      }
    } catch (error) {
      throw new Error(`${file}:${at + 1}: ${line}\n${(error as Error).message}\n${stage.evidence()}`);
    }
  }
}

interface Seen {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

class Stage implements AsyncDisposable {
  readonly #dir = keptTempDir();
  readonly #saved = new Map<string, string>();
  readonly #spent = new Map<string, number>();
  readonly #background = new Map<string, Promise<Seen>>();
  readonly #running = new Set<Bun.Subprocess>();
  readonly #cluster: CompiledCluster;
  #last: Seen = { code: 0, stdout: "", stderr: "" };

  constructor(file: string) {
    this.#cluster = new CompiledCluster(this.#dir);
    this.#saved.set("DIR", this.#dir);
    this.#saved.set("STORY", file);
    this.#saved.set("LOGIN", own.login);
  }

  async perform(line: string): Promise<void> {
    const [first = "", ...rest] = this.#words(line);
    switch (first) {
      case "cluster":
        for (const [name, value] of Object.entries(await this.#cluster.start(rest))) this.#saved.set(name, value);
        return;
      case "escrow":
        for (const [name, value] of Object.entries(await this.#cluster.startEscrow(rest))) this.#saved.set(name, value);
        return;
      case "node":
        await this.#cluster.addNode(rest[0] ?? "", rest.slice(1));
        return;
      case "stop":
        await this.#cluster.stop(rest[0] ?? "");
        return;
      case "restart":
        await this.#cluster.restart(rest[0] ?? "");
        return;
      case "exit":
        expect(this.#last.code).toBe(Number(rest[0]));
        return;
      case "stdout":
      case "stderr":
        expect(this.#last[first]).toMatch(new RegExp(rest[0] ?? "", "m"));
        return;
      case "save":
        this.#save(rest[0] ?? "", rest[1]);
        return;
      case "otp":
        this.#saved.set(rest[0] ?? "", await this.#nextCode(rest[1] ?? ""));
        return;
      case "port":
        this.#saved.set(rest[0] ?? "", String(await freePort()));
        return;
      case "background":
        this.#background.set(rest[0] ?? "", this.#run(rest[1] ?? "", rest.slice(2)));
        return;
      case "wait":
        this.#last = await (this.#background.get(rest[0] ?? "") ?? Promise.reject(new Error("nothing to wait for")));
        return;
      case "eventually":
        await this.#eventually(rest[0] ?? "", rest.slice(1));
        return;
      case "!":
        await this.#not(rest);
        return;
      default:
        this.#last = await this.#run(first, rest);
        if (this.#last.code !== 0) throw new Error(`failed with status ${this.#last.code}`);
    }
  }

  writeFile(name: string, text: string): void {
    writeFileSync(join(this.#dir, name), `${this.#fill(text)}\n`);
  }

  /** The output of the last command, and the end of the cluster's log. */
  evidence(): string {
    const { code, stdout, stderr } = this.#last;
    const log = this.#cluster.log().split("\n").slice(-25).join("\n");
    return `last status ${code}\n--- stdout\n${stdout.slice(-4000)}\n--- stderr\n${stderr.slice(-4000)}\n--- log\n${log}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#running) child.kill("SIGKILL");
    await this.#cluster[Symbol.asyncDispose]();
  }

  async #not(rest: readonly string[]): Promise<void> {
    const [first = "", pattern = ""] = rest;
    if (first === "stdout" || first === "stderr") {
      expect(this.#last[first]).not.toMatch(new RegExp(pattern, "m"));
      return;
    }
    this.#last = await this.#run(first, rest.slice(1));
    if (this.#last.code === 0) throw new Error("succeeded, and should not have");
  }

  async #eventually(actor: string, words: readonly string[]): Promise<void> {
    await until(
      () => `it succeeds, and not with status ${this.#last.code}`,
      async () => {
        this.#last = await this.#run(actor, words);
        return this.#last.code === 0;
      },
    );
  }

  #save(name: string, pattern: string | undefined): void {
    const text = this.#last.stdout.trim();
    const value = pattern === undefined ? text : new RegExp(pattern, "m").exec(text)?.[1];
    if (value === undefined) throw new Error(`/${pattern}/ is not in stdout`);
    this.#saved.set(name, value);
  }

  /** A TOTP code is valid once, one step early or late: a second code within a step is the one of the next step. */
  async #nextCode(file: string): Promise<string> {
    const step = () => Math.floor(Date.now() / 30_000);
    // `tsh signup` has used the code of this or the previous step.
    const spent = this.#spent.get(file) ?? step();
    const next = Math.max(step(), spent + 1);
    while (next > step() + 1) await Bun.sleep(200);
    this.#spent.set(file, next);
    return totpCode(readFileSync(file, "utf8").trim(), new Date(next * 30_000));
  }

  async #run(actor: string, [name = "", ...words]: readonly string[]): Promise<Seen> {
    const home = join(this.#dir, "home", actor);
    mkdirSync(home, { recursive: true });
    const ours = ["tsh", "tctl", "sallyport", "keycmd"].includes(name);
    const child = Bun.spawn([ours ? program(name) : name, ...words], {
      cwd: this.#dir,
      env: cleanEnv({ HOME: home, ...(actor === "operator" && { SALLYPORT_DATA_DIR: this.#cluster.dataDir }) }),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: 60_000,
      killSignal: "SIGKILL",
    });
    this.#running.add(child);
    const [stdout, stderr, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    this.#running.delete(child);
    return { code, stdout, stderr };
  }

  /** Splits a line into words as a shell does, without expansions. */
  #words(line: string): string[] {
    const words: string[] = [];
    for (const match of line.matchAll(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/g)) {
      const parts = match[0].matchAll(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^'"\\]+)/g);
      words.push(
        [...parts].map(([, raw, soft, escaped, bare]) => raw ?? escaped ?? this.#fill(soft ?? bare ?? "")).join(""),
      );
    }
    return words;
  }

  #fill(text: string): string {
    return text.replace(/\$([A-Za-z_]\w*)/g, (whole, name: string) => this.#saved.get(name) ?? whole);
  }
}
