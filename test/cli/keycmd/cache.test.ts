import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  cpSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import type { Statement } from "../../../core/tms/statement.ts";
import { freePort } from "../../kit/free-port.ts";
import { program, runProgram } from "../../kit/run.ts";
import { cleanTemp } from "../../kit/temp.ts";
import { until } from "../../kit/until.ts";
import { blackHole } from "./black-hole.ts";
import { FakeEscrow, found, Host, Offer, PATIENT, refused, signedStatement } from "./fake-tms.ts";

cleanTemp();

const escrow = new FakeEscrow(() => refused(404, "NOT_FOUND"), undefined, await freePort());
afterAll(() => escrow.stop());
beforeEach(() => {
  escrow.asked.length = 0;
});

const offers: Offer[] = [];

/** A key that the escrow gives out, with these words in its statements. */
function known(change: Partial<Statement> = {}, signer = escrow.signer): Offer {
  const offer = new Offer();
  offers.push(offer);
  escrow.answer(({ body }) =>
    found(offer.line, body["statement"] === true ? { statement: signedStatement(offer, signer, change) } : {}),
  );
  return offer;
}

/** A host with a cache. */
function hostWith(more: Readonly<Record<string, unknown>> = {}): Host {
  const host = new Host(escrow.url);
  host.makeCache();
  const usual = { tms_url: escrow.url, host_name: "host-1", log: host.log, cache: host.cache, ca_file: CA, ...PATIENT };
  host.configure({ ...usual, escrow_keys: [`${escrow.signer.public} escrow`], ...more });
  return host;
}
const CA = readFileSync(new Host(escrow.url).config, "utf8").match(/ca_file = "(.*)"/)?.[1];

/** While nobody listens on the escrow's port. */
async function away<T>(work: () => Promise<T>): Promise<T> {
  await escrow.stop();
  try {
    return await work();
  } finally {
    escrow.start();
  }
}

let logins = 0;
/** Both ends of a connection that nobody has used before. */
const fresh = () => `192.0.2.1 ${++logins} 192.0.2.2 22`;

const opens = async (host: Host, offer: Offer, ends = fresh()) => {
  const { code, stdout } = await host.keycmd(offer.words("alice", ends));
  expect(stdout).toBe(code === 0 ? `${offer.line}\n` : "");
  return code === 0;
};
const entryOf = (host: Host) => {
  const [name = "", ...more] = readdirSync(host.cache).filter((one) => one.length === 64);
  expect(more).toEqual([]);
  return join(host.cache, name);
};
const usesOf = (host: Host) => readdirSync(entryOf(host)).filter((name) => /^[nu]/.test(name));
const statementOf = (host: Host) => {
  const entry = entryOf(host);
  const [name = "", ...more] = readdirSync(entry).filter((one) => one.startsWith("s"));
  expect(more).toEqual([]);
  return join(entry, name);
};

