import { linkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../../core/fault.ts";
import { readOwn } from "./guard.ts";

/** Logins with one key that are put down for the escrow to be told of, where it counts none. */
const MOST_UNCOUNTED = 100;

/** A use of a key that the escrow has not been told of. */
export interface Slot {
  readonly number: number;
  readonly file: string;
}

/** The slots among the files of a directory, by number. */
export function slotsIn(dir: string, names: readonly string[]): readonly Slot[] {
  return names
    .filter((name) => /^u[1-9]\d{0,9}$/.test(name))
    .map((name) => ({ number: Number(name.slice(1)), file: join(dir, name) }))
    .sort((a, b) => a.number - b.number);
}

/** The login that took this slot; undefined when that can no longer be told. */
export function loginOf(slot: Slot): string | undefined {
  try {
    const { text } = readOwn(slot.file);
    return /^[0-9a-f]{32}$/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Puts down one use. There are as many numbers as uses are left, and a number is taken by making a file under a name that must
 * not exist, so that however many processes try, no more succeed. A login that has a number already needs no second one.
 * Uses of earlier statements keep theirs until the escrow has been told; a number beyond what is left now stands for the last of them.
 * @param left uses that the statement leaves, null for any number
 * @throws Fault `denied` when all are taken.
 */
export function spend(dir: string, slots: readonly Slot[], left: number | null, connection: string | undefined): void {
  if (connection !== undefined && slots.some((slot) => loginOf(slot) === connection)) return;
  const most = left ?? MOST_UNCOUNTED;
  const limit = most - slots.filter(({ number }) => number > most).length;
  const taken = new Set(slots.map(({ number }) => number));
  const draft = join(dir, `.${process.pid}-use`);
  writeFileSync(draft, connection ?? Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("hex"), {
    mode: 0o600,
    flag: "wx",
  });
  try {
    for (let number = 1; number <= limit; number++)
      if (!taken.has(number) && take(draft, join(dir, `u${number}`))) return;
  } finally {
    unlinkSync(draft);
  }
  if (left !== null) throw new Fault("denied", "the cache is not used: the key has no uses left");
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
