import { X509Certificate } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { Fault } from "../../../core/fault.ts";
import { type Config, readCredential } from "../config.ts";
import { whyChangeable, whyNotOwn, whyUnreadable, whyUnsafe, whyUnwritable } from "./access.ts";
import type { Account } from "./account.ts";
import { type Finding, failed, passed, warning } from "./finding.ts";
import { probeTms } from "./probe.ts";
import type { SshdSettings } from "./sshd.ts";

/** The checks of `keycmd check`. A failed check is a finding; it does not throw. */

const TOKENS = ["%u", "%U", "%f", "%t"] as const;
/** The first OpenSSH version with %C. An older one accepts the line, but ends every connection that offers a key. */
const ENDS_SINCE = [9, 4] as const;
/** Clock difference in milliseconds at which statements are refused. */
const SKEW_MS = 60_000;
const NOTABLE_SKEW_MS = 5_000;
/** Days before expiry at which a certificate is reported. */
const NOTABLE_DAYS = 30;

export function checkSshd(settings: SshdSettings, program: string): Finding[] {
  const { command, user, publicKeys, fingerprintHash, version } = settings;
  const about = "sshd_config";
  if (command === undefined)
    return [
      failed(
        about,
        "there is no AuthorizedKeysCommand outside of Match blocks",
        '"sallyport keycmd install --dry-run" shows the lines; put them above the first Match',
      ),
    ];
  const [path = "", ...words] = command;
  const found: Finding[] = [];
  const tokens = words.slice(-5).filter((word) => word !== "%C");
  if (!isSame(path, program))
    found.push(warning(about, `AuthorizedKeysCommand is ${path}, not this program`, `make it ${program} keycmd`));
  if (TOKENS.some((token, at) => tokens.slice(-4)[at] !== token))
    found.push(failed(about, `its arguments end in ${tokens.join(" ")}`, "make them %u %U %f %t, and perhaps %C"));
  if (words.includes("%C") && version !== undefined && isBefore(version, ENDS_SINCE))
    found.push(
      failed(
        about,
        `this sshd does not support %C: OpenSSH ${version.join(".")} ends every connection that offers a key`,
        `remove %C, or upgrade to OpenSSH ${ENDS_SINCE.join(".")}`,
      ),
    );
  if (user === undefined)
    found.push(
      failed(about, "there is no AuthorizedKeysCommandUser", "add the line, for example with the user nobody"),
    );
  if (user === "root")
    found.push(warning(about, "keycmd runs as root", "set AuthorizedKeysCommandUser to an unprivileged account"));
  if (!publicKeys) found.push(failed(about, "PubkeyAuthentication is off", "switch it on"));
  if (fingerprintHash.toUpperCase() !== "SHA256")
    found.push(
      failed(about, `FingerprintHash is ${fingerprintHash}`, "set it to sha256: the escrow identifies keys by SHA-256"),
    );
  return found.length > 0 ? found : [passed(about, `${command.join(" ")}, as ${user}`)];
}

export function checkProgram(program: string): Finding {
  const why = attempted(() => whyUnsafe(program));
  return why === undefined
    ? passed("program", `sshd will run ${program}`)
    : failed(
        "program",
        `sshd will not run ${program}: ${why}`,
        "move it to a directory that only root can write, such as /usr/local/bin",
      );
}

export function checkConfig({ file, insecure, caFile }: Config, account: Account): Finding[] {
  const unreadable = attempted(() => whyUnreadable(file, account));
  if (unreadable !== undefined)
    return [failed("config", unreadable, `chmod 0644 ${file}, and 0755 the directories above`)];
  const changeable = attempted(() => whyChangeable(file, account));
  const found = [
    changeable === undefined
      ? passed("config", `${file} is root's, and the user ${account.name} can read it`)
      : failed("config", `${changeable} and so decide which keys log in`, `chown root: ${file}; chmod 0644 ${file}`),
  ];
  if (insecure)
    found.push(
      warning("config", "insecure = true: anyone on the network path can grant logins", "use ca_file instead"),
    );
  if (caFile === undefined) return found;
  const hidden = attempted(() => whyUnreadable(caFile, account));
  if (hidden !== undefined)
    found.push(failed("config", `ca_file: ${hidden}`, "the certificate is public: make it readable"));
  const swapped = hidden ?? attempted(() => whyChangeable(caFile, account));
  if (hidden === undefined && swapped !== undefined)
    found.push(failed("config", `ca_file: ${swapped}`, "keep it where only root can write"));
  const days = attempted(() => `${daysLeft(caFile)}`);
  if (Number(days) < NOTABLE_DAYS)
    found.push(warning("config", `the certificate in ca_file ends in ${days} days`, "get its successor"));
  return found;
}