describe("while the escrow is away", () => {
  test("what it has said is said again", async () => {
    const [host, offer] = [hostWith(), known()];
    expect(await opens(host, offer)).toBe(true);
    expect(escrow.last.body).toMatchObject({ statement: true, offline: [] });
    expect(host.logged()).toEqual([]);
    await away(async () => {
      expect(await opens(host, offer)).toBe(true);
      expect(host.logged()).toHaveLength(1);
      expect(host.logged()[0]).toMatch(/ECONNREFUSED; answered from the cache, as of \d+ s ago$/);
    });
  });

  test.each([
    ["fails", () => refused(500, "oops")],
    ["is behind a proxy that fails", () => new Response("<html>", { status: 502 })],
    ["has too much to do", () => refused(429, "later")],
  ])("or %s, the same", async (_, respond) => {
    const [host, offer] = [hostWith(), known()];
    await opens(host, offer);
    escrow.answer(respond);
    expect(await opens(host, offer)).toBe(true);
  });

  test("the options of the key are said, too", async () => {
    const offer = new Offer();
    const line = `restrict,pty ${offer.line}`;
    escrow.answer(() => found(line, { statement: signedStatement(offer, escrow.signer, { line }) }));
    const host = hostWith();
    await host.keycmd(offer.words());
    await away(async () => expect((await host.keycmd(offer.words())).stdout).toBe(`${line}\n`));
  });

  test("nothing is known of a key that it has not spoken of, and nothing is with max_stale = 0", async () => {
    const [host, offer] = [hostWith(), known()];
    await away(async () => {
      expect(await opens(host, offer)).toBe(false);
      expect(host.logged()[0]).toContain("ECONNREFUSED; the cache is not used: nothing is cached");
    });
    const off = hostWith({ max_stale: 0 });
    expect(await opens(off, offer)).toBe(true);
    expect(escrow.last.body["statement"]).toBeUndefined();
    expect(readdirSync(off.cache)).toEqual([]);
    await away(async () => expect(await opens(off, offer)).toBe(false));
  });

  test("a statement is worth nothing once it is too old, has expired, or is from the future", async () => {
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
    const cases: readonly [() => Partial<Statement>, Readonly<Record<string, unknown>>, string | undefined][] = [
      [() => ({ issued: ago(8 * 60) }), {}, "later than it was made"],
      [() => ({ issued: ago(50) }), { max_stale: 40 }, "too old"],
      [() => ({ issued: ago(50) }), { max_stale: "2m" }, undefined],
      [() => ({ expires: ago(1) }), {}, "the key has expired"],
      [() => ({ expires: ago(-60) }), {}, undefined],
      [() => ({ issued: ago(-100) }), {}, "from the future"],
      [() => ({ issued: ago(-20) }), {}, undefined],
      [() => ({ remaining_uses: 0 }), {}, "no uses left"],
    ];
    for (const [change, config, why] of cases) {
      const [host, offer] = [hostWith(config), known(change())];
      expect(await opens(host, offer)).toBe(true);
      await away(async () => {
        expect(await opens(host, offer)).toBe(why === undefined);
        expect(host.logged()[0]).toContain(why ?? "answered from the cache");
      });
    }
  });

  test("an answer that is there, but wrong, is not made up for", async () => {
    const [host, offer] = [hostWith(), known()];
    await opens(host, offer);
    const wrong = [
      () => found(new Offer().line),
      () => found(`command="id" ${offer.line}`),
      () => new Response("hello"),
      () => Response.redirect(escrow.url),
    ];
    for (const respond of wrong) {
      escrow.answer(respond);
      expect(await opens(host, offer)).toBe(false);
    }
    await away(async () => expect(await opens(host, offer)).toBe(true));
  });
});

