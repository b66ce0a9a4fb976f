import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { own } from "../kit/account.ts";
import { runProgram } from "../kit/run.ts";
import { accountName, House, makeAccount, type Person, ROOT, sha256 } from "./kit.ts";

let house: House;
let alice: Person;
/** The node's side and the client's side; one machine, two directories. */
let there: string;
let here: string;

beforeAll(async () => {
  house = await House.open();
  alice = await house.person("alice", [own.login]);
  [there, here] = [join(house.dir, "there"), join(house.dir, "here")];
  mkdirSync(there);
  makeTree(join(here, "tree"));
});
afterAll(() => house[Symbol.asyncDispose]());

if (!ROOT) console.log("not root: what another account may not is not tried");

/** Names that shells would trip over, bytes that are no text, a link, modes and times. */
function makeTree(dir: string): void {
  mkdirSync(join(dir, "deep/er"), { recursive: true });
  writeFileSync(join(dir, "a file; with 'odd' \"name\" $HOME *"), "odd\n");
  writeFileSync(join(dir, "deep/größe ☃"), "unicode\n");
  writeFileSync(join(dir, "deep/er/bytes"), random(1_500_000));
  writeFileSync(join(dir, "deep/empty"), "");
  writeFileSync(join(dir, "run"), "#!/bin/sh\n", { mode: 0o750 });
  symlinkSync("deep/empty", join(dir, "link"));
  for (let i = 0; i < 40; i++) writeFileSync(join(dir, `deep/er/${i}`), `${i}\n`);
  utimesSync(join(dir, "run"), 1_000_000_000, 1_234_567_890);
}

function random(bytes: number): Buffer {
  const block = crypto.getRandomValues(new Uint8Array(50_000));
  return Buffer.concat(Array.from({ length: Math.ceil(bytes / block.length) }, () => block)).subarray(0, bytes);
}

/** What differs between two directories: nothing. */
async function same(one: string, other: string): Promise<void> {
  expect(await runProgram(["diff", "-r", one, other])).toEqual({ code: 0, stdout: "", stderr: "" });
}

describe.each(["node", "far"])("scp with %s", (way) => {
  test.each([
    ["SFTP", "-s"],
    ["its old protocol", "-O"],
  ])("by %s: a tree there and back, with modes and times", async (_name, flag) => {
    const name = `scp${flag}${way}`;
    expect(await alice.scp("-qrp", flag, join(here, "tree"), `${way}:${there}/${name}`)).toMatchObject({ code: 0 });
    await same(join(here, "tree"), join(there, name));
    const run = statSync(join(there, name, "run"));
    expect({ mode: run.mode & 0o777, mtime: run.mtimeMs }).toEqual({ mode: 0o750, mtime: 1_234_567_890_000 });
    expect(await alice.scp("-qr", flag, `${way}:${there}/${name}`, join(here, name))).toMatchObject({ code: 0 });
    await same(join(here, "tree"), join(here, name));
  });
});

test("scp says what is not there, and what may not be written", async () => {
  for (const flag of ["-s", "-O"]) {
    const missing = await alice.scp(flag, `node:${there}/no such`, here);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("No such file or directory");
    const refused = await alice.scp(flag, "-q", join(here, "tree/run"), "node:/proc/version");
    expect(refused.code).toBe(1);
  }
});

test("scp from one host to another, by way of the client", async () => {
  writeFileSync(join(there, "between"), "carried\n");
  expect(await alice.scp("-q3", `node:${there}/between`, `far:${there}/between 2`)).toMatchObject({ code: 0 });
  expect(readFileSync(join(there, "between 2"), "utf8")).toBe("carried\n");
});

