import { linkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../../core/fault.ts";
import { readOwn } from "./private-file.ts";
import { removeIfPresent } from "./timestamp-file.ts";

/** Logins with a key of any number of uses that are put down for one report: the escrow counts none of them. */
const MOST_UNCOUNTED = 100;

/** A use of a key that the escrow has not been told of. */
export interface Use {
  /** Of those that count. */
  readonly number: number | undefined;
  readonly file: string;
  /** What the login is called; undefined when that can no longer be told. */
  login(): string | undefined;
}

/** A use, and the login that the escrow was told of. */
export interface ReportedUse {
  readonly use: Use;
  readonly login: string;
}

/** Removes a use that the escrow knows of, unless its number has gone to another login meanwhile. */
export function forget({ use, login }: ReportedUse): void {
  if (use.login() === login) removeIfPresent(use.file);
}

/** The uses among the files of a directory: `u<number>`, in which the login stands, and `n<login>`, which do not count. */
export function usesIn(dir: string, names: readonly string[]): readonly Use[] {
  const uses: Use[] = [];
  for (const name of names) {
    const [file, rest] = [join(dir, name), name.slice(1)];
    if (name.startsWith("n") && isLogin(rest)) uses.push({ number: undefined, file, login: () => rest });
    if (/^u[1-9]\d*$/.test(name)) uses.push({ number: Number(rest), file, login: () => loginIn(file) });
  }
  return uses;
}

/**
 * Puts down one use, of which there are `left` (null for any number). A use has a number, and a number is taken by making a file
 * under a name that must not exist: however many processes try, no more succeed than there are numbers. A login that has
 * one needs no second. Uses under earlier statements keep their numbers until the escrow has been told of them; one
 * that is beyond what is left now stands for the last of those.
 * @throws Fault `denied` when none is left.
 */
export function spend(dir: string, uses: readonly Use[], left: number | null, connection: string | undefined): void {
  const login = connection ?? Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("hex");
  if (left === null) {
    if (uses.length < MOST_UNCOUNTED) writeFileSync(join(dir, `n${login}`), "", { mode: 0o600 });
    return;
  }
  const numbered = uses.filter((use) => use.number !== undefined);
  if (numbered.some((use) => use.login() === login)) return;
  const taken = new Set(numbered.map((use) => use.number));
  const limit = left - numbered.filter((use) => (use.number ?? 0) > left).length;
  const draft = join(dir, `.${process.pid}-${Date.now()}`);
  try {
    writeFileSync(draft, login, { mode: 0o600, flag: "wx" });
    for (let number = 1; number <= limit; number++)
      if (!taken.has(number) && take(draft, join(dir, `u${number}`))) return;
  } finally {
    removeIfPresent(draft);
  }
  throw new Fault("denied", "the cache is not used: the key has no uses left");
}

function take(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw thrown;
  }
}

function loginIn(file: string): string | undefined {
  try {
    const { text } = readOwn(file);
    return isLogin(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

function isLogin(text: string): boolean {
  return text.length === 32 && /^[0-9a-f]+$/.test(text);
}
