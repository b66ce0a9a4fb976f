import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { binary } from "../kit/build.ts";
import { cleanEnv, runProgram } from "../kit/run.ts";
import { cleanTemp, tempDir } from "../kit/temp.ts";

cleanTemp();

const script = resolve(import.meta.dir, "../../.ci/start.ts");

/** Runs what `npm start` runs, on free ports, until it has said what to do next; yields that and a way to end it. */
async function start(dir: string) {
  binary();
  const child = Bun.spawn([process.execPath, script], {
    env: cleanEnv({ SALLYPORT_DATA: join(dir, "data"), SALLYPORT_PORTS_FROM: "0", NODE_OPTIONS: "--no-such-flag" }),
    stdout: "pipe",
    stderr: "inherit",
  });
  let text = "";
  const reader = child.stdout.getReader();
  while (!text.includes("Ctrl-C stops everything.")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`it ended with ${await child.exited}:\n${text}`);
    text += new TextDecoder().decode(value);
  }
  const stop = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return child.exited;
  };
  return { text, stop };
}

test("the first time it invites whoever runs it; after the sign-up it only says how to log in", async () => {
  const dir = tempDir();
  const first = await start(dir);
  expect(first.text).toMatch(/^auth .*\nproxy .*\nnode .*\nready\n/);
  expect(await first.stop("SIGINT")).toBe(0);

  // Not signed up: the old link may have expired, so there is a new one.
  const second = await start(dir);
  const [line = ""] = /^ {2}\S+ tsh signup .*$/m.exec(second.text) ?? [];
  writeFileSync(join(dir, "password"), "correct horse battery");
  const files = ` --password-file=${dir}/password --otp-secret-out=${dir}/otp`;
  // The line as it is printed, by the shell for which it is printed.
  const signup = await runProgram(["sh", "-c", line + files], { env: { HOME: dir } });
  expect(signup).toMatchObject({ code: 0 });
  expect(await second.stop("SIGTERM")).toBe(0);

  const third = await start(dir);
  expect(third.text).not.toContain("tsh signup");
  expect(third.text).toMatch(/^ {2}\S+ tsh login --insecure --proxy=127\.0\.0\.1:\d+ --user=\S+$/m);
  expect(await third.stop("SIGTERM")).toBe(0);
});
