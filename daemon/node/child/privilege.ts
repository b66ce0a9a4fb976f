import { writeFileSync, writeSync } from "node:fs";
import type { Account } from "../account.ts";

/** What a process is on Unix; the types leave it open, or leave it out. */
interface Posix {
  getuid(): number;
  geteuid(): number;
  getgid(): number;
  getegid(): number;
  initgroups(user: string, group: number): void;
  setgid(gid: number): void;
  setuid(uid: number): void;
  execve(file: string, argv: readonly string[], env: Readonly<Record<string, string>>): never;
}
export const posix = process as unknown as Posix;

/**
 * Becomes the user for good: groups, then group, then user, and none of it can be taken back. A process that is not
 * root's can only be its own user already.
 */
export function becomeUser({ name, uid, gid }: Account): void {
  process.umask(0o022);
  if (posix.geteuid() === 0) {
    tellKernel("loginuid", uid);
    tellKernel("oom_score_adj", 0);
    posix.initgroups(name, gid);
    posix.setgid(gid);
    posix.setuid(uid);
  }
  if (posix.getuid() !== uid || posix.geteuid() !== uid || posix.getgid() !== gid || posix.getegid() !== gid)
    throw new Error(`cannot become ${name}`);
}

/**
 * For the kernel's audit log: whom to name for what this process and its children do. And no more protection from the
 * OOM killer than any other process. Kernels without the one, or that do not let it be changed, are no obstacle.
 */
function tellKernel(file: "loginuid" | "oom_score_adj", value: number): void {
  try {
    writeFileSync(`/proc/self/${file}`, String(value));
  } catch {
    // No obstacle.
  }
}

/** Goes to the home directory, or to `/` where the user may not, and says so. */
export function enterHome({ home }: Account): void {
  try {
    process.chdir(home);
  } catch (error) {
    process.chdir("/");
    writeSync(2, `Could not chdir to home directory ${home}: ${describe(error)}\n`);
  }
}

/** Why a system call failed, without the runtime's code and arguments around it. */
export function describe(error: unknown): string {
  return (error as Error).message.replace(/^E[A-Z0-9]+: /, "").replace(/, \w+(?: '.*)?$/s, "");
}
