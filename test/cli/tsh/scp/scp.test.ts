import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { type LoggedIn, startLoggedIn } from "../../../kit/logged-in.ts";
import { program, type Ran, runProgram } from "../../../kit/run.ts";
import type { Sshd } from "../../../kit/sshd.ts";
import { keptTempDir } from "../../../kit/temp.ts";
import { startSshd } from "../sshd.ts";

const dir = keptTempDir();
let cluster: LoggedIn & AsyncDisposable;
/** An sshd as Debian has it, behind the same proxy. */
let stock: Sshd;
let node = "";

beforeAll(async () => {
  cluster = await startLoggedIn(dir);
  node = `${cluster.login}@node-1`;
  stock = await startSshd(cluster, mkdtempSync(join(dir, "sshd-")));
}, 60_000);
afterAll(async () => {
  await stock?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

const scp = (words: readonly string[], options?: Parameters<LoggedIn["tsh"]>[1]): Promise<Ran> =>
  cluster.tsh(["scp", ...words], options);
const fresh = (): string => mkdtempSync(join(dir, "t-"));
const DONE = { code: 0, stdout: "", stderr: "" };

/** Names, kinds, modes and contents of everything below. */
function inventory(root: string): Record<string, string> {
  const all = readdirSync(root, { recursive: true, encoding: "buffer" }).map((name) => name.toString("latin1"));
  return Object.fromEntries(
    all.sort().map((name) => {
      const path = Buffer.from(`${root}/${name}`, "latin1");
      const stat = lstatSync(path);
      const content = stat.isFile() ? readFileSync(path).toString("base64") : stat.isDirectory() ? "/" : "?";
      return [name, `${(stat.mode & 0o7777).toString(8)} ${content}`];
    }),
  );
}

/** Whom a file may be copied to and from: our own SFTP server, and OpenSSH's. */
const peers = [
  ["a node", () => ({ flags: [] as string[], at: node })],
  ["a stock sshd", () => ({ flags: ["-P", String(stock.port)], at: `${cluster.login}@localhost` })],
] as const;

test("a copy that went well is on record as one", async () => {
  const here = fresh();
  writeFileSync(join(here, "a"), "a");
  expect(await scp([join(here, "a"), `${node}:${here}/b`])).toEqual(DONE);
  const recorded = async (): Promise<{ success: boolean }[]> =>
    JSON.parse((await cluster.tctl(["audit", "search", "--event=subsystem", "--format=json"])).stdout);
  // The machine sends its events when the copy is over.
  let events = await recorded();
  while (events.length === 0) events = await recorded();
  expect(events.map((event) => event.success)).toEqual([true]);
});

describe.each(peers)("to and from %s", (_, peer) => {
  test("every byte of a large file arrives, both ways", async () => {
    const { flags, at } = peer();
    const here = fresh();
    const bytes = randomBytes(20_000_001);
    writeFileSync(join(here, "large"), bytes);
    expect(await scp([...flags, join(here, "large"), `${at}:${here}/there`])).toEqual(DONE);
    expect(readFileSync(join(here, "there")).equals(bytes)).toBe(true);
    expect(await scp([...flags, `${at}:${here}/there`, join(here, "back")])).toEqual(DONE);
    expect(readFileSync(join(here, "back")).equals(bytes)).toBe(true);
  });

  test("a tree, with empty files and directories, strange names and files that only their owner may write", async () => {
    const { flags, at } = peer();
    const here = fresh();
    const tree = join(here, "tree");
    mkdirSync(join(tree, "a/b/c"), { recursive: true });
    mkdirSync(join(tree, "empty"));
    for (const name of ["a/one", "a/b/two", "spaces and 'quotes' and \"more\"", "-rf", "*", "ünïcode", "new\nline"])
      writeFileSync(join(tree, name), name);
    writeFileSync(Buffer.from(`${tree}/caf\xe9`, "latin1"), "no UTF-8");
    writeFileSync(join(tree, "nothing"), "");
    writeFileSync(join(tree, "program"), "#!", { mode: 0o755 });
    mkdirSync(join(tree, "read-only"));
    writeFileSync(join(tree, "read-only/file"), "x");
    chmodSync(join(tree, "read-only"), 0o555);
    expect(await scp(["-r", ...flags, tree, `${at}:${here}/up`])).toEqual(DONE);
    expect(inventory(join(here, "up"))).toEqual(inventory(tree));
    expect(await scp(["-r", ...flags, `${at}:${here}/up`, join(here, "down")])).toEqual(DONE);
    expect(inventory(join(here, "down"))).toEqual(inventory(tree));
    // Into what is there, under its own name.
    expect(await scp(["-r", ...flags, `${at}:${here}/up/`, join(here, "down")])).toEqual(DONE);
    expect(inventory(join(here, "down/up"))).toEqual(inventory(tree));
    // All that is in it, without its name.
    mkdirSync(join(here, "inside"));
    expect(await scp(["-r", ...flags, `${at}:${here}/up/.`, join(here, "inside")])).toEqual(DONE);
    expect(inventory(join(here, "inside"))).toEqual(inventory(tree));
  });

  test("-p keeps modes and times; without it they are new", async () => {
    const { flags, at } = peer();
    const here = fresh();
    const tree = join(here, "tree");
    mkdirSync(join(tree, "sub"), { recursive: true });
    for (const name of ["file", "sub/file"]) {
      writeFileSync(join(tree, name), "x");
      chmodSync(join(tree, name), 0o640);
      utimesSync(join(tree, name), 1_000_000_000, 1_100_000_000);
    }
    chmodSync(join(tree, "sub"), 0o2750);
    for (const name of ["sub", ""]) utimesSync(join(tree, name), 1_000_000_000, 1_200_000_000);
    expect(await scp(["-rp", ...flags, tree, `${at}:${here}/up`])).toEqual(DONE);
    expect(await scp(["-r", "-p", ...flags, `${at}:${here}/up`, join(here, "down")])).toEqual(DONE);
    for (const copy of ["up", "down"]) {
      for (const name of ["", "sub", "file", "sub/file"]) {
        const [was, is] = [statSync(join(tree, name)), statSync(join(here, copy, name))];
        expect([name, is.mtimeMs]).toEqual([name, was.mtimeMs]);
        // Not the bit that gives a group away.
        expect([name, is.mode]).toEqual([name, was.mode & ~0o2000]);
      }
    }
    expect(statSync(join(here, "down/file")).atimeMs).toBe(1_000_000_000_000);
    expect(await scp([...flags, `${at}:${here}/up/file`, join(here, "new")])).toEqual(DONE);
    expect(statSync(join(here, "new")).mtimeMs).not.toBe(1_100_000_000_000);
  });

  test("patterns are matched there", async () => {
    const { flags, at } = peer();
    const here = fresh();
    for (const name of ["x/a.log", "x/b.log", "x/.c.log", "x/d.txt", "y/a.log", "[z].log"]) {
      mkdirSync(resolve(here, "from", name, ".."), { recursive: true });
      writeFileSync(join(here, "from", name), name);
    }
    const get = async (pattern: string) => {
      const into = fresh();
      const ran = await scp([...flags, `${at}:${here}/from/${pattern}`, into]);
      return [ran.code, ...readdirSync(into).sort()];
    };
    expect(await get("x/*.log")).toEqual([0, "a.log", "b.log"]);
    expect(await get("*/d.*")).toEqual([0, "d.txt"]);
    expect(await get("[xy]/a.lo?")).toEqual([0, "a.log"]);
    expect(await get("\\[z\\].log")).toEqual([0, "[z].log"]);
    expect(await get("x/.*")).toEqual([0, ".c.log"]);
    expect(await get("x/nothing*")).toEqual([1]);
  });

  test("a link to a file of the tree is the file; no other link is followed", async () => {
    const { flags, at } = peer();
    const here = fresh();
    const tree = join(here, "tree");
    mkdirSync(join(tree, "sub"), { recursive: true });
    writeFileSync(join(here, "secret"), "secret");
    writeFileSync(join(tree, "file"), "content");
    symlinkSync("../file", join(tree, "sub/inside"));
    symlinkSync("../../secret", join(tree, "sub/outside"));
    symlinkSync("/etc", join(tree, "etc"));
    symlinkSync("..", join(tree, "sub/loop"));
    symlinkSync("nowhere", join(tree, "broken"));
    for (const [from, to, shown] of [
      [tree, `${at}:${here}/up`, tree],
      [`${at}:${tree}`, join(here, "down"), `${at.replace(/^.*@/, "")}:${tree}`],
    ] as const) {
      const ran = await scp(["-r", ...flags, from, to]);
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr.trim().split("\n").sort()).toEqual([
        `tsh: error: ${shown}/broken: is a symbolic link that leads nowhere`,
        `tsh: error: ${shown}/etc: is a symbolic link to what is no file: not followed`,
        `tsh: error: ${shown}/sub/loop: is a symbolic link to what is no file: not followed`,
        `tsh: error: ${shown}/sub/outside: is a symbolic link out of the directory: not followed`,
      ]);
    }
    const copied = { file: "644 Y29udGVudA==", sub: "755 /", "sub/inside": "644 Y29udGVudA==" };
    expect(inventory(join(here, "up"))).toEqual(copied);
    expect(inventory(join(here, "down"))).toEqual(copied);
    // What is named is meant.
    symlinkSync(tree, join(here, "link"));
    expect((await scp([...flags, join(here, "link/sub/inside"), `${at}:${here}/named`])).code).toBe(0);
    expect(readFileSync(join(here, "named"), "utf8")).toBe("content");
  });

  test("what fails is told by name, and the rest is copied", async () => {
    const { flags, at } = peer();
    const here = fresh();
    writeFileSync(join(here, "good"), "good");
    mkdirSync(join(here, "directory"));
    mkdirSync(join(here, "to"));
    const up = await scp([
      ...flags,
      join(here, "none"),
      join(here, "directory"),
      join(here, "good"),
      `${at}:${here}/to`,
    ]);
    expect(up).toEqual({
      code: 1,
      stdout: "",
      stderr:
        `tsh: error: ${here}/none: no such file or directory\n` +
        `tsh: error: ${here}/directory: is a directory (-r copies it with all that is in it)\n`,
    });
    expect(readdirSync(join(here, "to"))).toEqual(["good"]);
    const host = at.replace(/^.*@/, "");
    const down = await scp([
      ...flags,
      `${at}:${here}/none`,
      `${at}:/dev/null`,
      `${at}:${here}/good`,
      join(here, "directory"),
    ]);
    expect(down.stderr).toBe(
      `tsh: error: ${host}:${here}/none: no such file or directory\ntsh: error: ${host}:/dev/null: is not a file\n`,
    );
    expect([down.code, readdirSync(join(here, "directory"))]).toEqual([1, ["good"]]);
    // The place is to blame, not the file.
    const nowhere = await scp([...flags, join(here, "good"), `${at}:${here}/no/where`]);
    expect(nowhere).toEqual({
      code: 1,
      stdout: "",
      stderr: `tsh: error: ${host}:${here}/no/where: no such file or directory\n`,
    });
    const full = await scp([...flags, `${at}:${here}/good`, "/dev/full"]);
    expect(full).toEqual({ code: 1, stdout: "", stderr: "tsh: error: /dev/full: the disk is full\n" });
  });

  test("a file is not emptied by copying it onto itself, nor a directory into itself", async () => {
    const { flags, at } = peer();
    const here = fresh();
    mkdirSync(join(here, "d"));
    writeFileSync(join(here, "d/file"), "kept");
    for (const [from, to] of [
      ["d/file", "d/file"],
      ["d/file", "d"],
      ["d", "d"],
    ]) {
      const ran = await scp(["-r", ...flags, `${at}:${here}/${from}`, `${at}:${here}/${to}`]);
      expect([from, to, ran.code]).toEqual([from, to, 1]);
      expect(ran.stderr).toMatch(/would be copied (on|in)to itself/);
    }
    expect(readFileSync(join(here, "d/file"), "utf8")).toBe("kept");
  });
});

describe("between machines", () => {
  test("files go through this one, with modes and times", async () => {
    const here = fresh();
    const bytes = randomBytes(3_000_000);
    mkdirSync(join(here, "from"));
    writeFileSync(join(here, "from/file"), bytes, { mode: 0o600 });
    utimesSync(join(here, "from/file"), 1_000_000_000, 1_000_000_000);
    // The same machine under two names: two connections all the same.
    const uuid = (JSON.parse((await cluster.tsh(["ls", "-f", "json"])).stdout) as { metadata: { name: string } }[])[0];
    const other = `${cluster.login}@${uuid?.metadata.name}`;
    expect(await scp(["-rp", `${node}:${here}/from`, `${other}:${here}/to`])).toEqual(DONE);
    expect(readFileSync(join(here, "to/file")).equals(bytes)).toBe(true);
    const { mode, mtimeMs } = statSync(join(here, "to/file"));
    expect([mode & 0o777, mtimeMs]).toEqual([0o600, 1_000_000_000_000]);
  });
});

describe("paths", () => {
  test("without a slash in front are in the home, which ~ is, too", async () => {
    const home = (await cluster.tsh(["ssh", node, "echo $HOME"])).stdout.trim();
    const here = fresh();
    const name = `tsh-scp-test-${process.pid}`;
    writeFileSync(join(here, name), "home");
    try {
      expect(await scp([join(here, name), `${node}:`])).toEqual(DONE);
      expect(readFileSync(join(home, name), "utf8")).toBe("home");
      for (const path of [name, `~/${name}`, `~${cluster.login}/${name}`]) {
        expect(await scp([`${node}:${path}`, join(here, "back")])).toEqual(DONE);
        expect(readFileSync(join(here, "back"), "utf8")).toBe("home");
      }
    } finally {
      await runProgram(["rm", "-f", join(home, name)]);
    }
  });

  test("of a file that is one are not taken for a directory", async () => {
    const here = fresh();
    for (const name of ["a", "b", "c"]) writeFileSync(join(here, name), name);
    const ran = await scp([join(here, "a"), join(here, "b"), `${node}:${here}/c`]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("is not a directory, and there is more than one file to copy");
    expect(readFileSync(join(here, "c"), "utf8")).toBe("c");
  });
});

describe("a line that makes no sense", () => {
  const cases: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ["nothing at all", [], 2, /\[\[USER@\]HOST:\]PATH is missing/],
    ["no place to copy to", ["file"], 2, /no target is given/],
    ["nothing elsewhere", ["a", "b"], 2, /all of these are on this machine\nhint: .*cp/],
    ["labels", ["env=prod:x", "."], 2, /stands for several machines/],
    ["a port that is none", ["-P", "0", "a", "h:"], 2, /--port: "0" is not a port/],
  ];
  test.each(cases)("%s", async (_, words, code, stderr) => {
    const ran = await scp(words);
    expect(ran).toMatchObject({ code, stdout: "" });
    expect(ran.stderr).toMatch(stderr);
  });
});

describe("a connection that cannot be had", () => {
  const cases: readonly (readonly [string, () => readonly string[], RegExp])[] = [
    ["no such machine", () => [`${cluster.login}@nosuch:x`], /no node or host "nosuch"/],
    ["a login that is not ours", () => ["somebody@node-1:x"], /may not log in as "somebody"\nhint: your logins are/],
    ["nothing at that port", () => ["-P", "1", `${node}:x`], /node-1/],
  ];
  test.each(cases)("%s", async (_, words, stderr) => {
    const ran = await scp([...words(), fresh()]);
    expect(ran).toMatchObject({ code: 255, stdout: "" });
    expect(ran.stderr).toMatch(stderr);
  });

  test("nobody is logged in", async () => {
    const ran = await scp(["node-1:x", "."], { env: { SALLYPORT_HOME: fresh() } });
    expect(ran).toMatchObject({ code: 3, stdout: "" });
  });
});

describe("on a terminal", () => {
  const onTerminal = (words: readonly string[]) =>
    runProgram(["script", "-qec", [program("tsh"), "scp", ...words].join(" "), "/dev/null"], {
      env: { ...cluster.env, TERM: "xterm" },
    });

  test("there is a line for each file, and none with -q or elsewhere", async () => {
    const here = fresh();
    for (const name of ["one", "two"]) writeFileSync(join(here, name), randomBytes(1_500_000));
    mkdirSync(join(here, "to"));
    const words = [join(here, "one"), join(here, "two"), `${node}:${here}/to`];
    const { code, stdout } = await onTerminal(words);
    expect(code).toBe(0);
    for (const name of ["one", "two"])
      expect(stdout).toMatch(new RegExp(`${name} +100% +1\\.5 MB +[0-9.]+ .?B/s +\\S+ *\\x1b\\[K\\r?\\n`));
    expect((await onTerminal(["-q", ...words])).stdout).toBe("");
    expect(await scp(words)).toEqual(DONE);
  });
});

test("a file that says it is empty is copied to where it ends", async () => {
  const here = fresh();
  expect(await scp([`${node}:/proc/self/status`, join(here, "status")])).toEqual(DONE);
  expect(readFileSync(join(here, "status"), "utf8")).toContain("Name:");
});

/** An SFTP server that wants to write where it should not, or to break the client. Each story is told in hostile-sftp.ts. */
describe("a machine that means harm", () => {
  const bun = process.execPath;

  async function tell(story: string, words: (at: string) => readonly string[]): Promise<Ran & { into: string }> {
    const into = fresh();
    const command = `${bun} ${resolve(import.meta.dir, "hostile-sftp.ts")} ${story}`;
    await using sshd = await startSshd(cluster, mkdtempSync(join(dir, "sshd-")), command);
    const target = join(into, "target");
    mkdirSync(target);
    const ran = await scp(["-P", String(sshd.port), ...words(`${cluster.login}@localhost`), target], {
      within: 60_000,
    });
    return { ...ran, into };
  }

  // What a run that failed has left behind says nothing about this one.
  beforeAll(() => {
    for (const name of ["escaped-by-tsh-scp", "escaped-by-tsh-scp.log"]) rmSync(join("/tmp", name), { force: true });
  });

  test("cannot write outside of the directory by the names that it lists", async () => {
    const { code, stdout, stderr, into } = await tell("names", (at) => ["-r", `${at}:/tree`]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(readdirSync(into)).toEqual(["target"]);
    expect(readdirSync(join(into, "target/tree")).sort()).toEqual(["\x1b]0;owned\x07", "good"]);
    expect(readFileSync(join(into, "target/tree/good"), "utf8")).toBe("evil\n");
    expect(existsSync("/tmp/escaped-by-tsh-scp")).toBe(false);
    expect(stderr.match(/^tsh: error: localhost:.*a file name that contains a path$/gm)).toHaveLength(7);
    expect(stderr).not.toContain("\ntsh: all is well");
    expect(stderr).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
  });

  test("cannot slip in files that a pattern does not ask for", async () => {
    const { code, into } = await tell("patterns", (at) => [`${at}:/tree/*.log`]);
    expect(code).toBe(0);
    expect([readdirSync(into), readdirSync(join(into, "target"))]).toEqual([["target"], ["a.log"]]);
    expect(existsSync("/tmp/escaped-by-tsh-scp.log")).toBe(false);
  });

  test("decides neither what a file is called nor who may run it as whom", async () => {
    const { code, into } = await tell("modes", (at) => ["-p", `${at}:/wanted`]);
    expect(code).toBe(0);
    expect(readdirSync(join(into, "target"))).toEqual(["wanted"]);
    expect(statSync(join(into, "target/wanted")).mode & 0o7000).toBe(0);
  });

  test.each([
    ["deep", 1, /nested more than 64 directories/],
    ["sizes", 1, /no file is that large/],
    ["endless", 1, /too many entries/],
    ["talk", 255, /does not speak SFTP\nhint: check that the shell's start-up file/],
    ["strange", 255, /breaks the protocol/],
    ["more", 255, /breaks the protocol/],
    ["vanish", 255, /the connection ended/],
  ])("is told of and left: %s", async (story, code, words) => {
    const ran = await tell(story, (at) => ["-r", `${at}:/tree`, `${at}:/file`]);
    expect(ran).toMatchObject({ code, stdout: "" });
    expect(ran.stderr).toMatch(words);
    expect(readdirSync(ran.into)).toEqual(["target"]);
  });
});
