import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PrivateKey } from "../../core/cert/private-key.ts";
import { signSsh } from "../../core/cert/sshsig.ts";
import { type Client, type Fields, type Key, type Tenant, TmsServer } from "../kit/tms-server.ts";
import { isRoot, keepingAnswers, Machine } from "./machine.ts";

/** Logins by cached statements while TMS is unreachable. */
if (!isRoot) console.log("not root: offline logins are skipped");

let server: TmsServer;
let lab: Tenant;
let portal: Client;
let machine: Machine;
let other: Machine;

beforeAll(async () => {
  if (!isRoot) return;
  server = await TmsServer.open();
  lab = await server.tenant("lab");
  portal = await lab.client("portal");
  const lines = await keepingAnswers(server);
  machine = await Machine.open(server, { host: "h1", lines });
  other = await Machine.open(server, { host: "h2", lines });
  await lab.user("ada", "h1", machine.login, [portal]);
  await lab.link("ada", "h2", machine.login);
});
afterAll(async () => {
  await machine?.[Symbol.asyncDispose]();
  await other?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const makeKey = (more?: Fields) => portal.key("ada", "h1", machine.login, more);
const left = async (key: Key) =>
  (await server.must("GET", "/v1/tms/pubkeys/list", { headers: portal.headers }))
    .rows("pubkeys")
    .find(({ public_key_fingerprint }) => public_key_fingerprint === key.fingerprint)?.["remaining_uses"];

/** Runs `work` while the server is killed. */
async function away(work: () => Promise<void>): Promise<void> {
  await server.stop("SIGKILL");
  try {
    await work();
  } finally {
    await server.start();
  }
}

/** All files of a machine's cache, by path. */
const kept = ({ dir }: Machine): Map<string, Buffer> =>
  new Map(
    readdirSync(join(dir, "cache"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file, readFileSync(file)]),
  );

/** A program of an attacker who has taken over the account of the cache. */
async function asNobody(script: string): Promise<void> {
  const { code, stderr } = await machine.asNobody(["sh", "-ec", script]);
  expect([script, code, stderr]).toEqual([script, 0, ""]);
}

describe.if(isRoot)("while TMS is unreachable", () => {
  test("a key that has logged in does so again; a new or a refused key does not", async () => {
    const [seen, unseen, removed, expired] = await Promise.all([
      makeKey(),
      makeKey(),
      makeKey(),
      makeKey({ ttl_minutes: 60 }),
    ]);
    for (const key of [seen, removed, expired]) expect(await machine.opens(key)).toBe(true);
    const cache = join(machine.dir, "cache");
    await asNobody(
      `umask 077; mkdir ${cache}/.saved; for name in $(ls ${cache}); do cp -a ${cache}/$name ${cache}/.saved; done`,
    );
    await portal.do("DELETE", "/pubkeys/del", removed);
    await portal.do("PATCH", "/pubkeys", expired, { ttl_minutes: 0 });
    for (const key of [removed, expired]) expect(await machine.opens(key)).toBe(false);
    await away(async () => {
      expect(await machine.opens(seen)).toBe(true);
      for (const key of [unseen, removed, expired]) expect(await machine.opens(key)).toBe(false);
      // The statement from before the revocation is restored; the revocation is remembered.
      await asNobody(`cp -an ${cache}/.saved/. ${cache}; rm -r ${cache}/.saved`);
      for (const key of [removed, expired]) expect(await machine.opens(key)).toBe(false);
      expect(await machine.opens(seen)).toBe(true);
    });
    expect(await machine.opens(unseen)).toBe(true);
  }, 300_000);

  test("uses are counted, and reported afterwards", async () => {
    const key = await makeKey({ num_uses: 3 });
    expect(await machine.opens(key)).toBe(true);
    await away(async () => {
      for (const opens of [true, true, false]) expect(await machine.opens(key)).toBe(opens);
    });
    expect(await left(key)).toBe(2);
    expect(await machine.opens(key)).toBe(false);
    expect(await left(key)).toBe(0);
  }, 300_000);
});

describe.if(isRoot)("a manipulated cache", () => {
  const own = PrivateKey.generate();
  const key = { privateKey: own.toOpenSSH() };
  let before: Set<string>;
  beforeAll(async () => {
    // One key on two hosts: their statements differ in the host only.
    before = new Set([...kept(machine).keys(), ...kept(other).keys()]);
    const about = { client_user_id: "ada", host_account: machine.login, num_uses: -1, ttl_minutes: 60 };
    for (const host of ["h1", "h2"])
      await server.must("POST", "/v1/tms/pubkeys", {
        headers: portal.headers,
        body: { ...about, host, public_key: own.public.toString() },
      });
    for (const one of [machine, other]) expect(await one.opens(key)).toBe(true);
  });

  /** The file of this key's statement. */
  const statement = (at: Machine): readonly [string, Buffer] => {
    const [found, ...more] = [...kept(at)].filter(([file, said]) => !before.has(file) && said.includes("signature"));
    if (found === undefined || more.length > 0) throw new Error("there is no one statement");
    return found;
  };

  test("allows nothing except by a current statement about this host and key", async () => {
    const [file, said] = statement(machine);
    const { text, signature } = JSON.parse(said.toString()) as { text: string; signature: string };
    const forged = (change: Fields) =>
      JSON.stringify({ text: JSON.stringify({ ...(JSON.parse(text) as Fields), ...change }), signature });
    const mallory = PrivateKey.generate();
    const signed = signSsh(Buffer.from(text), "keycmd@sallyport", mallory).toString("base64");
    const forgeries: Readonly<Record<string, string | Buffer>> = {
      nothing: "",
      half: said.subarray(0, said.length / 2),
      "no signature": JSON.stringify({ text }),
      "an empty signature": JSON.stringify({ text, signature: "" }),
      "mallory's signature": JSON.stringify({ text, signature: signed }),
      "the word of another host": statement(other)[1],
      "no end": forged({ expires: null }),
      "a later time": forged({ issued: new Date().toISOString() }),
      "a larger number": forged({ serial: "9223372036854775807" }),
      "another key": forged({ line: mallory.public.toString() }),
      "more than a file": Buffer.concat([said, Buffer.alloc(1_000_000, 0x20)]),
    };
    await away(async () => {
      expect(await machine.opens(key)).toBe(true);
      for (const [what, content] of Object.entries(forgeries)) {
        writeFileSync(file, content);
        expect([what, await machine.opens(key)]).toEqual([what, false]);
      }
      writeFileSync(file, said);
      // A cache that others can write is refused.
      for (const [spoil, mend] of [
        [`chmod 666 ${file}`, `chmod 600 ${file}`],
        [`chmod 777 ${machine.dir}/cache`, `chmod 700 ${machine.dir}/cache`],
        [`ln ${file} ${file}.second`, `rm ${file}.second`],
        [`mv ${file} ${file}.moved; ln -s ${file}.moved ${file}`, `rm ${file}; mv ${file}.moved ${file}`],
      ] as const) {
        await asNobody(spoil);
        expect([spoil, await machine.opens(key)]).toEqual([spoil, false]);
        await asNobody(mend);
      }
      expect(await machine.opens(key)).toBe(true);
    });
  }, 300_000);
});
