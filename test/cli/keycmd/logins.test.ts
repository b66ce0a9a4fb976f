import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../../kit/run.ts";
import { type Client, type Fields, type Key, type Tenant, TmsServer } from "../../kit/tms-server.ts";
import { isRoot, keepingAnswers, Machine } from "../../tms/machine.ts";

/** A stock sshd with many logins at once, over one connection, with certificates, and with an escrow that dies in between. */
if (!isRoot) console.log("not root: an sshd that asks the escrow is not tried");

let escrow: TmsServer;
let lab: Tenant;
let portal: Client;
let machine: Machine;

beforeAll(async () => {
  if (!isRoot) return;
  escrow = await TmsServer.open();
  lab = await escrow.tenant("lab");
  portal = await lab.client("portal");
  const lines = await keepingAnswers(escrow);
  machine = await Machine.open(escrow, { lines });
  await lab.user("ada", machine.host, machine.login, [portal]);
});
afterAll(async () => {
  await machine?.[Symbol.asyncDispose]();
  await escrow?.[Symbol.asyncDispose]();
});

const makeKey = (more?: Fields): Promise<Key> => portal.key("ada", machine.host, machine.login, more);
const left = async (key: Key) =>
  (await escrow.must("GET", "/v1/tms/pubkeys/list", { headers: portal.headers }))
    .rows("pubkeys")
    .find(({ public_key_fingerprint }) => public_key_fingerprint === key.fingerprint)?.["remaining_uses"];
const logged = (): string[] => readFileSync(join(machine.dir, "log"), "utf8").trimEnd().split("\n");

/** How many of so many logins at the same time were let in. */
async function opened(key: Key, logins: number): Promise<number> {
  const all = await Promise.all(Array.from({ length: logins }, () => machine.opens(key)));
  return all.filter((open) => open).length;
}

async function total(parts: readonly (Promise<number> | undefined)[]): Promise<number> {
  let sum = 0;
  for (const part of parts) sum += (await part) ?? 0;
  return sum;
}

describe.if(isRoot)("logins", () => {
  test("of thirty at once as many are let in as there are uses", async () => {
    const key = await makeKey({ num_uses: 12 });
    expect(await opened(key, 30)).toBe(12);
    expect(await left(key)).toBe(0);
  }, 300_000);

  test("over one connection cost one use", async () => {
    const key = await makeKey({ num_uses: 3 });
    const socket = `-oControlPath=${join(machine.dir, "master")}`;
    const through = (...words: string[]) => machine.ssh(key, socket, ...words);
    expect((await through("-oControlMaster=yes", "-fN", "127.0.0.1")).code).toBe(0);
    try {
      const sessions = await Promise.all([1, 2, 3, 4, 5].map(() => through("127.0.0.1", "echo in")));
      expect(sessions.map(({ stdout }) => stdout)).toEqual(Array(5).fill("in\n"));
    } finally {
      await through("-O", "exit", "127.0.0.1");
    }
    expect(await left(key)).toBe(2);
  });

  test("with a certificate of a stranger, and then with its key, cost one use", async () => {
    const key = await makeKey({ num_uses: 3 });
    const file = join(machine.dir, "certified");
    writeFileSync(`${file}.pub`, `${key.publicKey}\n`);
    await runProgram(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", `${file}-ca`]);
    await runProgram(["ssh-keygen", "-q", "-s", `${file}-ca`, "-I", "x", "-n", machine.login, `${file}.pub`]);
    const before = logged().length;
    expect(await machine.opens(key, `-oCertificateFile=${file}-cert.pub`)).toBe(true);
    expect(await left(key)).toBe(2);
    expect(logged().slice(before)).toEqual([expect.stringContaining("the escrow has no certificates")]);
    for (const end of [".pub", "-cert.pub", "-ca", "-ca.pub"]) rmSync(`${file}${end}`);
  });

  test("while the escrow is killed and comes back are neither lost nor counted twice", async () => {
    const [many, few] = [await makeKey({ num_uses: 60 }), await makeKey({ num_uses: 10 })];
    for (const key of [many, few]) expect(await machine.opens(key)).toBe(true);
    const first = [opened(many, 8), opened(few, 8)];
    await escrow.stop("SIGKILL");
    const second = [opened(many, 8), opened(few, 8)];
    expect(await machine.opens(many)).toBe(true);
    await escrow.start();
    const third = [opened(many, 8), opened(few, 8)];
    const [manyOpened, fewOpened] = await Promise.all([0, 1].map((i) => total([first[i], second[i], third[i]])));
    expect(manyOpened).toBe(24);
    // With this one the escrow is told of those that it has not seen, also where it was too slow for one of the crowd.
    rmSync(join(machine.dir, "cache/down"), { force: true });
    expect(await machine.opens(many)).toBe(true);
    expect(await left(many)).toBe(60 - 1 - 1 - 24 - 1);
    const last = (await machine.opens(few)) ? 1 : 0;
    expect(1 + Number(fewOpened) + last).toBeLessThanOrEqual(10);
    expect(await left(few)).toBeLessThanOrEqual(10 - 1 - Number(fewOpened) - last);
  }, 300_000);
});
