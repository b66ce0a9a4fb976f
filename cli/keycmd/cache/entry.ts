import { readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../../core/fault.ts";
import { readKeyLine } from "../../../core/tms/key-line.ts";
import { parseStatement, readStatement, type SignedStatement, type Statement } from "../../../core/tms/statement.ts";
import { checkDirectory, ownDirectory, readOwn } from "./private-file.ts";
import { advanceTimestamp, removeIfPresent, setTimestamp, timestampOf } from "./timestamp-file.ts";
import { forget, type ReportedUse, spend, type Use, usesIn } from "./uses.ts";

/** Allowed clock difference between this host and tms, and the time allowed for storing an answer. */
export const SKEW_MS = 60_000;
const FILING_MS = 60_000;

/** The host, account and key that a statement must be about. */
export interface StatementSubject {
  readonly host: string;
  readonly account: string;
  readonly fingerprint: string;
}

/** A line from the cache and its age. */
export interface CachedLine {
  readonly line: string;
  readonly ageMs: number;
}

/**
 * The cache entry of one key and account: a directory of files that are created under their final names and never
 * changed. Processes need no locks, and the highest serial wins:
 * `s<serial>` is a statement, `r<serial>` a refusal, `u…` and `n…` are uses that were not reported to tms yet.
 */
export class Entry {
  readonly #dir: string;
  /** Time of the last refusal of a key without an entry. Shared by many keys, so that unknown keys cannot fill the disk. */
  readonly #strangers: string;
  /** File with the latest time seen; detects a clock that was set back. */
  readonly #clock: string;
  readonly #about: StatementSubject;

  constructor(top: string, url: URL, about: StatementSubject) {
    const { host, account, fingerprint } = about;
    const id = new Bun.CryptoHasher("sha256")
      .update(JSON.stringify([url.href, host, account, fingerprint]))
      .digest("hex");
    this.#dir = join(top, id);
    this.#strangers = join(top, `refused-${id.slice(0, 2)}`);
    this.#clock = join(top, "clock");
    this.#about = about;
  }

  /** Uses that were not reported to tms yet. */
  unreported(): readonly Use[] {
    const names = this.#names();
    return names === undefined ? [] : usesIn(this.#dir, names);
  }

  /**
   * Stores a statement unless a newer one exists, and removes the reported uses. `connection` is the login that tms counted.
   * @returns whether a new directory was created. @throws Fault or a file system error.
   */
  keep(signed: SignedStatement, connection: string | undefined, told: readonly ReportedUse[], now: number): boolean {
    const statement = parseStatement(signed.text);
    this.#checkAbout(statement);
    const made = ownDirectory(this.#dir);
    const refused = made ? timestampOf(this.#strangers) : 0;
    if (refused > 0) this.#fileRefusal(refused);
    const draft = join(this.#dir, `.${process.pid}-${Date.now()}`);
    try {
      writeFileSync(draft, JSON.stringify({ ...signed, connection }), { mode: 0o600, flag: "wx" });
      renameSync(draft, join(this.#dir, nameOf("s", Number(statement.serial))));
    } finally {
      // The draft remains if the disk is full: remove it.
      removeIfPresent(draft);
    }
    for (const one of told) forget(one);
    this.#removeOlder("s", Number(statement.serial));
    if (Math.abs(Date.parse(statement.issued) - now) <= SKEW_MS) this.#mendTime(Number(statement.serial), now);
    return made;
  }

  /** Records a refusal at this time of the server's clock (milliseconds). Earlier statements become invalid. */
  refuse(moment: number): void {
    if (this.#names() === undefined) advanceTimestamp(this.#strangers, moment);
    // Check again: a process that created the directory in the meantime may not have seen the timestamp.
    if (this.#names() !== undefined) this.#fileRefusal(moment);
  }

  /**
   * Records a use of the key and returns the line of the newest statement.
   * @throws Fault `denied` with the reason
   */
  async use(
    keys: readonly string[],
    maxStaleMs: number,
    connection: string | undefined,
    clock: () => number,
  ): Promise<CachedLine> {
    const names = this.#names() ?? [];
    const [newest, refused] = [largest(serials(names, "s")), largest(serials(names, "r"))];
    if (newest === undefined)
      throw refusal(refused === undefined ? "nothing is cached" : "the escrow has refused the key");
    if (refused !== undefined && refused >= newest) throw refusal("the escrow has refused the key since");
    const { text, changed } = readOwn(join(this.#dir, nameOf("s", newest)));
    const kept = readKept(text);
    const statement = await readStatement(kept, keys);
    if (Number(statement.serial) !== newest)
      throw refusal("the statement is not the one that was filed under this name");
    this.#checkAbout(statement);
    const now = clock();
    checkTime(statement, { now, changed, maxStaleMs, seen: timestampOf(this.#clock) });
    const line = readKeyLine(statement.line);
    if (line.fingerprint !== this.#about.fingerprint) throw refusal("the statement has another key in it");
    if (connection === undefined || connection !== kept.connection)
      spend(this.#dir, usesIn(this.#dir, names), statement.remaining_uses, connection);
    advanceTimestamp(this.#clock, now);
    return { line: line.text, ageMs: Math.max(0, now - Date.parse(statement.issued)) };
  }

  /** Renames the statement to a refusal, which needs no disk space: a refusal must also work on a full disk. */
  #fileRefusal(moment: number): void {
    const stated = largest(serials(this.#names() ?? [], "s"));
    const at = Math.ceil(moment) * 1000;
    const serial = Math.max(at, stated ?? 0);
    const file = join(this.#dir, nameOf("r", serial));
    try {
      if (stated === undefined || !renamed(join(this.#dir, nameOf("s", stated)), file))
        writeFileSync(file, "", { mode: 0o600 });
    } finally {
      this.#removeOlder("s", serial + 1);
    }
    this.#removeOlder("r", serial);
  }

  /** Called when the clocks agree: removes entries with serials from the future, written while a clock was wrong. */
  #mendTime(serial: number, now: number): void {
    setTimestamp(this.#clock, now);
    const latest = (now + 2 * SKEW_MS) * 1000;
    // tms continues from a serial in the future until it restarts.
    if (serial > latest) return;
    const names = this.#names() ?? [];
    for (const kind of ["s", "r"] as const)
      for (const other of serials(names, kind))
        if (other > latest) removeIfPresent(join(this.#dir, nameOf(kind, other)));
  }

  /** Undefined where there is no directory. @throws Fault `denied` for one that is not safe. */
  #names(): readonly string[] | undefined {
    try {
      const names = readdirSync(this.#dir);
      checkDirectory(this.#dir);
      return names;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw thrown;
    }
  }

  #removeOlder(kind: "s" | "r", than: number): void {
    const names = this.#names() ?? [];
    for (const serial of serials(names, kind))
      if (serial < than) removeIfPresent(join(this.#dir, nameOf(kind, serial)));
  }

  #checkAbout(statement: Statement): void {
    const { host, account, fingerprint } = this.#about;
    if (statement.host !== host || statement.account !== account || statement.fingerprint !== fingerprint)
      throw refusal("the statement is about another host, account or key");
  }
}

function checkTime(
  { issued, expires }: Statement,
  at: { readonly now: number; readonly changed: number; readonly maxStaleMs: number; readonly seen: number },
): void {
  const [said, until] = [Date.parse(issued), expires === null ? Number.POSITIVE_INFINITY : Date.parse(expires)];
  if (at.now < at.seen - SKEW_MS) throw refusal("this host's clock has gone back");
  if (said > at.now + SKEW_MS)
    throw refusal("the statement is from the future; this host's clock or the escrow's is wrong");
  if (at.now - said > at.maxStaleMs) throw refusal("the statement is too old");
  if (until < at.now) throw refusal("the key has expired");
  // A restored copy has a later change time, which only the kernel sets.
  if (at.changed - said > SKEW_MS + FILING_MS)
    throw refusal("the statement was put in its place later than it was made");
}

/** @throws Fault `denied`. */
function readKept(text: string): SignedStatement & { readonly connection: string | undefined } {
  try {
    const { text: said, signature, connection } = JSON.parse(text) as Record<string, unknown>;
    if (typeof said === "string" && typeof signature === "string")
      return { text: said, signature, connection: typeof connection === "string" ? connection : undefined };
  } catch {
    // Not JSON: refused below.
  }
  throw refusal("the file is not a statement");
}

function nameOf(kind: "s" | "r", serial: number): string {
  return `${kind}${serial}`;
}

function serials(names: readonly string[], kind: "s" | "r"): number[] {
  const found: number[] = [];
  for (const name of names) if (name.startsWith(kind) && /^.\d{1,19}$/.test(name)) found.push(Number(name.slice(1)));
  return found;
}

function largest(numbers: readonly number[]): number | undefined {
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

/** False if another process removed the file in the meantime. */
function renamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw thrown;
  }
}

function refusal(why: string): Fault {
  return new Fault("denied", `the cache is not used: ${why}`);
}
