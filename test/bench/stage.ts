import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CompiledCluster } from "../kit/compiled.ts";
import { passwordOnly } from "../kit/daemon.ts";
import { cleanEnv, must, program, runProgram } from "../kit/run.ts";
import type { Sshd } from "../kit/sshd.ts";
import type { Command } from "./measure.ts";
import { CURVE25519, sshOptions, startSshd } from "./peers.ts";

/** Our cluster and OpenSSH's machines, side by side, and the command lines that are compared. */
export interface Stage {
  readonly cluster: CompiledCluster;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  /** The daemon that runs auth, proxy and node. */
  readonly pid: number;
  readonly operator: Readonly<Record<string, string>>;
  readonly places: { readonly node: string; readonly auth: string; readonly proxy: string; readonly key: string };
  tool(name: "tsh" | "tctl", ...words: string[]): Command;
  /** `ssh` of OpenSSH with the user's certificate. */
  ssh(kind: SshKind, words: readonly string[], options?: readonly string[]): Command;
}

/** `node`: straight to our node. `through`: `-J` our proxy, to our node. `sshd`: straight. `bastion`: `-J` an sshd. */
/** Nobody's account but the bench's: a home without start-up files, so that no shell does work of its own. */
export const LOGIN = "sallyport-bench";

export type SshKind = "node" | "through" | "sshd" | "bastion";

export async function setStage(stack: AsyncDisposableStack, dir: string): Promise<Stage> {
  const cluster = stack.use(new CompiledCluster(dir));
  const places = await cluster.start([passwordOnly(dir)]);
  const operator = { SALLYPORT_DATA_DIR: cluster.dataDir };
  const home = join(dir, "home");
  const env = cleanEnv({ HOME: home });

  const tsh = (...words: string[]) => must([program("tsh"), ...words], { env: { HOME: home } });
  const password = join(dir, "password");
  writeFileSync(password, "correct horse battery\n");
  const invited = await cluster.tctl("users", "add", "bench", `--logins=${LOGIN}`, "--format=json");
  const { url } = JSON.parse(invited) as { url: string };
  await tsh("signup", url, "--insecure", `--password-file=${password}`);
  await tsh("login", `--proxy=${places.WEB}`, "--user=bench", "--insecure", `--password-file=${password}`);
  const key = join(dir, "bench");
  await cluster.tctl("auth", "sign", "--user=bench", "--format=openssh", "-o", key);

  const [far, bastion]: [Sshd, Sshd] = [
    await startSshd(stack, { dir, name: "far", dataDir: cluster.dataDir }),
    await startSshd(stack, { dir, name: "bastion", dataDir: cluster.dataDir }),
  ];
  const options = sshOptions(dir, "bench", await cluster.tctl("auth", "export", "--type=host"));
  const nodes = JSON.parse(await cluster.tctl("nodes", "ls", "--format=json")) as {
    spec: { addr: string };
  }[];
  const node = nodes[0]?.spec.addr ?? "";
  const nodePort = node.split(":").at(-1) ?? "";
  const proxyPort = places.SSH.split(":").at(-1) ?? "";
  // ProxyJump passes no options on to the jump; a ProxyCommand that does is the same to the wire.
  const jump = (port: string | number, more: readonly string[]) =>
    `-oProxyCommand=${["ssh", ...options, ...more, "-W", "%h:%p", "-p", port, `${LOGIN}@localhost`].join(" ")}`;
  const targets: Readonly<Record<SshKind, (more: readonly string[]) => string[]>> = {
    node: (more) => [...more, "-p", nodePort, "-oHostKeyAlias=node-1", `${LOGIN}@127.0.0.1`],
    through: (more) => [...more, jump(proxyPort, more), "-p", nodePort, `${LOGIN}@node-1`],
    sshd: (more) => [...more, "-p", String(far.port), `${LOGIN}@localhost`],
    bastion: (more) => [...more, jump(bastion.port, more), "-p", String(far.port), `${LOGIN}@localhost`],
  };
  return {
    cluster,
    dir,
    env,
    operator: cleanEnv({ HOME: home, ...operator }),
    pid: cluster.member("cluster").daemon.pid,
    places: { node, auth: places.AUTH, proxy: places.SSH, key },
    tool: (name, ...words) => ({
      argv: [program(name), ...words],
      env: name === "tctl" ? cleanEnv({ HOME: home, ...operator }) : env,
    }),
    ssh: (kind, words, more = [CURVE25519]) => ({ argv: ["ssh", ...options, ...targets[kind](more), ...words], env }),
  };
}

/** Makes the bench's own account, for as long as `stack` lasts. @throws Error without root. */
export async function addLogin(stack: AsyncDisposableStack, home: string): Promise<void> {
  await runProgram(["userdel", LOGIN]);
  const added = await runProgram([
    "useradd",
    "--create-home",
    // No password fits; an account without any counts as locked for sshd.
    "--password=*",
    "--skel",
    "/nonexistent",
    "--home-dir",
    home,
    "--shell",
    "/bin/bash",
    LOGIN,
  ]);
  if (added.code !== 0) throw new Error(`the bench needs root, for a login of its own: ${added.stderr}`);
  stack.defer(async () => {
    await runProgram(["userdel", LOGIN]);
  });
}

/** Resident memory of a process. Bytes. */
export function residentMemory(pid: number): number {
  return fieldOf(readFileSync(`/proc/${pid}/status`, "utf8"), "VmRSS");
}

/** The share of memory that a process and all it has started would free by ending (PSS). Bytes. */
export function proportionalMemory(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
  const own = fieldOf(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"), "Pss");
  return own + children.map((child) => proportionalMemory(Number(child))).reduce((a, b) => a + b, 0);
}

function fieldOf(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? Number.NaN) * 1024;
}
