import { readFileSync } from "node:fs";

/** Times programs as a user meets them: from the start to the exit, nothing between the measurement and the program. */

export interface Sample {
  /** Milliseconds. */
  readonly median: number;
  readonly p90: number;
  readonly failures: number;
}

export interface Command {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Whose process it is, where it is not the caller's; the group is of the same number. */
  readonly uid?: number;
}

/** Runs a command to its end. @returns milliseconds. @throws Error when it fails: a fast failure is no result. */
export async function once({ argv, env, uid }: Command): Promise<number> {
  const owner = uid === undefined ? {} : { uid, gid: uid };
  const began = performance.now();
  const child = Bun.spawn([...argv], { env, ...owner, stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  const code = await child.exited;
  const took = performance.now() - began;
  if (code !== 0) throw new Error(`${argv.join(" ")}: status ${code}\n${await new Response(child.stderr).text()}`);
  return took;
}

/** `runs` times each, in turn, so that what else the machine does meets all of them alike. */
export async function inTurn(commands: readonly Command[], runs: number): Promise<Sample[]> {
  const times = commands.map((): number[] => []);
  for (let run = -2; run < runs; run++)
    for (const [i, command] of commands.entries()) {
      const took = await once(command);
      if (run >= 0) times[i]?.push(took);
    }
  return times.map((list) => summary(list));
}

/**
 * The most memory that a command has at any moment (resident; the largest of `runs`). Bytes. The kernel's own account of a
 * child that has ended also counts what its parent had when it began, so it is asked again and again while it runs.
 */
export async function peakMemory({ argv, env, uid }: Command, runs: number): Promise<number> {
  const owner = uid === undefined ? {} : { uid, gid: uid };
  let peak = 0;
  for (let run = 0; run < runs; run++) {
    const child = Bun.spawn([...argv], { env, ...owner, stdin: "ignore", stdout: "ignore", stderr: "ignore" });
    for (;;) {
      const most = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
      if (most === undefined) break;
      peak = Math.max(peak, Number(most) * 1024);
    }
    if ((await child.exited) !== 0) throw new Error(`${argv.join(" ")}: failed`);
  }
  return peak;
}

/** `count` at once, until the last is done. Milliseconds, the median of `runs`. */
export async function together(command: Command, count: number, runs: number): Promise<number> {
  const times: number[] = [];
  for (let run = -1; run < runs; run++) {
    const began = performance.now();
    await Promise.all(Array.from({ length: count }, () => once(command)));
    if (run >= 0) times.push(performance.now() - began);
  }
  return summary(times).median;
}

/**
 * MB/s of `bytes` through commands that send them to stdout (`down`) or take them on stdin (`up`): the medians of `runs`, in
 * turn.
 */
export async function throughputs(
  commands: readonly Command[],
  direction: "down" | "up",
  bytes: number,
  runs: number,
): Promise<number[]> {
  const rates = commands.map((): number[] => []);
  for (let run = 0; run < runs; run++)
    for (const [i, command] of commands.entries()) rates[i]?.push(await throughput(command, direction, bytes));
  return rates.map((list) => summary(list).median);
}

async function throughput(command: Command, direction: "down" | "up", bytes: number): Promise<number> {
  const began = performance.now();
  const source =
    direction === "up" ? Bun.spawn(["head", "-c", String(bytes), "/dev/zero"], { stdout: "pipe" }) : undefined;
  const child = Bun.spawn([...command.argv], {
    env: command.env,
    stdin: source?.stdout ?? "ignore",
    stdout: Bun.file("/dev/null"),
    stderr: "inherit",
  });
  if ((await child.exited) !== 0) throw new Error(`${command.argv.join(" ")} failed`);
  return bytes / 1e6 / ((performance.now() - began) / 1000);
}

export function summary(values: readonly number[]): Sample {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: percentile(sorted, 50), p90: percentile(sorted, 90), failures: 0 };
}

/** Of an ascending list. */
export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}
