import { spawnSync } from "node:child_process";
import { Fault } from "../../../core/fault.ts";

/** A user of this machine, as far as files go. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** All groups, the first one included. */
  readonly groups: ReadonlySet<number>;
}

const ENV = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };

/** The account with this name, from getent(1) and id(1). @throws Fault `not_found` */
export function accountOf(name: string): Account {
  const fields = output("getent", ["passwd", "--", name]).split(":");
  const [uid, gid] = [Number(fields[2]), Number(fields[3])];
  if (fields.length < 7 || !Number.isInteger(uid) || !Number.isInteger(gid))
    throw new Fault("not_found", `this machine has no user ${JSON.stringify(name)}`, {
      hint: "make one that nothing else runs as: useradd --system --no-create-home --shell /usr/sbin/nologin NAME",
    });
  const groups = output("id", ["-G", "--", name]).split(" ").map(Number);
  return { name, uid, gid, groups: new Set([gid, ...groups.filter(Number.isInteger)]) };
}

/** Output of a system program; empty if it cannot be run. */
export function runSystem(program: string, words: readonly string[]): { stdout: string; stderr: string; ok: boolean } {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8", env: ENV, timeout: 10_000 });
  return { stdout: stdout ?? "", stderr: stderr ?? "", ok: status === 0 };
}

function output(program: string, words: readonly string[]): string {
  return runSystem(program, words).stdout.trim();
}
