import { existsSync, readFileSync } from "node:fs";
import { Fault } from "../../../core/fault.ts";
import { runSystem } from "./account.ts";

/** What sshd's configuration comes to, as far as it is about keycmd. */
export interface SshdSettings {
  /** The command with its arguments, as it stands there; undefined where there is none. */
  readonly command: readonly string[] | undefined;
  readonly user: string | undefined;
  readonly publicKeys: boolean;
  readonly fingerprintHash: string;
  /** Of OpenSSH, major and minor; undefined where it does not say. */
  readonly version: readonly [number, number] | undefined;
}

const PLACES = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd", "/usr/bin/sshd"] as const;

/** Where the lines for sshd are put. */
export const SSHD_CONFIG = "/etc/ssh/sshd_config";

/** All that a Match may ask for (sshd(8), -C): any visitor will do for what is meant for all. */
const VISITOR = "user=nobody,host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22";

/**
 * The settings in force, by sshd's own word (`sshd -T`).
 * @throws Fault `bad_request` for settings that it does not take, `failed` where it does not say; both with its complaint.
 */
export function readSshd(): SshdSettings {
  const sshd = PLACES.find((place) => existsSync(place));
  if (sshd === undefined) throw new Fault("failed", "there is no sshd on this machine");
  const { stdout, stderr, ok } = runSystem(sshd, ["-T", "-C", VISITOR]);
  if (!ok) {
    const said = stderr.trim().split("\n");
    // It may end with how many options are bad, after it has said which.
    const complaint = said.findLast((line) => !/bad configuration options/.test(line))?.trim() ?? "";
    const isAboutSettings = /line \d+|AuthorizedKeysCommand/.test(complaint);
    throw new Fault(isAboutSettings ? "bad_request" : "failed", `sshd -T fails: ${complaint}`);
  }
  const settings = new Map(
    stdout.split("\n").map((line) => {
      const space = line.indexOf(" ");
      return [line.slice(0, space).toLowerCase(), line.slice(space + 1)] as const;
    }),
  );
  const [command, user] = [settings.get("authorizedkeyscommand"), settings.get("authorizedkeyscommanduser")];
  return {
    command: command === undefined || command === "none" ? undefined : wordsOf(command),
    user: user === undefined || user === "none" ? undefined : user,
    publicKeys: settings.get("pubkeyauthentication") !== "no",
    fingerprintHash: settings.get("fingerprinthash") ?? "SHA256",
    version: versionOf(sshd),
  };
}

/** Before OpenSSH 9.2 there was no `-V`, but its version was in the complaint about it. */
function versionOf(sshd: string): readonly [number, number] | undefined {
  const [, major, minor] = /OpenSSH_(\d+)\.(\d+)/.exec(runSystem(sshd, ["-V"]).stderr) ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
}

/** Why lines that are added to sshd_config, of which this is the text, would not count for all; undefined where they would. */
export function whyIgnored(text: string, command: SshdSettings["command"], program: string): string | undefined {
  if (command !== undefined && command[0] !== program)
    return `sshd has an AuthorizedKeysCommand already, ${command[0]}, and the first one counts: remove it`;
  const [before, ...below] = text.split(/^[ \t]*Match[ \t"=]/im);
  // Files that are included have an end of their own, where a Match in them ends, too.
  if (below.length === 0 || /^[ \t]*Include[ \t"=]/im.test(before ?? "")) return undefined;
  return `${SSHD_CONFIG} has a Match, and what is below it is not for all: put the lines above it`;
}

/** The text of sshd_config; empty where there is none that can be read. */
export function sshdText(): string {
  try {
    return readFileSync(SSHD_CONFIG, "utf8");
  } catch {
    return "";
  }
}

/** Words as sshd splits them, quotes taken off. */
function wordsOf(line: string): string[] {
  return (line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []).map((word) => word.replace(/["']/g, ""));
}
