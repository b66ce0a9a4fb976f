import { type Command, percentile } from "./measure.ts";

/** How long those who pour have before the first key. Milliseconds. */
const HEAD_START_MS = 1_000;
/** Between two keys. Milliseconds. */
const PAUSE_MS = 10;

/**
 * Types `count` keys into `echo`, which sends each of them back, while `pouring` runs `pours` times. `input` is what the
 * pouring commands read. @returns how long the answers take, in milliseconds.
 */
export async function keystrokes(
  echo: Command,
  pouring: Command,
  {
    pours,
    count,
    input,
  }: { readonly pours: number; readonly count: number; readonly input: "/dev/null" | "/dev/zero" },
): Promise<{ readonly p50: number; readonly p99: number }> {
  const others = Array.from({ length: pours }, () =>
    Bun.spawn([...pouring.argv], {
      env: pouring.env,
      stdin: Bun.file(input),
      stdout: Bun.file("/dev/null"),
      stderr: "ignore",
    }),
  );
  try {
    await Bun.sleep(HEAD_START_MS);
    return await type(echo, count);
  } finally {
    for (const other of others) {
      other.kill();
      await other.exited;
    }
  }
}

async function type({ argv, env }: Command, count: number): Promise<{ p50: number; p99: number }> {
  await using typist = Bun.spawn([...argv], { env, stdin: "pipe", stdout: "pipe", stderr: "ignore" });
  const answers = typist.stdout.getReader();
  const times: number[] = [];
  // The first answer is that of the login.
  for (let key = 0; key <= count; key++) {
    const began = performance.now();
    typist.stdin.write("k");
    typist.stdin.flush();
    if ((await answers.read()).done) throw new Error(`${argv.join(" ")}: ended after ${key} keys`);
    if (key > 0) times.push(performance.now() - began);
    await Bun.sleep(PAUSE_MS);
  }
  times.sort((a, b) => a - b);
  return { p50: percentile(times, 50), p99: percentile(times, 99) };
}
