import { accessSync, constants, readFileSync } from "node:fs";
import { Fault } from "../../core/fault.ts";

// Small local files are read synchronously: that takes microseconds, less than an asynchronous read.

/** An entry of passwd(5). */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

const LOOKUP_TIMEOUT_MS = 10_000;
/** How long an answer of a directory service is cached. Milliseconds. */
const CACHE_MS = 10_000;
/** The cache is emptied above this number of names. */
const MAX_CACHED = 10_000;
const cache = new Map<string, { readonly account: Account | undefined; readonly until: number }>();

/**
 * Looks up an account by name: in /etc/passwd, else through nsswitch.conf(5) (LDAP, sssd) with getent(1), which as a child
 * process does not block the event loop while a directory is slow. Undefined for an unknown name.
 */
export async function lookupAccount(name: string): Promise<Account | undefined> {
  const local = parseLine(localLines().find((line) => line.startsWith(`${name}:`)) ?? "");
  if (local?.name === name) return local;

  const cached = cache.get(name);
  if (cached !== undefined && cached.until > performance.now()) return cached.account;
  const account = await getent(name);
  if (cache.size > MAX_CACHED) cache.clear();
  cache.set(name, { account, until: performance.now() + CACHE_MS });
  return account;
}

/** The account that this process runs as; undefined when /etc/passwd does not have it. */
export function ownAccount(): Account | undefined {
  const uid = process.geteuid?.();
  return localLines()
    .map(parseLine)
    .find((account) => account?.uid === uid);
}

function localLines(): string[] {
  return readFileSync("/etc/passwd", "utf8").split("\n");
}

async function getent(name: string): Promise<Account | undefined> {
  try {
    const child = Bun.spawn(["getent", "passwd", "--", name], {
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
      timeout: LOOKUP_TIMEOUT_MS,
    });
    const account = parseLine((await new Response(child.stdout).text()).split("\n")[0] ?? "");
    return account?.name === name ? account : undefined;
  } catch {
    return undefined;
  }
}

function parseLine(line: string): Account | undefined {
  const [name, , uid, gid, , home, shell] = line.split(":");
  if (name === undefined || name === "" || !isId(uid) || !isId(gid) || home === undefined) return undefined;
  return { name, uid: Number(uid), gid: Number(gid), home: home || "/", shell: shell || "/bin/sh" };
}

function isId(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) < 0xffff_ffff;
}

/** While one of these files exists, only root may log in. Its text is the reason (nologin(5)). */
const NOLOGIN_FILES = ["/run/nologin", "/etc/nologin"];
const MAX_MESSAGE = 4096;

/**
 * Checks whether an existing account may log in. Denied are all accounts but root while a nologin file exists, expired
 * accounts (shadow(5), `usermod -e`), and accounts whose shell cannot be executed. A locked password (`passwd -l`) does not
 * deny the login, as with sshd and PAM: it only excludes password authentication, and looks like an unset password.
 * @throws Fault `denied` with the reason for the user.
 */
export function admitAccount(account: Account, now: Date, nologinFiles: readonly string[] = NOLOGIN_FILES): void {
  if (account.uid !== 0) {
    const reason = nologinFiles.map(readIfExists).find((text) => text !== undefined);
    if (reason !== undefined)
      throw new Fault("denied", reason.slice(0, MAX_MESSAGE).trim() || "this machine takes no logins at the moment");
  }
  if (hasExpired(account.name, now)) throw new Fault("denied", `the account ${account.name} has expired`);
  try {
    accessSync(account.shell, constants.X_OK);
  } catch (cause) {
    throw new Fault("denied", `the shell of ${account.name}, ${account.shell}, cannot be run`, { cause });
  }
}

/** Whether the expiry date of shadow(5) (eighth field, days since 1970) has passed. Only root can read that file. */
function hasExpired(name: string, now: Date): boolean {
  const line = readIfExists("/etc/shadow")
    ?.split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const day = line?.split(":")[7] ?? "";
  return /^\d+$/.test(day) && now.getTime() >= Number(day) * 86_400_000;
}

/** Reads a file; undefined when it does not exist or is not readable. */
function readIfExists(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EACCES") return undefined;
    throw error;
  }
}
