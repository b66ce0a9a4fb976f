import { afterEach, expect, test } from "bun:test";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSeal, Seal } from "../../daemon/seal.ts";
import { TestAuth } from "../kit/auth.ts";
import { refusalOf, withAlice } from "../kit/person.ts";
import { cleanTemp, tempDir } from "../kit/temp.ts";

cleanTemp();
afterEach(() => {
  delete process.env.CREDENTIALS_DIRECTORY;
});

const seal = () => new Seal(Buffer.alloc(32, 7));

test("a sealed secret opens only with its context and key, unaltered", () => {
  const closed = seal().close("a secret", "/tokens/x");
  expect(closed).not.toBe(seal().close("a secret", "/tokens/x"));
  expect(seal().open(closed, "/tokens/x")).toBe("a secret");
  expect(() => seal().open(closed, "/tokens/y")).toThrow("the master key does not open /tokens/y");
  expect(() => new Seal(Buffer.alloc(32, 8)).open(closed, "/tokens/x")).toThrow("does not open");
  const bytes = Buffer.from(closed, "base64");
  for (let at = 0; at < bytes.length; at++) {
    const altered = Buffer.from(bytes);
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect(() => seal().open(altered.toString("base64"), "/tokens/x")).toThrow("does not open");
  }
  for (const short of ["", "AAAA", bytes.subarray(0, 27).toString("base64"), bytes.subarray(0, 12).toString("base64")])
    expect(() => seal().open(short, "/tokens/x")).toThrow("does not open");
});

test("the master key is created once, with mode 0600", () => {
  const file = join(tempDir(), "master.key");
  const closed = openSeal(file, true).close("a secret", "x");
  expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  expect(openSeal(file, false).open(closed, "x")).toBe("a secret");
});

test("systemd's credential takes precedence over the file", () => {
  const dir = tempDir();
  const key = Buffer.alloc(32, 9).toString("base64");
  writeFileSync(join(dir, "sallyport-master-key"), `${key}\n`);
  process.env.CREDENTIALS_DIRECTORY = dir;
  const closed = openSeal(join(dir, "none"), false).close("a secret", "x");
  expect(new Seal(Buffer.from(key, "base64")).open(closed, "x")).toBe("a secret");
});

test("a malformed key is an error that names the file", () => {
  const file = join(tempDir(), "master.key");
  for (const text of ["", "short", "x".repeat(100)]) {
    writeFileSync(file, text);
    expect(() => openSeal(file, true)).toThrow(`${file} does not hold a 32-byte key in base64`);
  }
});

test("auth refuses to start without its database's master key, with a hint", async () => {
  const auth = await TestAuth.start();
  await auth[Symbol.asyncDispose]();
  const file = join(auth.dataDir, "master.key");
  const key = readFileSync(file);
  rmSync(file);
  expect(await refusalOf(auth.restart())).toMatchObject({
    message: `${file} is missing`,
    hint: expect.stringContaining("restore it from your backup"),
  });
  writeFileSync(file, Buffer.alloc(32, 1).toString("base64"));
  expect(await refusalOf(auth.restart())).toMatchObject({
    message: expect.stringMatching(/^the master key does not open \/authorities\//),
    hint: "put back the master.key that this database was made with",
  });
  writeFileSync(file, key);
  await using again = await auth.restart();
  expect((await (await again.admin()).ping()).cluster).toBe("test");
});

test("the database contains no secret in plain text", async () => {
  await using auth = await TestAuth.start();
  const { admin, alice } = await withAlice(auth);
  await alice.login();
  const { token } = await admin.createToken({ roles: ["node"] });
  const invitation = await admin.createUser({ name: "bob" });
  const rows = await auth.store.list("/");
  const database = rows.map(({ key, value }) => key + Buffer.from(value).toString("latin1")).join("\n");
  for (const secret of [
    token.metadata.name,
    invitation.token,
    alice.secret,
    "correct horse battery",
    "OPENSSH PRIVATE KEY",
    "$argon2id$",
  ])
    expect(database).not.toContain(secret);
  const files = ["sallyport.db", "sallyport.db-wal", "master.key", "proc/admin", "proc/auth.json"];
  for (const name of files) expect((statSync(join(auth.dataDir, name)).mode & 0o077).toString(8)).toBe("0");
});
