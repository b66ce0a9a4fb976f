import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Account } from "./account.ts";

const READ = 0o4;
const WRITE = 0o2;
const PASS = 0o1;

/**
 * Access lists (acl(5)) are not read. Write permission is still checked correctly, because the group bits of the mode are
 * the mask of the list; read permission granted by a list is not detected.
 */

/** The reason why the account cannot read the file; undefined if it can. */
export function whyUnreadable(file: string, account: Account): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return `${file} is not there`;
  return (
    whyUnreachable(file, account) ??
    (may(stat, account, READ) ? undefined : `the user ${account.name} may not read ${file}`)
  );
}

/** The reason why the account cannot enter the directories above the file. */
export function whyUnreachable(file: string, account: Account): string | undefined {
  return whyClosed(dirname(realpathSync(file)), account);
}

/** The reason why the account cannot enter the directory. */
export function whyClosed(dir: string, account: Account): string | undefined {
  const real = realpathSync(dir);
  const closed = [real, ...above(real)].find((each) => !may(statSync(each), account, PASS));
  return closed === undefined ? undefined : `the user ${account.name} may not enter ${closed}`;
}

/** The user other than root that can change the file, or replace it in its directory. */
export function whyChangeable(file: string, account: Account): string | undefined {
  const real = realpathSync(file);
  const stat = statSync(real);
  if (may(stat, account, WRITE) || (stat.uid === account.uid && account.uid !== 0))
    return `the user ${account.name} can change ${real}`;
  return whyUnsafe(file);
}

/**
 * The reason why sshd refuses to run or trust the file: root must own it and all directories above it, without write
 * permission for others (safe_path in OpenSSH's misc.c).
 */
export function whyUnsafe(file: string): string | undefined {
  const real = realpathSync(file);
  for (const path of [real, ...above(real)]) {
    const { uid, mode } = statSync(path);
    if (uid !== 0) return `${path} belongs to the user ${uid}, not to root`;
    if ((mode & 0o022) !== 0) return `others than root can write to ${path}`;
  }
  return undefined;
}

/** The reason why the directory is not a private directory of the account. */
export function whyNotOwn(dir: string, account: Account): string | undefined {
  const stat = lstatSync(dir, { throwIfNoEntry: false });
  if (stat === undefined) return `${dir} is not there`;
  if (!stat.isDirectory()) return `${dir} is not a directory`;
  if (stat.uid !== account.uid) return `${dir} belongs to the user ${stat.uid}, not to ${account.name}`;
  if ((stat.mode & 0o777) !== 0o700) return `the mode of ${dir} is not 0700`;
  return whyUnreachable(dir, account);
}

/** The reason why the account cannot append to the file. */
export function whyUnwritable(file: string, account: Account): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  const place = stat === undefined ? statSync(dirname(file), { throwIfNoEntry: false }) : stat;
  if (place === undefined) return `${dirname(file)} is not there`;
  const way = whyClosed(dirname(file), account);
  return (
    way ??
    (may(place, account, stat === undefined ? WRITE | PASS : WRITE)
      ? undefined
      : `the user ${account.name} may not write ${file}`)
  );
}

/** Every directory above a path, up to the root. */
function above(path: string): string[] {
  const dirs: string[] = [];
  for (let at = path; dirname(at) !== at; at = dirname(at)) dirs.push(dirname(at));
  return dirs;
}

function may(stat: Stats, { uid, groups }: Account, right: number): boolean {
  if (uid === 0) return true;
  const shift = stat.uid === uid ? 6 : groups.has(stat.gid) ? 3 : 0;
  return ((stat.mode >> shift) & right) === right;
}
