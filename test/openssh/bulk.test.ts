import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { own } from "../kit/account.ts";
import { cleanEnv, runProgram } from "../kit/run.ts";
import { until } from "../kit/until.ts";
import { House, type Person } from "./kit.ts";

let house: House;
let alice: Person;
let file: string;

const MIB = 1024 ** 2;
const SIZE = 256 * MIB;

beforeAll(async () => {
  house = await House.open();
  alice = await house.person("alice", [own.login]);
  file = join(house.dir, "random");
  await runProgram(["sh", "-c", `head -c ${SIZE} /dev/urandom >'${file}'`]);
});
afterAll(() => house[Symbol.asyncDispose]());

/** The SHA-256 of what a command writes. */
async function sum(...command: string[]): Promise<string> {
  const child = Bun.spawn(command, { env: cleanEnv(), stdin: "ignore", stdout: "pipe", stderr: "ignore" });
  const hash = new Bun.CryptoHasher("sha256");
  for await (const chunk of child.stdout) hash.update(chunk);
  expect(await child.exited).toBe(0);
  return hash.digest("hex");
}

/** The first bytes of the file, as a command. */
const first = (bytes: number) => `head -c ${bytes} '${file}'`;

// So much takes seconds, and minutes on a machine that is slow or has much else to do.
describe.each([
  ["node", SIZE],
  ["far", SIZE / 4],
])("many megabytes with %s, and new keys for each of them", (way, bytes) => {
  test("down", async () => {
    const log = join(house.dir, `log-${way}`);
    const down = alice.command("ssh", "-o", "RekeyLimit=1M", "-v", "-E", log, way, first(bytes));
    expect(await sum(...down)).toBe(await sum("sh", "-c", first(bytes)));
    // Fewer than megabytes: what is on its way when the exchange begins arrives first.
    const renewed = (await Bun.file(log).text()).match(/SSH2_MSG_NEWKEYS received/g)?.length ?? 0;
    expect(renewed).toBeGreaterThan(bytes / MIB / 5);
  }, 300_000);

  test("up", async () => {
    const up = alice.command("ssh", "-o", "RekeyLimit=1M", way, "sha256sum").join(" ");
    const { stdout } = await runProgram(["sh", "-c", `${first(bytes)} | ${up}`], { within: 300_000 });
    expect(stdout).toBe(`${await sum("sh", "-c", first(bytes))}  -\n`);
  }, 300_000);

  test("both ways at once", async () => {
    const echo = alice.command("ssh", "-o", "RekeyLimit=1M", way, "cat").join(" ");
    const part = first(bytes / 4);
    expect(await sum("sh", "-c", `${part} | ${echo}`)).toBe(await sum("sh", "-c", part));
  }, 300_000);
});

test("ten sessions on one connection, each with its own bytes; one more is refused, and the others go on", async () => {
  const control = join(house.dir, "control");
  const master = Bun.spawn(alice.command("ssh", "-N", "-M", "-S", control, "far"), {
    env: cleanEnv(),
    stdin: "ignore",
  });
  await until("the master", () => existsSync(control));
  const slave = (...words: string[]) => alice.command("ssh", "-S", control, "-o", "ControlMaster=no", "far", ...words);
  const part = 2 * MIB;
  const sums = await Promise.all(
    Array.from({ length: 10 }, (_, i) => sum(...slave(`tail -c +${i * part + 1} '${file}' | head -c ${part}`))),
  );
  const expected = await Promise.all(
    Array.from({ length: 10 }, (_, i) => sum("sh", "-c", `tail -c +${i * part + 1} '${file}' | head -c ${part}`)),
  );
  expect(sums).toEqual(expected);

  const ten = Array.from({ length: 10 }, () =>
    Bun.spawn(slave("echo began; cat; exit 7"), { env: cleanEnv(), stdin: "pipe", stdout: "pipe" }),
  );
  await Promise.all(ten.map(({ stdout }) => stdout.getReader().read()));
  const eleventh = await runProgram(slave("echo served"));
  expect(eleventh.stderr).toContain("Session open refused by peer");
  for (const { stdin } of ten) await stdin.end();
  expect(await Promise.all(ten.map(({ exited }) => exited))).toEqual(Array.from({ length: 10 }, () => 7));
  expect((await runProgram(slave("echo served"))).stdout).toBe("served\n");
  // Not by a signal: one that comes just before ssh waits is not noticed before something else happens.
  await runProgram(alice.command("ssh", "-S", control, "-O", "exit", "far"));
  await master.exited;
});

test("a client that does not read holds its command back, and costs the daemon little", async () => {
  const pipeline = `${alice.command("ssh", "node", "'exec cat /dev/zero'").join(" ")} | sleep 300`;
  const before = house.memory();
  const slow = Array.from({ length: 5 }, () =>
    Bun.spawn(["sh", "-c", `${pipeline} & echo $!; wait`], {
      env: cleanEnv(),
      stdin: "ignore",
      stdout: "ignore",
      detached: true,
    }),
  );
  try {
    await until("five commands run", async () => {
      const { stdout } = await runProgram(["pgrep", "-c", "-P", `${house.daemon.pid}`, "cat"]);
      return Number(stdout) === 5;
    });
    // They write as fast as they can until everything between them and the sleeping reader is full.
    let written = -1;
    await until("they stand still", async () => {
      const { stdout } = await runProgram([
        "sh",
        "-c",
        `pgrep -P ${house.daemon.pid} cat | sed 's,.*,/proc/&/io,' | xargs cat | grep wchar`,
      ]);
      const now = stdout.match(/\d+/g)?.reduce((all, one) => all + Number(one), 0) ?? 0;
      const still = now === written;
      written = now;
      await Bun.sleep(500);
      return still;
    });
    expect(written / 5).toBeLessThan(16 * MIB);
    expect(house.memory() - before).toBeLessThan(64 * MIB);
    expect((await alice.ssh(["node", "echo served"])).stdout).toBe("served\n");
  } finally {
    for (const { pid } of slow) process.kill(-pid, "SIGKILL");
  }
});
