import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { own } from "../../kit/account.ts";
import { type Ran, runProgram } from "../../kit/run.ts";
import { until } from "../../kit/until.ts";
import { type Actor, TestNode } from "./kit.ts";

let node: TestNode;
let alice: Actor;
let dir: string;

beforeAll(async () => {
  node = await TestNode.start();
  alice = await node.user("alice");
});
afterAll(() => node[Symbol.asyncDispose]());
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sallyport-files-"));
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

const there = (name: string) => join(dir, name);
const random = (size: number) => {
  const bytes = Buffer.allocUnsafe(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, Math.min(at + 65_536, size)));
  return bytes;
};
const same = (one: string, other: string) => readFileSync(one).equals(readFileSync(other));

/** Runs a batch of sftp's commands; `-` before one lets it fail. */
function sftp(...commands: string[]): Promise<Ran> {
  return runProgram(alice.command("sftp", "-q", "-b", "-", "node"), { stdin: `${commands.join("\n")}\n` });
}

describe("sftp", () => {
  test("copies files both ways, with times and permissions", async () => {
    writeFileSync(there("a"), random(3_000_000), { mode: 0o640 });
    await runProgram(["touch", "-d", "2020-02-02 02:02:02Z", there("a")]);
    const { code, stderr } = await sftp(`put -p ${there("a")} ${there("b")}`, `get -p ${there("b")} ${there("c")}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(same(there("a"), there("b")) && same(there("a"), there("c"))).toBeTrue();
    for (const name of ["b", "c"]) {
      expect(statSync(there(name)).mode & 0o7777).toBe(0o640);
      expect(statSync(there(name)).mtime.toISOString()).toBe("2020-02-02T02:02:02.000Z");
    }
  });

  test("copies directory trees", async () => {
    mkdirSync(there("tree/deep/er"), { recursive: true });
    for (let i = 0; i < 250; i++) writeFileSync(there(`tree/deep/${i}.txt`), `${i}\n`);
    writeFileSync(there("tree/deep/er/empty"), "");
    expect((await sftp(`put -R ${there("tree")} ${there("copy")}`)).code).toBe(0);
    expect((await runProgram(["diff", "-r", there("tree"), there("copy")])).code).toBe(0);
    const { stdout } = await sftp(`ls -1 ${there("copy/deep")}`);
    expect(stdout.split("\n").filter((line) => line.endsWith(".txt")).length).toBe(250);
  });

  test("resumes and appends", async () => {
    const bytes = random(500_000);
    writeFileSync(there("whole"), bytes);
    writeFileSync(there("part"), bytes.subarray(0, 200_000));
    expect((await sftp(`reput ${there("whole")} ${there("part")}`)).code).toBe(0);
    expect(same(there("whole"), there("part"))).toBeTrue();
  });

  test("supports every other operation of its client", async () => {
    writeFileSync(there("f"), "text");
    const { code, stdout, stderr } = await sftp(
      `mkdir ${there("d")}`,
      `rename ${there("f")} ${there("d/g")}`,
      `symlink g ${there("d/s")}`,
      `ln ${there("d/g")} ${there("d/h")}`,
      `chmod 4711 ${there("d/g")}`,
      `copy ${there("d/g")} ${there("d/copy")}`,
      `df ${dir}`,
      `cd ${there("d")}`,
      "pwd",
      "ls -ln",
      `rm ${there("d/h")}`,
      `mkdir ${there("gone")}`,
      `rmdir ${there("gone")}`,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(readlinkSync(there("d/s"))).toBe("g");
    expect(statSync(there("d/g")).mode & 0o7777).toBe(0o4711);
    expect(readFileSync(there("d/copy"), "utf8")).toBe("text");
    expect(existsSync(there("d/h"))).toBeFalse();
    expect(existsSync(there("gone"))).toBeFalse();
    expect(stdout).toContain(`Remote working directory: ${there("d")}`);
    expect(stdout).toContain("-rws--x--x");
    expect(stdout).toContain("%Capacity");
  });

  test("reports errors", async () => {
    writeFileSync(there("f"), "");
    mkdirSync(there("full"));
    writeFileSync(there("full/x"), "");
    const { stderr } = await sftp(
      `-get ${there("none")} ${there("x")}`,
      `-mkdir ${there("full")}`,
      `-rmdir ${there("full")}`,
      `-rename ${there("f")} ${there("none/f")}`,
      `-rm ${there("full")}`,
      `-ls ${there("none")}`,
    );
    // sftp(1) has words of its own for each status, and one for all that have none.
    expect(stderr.trimEnd().split("\r\n")).toEqual([
      `File "${there("none")}" not found.`,
      `remote mkdir "${there("full")}": Failure`,
      `remote rmdir "${there("full")}": Failure`,
      `remote rename "${there("f")}" to "${there("none/f")}": No such file or directory`,
      `remote delete ${there("full")}: Failure`,
      `Can't ls: "${there("none")}" not found`,
    ]);
  });

  test("keeps names that are not UTF-8", async () => {
    const name = Buffer.from("caf\xe9 \xff", "latin1");
    const file = Buffer.concat([Buffer.from(`${dir}/`), name]);
    writeFileSync(file, "x");
    const { stdout } = await runProgram([
      "sh",
      "-c",
      `"$@" | od -c | head -3`,
      "sh",
      ...alice.command("ssh", "node", `ls ${dir}`),
    ]);
    expect(stdout).toContain("351");
    expect((await sftp(`get -r ${dir} ${dir}.copy`)).code).toBe(0);
    expect(readFileSync(Buffer.concat([Buffer.from(`${dir}.copy/`), name]), "utf8")).toBe("x");
    rmSync(`${dir}.copy`, { recursive: true });
  });

  test("starts in the home directory and expands ~", async () => {
    const { stdout } = await sftp("pwd");
    expect(stdout).toContain(`Remote working directory: ${own.home}`);
  });

  test("audits opened files and changes", async () => {
    writeFileSync(there("f"), "text");
    const before = node.events.length;
    await sftp(
      `get ${there("f")} ${there("x")}`,
      `put ${there("f")} ${there("g")}`,
      `-rm ${there("none")}`,
      `rm ${there("g")}`,
    );
    await until("the session has ended", () =>
      node.events.slice(before).some((event) => event.event === "session.end"),
    );
    const operations = node.named("sftp").slice(-4);
    expect(
      operations.map(({ action, path, code, flags }) => [action, path.slice(dir.length + 1), code, flags]),
    ).toEqual([
      ["open", "f", "TS001I", "read"],
      ["open", "g", "TS001I", "write"],
      ["remove", "none", "TS011E", undefined],
      ["remove", "g", "TS011I", undefined],
    ]);
    expect(node.events.slice(before).map((event) => event.event)).toContain("subsystem");
  });
});

