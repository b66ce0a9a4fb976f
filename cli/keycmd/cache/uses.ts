import { linkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../../core/fault.ts";
import { readOwn } from "./private-file.ts";
import { removeIfPresent } from "./timestamp-file.ts";

/** Maximum number of unreported logins of a key with unlimited uses; tms does not count them. */
const MOST_UNCOUNTED = 100;

/** A use of a key that was not reported to tms yet. */
export interface Use {
  /** Number of a counted use; undefined for a key with unlimited uses. */
  readonly number: number | undefined;
  readonly file: string;
  /** The id of the login; undefined if the file is unreadable. */
  login(): string | undefined;
}

/** A use and the login id that was reported to tms. */
export interface ReportedUse {
  readonly use: Use;
  readonly login: string;
}

/** Removes a reported use, unless its number was reused by another login in the meantime. */
export function forget({ use, login }: ReportedUse): void {
  if (use.login() === login) removeIfPresent(use.file);
}

/** The uses in a directory: `u<number>` contains the login id; `n<login>` is a use that is not counted. */
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
 * Records one use out of `left` (null for unlimited). A use takes a number by creating a file that must not exist, so
 * concurrent processes cannot take more numbers than there are. A login takes one number only. Uses under earlier
 * statements keep their numbers until they are reported; one with a number above `left` counts against the last ones.
 * @throws Fault `denied` if none is left
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