/** Days until a certificate ends. */
function daysLeft(file: string): number {
  return Math.floor((Date.parse(new X509Certificate(readFileSync(file)).validTo) - Date.now()) / 86_400_000);
}

export function checkCredential({ credentialFile: file }: Config, account: Account): Finding[] {
  if (file === undefined) return [];
  const wrong = attempted(() => void readCredential(file));
  if (wrong !== undefined) return [failed("credential", wrong, `chown ${account.name} ${file}; chmod 0400 ${file}`)];
  const why = attempted(() => whyUnreadable(file, account));
  return [
    why === undefined
      ? passed("credential", `only the user ${account.name} can read ${file}`)
      : failed("credential", why, `chown ${account.name} ${file}; chmod 0400 ${file}`),
  ];
}

export function checkCache({ cache, maxStaleMs, escrowKeys }: Config, account: Account): Finding[] {
  if (cache === undefined || maxStaleMs === 0)
    return [passed("cache", "there is no cache: while the escrow is unreachable, its keys are refused")];
  const why = attempted(() => whyNotOwn(cache, account));
  const remedy = `install -d -m 0700 -o ${account.name} ${cache}, where that user may enter all directories above`;
  const found = [
    why === undefined
      ? passed("cache", `${cache} is used for ${maxStaleMs / 1000} s while the escrow is unreachable`)
      : failed("cache", why, remedy),
  ];
  if (escrowKeys.length === 0)
    found.push(
      failed("cache", "escrow_keys is missing: no statement is accepted", "add the keys that the server signs with"),
    );
  return found;
}

export function checkLog({ log }: Config, account: Account): Finding {
  if (log === "syslog") return passed("log", "syslog, auth.notice");
  const why = attempted(() => whyUnwritable(log, account));
  return why === undefined
    ? passed("log", log)
    : warning("log", `${why}; syslog is used instead`, `install -m 0600 -o ${account.name} /dev/null ${log}`);
}

/** Checks that the server is reachable, has a valid certificate, signs with trusted keys, and has the right time. */
export async function checkServer(config: Config): Promise<Finding[]> {
  const { url, host, escrowKeys, credentialFile } = config;
  const caching = config.cache !== undefined && config.maxStaleMs > 0;
  try {
    const credential = credentialFile === undefined ? undefined : readCredential(credentialFile);
    const { keys, accepted, skewMs } = await probeTms(config, host, credential);
    const found = [
      passed("server", `${url.host} answers, and its certificate is ${config.insecure ? "not verified" : "valid"}`),
    ];
    if (accepted?.ok === false)
      found.push(
        failed(
          "server",
          `it refuses this host's credential: ${accepted.said}`,
          "tctl tms hosts credential makes a new one",
        ),
      );
    if (credential !== undefined && accepted?.ok === true)
      found.push(passed("server", `it knows this host as ${host}`));
    const strange = keys?.filter((key) => !escrowKeys.some((line) => keyOf(line) === keyOf(key))) ?? [];
    if (caching && keys === undefined && accepted?.ok !== false)
      found.push(warning("server", "it signs no statements for the cache", "remove cache, or use Sallyport's escrow"));
    if (caching && strange.length > 0)
      found.push(
        failed("server", "it signs with a key that is not in escrow_keys", `add ${JSON.stringify(strange[0])} there`),
      );
    const off = Math.abs(skewMs ?? 0);
    const seconds = `the clocks are ${Math.round(off / 1000)} s apart`;
    const remedy = "synchronize both clocks, with chrony or systemd-timesyncd";
    if (off > SKEW_MS && caching) found.push(failed("clock", `${seconds}: the cache will not be used`, remedy));
    else if (off > NOTABLE_SKEW_MS) found.push(warning("clock", seconds, remedy));
    else if (skewMs !== undefined) found.push(passed("clock", "in step with the server's clock"));
    return found;
  } catch (thrown) {
    const { message } = Fault.from(thrown);
    return [failed("server", message, "check tms_url, ca_file, and that the server runs and can be reached from here")];
  }
}

/** The reason returned by `look`, or the message of its error. */
function attempted(look: () => string | undefined | void): string | undefined {
  try {
    return look() ?? undefined;
  } catch (thrown) {
    return (thrown as Error).message;
  }
}

function isBefore([major, minor]: readonly [number, number], [since, sinceMinor]: readonly [number, number]): boolean {
  return major < since || (major === since && minor < sinceMinor);
}

function isSame(path: string, other: string): boolean {
  try {
    return realpathSync(path) === realpathSync(other);
  } catch {
    return false;
  }
}

/** A key's line without its comment. */
function keyOf(line: string): string {
  return line
    .trim()
    .split(/[ \t]+/, 2)
    .join(" ");
}
