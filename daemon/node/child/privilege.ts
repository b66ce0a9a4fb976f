import { writeFileSync, writeSync } from "node:fs";
import type { Account } from "../account.ts";

/** The POSIX methods of `process`, which the types declare optional or lack. */
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
 * Drops privileges to the user permanently: supplementary groups, group, then user, each with real, effective and saved
 * IDs. A process of another user than root has to be that user already. @throws Error when the IDs are not the user's.
 */
export function becomeUser({ name, uid, gid }: Account): void {
  process.umask(0o022);
  if (posix.geteuid() === 0) {
    writeProc("loginuid", uid);
    writeProc("oom_score_adj", 0);
    posix.initgroups(name, gid);
    posix.setgid(gid);
    posix.setuid(uid);
  }
  if (posix.getuid() !== uid || posix.geteuid() !== uid || posix.getgid() !== gid || posix.getegid() !== gid)
    throw new Error(`cannot become ${name}`);
}

/**
 * Sets the login UID, which the kernel's audit log records for this process and its children, or resets the daemon's
 * protection from the OOM killer (proc(5)). Errors are ignored, since kernels may lack or lock the file.
 */
function writeProc(file: "loginuid" | "oom_score_adj", value: number): void {
  try {
    writeFileSync(`/proc/self/${file}`, String(value));
  } catch {
    // See above.
  }
}

/** Changes to the home directory, or to `/` with a message on stderr when that fails. */
export function enterHome({ home }: Account): void {
  try {
    process.chdir(home);
  } catch (error) {
    process.chdir("/");
    writeSync(2, `Could not chdir to home directory ${home}: ${describe(error)}\n`);
  }
}

/** The reason of a failed system call, without the error code and arguments that the runtime adds. */
export function describe(error: unknown): string {
  return (error as Error).message.replace(/^E[A-Z0-9]+: /, "").replace(/, \w+(?: '.*)?$/s, "");
}