describe("sftp", () => {
  test("does all that its manual promises", async () => {
    const dir = join(there, "sftp");
    mkdirSync(dir);
    const bytes = random(3_000_000);
    writeFileSync(join(here, "big"), bytes);
    const { code, stdout, stderr } = await alice.sftp(
      "far",
      [
        `cd ${dir}`,
        ...["pwd", `put ${here}/big`, "put run exec", "chmod 640 exec", "mkdir sub", "rename big sub/bigger"],
        ...["ln sub/bigger hard", "ln -s sub/bigger soft", "ls -l", "ls -1 sub/*", "df -h .", "df -i ."],
        ...["get sub/bigger again", "get -p exec", `put -r ${here}/tree`, "get -r tree tree2", "copy hard copied"],
        ...["rm hard", "-rm hard", "-rmdir empty-that-is-not-there", "ls -lan soft", "version"],
      ],
      join(here, "tree"),
    );
    // What a `-` before a command allows, and a link, which `put -r` leaves out.
    const complaints = stderr
      .split("\n")
      .filter((line) => !/hard|empty-that|link: not a regular file|^\s*$/.test(line));
    expect({ code, complaints }).toEqual({ code: 0, complaints: [] });
    expect(stdout).toContain(`Remote working directory: ${dir}`);
    expect(stdout).toMatch(/-rw-r----- .* exec$/m);
    expect(stdout).toMatch(/^ *Size +Used +Avail/m);
    expect(stdout).toContain("SFTP protocol version 3");
    expect(sha256(readFileSync(join(here, "tree/again")))).toBe(sha256(bytes));
    expect(sha256(readFileSync(join(dir, "copied")))).toBe(sha256(bytes));
    expect(existsSync(join(dir, "hard"))).toBeFalse();
    expect(readFileSync(join(dir, "soft")).length).toBe(bytes.length);
    await same(join(dir, "tree/deep"), join(here, "tree/tree2/deep"));
  });

  test("goes on where a transfer was cut off, both ways", async () => {
    const bytes = random(2_000_000);
    writeFileSync(join(here, "whole"), bytes);
    writeFileSync(join(there, "part"), bytes.subarray(0, 700_001));
    writeFileSync(join(here, "part"), bytes.subarray(0, 900_007));
    const { code, stderr } = await alice.sftp("node", [
      `reput ${here}/whole ${there}/part`,
      `reget ${there}/part ${here}/part`,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(sha256(readFileSync(join(there, "part")))).toBe(sha256(bytes));
    expect(sha256(readFileSync(join(here, "part")))).toBe(sha256(bytes));
  });

  test("says in the usual words why something cannot be done", async () => {
    const { stderr } = await alice.sftp("node", [
      "-get /no/such",
      "-mkdir /proc/x",
      "-rmdir /tmp",
      "-rename /a /b",
      "-cd /etc/passwd",
    ]);
    expect(stderr).toContain('"/no/such" not found');
    expect(stderr).toMatch(/remote mkdir "\/proc\/x": (No such file or directory|Failure|Permission denied)/);
    expect(stderr).toContain("No such file or directory");
  });

  test.if(ROOT)("is the user's: what the account may not, it may not", async () => {
    const name = accountName();
    const home = await makeAccount(house, name);
    const bob = await house.person("bob", [name]);
    const { stdout, stderr } = await bob.sftp("node", [
      ...["pwd", "-get /etc/shadow", "-put /etc/hostname /etc/evil", "put /etc/hostname mine"],
      ...[`-ls ${house.cluster.dataDir}`, "ls -l mine"],
    ]);
    expect(stdout).toContain(`Remote working directory: ${home}`);
    expect(stderr.match(/Permission denied/g)?.length).toBeGreaterThanOrEqual(3);
    expect(existsSync("/etc/evil")).toBeFalse();
    expect((await runProgram(["stat", "-c%U", join(home, "mine")])).stdout).toBe(`${name}\n`);
  });
});

test("rsync: there, again without a byte of the files, and back", async () => {
  const copy = join(there, "rsync");
  expect(await alice.run(["rsync", "-a", "--stats", join(here, "tree/"), `far:${copy}/`])).toMatchObject({ code: 0 });
  await same(join(here, "tree"), copy);
  const again = await alice.run(["rsync", "-a", "--stats", join(here, "tree/"), `far:${copy}/`]);
  expect(again.stdout).toContain("Number of regular files transferred: 0");
  expect(await alice.run(["rsync", "-az", "--delete", `node:${copy}/`, join(here, "back/")])).toMatchObject({
    code: 0,
  });
  await same(copy, join(here, "back"));
});

test("git clones, pushes and fetches", async () => {
  const [origin, work, second] = [join(there, "origin.git"), join(here, "work"), join(here, "second")];
  const env = {
    ...{
      GIT_AUTHOR_NAME: "a",
      GIT_AUTHOR_EMAIL: "a@example.com",
      GIT_COMMITTER_NAME: "a",
      GIT_COMMITTER_EMAIL: "a@example.com",
    },
    ...{ GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
  };
  const git = async (...words: string[]) => {
    const done = await alice.run(["git", ...words], { env });
    expect({ words, code: done.code, stderr: done.code === 0 ? "" : done.stderr }).toEqual({
      words,
      code: 0,
      stderr: "",
    });
    return done.stdout;
  };
  await git("init", "-q", "--bare", "-b", "main", origin);
  await git("clone", "-q", `far:${origin}`, work);
  writeFileSync(join(work, "bytes"), random(4_000_000));
  await git("-C", work, "add", ".");
  await git("-C", work, "commit", "-q", "-m", "one");
  await git("-C", work, "push", "-q", "origin", "HEAD:main");
  await git("clone", "-q", `ssh://node${origin}`, second);
  await same(join(work, "bytes"), join(second, "bytes"));
  writeFileSync(join(work, "more"), "more\n");
  await git("-C", work, "add", ".");
  await git("-C", work, "commit", "-q", "-m", "two");
  await git("-C", work, "push", "-q");
  await git("-C", second, "pull", "-q");
  expect(readFileSync(join(second, "more"), "utf8")).toBe("more\n");
});

/** A mount needs the device, and a kernel that lets us. */
const mountable = ROOT && existsSync("/dev/fuse") && Bun.which("sshfs") !== null;
if (!mountable) console.log("no /dev/fuse, no sshfs, or not root: sshfs is not tried");

test.if(mountable)("sshfs mounts the node's files", async () => {
  const [mount, exported] = [join(here, "mount"), join(there, "exported")];
  mkdirSync(mount);
  mkdirSync(exported);
  const mounted = await runProgram(["sshfs", "-F", alice.config, `far:${exported}`, mount]);
  if (mounted.code !== 0) return console.log(`sshfs cannot mount here: ${mounted.stderr}`);
  try {
    makeTree(join(mount, "tree"));
    await same(join(exported, "tree"), join(mount, "tree"));
    chmodSync(join(mount, "tree/run"), 0o700);
    expect(statSync(join(exported, "tree/run")).mode & 0o777).toBe(0o700);
    const usual =
      "set -e; cd $0; mv tree/run tree/ran; rm -r tree/deep; echo more >>tree/ran; truncate -s 3 tree/ran; df . >&2";
    expect(await runProgram(["sh", "-c", usual, mount])).toMatchObject({ code: 0 });
    expect(readFileSync(join(exported, "tree/ran"), "utf8")).toBe("#!/");
    expect(existsSync(join(exported, "tree/deep"))).toBeFalse();
  } finally {
    await runProgram(["fusermount3", "-u", mount]);
  }
});
