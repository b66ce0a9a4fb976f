import { existsSync, fchmodSync, fchownSync, readFileSync, readlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { TerminalSize } from "../../../core/ssh/channels.ts";
import type { Account } from "../account.ts";
import type { Environment } from "../environment.ts";
import { readTermios, restoreProcessDefaults, setWindowSize, writeTermios } from "../libc.ts";
import { readChildSpec } from "../program/child-spec.ts";
import { applyTerminalModes, type TerminalModes } from "../terminal-modes.ts";
import { becomeUser, describe, enterHome, posix } from "./privilege.ts";

/** What the child process of a session becomes. */
export interface SessionSpec {
  /** The user's shell, or an SFTP server. */
  readonly become: "shell" | "sftp";
  readonly account: Account;
  readonly env: Environment;
  /** The command for the shell; a login shell without it. */
  readonly command?: string;
  readonly terminal?: {
    readonly size: TerminalSize;
    readonly modes: TerminalModes;
  };
}

/** The exit status of sshd when it cannot start the shell. */
const CANNOT_START = 1;
const TTY_MODE = 0o620;

/**
 * `sallyport __session`: reads its spec, sets up the terminal, drops privileges to the user, and executes the user's shell
 * with execve(2), which leaves no memory, environment or privileges of the daemon. Or it continues as the SFTP server.
 */
export async function main(): Promise<void> {
  try {
    const spec = readChildSpec<SessionSpec>();
    if (spec === undefined) return;
    const { become, account, env, command, terminal } = spec;
    // Load the module before dropping privileges: the user may not be able to read the program file.
    const sftp = become === "sftp" ? await import("../sftp/main.ts") : undefined;
    const tty = terminal === undefined ? {} : prepareTerminal(account, terminal);
    becomeUser(account);
    enterHome(account);
    if (sftp !== undefined) return sftp.serve(account.home);
    if (terminal !== undefined && command === undefined) printMotd(account);
    const name = account.shell.slice(account.shell.lastIndexOf("/") + 1);
    const argv = command === undefined ? [`-${name}`] : [name, "-c", command];
    restoreProcessDefaults();
    posix.execve(account.shell, argv, { ...env, ...tty });
  } catch (error) {
    writeSync(2, `sallyport: cannot start the session: ${describe(error)}\n`);
    process.exit(CANNOT_START);
  }
}

/** Makes the user the terminal's owner, as sshd's pty_setowner does, and applies the client's size and modes. */
function prepareTerminal(account: Account, { size, modes }: NonNullable<SessionSpec["terminal"]>): Environment {
  if (posix.geteuid() === 0) {
    fchownSync(0, account.uid, ttyGroup() ?? account.gid);
    fchmodSync(0, TTY_MODE);
  }
  setWindowSize(0, size);
  const termios = readTermios(0);
  if (termios !== undefined) writeTermios(0, applyTerminalModes(termios, modes));
  return { SSH_TTY: readlinkSync("/proc/self/fd/0") };
}

function ttyGroup(): number | undefined {
  const gid = /^tty:[^:]*:(\d+):/m.exec(readFileSync("/etc/group", "utf8"))?.[1];
  return gid === undefined ? undefined : Number(gid);
}

/** Prints the message of the day (motd(5)), unless ~/.hushlogin exists. */
function printMotd({ home }: Account): void {
  if (existsSync(join(home, ".hushlogin"))) return;
  for (const path of ["/run/motd.dynamic", "/etc/motd"]) {
    try {
      writeSync(1, readFileSync(path));
    } catch {
      // Missing, or not readable by this user.
    }
  }
}
