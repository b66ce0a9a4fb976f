import { readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../../core/fault.ts";
import { readKeyLine } from "../../../core/tms/key-line.ts";
import { parseStatement, readStatement, type SignedStatement, type Statement } from "../../../core/tms/statement.ts";
import { checkDirectory, ownDirectory, readOwn } from "./private-file.ts";
import { advanceTimestamp, removeIfPresent, setTimestamp, timestampOf } from "./timestamp-file.ts";
import { forget, type ReportedUse, spend, type Use, usesIn } from "./uses.ts";

/** How far the clocks of this host and of the escrow may be apart, and how long an answer may take to be filed. */
export const SKEW_MS = 60_000;
const FILING_MS = 60_000;

/** What a statement has to be about. */
export interface StatementSubject {
  readonly host: string;
  readonly account: string;
  readonly fingerprint: string;
}

/** What a line from the cache was worth. */
export interface CachedLine {
  readonly line: string;
  readonly ageMs: number;
}

/**
 * What is remembered of one key for one account: a directory of files that are made under their final name and never changed,
 * so that processes need no locks and what came later always wins:
 * `s<serial>` a statement, `r<serial>` that the escrow refused the key at that time, `u…` and `n…` uses that it has not been told of.
 */
export class Entry {
  readonly #dir: string;
  /** When somebody was refused a key of which nothing was remembered; shared by many keys, so that strangers' keys fill no disk. */
  readonly #strangers: string;
  /** The latest moment that was ever seen: time does not go back. */
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

  /** Uses that the escrow is to be told of. */
  unreported(): readonly Use[] {
    const names = this.#names();
    return names === undefined ? [] : usesIn(this.#dir, names);
  }

  /**
   * Files what the escrow has just said, unless something newer is there, and forgets the uses that it was told of. `connection` is
   * the login that it counted. @returns whether this made a new directory. @throws Fault or an error of the file system.
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
      // It is there still where the disk is full: no login is to leave a file.
      removeIfPresent(draft);
    }
    for (const one of told) forget(one);
    this.#removeOlder("s", Number(statement.serial));
    if (Math.abs(Date.parse(statement.issued) - now) <= SKEW_MS) this.#mendTime(Number(statement.serial), now);
    return made;
  }

  /** The escrow refuses the key, at this moment of its clock (milliseconds): what it said before never counts again. */
  refuse(moment: number): void {
    if (this.#names() === undefined) advanceTimestamp(this.#strangers, moment);
    // KeyQuery again: who has made the directory meanwhile may not have seen the mark.
    if (this.#names() !== undefined) this.#fileRefusal(moment);
  }

  /**
   * The line of the newest statement, after a use of the key has been put down where uses are counted.
   * @throws Fault `denied` with what speaks against it.
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

  /** A statement becomes the refusal of itself, which takes no space: a full disk must not keep what was refused. */
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

  /** The clocks agree: what comes from a day when one of them was wrong is not newer than all that is said from now on. */
  #mendTime(serial: number, now: number): void {
    setTimestamp(this.#clock, now);
    const latest = (now + 2 * SKEW_MS) * 1000;
    // Until it is started again, the escrow counts on from where that day has led it.
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
  // A copy that is put back later carries the time of that day, which nobody but the kernel sets.
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
    // Said below.
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

/** False where another process has taken the file away meanwhile. */
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
