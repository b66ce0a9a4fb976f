import { accessSync, constants, readFileSync } from "node:fs";
import { Fault } from "../../core/fault.ts";

// The machine's own small files are read synchronously: that takes microseconds, and a thread for each would take more.

/** One line of passwd(5). */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

const LOOKUP_MS = 10_000;
/** How long an account that a directory service knows is believed. */
const FRESH_MS = 10_000;
const fetched = new Map<string, { readonly account: Account | undefined; readonly until: number }>();

/**
 * The account of this name: from /etc/passwd, or else from whatever nsswitch.conf names (LDAP, sssd), asked by getent(1)
 * so that a slow directory holds up nobody else. Undefined where there is none.
 */
export async function lookupAccount(name: string): Promise<Account | undefined> {
  const local = parseLine(localLines().find((line) => line.startsWith(`${name}:`)) ?? "");
  if (local?.name === name) return local;

  const known = fetched.get(name);
  if (known !== undefined && known.until > performance.now()) return known.account;
  const account = await askDirectory(name);
  if (fetched.size > 10_000) fetched.clear();
  fetched.set(name, { account, until: performance.now() + FRESH_MS });
  return account;
}

/** The account that this process runs as, as far as the machine's own files know it. */
export function ownAccount(): Account | undefined {
  const uid = process.geteuid?.();
  return localLines()
    .map(parseLine)
    .find((account) => account?.uid === uid);
}

function localLines(): string[] {
  return readFileSync("/etc/passwd", "utf8").split("\n");
}

async function askDirectory(name: string): Promise<Account | undefined> {
  try {
    const getent = Bun.spawn(["getent", "passwd", "--", name], {
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
      timeout: LOOKUP_MS,
    });
    const account = parseLine((await new Response(getent.stdout).text()).split("\n")[0] ?? "");
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

/** While one of these is there, only root may log in; what stands in it is the reason (nologin(5)). */
const NO_LOGINS = ["/run/nologin", "/etc/nologin"];
const MAX_MESSAGE = 4096;

/**
 * What keeps an account that exists from logging in: the machine takes no logins (`noLogins`), the account has expired
 * (shadow(5), `usermod -e`), its shell cannot be run. A password that is locked (`passwd -l`) does not, as with sshd and
 * PAM: it says how not to log in, and accounts that never had a password look the same.
 * @throws Fault `denied` with what to tell the user.
 */
export function admitAccount(account: Account, now: Date, noLogins: readonly string[] = NO_LOGINS): void {
  if (account.uid !== 0) {
    const closed = noLogins.map(readIfThere).find((text) => text !== undefined);
    if (closed !== undefined)
      throw new Fault("denied", closed.slice(0, MAX_MESSAGE).trim() || "this machine takes no logins at the moment");
  }
  if (hasExpired(account.name, now)) throw new Fault("denied", `the account ${account.name} has expired`);
  try {
    accessSync(account.shell, constants.X_OK);
  } catch (cause) {
    throw new Fault("denied", `the shell of ${account.name}, ${account.shell}, cannot be run`, { cause });
  }
}

/** Whether the day in the eighth field, counted from 1970, has begun. Only root can read it. */
function hasExpired(name: string, now: Date): boolean {
  const line = readIfThere("/etc/shadow")
    ?.split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const day = line?.split(":")[7] ?? "";
  return /^\d+$/.test(day) && now.getTime() >= Number(day) * 86_400_000;
}

/** Undefined for a file that is not there, or not for us to read. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EACCES") return undefined;
    throw error;
  }
}