describe("a refusal", () => {
  test.each([
    ["of a key that was removed", 404],
    ["by a condition", 403],
    ["of the host", 401],
    ["of the tenant", 400],
  ])("%s wins over all that was said before, for good", async (_, status) => {
    const [host, offer] = [hostWith(), known()];
    await opens(host, offer);
    const kept = join(host.dir, "kept");
    cpSync(host.cache, kept, { recursive: true });
    escrow.answer(() => refused(status, "no"));
    expect(await opens(host, offer)).toBe(false);
    await away(async () => {
      expect(await opens(host, offer)).toBe(false);
      // Put back beside what was learnt since, and by a process that was slow to file it.
      cpSync(kept, host.cache, { recursive: true });
      expect(await opens(host, offer)).toBe(false);
      expect(host.logged().at(-1)).toContain("the escrow has refused the key");
    });
  });

  test("is over when the escrow gives the key out again, later", async () => {
    const [host, offer] = [hostWith(), known()];
    await opens(host, offer);
    const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
    const before = at(0);
    escrow.answer(() => refused(403, "no"));
    await opens(host, offer);
    escrow.answer(() => found(offer.line, { statement: signedStatement(offer, escrow.signer, { issued: before }) }));
    expect(await opens(host, offer)).toBe(true);
    await away(async () => expect(await opens(host, offer)).toBe(false));
    escrow.answer(() => found(offer.line, { statement: signedStatement(offer, escrow.signer, { issued: at(10) }) }));
    expect(await opens(host, offer)).toBe(true);
    await away(async () => expect(await opens(host, offer)).toBe(true));
  });

  test("that came before the answer to another process was filed is remembered", async () => {
    const [host, offer] = [hostWith(), known()];
    const before = new Date().toISOString();
    escrow.answer(() => refused(404, "NOT_FOUND"));
    await opens(host, offer);
    escrow.answer(() => found(offer.line, { statement: signedStatement(offer, escrow.signer, { issued: before }) }));
    expect(await opens(host, offer)).toBe(true);
    await away(async () => expect(await opens(host, offer)).toBe(false));
  });

  test("needs no room on a disk that is full", async () => {
    const [host, offer] = [hostWith(), known()];
    await opens(host, offer);
    const inode = lstatSync(statementOf(host)).ino;
    escrow.answer(() => refused(404, "NOT_FOUND"));
    await opens(host, offer);
    // The statement has become the refusal: nothing was made.
    const [left = "", ...more] = readdirSync(entryOf(host));
    expect([left[0], more, lstatSync(join(entryOf(host), left)).ino]).toEqual(["r", [], inode]);
    await opens(host, offer);
    expect(readdirSync(entryOf(host))).toHaveLength(1);
  });

  test("of keys that strangers offer fills no disk", async () => {
    const host = hostWith();
    escrow.answer(() => refused(404, "NOT_FOUND"));
    for (let i = 0; i < 20; i++) await opens(host, new Offer());
    const names = readdirSync(host.cache);
    expect(names.every((name) => /^refused-[0-9a-f]{2}$/.test(name))).toBe(true);
    expect(names.every((name) => lstatSync(join(host.cache, name)).size === 0)).toBe(true);
  });
});

