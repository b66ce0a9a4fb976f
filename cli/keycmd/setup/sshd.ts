import { existsSync, readFileSync } from "node:fs";
import { Fault } from "../../../core/fault.ts";
import { runSystem } from "./account.ts";

/** The effective sshd settings that concern keycmd. */
export interface SshdSettings {
  /** AuthorizedKeysCommand with its arguments; undefined if not set. */
  readonly command: readonly string[] | undefined;
  readonly user: string | undefined;
  readonly publicKeys: boolean;
  readonly fingerprintHash: string;
  /** OpenSSH version, major and minor; undefined if unknown. */
  readonly version: readonly [number, number] | undefined;
}

const PLACES = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd", "/usr/bin/sshd"] as const;

/** The configuration of sshd. */
export const SSHD_CONFIG = "/etc/ssh/sshd_config";

/** Connection parameters for Match blocks (sshd(8), -C): arbitrary values select the settings outside of Match. */
const CONNECTION = "user=nobody,host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22";

/**
 * The effective settings, from `sshd -T`.
 * @throws Fault `bad_request` for an invalid configuration, `failed` if sshd -T fails otherwise; with sshd's message
 */
export function readSshd(): SshdSettings {
  const sshd = PLACES.find((place) => existsSync(place));
  if (sshd === undefined) throw new Fault("failed", "there is no sshd on this machine");
  const { stdout, stderr, ok } = runSystem(sshd, ["-T", "-C", CONNECTION]);
  if (!ok) {
    const said = stderr.trim().split("\n");
    // The last line may be a count of bad options; the line before it names them.
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

/** OpenSSH before 9.2 has no `-V`, but prints its version in the error. */
function versionOf(sshd: string): readonly [number, number] | undefined {
  const [, major, minor] = /OpenSSH_(\d+)\.(\d+)/.exec(runSystem(sshd, ["-V"]).stderr) ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
}

/** The reason why lines added to this sshd_config would not apply to all connections; undefined if they apply. */
export function whyIgnored(text: string, command: SshdSettings["command"], program: string): string | undefined {
  if (command !== undefined && command[0] !== program)
    return `sshd has an AuthorizedKeysCommand already, ${command[0]}, and the first one counts: remove it`;
  const [before, ...below] = text.split(/^[ \t]*Match[ \t"=]/im);
  // A Match inside an included file ends with that file.
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