describe("other programs that copy files", () => {
  test("scp, by SFTP and by its old protocol, both ways and between directories", async () => {
    mkdirSync(there("tree/sub"), { recursive: true });
    writeFileSync(there("tree/a b"), random(100_000));
    writeFileSync(there("tree/sub/c"), "c");
    for (const protocol of ["-s", "-O"]) {
      const up = await runProgram(
        alice.command("scp", protocol, "-q", "-r", there("tree"), `node:${there(`up${protocol}`)}`),
      );
      const down = await runProgram(
        alice.command("scp", protocol, "-q", "-r", `node:${there("tree")}`, there(`down${protocol}`)),
      );
      expect([up.code, down.code]).toEqual([0, 0]);
      for (const copy of ["up", "down"])
        expect((await runProgram(["diff", "-r", there("tree"), there(`${copy}${protocol}`)])).code).toBe(0);
    }
  });

  test("rsync, which sends only what differs", async () => {
    mkdirSync(there("tree"));
    writeFileSync(there("tree/big"), random(2_000_000));
    symlinkSync("big", there("tree/link"));
    const rsync = (...words: string[]) => runProgram(["rsync", "-e", alice.command("ssh").join(" "), ...words]);
    expect((await rsync("-a", `${there("tree")}/`, `node:${there("copy")}`)).code).toBe(0);
    expect((await runProgram(["diff", "-r", there("tree"), there("copy")])).code).toBe(0);
    const again = await rsync("-a", "-i", `node:${there("copy")}/`, there("tree"));
    expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 0, stdout: "" });
  });

  test("git over an exec channel", async () => {
    const git = (...words: string[]) =>
      runProgram(["git", "-c", "user.name=a", "-c", "user.email=a@example.com", ...words], {
        env: { GIT_SSH_COMMAND: alice.command("ssh").join(" "), GIT_CONFIG_NOSYSTEM: "1" },
      });
    await git("init", "-q", "--bare", there("bare"));
    await git("clone", "-q", `node:${there("bare")}`, there("work"));
    writeFileSync(there("work/file"), random(300_000));
    await git("-C", there("work"), "add", "file");
    await git("-C", there("work"), "commit", "-q", "-m", "one");
    expect((await git("-C", there("work"), "push", "-q", "origin", "HEAD")).code).toBe(0);
    expect((await git("clone", "-q", `node:${there("bare")}`, there("again"))).code).toBe(0);
    expect(same(there("work/file"), there("again/file"))).toBeTrue();
  });

  test("sshfs", async () => {
    const why = (await runProgram(["sh", "-c", "command -v sshfs >/dev/null && test -w /dev/fuse || echo no"])).stdout;
    if (why !== "") return console.log("not tried: there is no sshfs, or no /dev/fuse to be written here");
    mkdirSync(there("real"));
    mkdirSync(there("mount"));
    const mounted = await runProgram(["sshfs", "-F", alice.config, `node:${there("real")}`, there("mount")]);
    if (mounted.code !== 0) return console.log(`not tried: ${mounted.stderr.trim()}`);
    try {
      // By other programs: whoever reads the mount waits for the node, which is this process.
      writeFileSync(there("file"), random(1_000_000));
      const { code, stdout } = await runProgram([
        "sh",
        "-ec",
        'cd "$0"; cp file mount/; cmp file mount/file; mkdir mount/d; mv mount/file mount/d/; ls mount/d; echo more >>mount/d/file',
        dir,
      ]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: "file\n" });
      expect(statSync(there("real/d/file")).size).toBe(1_000_005);
    } finally {
      await runProgram(["fusermount", "-u", there("mount")]);
    }
  });
});