describe("uses", () => {
  test("are counted while the escrow is away, and it is told of them", async () => {
    const [host, offer] = [hostWith(), known({ remaining_uses: 2 })];
    await opens(host, offer);
    await away(async () => {
      const login = fresh();
      for (const ends of [login, login, fresh()]) expect(await opens(host, offer, ends)).toBe(true);
      expect(await opens(host, offer)).toBe(false);
      expect(host.logged().at(-1)).toContain("no uses left");
      expect(await opens(host, offer, login)).toBe(true);
    });
    expect(await opens(host, offer)).toBe(true);
    const told = escrow.last.body["offline"] as string[];
    expect(told).toHaveLength(2);
    expect(told.every((one) => /^[0-9a-f]{32}$/.test(one))).toBe(true);
    expect(await opens(host, offer)).toBe(true);
    expect(escrow.last.body["offline"]).toEqual([]);
  });

  test("that the escrow has not been told of count on, whatever it says", async () => {
    const [host, offer] = [hostWith(), known({ remaining_uses: 3 })];
    await opens(host, offer);
    await away(async () => {
      for (let i = 0; i < 3; i++) expect(await opens(host, offer)).toBe(true);
    });
    // An answer without a statement is no sign that it was told.
    escrow.answer(() => found(offer.line));
    expect(await opens(host, offer)).toBe(true);
    await away(async () => expect(await opens(host, offer)).toBe(false));
    escrow.answer(() => refused(500, "oops"));
    expect(await opens(host, offer)).toBe(false);
    expect(escrow.last.body["offline"]).toHaveLength(3);
  });

  test("of another login, which has taken a number meanwhile, are kept", async () => {
    const [host, offer] = [hostWith(), known({ remaining_uses: 3 })];
    await opens(host, offer);
    await away(() => opens(host, offer));
    const entry = entryOf(host);
    escrow.answer(() => {
      // Before the answer is there another process has told of it as well, and a third has let somebody in.
      writeFileSync(join(entry, "u1"), "f".repeat(32), { mode: 0o600 });
      return found(offer.line, { statement: signedStatement(offer, escrow.signer, { remaining_uses: 3 }) });
    });
    await opens(host, offer);
    expect(usesOf(host)).toEqual(["u1"]);
    escrow.answer(() => refused(500, "oops"));
    await opens(host, offer);
    expect(escrow.last.body["offline"]).toEqual(["f".repeat(32)]);
  });

  test("of the login that the escrow has counted cost nothing more", async () => {
    const [host, offer] = [hostWith(), known({ remaining_uses: 0 })];
    const login = fresh();
    expect(await opens(host, offer, login)).toBe(true);
    await away(async () => {
      expect(await opens(host, offer, login)).toBe(true);
      expect(await opens(host, offer)).toBe(false);
    });
  });

  test("are as many as there are, however many processes try", async () => {
    const [host, offer] = [hostWith(), known({ remaining_uses: 3 })];
    await opens(host, offer);
    await away(async () => {
      const tries = await Promise.all(Array.from({ length: 24 }, () => opens(host, offer)));
      expect(tries.filter(Boolean)).toHaveLength(3);
    });
    await opens(host, offer);
    expect(new Set(escrow.last.body["offline"] as string[]).size).toBe(3);
  });

  test("stay as few as they are when the escrow says that fewer are left", async () => {
    const [host, offer] = [hostWith(), known({ remaining_uses: 5 })];
    await opens(host, offer);
    await away(async () => {
      for (let i = 0; i < 4; i++) expect(await opens(host, offer)).toBe(true);
    });
    // Somebody else has taken some, and this answer was given before this host told of its four: three numbers are gone.
    const entry = entryOf(host);
    for (const gone of ["u1", "u2", "u3"]) unlinkSync(join(entry, gone));
    renameSync(join(entry, "u4"), join(host.dir, "u4"));
    escrow.answer(() => found(offer.line, { statement: signedStatement(offer, escrow.signer, { remaining_uses: 2 }) }));
    await opens(host, offer);
    renameSync(join(host.dir, "u4"), join(entry, "u4"));
    await away(async () => {
      const tries = await Promise.all(Array.from({ length: 8 }, () => opens(host, offer)));
      expect(tries.filter(Boolean)).toHaveLength(1);
    });
  });

  test("of keys without a limit are told, too, and not without end", async () => {
    const [host, offer] = [hostWith(), known()];
    await opens(host, offer);
    await away(async () => {
      expect(await opens(host, offer)).toBe(true);
      expect(usesOf(host)).toHaveLength(1);
      for (let i = 0; i < 99; i++) writeFileSync(join(entryOf(host), `n${`${i}`.padStart(32, "0")}`), "");
      expect(await opens(host, offer)).toBe(true);
    });
    await opens(host, offer);
    expect(escrow.last.body["offline"]).toHaveLength(100);
    expect(usesOf(host)).toEqual([]);
  });
});

