import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Account } from "./account.ts";

const READ = 0o4;
const WRITE = 0o2;
const PASS = 0o1;

/**
 * Access lists (acl(5)) are not read, and need not be where it is about who may write: what they give to anybody is no more than
 * the group's bits of the mode, which are their mask. Whom they let read in spite of the mode is not seen.
 */

/** Why this user cannot read the file; undefined when nothing keeps him from it. */
export function whyUnreadable(file: string, account: Account): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return `${file} is not there`;
  return (
    whyUnreachable(file, account) ??
    (may(stat, account, READ) ? undefined : `the user ${account.name} may not read ${file}`)
  );
}

/** Why this user does not get to the place where the file is. */
export function whyUnreachable(file: string, account: Account): string | undefined {
  return whyClosed(dirname(realpathSync(file)), account);
}

/** Why this user cannot enter a directory. */
export function whyClosed(dir: string, account: Account): string | undefined {
  const real = realpathSync(dir);
  const closed = [real, ...above(real)].find((each) => !may(statSync(each), account, PASS));
  return closed === undefined ? undefined : `the user ${account.name} may not enter ${closed}`;
}

/** Who besides root could change what is read under this name: the file, or a directory in which it could be replaced. */
export function whyChangeable(file: string, account: Account): string | undefined {
  const real = realpathSync(file);
  const stat = statSync(real);
  if (may(stat, account, WRITE) || (stat.uid === account.uid && account.uid !== 0))
    return `the user ${account.name} can change ${real}`;
  return whyUnsafe(file);
}

/**
 * What sshd has against a program that it is to run, or a file that it is to trust: everything on the way to it has to be
 * root's, and nobody else's to write (safe_path of OpenSSH's misc.c).
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

/** Why a directory cannot serve this user as his own. */
export function whyNotOwn(dir: string, account: Account): string | undefined {
  const stat = lstatSync(dir, { throwIfNoEntry: false });
  if (stat === undefined) return `${dir} is not there`;
  if (!stat.isDirectory()) return `${dir} is not a directory`;
  if (stat.uid !== account.uid) return `${dir} belongs to the user ${stat.uid}, not to ${account.name}`;
  if ((stat.mode & 0o777) !== 0o700) return `the mode of ${dir} is not 0700`;
  return whyUnreachable(dir, account);
}

/** Whether this user could add a line to a log. */
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
