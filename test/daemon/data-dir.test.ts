import { afterAll, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "../../core/fault.ts";
import { claimDataDir } from "../../daemon/data-dir.ts";
import { createLog } from "../../daemon/log.ts";

const root = mkdtempSync(join(tmpdir(), "sallyport-data-"));
afterAll(() => rmSync(root, { recursive: true }));

const lines: string[] = [];
const log = createLog({ level: "info", format: "json", write: (line) => lines.push(line) });
const now = new Date("2026-11-20T10:00:00Z");

function refusal(dir: string, at = now): Fault {
  try {
    claimDataDir(dir, at, log).release();
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown;
    throw thrown;
  }
  throw new Error("was accepted");
}

test("creates the directory with mode 0700 and records the process that holds it", () => {
  const dir = join(root, "a/b");
  const claim = claimDataDir(dir, now, log);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(dir, "lock"), "utf8")).toBe(`${process.pid}\n`);
  const second = refusal(dir);
  expect(second.code).toBe("conflict");
  expect(second.message).toBe(`the data directory ${dir} is in use by process ${process.pid}`);
  claim.release();
  claimDataDir(dir, now, log).release();
});

test("the lock of a killed process is released", async () => {
  const dir = join(root, "killed");
  const program = `
    const { claimDataDir } = await import(${JSON.stringify(join(import.meta.dir, "../../daemon/data-dir.ts"))});
    const { createLog } = await import(${JSON.stringify(join(import.meta.dir, "../../daemon/log.ts"))});
    claimDataDir(${JSON.stringify(dir)}, new Date(), createLog({ level: "info", format: "text", write() {} }));
    // What it starts does not hold the directory for it.
    Bun.spawn(["sleep", "60"], { stdio: ["ignore", "ignore", "ignore"] });
    console.log("has it");
    setInterval(() => {}, 1000);`;
  const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", stderr: "inherit" });
  await child.stdout.getReader().read();
  expect(refusal(dir).message).toBe(`the data directory ${dir} is in use by process ${child.pid}`);
  const family = Bun.spawnSync(["ps", "-o", "pid=", "--ppid", String(child.pid)])
    .stdout.toString()
    .trim();
  child.kill("SIGKILL");
  await child.exited;
  claimDataDir(dir, now, log).release();
  if (family !== "") process.kill(Number(family));
});

test("rejects a directory that others can write to", () => {
  const dir = join(root, "open");
  mkdirSync(dir);
  chmodSync(dir, 0o777);
  const fault = refusal(dir);
  expect(fault.message).toBe(`the data directory ${dir} can be written by others`);
  expect(fault.hint).toBe(`chmod go-w ${dir}`);
});

test("rejects a directory of another user", () => {
  const dir = join(root, "theirs");
  mkdirSync(dir, { mode: 0o755 });
  if (process.getuid?.() !== 0) return console.log("not tried: only root can give a directory away");
  chownSync(dir, 65534, 65534);
  const fault = refusal(dir);
  expect(fault.code).toBe("denied");
  expect(fault.message).toBe(`the data directory ${dir} belongs to another user`);
});

test("rejects a file in place of the directory", () => {
  const file = join(root, "file");
  writeFileSync(file, "");
  expect(refusal(file).message).toStartWith(`the data directory ${file} cannot be created: `);
  const lost = join(root, "lost");
  symlinkSync(join(root, "nowhere"), lost);
  expect(refusal(lost).message).toStartWith(`the data directory ${lost} cannot be created: `);
});

test("rejects a directory without write permission", () => {
  const dir = join(root, "closed");
  mkdirSync(dir, { mode: 0o500 });
  if (process.getuid?.() !== 0) {
    expect(refusal(dir).message).toBe(`the data directory ${dir} cannot be written: permission denied`);
    return;
  }
  // Root is asked by nobody, so another user tries, where there is a kernel file system that refuses even root.
  const fault = refusal("/proc/sallyport");
  expect(fault.message).toStartWith("the data directory /proc/sallyport cannot be created: ");
});

test("rejects a full disk", () => {
  const dir = join(root, "full");
  mkdirSync(dir, { mode: 0o700 });
  const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", dir]);
  if (mounted.exitCode !== 0) return console.log("skipped: a small file system cannot be mounted here");
  try {
    const fault = refusal(dir);
    expect(fault.code).toBe("failed");
    expect(fault.message).toBe(`the disk of the data directory ${dir} is full: 1024 KiB are free`);
  } finally {
    Bun.spawnSync(["umount", dir]);
  }
});

test("rejects a clock that is not set", () => {
  const fault = refusal(join(root, "clock"), new Date("1970-01-01T00:01:00Z"));
  expect(fault.message).toBe("the clock of this machine is not set: it says 1970-01-01T00:01:00.000Z");
});

test("logs a clock that went back", () => {
  const dir = join(root, "back");
  claimDataDir(dir, now, log).release();
  utimesSync(join(dir, "lock"), now, new Date("2026-11-20T10:20:00Z"));
  lines.length = 0;
  claimDataDir(dir, now, log).release();
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "warn", last_start: "2026-11-20T10:20:00.000Z" });
});