describe("a cache that somebody has had hands on says nothing:", () => {
  type Attack = (host: Host, statement: string) => void | Promise<void>;
  const rewrite =
    (change: (text: string) => string): Attack =>
    (_, statement) =>
      writeFileSync(statement, change(readFileSync(statement, "utf8")), { mode: 0o600 });
  const inside = (change: (said: Record<string, unknown>) => object) =>
    rewrite((text) => {
      const kept = JSON.parse(text) as { text: string };
      const said = JSON.parse(kept.text) as Record<string, unknown>;
      return JSON.stringify({ ...kept, text: JSON.stringify({ ...said, ...change(said) }) });
    });

  test.each<[string, Attack, RegExp]>([
    ["empty", rewrite(() => ""), /not a statement/],
    ["cut in half", rewrite((text) => text.slice(0, text.length / 2)), /not a statement/],
    ["too large", rewrite((text) => text + " ".repeat(70_000)), /not a plain small file/],
    ["without a signature", rewrite((text) => text.replace(/"signature":"[^"]*"/, '"signature":""')), /not signed/],
    ["of more uses", inside(() => ({ remaining_uses: 9 })), /signature is wrong/],
    ["of no expiry", inside(() => ({ expires: null, version: 1, issued: new Date().toISOString() })), /signature is/],
    ["of another key", inside(() => ({ line: new Offer().line })), /signature is wrong/],
    [
      "signed by somebody else",
      (_, statement) => {
        const [offer] = offers.slice(-1) as [Offer];
        const serial = statement.split("/s").at(-1) ?? "";
        const signed = signedStatement(offer, PrivateKey.generate(), { serial });
        writeFileSync(statement, JSON.stringify(signed), { mode: 0o600 });
      },
      /not signed for this purpose by a key/,
    ],
    [
      "under a later name",
      (_, statement) =>
        renameSync(
          statement,
          statement.replace(/\d+$/, (serial) => `${Number(serial) + 5}`),
        ),
      /not the one that was filed/,
    ],
    [
      "older than the newest that was seen",
      (_, statement) => {
        writeFileSync(
          statement.replace(/\d+$/, (serial) => `${Number(serial) + 5}`),
          "",
          { mode: 0o600 },
        );
      },
      /not a statement/,
    ],
    [
      "a link",
      (host, statement) => {
        renameSync(statement, join(host.dir, "elsewhere"));
        symlinkSync(join(host.dir, "elsewhere"), statement);
      },
      /ELOOP/,
    ],
    ["of two names", (host, statement) => linkSync(statement, join(host.dir, "second")), /not a plain small file/],
    ["for all to read", (_, statement) => chmodSync(statement, 0o644), /others may read or write/],
    [
      "a directory",
      (_, statement) => {
        unlinkSync(statement);
        mkdirSync(statement);
      },
      /not a plain small file/,
    ],
    [
      "a pipe",
      (_, statement) => {
        unlinkSync(statement);
        Bun.spawnSync(["mkfifo", "-m", "600", statement]);
      },
      /not a plain small file/,
    ],
    ["in a directory for all", (_, statement) => chmodSync(join(statement, ".."), 0o755), /others may use it/],
    [
      "in a directory that is a link",
      (host, statement) => {
        const entry = join(statement, "..");
        renameSync(entry, join(host.dir, "entry"));
        symlinkSync(join(host.dir, "entry"), entry);
      },
      /not a directory/,
    ],
  ])("%s", async (_, attack, why) => {
    const [host, offer] = [hostWith(), known({ remaining_uses: 5, expires: "2099-01-01T00:00:00Z" })];
    expect(await opens(host, offer)).toBe(true);
    await attack(host, statementOf(host));
    await away(async () => {
      expect(await opens(host, offer)).toBe(false);
      expect(host.logged()).toHaveLength(1);
      expect(host.logged()[0]).toMatch(why);
    });
  });

  test("copied to another account, key or host", async () => {
    const [host, first] = [hostWith(), known()];
    await opens(host, first);
    const from = statementOf(host);
    const second = known();
    await opens(host, second);
    const names = readdirSync(host.cache).filter((name) => name.length === 64);
    const other = names.find((name) => !from.includes(name)) ?? "";
    rmSync(join(host.cache, other), { recursive: true });
    cpSync(join(from, ".."), join(host.cache, other), { recursive: true });
    chmodSync(join(host.cache, other), 0o700);
    await away(async () => {
      expect(await opens(host, first)).toBe(true);
      expect(await opens(host, second)).toBe(false);
      expect(host.logged().at(-1)).toContain("about another host, account or key");
    });
  });

  test("after the clock of the host has gone back", async () => {
    const [host, offer] = [hostWith(), known()];
    await opens(host, offer);
    const later = Date.now() / 1000 + 600;
    utimesSync(join(host.cache, "clock"), later, later);
    await away(async () => {
      expect(await opens(host, offer)).toBe(false);
      expect(host.logged()[0]).toContain("clock has gone back");
    });
  });

  test("not once the escrow has said what time it is", async () => {
    const [host, offer] = [hostWith(), known()];
    await opens(host, offer);
    const later = Date.now() / 1000 + 86_400 * 365;
    utimesSync(join(host.cache, "clock"), later, later);
    await away(async () => expect(await opens(host, offer)).toBe(false));
    expect(await opens(host, offer)).toBe(true);
    await away(async () => expect(await opens(host, offer)).toBe(true));
  });

  test.each<[string, (offer: Offer, later: Date) => Response]>([
    [
      "a statement",
      (offer, later) => {
        const issued = later.toISOString();
        return found(offer.line, { statement: signedStatement(offer, escrow.signer, { issued }) });
      },
    ],
    ["a refusal", (_, later) => refused(403, "the key has expired", { date: later.toUTCString() })],
  ])("nor because of %s from a day when the escrow's clock was wrong", async (_, respond) => {
    const [host, offer] = [hostWith(), known()];
    await opens(host, offer);
    escrow.answer(() => respond(offer, new Date(Date.now() + 86_400_000)));
    await opens(host, offer);
    await away(async () => expect(await opens(host, offer)).toBe(false));
    escrow.answer(() => found(offer.line, { statement: signedStatement(offer, escrow.signer) }));
    expect(await opens(host, offer)).toBe(true);
    await away(async () => expect(await opens(host, offer)).toBe(true));
    expect(readdirSync(entryOf(host)).filter((name) => /^[rs]/.test(name))).toHaveLength(1);
  });

  test("put back later than it was made", async () => {
    const issued = new Date(Date.now() - 5 * 60_000).toISOString();
    const [host, offer] = [hostWith(), known({ issued })];
    await opens(host, offer);
    await away(async () => {
      expect(await opens(host, offer)).toBe(false);
      expect(host.logged()[0]).toContain("put in its place later");
    });
  });

  test.if(process.getuid?.() === 0)("that belongs to somebody else", async () => {
    const { chownSync } = await import("node:fs");
    const [host, offer] = [hostWith(), known()];
    await opens(host, offer);
    const statement = statementOf(host);
    for (const path of [statement, join(statement, ".."), host.cache]) {
      chownSync(path, 65_534, 65_534);
      await away(async () => {
        expect(await opens(host, offer)).toBe(false);
        expect(host.logged().at(-1)).toContain("belongs to the user 65534");
      });
      chownSync(path, 0, 0);
    }
  });
});

describe("a cache that cannot be used", () => {
  test.each<[string, (host: Host) => void]>([
    ["is missing", (host) => rmSync(host.cache, { recursive: true })],
    ["is anybody's", (host) => chmodSync(host.cache, 0o777)],
    [
      "is a file",
      (host) => {
        rmSync(host.cache, { recursive: true });
        writeFileSync(host.cache, "");
      },
    ],
    [
      "is a link",
      (host) => {
        renameSync(host.cache, join(host.dir, "real"));
        symlinkSync(join(host.dir, "real"), host.cache);
      },
    ],
  ])("because it %s stops no answer of the escrow, and is told", async (_, breakIt) => {
    const [host, offer] = [hostWith(), known()];
    breakIt(host);
    expect(await opens(host, offer)).toBe(true);
    expect(host.logged()).toHaveLength(1);
    expect(host.logged()[0]).toContain(`the cache is not used: ${host.cache}`);
    await away(async () => expect(await opens(host, offer)).toBe(false));
  });

  test("because it is full stops no answer either", async () => {
    const offer = known();
    const broken = hostWith();
    await opens(broken, offer);
    // A file where the next statement's directory would be: nothing can be written there.
    const entry = entryOf(broken);
    rmSync(entry, { recursive: true });
    writeFileSync(entry, "");
    expect(await opens(broken, offer)).toBe(true);
    expect(broken.logged()).toHaveLength(1);
  });

  test("because the disk is full is not littered", async () => {
    const [host, offer] = [hostWith(), known({ remaining_uses: 5 })];
    await opens(host, offer);
    const kept = readdirSync(entryOf(host));
    // No file of this process can grow.
    const full = ["sh", "-c", 'trap "" XFSZ; ulimit -f 0; exec "$@"', "sh", program("sallyport")];
    const login = () => runProgram([...full, "keycmd", "--config", host.config, ...offer.words("alice", fresh())]);
    expect(await login()).toMatchObject({
      code: 0,
      stdout: `${offer.line}\n`,
      stderr: expect.stringContaining("EFBIG"),
    });
    await away(async () => expect(await login()).toMatchObject({ code: 1, stderr: expect.stringContaining("EFBIG") }));
    expect(readdirSync(entryOf(host))).toEqual(kept);
  });

  test("because nobody's statements are believed, or what was said is no statement, is told", async () => {
    const offer = known();
    const without = hostWith({ escrow_keys: undefined });
    expect(await opens(without, offer)).toBe(true);
    expect(without.logged()[0]).toContain("escrow_keys is missing");
    const odd = hostWith();
    for (const statement of [
      { text: "{}", signature: "" },
      { text: "hello", signature: "x" },
    ]) {
      escrow.answer(() => found(offer.line, { statement }));
      expect(await opens(odd, offer)).toBe(true);
    }
    escrow.answer(() => found(offer.line, { statement: signedStatement(offer, escrow.signer, { host: "host-2" }) }));
    expect(await opens(odd, offer)).toBe(true);
    expect(odd.logged()).toHaveLength(3);
    escrow.answer(() => found(offer.line, { statement: "none" }));
    expect(await opens(odd, offer)).toBe(true);
    expect(odd.logged()).toHaveLength(3);
  });
});

describe("files", () => {
  test("are the user's alone, and their names give nothing away", async () => {
    const [host, offer] = [hostWith(), known()];
    await opens(host, offer);
    await away(() => opens(host, offer));
    for (const name of readdirSync(host.cache, { recursive: true, encoding: "utf8" })) {
      const stat = lstatSync(join(host.cache, name));
      expect([name, stat.mode & 0o777]).toEqual([name, stat.isDirectory() ? 0o700 : 0o600]);
      expect(name).toMatch(/^(?:clock|[0-9a-f]{64}(?:\/(?:s\d+|n[0-9a-f]{32}))?)$/);
    }
  });

  test("that nobody has asked for in days go when new ones come", async () => {
    const host = hostWith();
    for (let i = 0; i < 3; i++) await opens(host, known());
    const old = Date.now() / 1000 - 3 * 86_400;
    for (const name of readdirSync(host.cache)) if (name.length === 64) utimesSync(join(host.cache, name), old, old);
    await opens(host, known());
    expect(readdirSync(host.cache).filter((name) => name.length === 64)).toHaveLength(1);
  });

  test("there is one statement of a key, the newest", async () => {
    const [host, offer] = [hostWith(), known()];
    for (let i = 0; i < 3; i++) await opens(host, offer);
    expect(readdirSync(entryOf(host))).toHaveLength(1);
  });
});

test("a server that swallows all is waited for once", async () => {
  const [host, offer, other] = [hostWith(), known(), new Offer()];
  await opens(host, offer);
  await away(async () => {
    await using _ = await blackHole(escrow.port);
    const told = async (asked: Offer, opened: boolean) => {
      expect(await opens(host, asked)).toBe(opened);
      return host.logged().at(-1);
    };
    expect(await told(offer, true)).toContain("no connection within 1000 ms; answered from the cache");
    expect(await told(offer, true)).toContain("the server was down a moment ago; answered from the cache");
    expect(await told(other, false)).toContain("no connection within 250 ms; the cache is not used: nothing is cached");
  });
  // What is not in the cache is asked for, and then it is known that the server is back. It has little time to show that.
  escrow.asked.length = 0;
  escrow.answer(() => refused(404, "NOT_FOUND"));
  await until("the server is reached", async () => {
    await opens(host, other);
    return escrow.asked.length > 0;
  });
  known();
  await opens(host, offer);
  expect(escrow.asked).toHaveLength(2);
});
