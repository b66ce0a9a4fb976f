import { existsSync } from "node:fs";
import { Fault } from "../../../core/fault.ts";
import { runSystem } from "./account.ts";

/** What sshd's configuration comes to, as far as it is about keycmd. */
export interface SshdSettings {
  /** The command with its arguments, as it stands there; undefined where there is none. */
  readonly command: readonly string[] | undefined;
  readonly user: string | undefined;
  readonly publicKeys: boolean;
  readonly fingerprintHash: string;
}

const PLACES = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd", "/usr/bin/sshd"] as const;

/** The settings in force, by sshd's own word (`sshd -T`). @throws Fault `failed` where it does not say, with its complaint. */
export function readSshd(): SshdSettings {
  const sshd = PLACES.find((place) => existsSync(place));
  if (sshd === undefined) throw new Fault("failed", "there is no sshd on this machine");
  // With Match blocks it wants to know who is asking; any user will do for what is meant for all.
  const { stdout, stderr, ok } = runSystem(sshd, ["-T", "-C", "user=nobody,host=localhost,addr=127.0.0.1"]);
  if (!ok) throw new Fault("failed", `sshd -T fails: ${stderr.trim().split("\n").at(-1) ?? ""}`);
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
  };
}

/** Words as sshd splits them, quotes taken off. */
function wordsOf(line: string): string[] {
  return (line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []).map((word) => word.replace(/["']/g, ""));
}
