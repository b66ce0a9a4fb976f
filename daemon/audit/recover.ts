import { GENESIS, type Head, hashLine, readPlace } from "../../core/audit/chain.ts";
import { AppendFile } from "./append-file.ts";
import { type Day, listDays } from "./days.ts";
import { endOfLines, linesBackward } from "./lines.ts";

/** What a log goes on from. */
export interface Recovered {
  readonly head: Head;
  /** Of the newest records, oldest first. */
  readonly uids: Set<string>;
  /** The newest file, and its day. */
  readonly day?: string;
  readonly file?: AppendFile;
  readonly recovered?: string;
  readonly damage?: string;
}

/**
 * Cuts off a record that a crash left unfinished, and reads where the chain in `dir` ends. `noted` is where it was
 * noted to have ended; a chain that never came so far goes on behind it, so that the gap stays to be seen.
 */
export async function recover(dir: string, remember: number, noted: Head | undefined): Promise<Recovered> {
  const days = listDays(dir);
  const newest = days.at(-1);
  if (newest === undefined) return { ...judge({ head: GENESIS, uids: [] }, noted), uids: new Set() };

  const size = endOfLines(newest.path, newest.size);
  const file = new AppendFile(newest.path, size);
  const torn = newest.size - size;
  const tail = await readTail([...days.slice(0, -1), { ...newest, size }], remember, noted);
  return {
    ...judge(tail, noted),
    uids: new Set(tail.uids.reverse()),
    day: newest.day,
    file,
    ...(torn > 0 && { recovered: `${newest.path}: cut off the ${torn} bytes of a record that was never finished` }),
  };
}

interface Tail {
  readonly head: Head;
  /** RecentSet first. */
  readonly uids: string[];
  /** The hash of the record that has the checkpoint's number, if it is among those read. */
  readonly atNoted?: string;
}

/** Reads the newest records: as many as are to be remembered. */
async function readTail(days: readonly Day[], remember: number, noted: Head | undefined): Promise<Tail> {
  const uids: string[] = [];
  let hash: string | undefined;
  let seq: number | undefined;
  let atNoted: string | undefined;
  let read = 0;
  const tail = (): Tail => ({
    // With no record that says its number, every line counts as one.
    head: hash === undefined ? GENESIS : { seq: seq ?? read, hash },
    uids,
    ...(atNoted !== undefined && { atNoted }),
  });
  for (const { path, size } of days.toReversed())
    for await (const lines of linesBackward(path, size))
      for (const line of lines) {
        hash ??= hashLine(line);
        // A line that is no record still has its place in the chain.
        seq ??= plus(readPlace(line)?.seq, read);
        if (seq !== undefined && seq - read === noted?.seq) atNoted = hashLine(line);
        const uid = uidOf(line);
        if (uid !== undefined) uids.push(uid);
        if (++read >= remember) return tail();
      }
  return tail();
}

const plus = (a: number | undefined, b: number) => (a === undefined ? undefined : a + b);

/** Taken out of the bytes, since there are many; inside of a text the quotes would be escaped. */
function uidOf(line: Buffer): string | undefined {
  const at = line.indexOf('"uid":"');
  return at === -1 ? undefined : line.toString("latin1", at + 7, at + 43);
}

function judge({ head, atNoted }: Tail, noted: Head | undefined): { readonly head: Head; readonly damage?: string } {
  if (noted === undefined) return { head };
  if (head.seq < noted.seq)
    return { head: noted, damage: `the log ends with record ${head.seq}, but record ${noted.seq} had been written` };
  if (atNoted !== undefined && atNoted !== noted.hash)
    return { head, damage: `record ${noted.seq} is not the one that had been written` };
  return { head };
}
