import { existsSync, fchmodSync, fchownSync, readFileSync, readlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { TerminalSize } from "../../../core/ssh/channels.ts";
import type { Account } from "../account.ts";
import type { Environment } from "../environment.ts";
import { readTermios, restoreProcessDefaults, setWindowSize, writeTermios } from "../libc.ts";
import { readChildSpec } from "../program/child-spec.ts";
import { applyTerminalModes, type TerminalModes } from "../terminal-modes.ts";
import { becomeUser, describe, enterHome, posix } from "./privilege.ts";

/** What a session's process is to become. */
export interface SessionSpec {
  /** The user's shell, or an SFTP server. */
  readonly become: "shell" | "sftp";
  readonly account: Account;
  readonly env: Environment;
  /** Missing for a login shell. */
  readonly command?: string;
  readonly terminal?: {
    readonly size: TerminalSize;
    readonly modes: TerminalModes;
  };
}

/** What sshd exits with when it cannot start the shell. */
const CANNOT_START = 1;
const TTY_MODE = 0o620;

/**
 * `sallyport __session`: waits for its spec, sets up the terminal, becomes the user, and turns into the user's shell.
 * Nothing of ours is left then: not the memory, not the environment, not the privileges. Or it stays, as the user's SFTP
 * server.
 */
export async function main(): Promise<void> {
  try {
    const spec = readChildSpec<SessionSpec>();
    if (spec === undefined) return;
    const { become, account, env, command, terminal } = spec;
    // While the program can still be read, whoever may.
    const sftp = become === "sftp" ? await import("../sftp/main.ts") : undefined;
    const tty = terminal === undefined ? {} : prepareTerminal(account, terminal);
    becomeUser(account);
    enterHome(account);
    if (sftp !== undefined) return sftp.serve(account.home);
    if (terminal !== undefined && command === undefined) greet(account);
    const name = account.shell.slice(account.shell.lastIndexOf("/") + 1);
    const argv = command === undefined ? [`-${name}`] : [name, "-c", command];
    restoreProcessDefaults();
    posix.execve(account.shell, argv, { ...env, ...tty });
  } catch (error) {
    writeSync(2, `sallyport: cannot start the session: ${describe(error)}\n`);
    process.exit(CANNOT_START);
  }
}

/** Hands the terminal to the user, as sshd's pty_setowner does, and gives it the client's size and modes. */
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

/** The message of the day (motd(5)), unless the user does not want it. */
function greet({ home }: Account): void {
  if (existsSync(join(home, ".hushlogin"))) return;
  for (const path of ["/run/motd.dynamic", "/etc/motd"]) {
    try {
      writeSync(1, readFileSync(path));
    } catch {
      // None, or not for this user to read.
    }
  }
}
