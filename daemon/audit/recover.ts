import { GENESIS, type Head, hashLine, readPosition } from "../../core/audit/chain.ts";
import { AppendFile } from "./append-file.ts";
import { endOfLines, linesBackward } from "./lines.ts";
import { type LogFile, listLogFiles } from "./log-files.ts";

/** The state of a log at its opening. */
export interface RecoveredLog {
  readonly head: Head;
  /** The uids of the newest records, oldest first. */
  readonly uids: Set<string>;
  /** The newest file and its day. */
  readonly day?: string;
  readonly file?: AppendFile;
  /** Says that an unfinished record was cut off, and from which file. */
  readonly recovered?: string;
  /** Says how the log contradicts its checkpoint. */
  readonly damage?: string;
}

/**
 * Cuts off a record that a crash left unfinished, and reads the head of the chain in `dir` and the uids of its newest
 * `remember` records. A chain that is shorter than `checkpoint` says continues after the checkpoint, so that the gap
 * stays visible.
 */
export async function recover(dir: string, remember: number, checkpoint: Head | undefined): Promise<RecoveredLog> {
  const files = listLogFiles(dir);
  const newest = files.at(-1);
  if (newest === undefined)
    return { ...compareWithCheckpoint({ head: GENESIS, uids: [] }, checkpoint), uids: new Set() };

  const size = endOfLines(newest.path, newest.size);
  const file = new AppendFile(newest.path, size);
  const torn = newest.size - size;
  const tail = await readTail([...files.slice(0, -1), { ...newest, size }], remember, checkpoint);
  return {
    ...compareWithCheckpoint(tail, checkpoint),
    uids: new Set(tail.uids.reverse()),
    day: newest.day,
    file,
    ...(torn > 0 && { recovered: `${newest.path}: cut off the ${torn} bytes of a record that was never finished` }),
  };
}

interface Tail {
  readonly head: Head;
  /** Newest first. */
  readonly uids: string[];
  /** The hash of the record that has the checkpoint's number, if it is among those read. */
  readonly atCheckpoint?: string;
}

/** Reads the newest `remember` records. */
async function readTail(files: readonly LogFile[], remember: number, checkpoint: Head | undefined): Promise<Tail> {
  const uids: string[] = [];
  let hash: string | undefined;
  let seq: number | undefined;
  let atCheckpoint: string | undefined;
  let read = 0;
  const tail = (): Tail => ({
    // Without a record that has a number, every line counts as one.
    head: hash === undefined ? GENESIS : { seq: seq ?? read, hash },
    uids,
    ...(atCheckpoint !== undefined && { atCheckpoint }),
  });
  for (const { path, size } of files.toReversed())
    for await (const lines of linesBackward(path, size))
      for (const line of lines) {
        hash ??= hashLine(line);
        // A line that is not a record still has a position in the chain.
        seq ??= plus(readPosition(line)?.seq, read);
        if (seq !== undefined && seq - read === checkpoint?.seq) atCheckpoint = hashLine(line);
        const uid = uidOf(line);
        if (uid !== undefined) uids.push(uid);
        if (++read >= remember) return tail();
      }
  return tail();
}

const plus = (a: number | undefined, b: number) => (a === undefined ? undefined : a + b);

/** Cut from the bytes, which is cheaper than to parse them; inside a text the quotes would be escaped. */
function uidOf(line: Buffer): string | undefined {
  const at = line.indexOf('"uid":"');
  return at === -1 ? undefined : line.toString("latin1", at + 7, at + 43);
}

function compareWithCheckpoint(
  { head, atCheckpoint }: Tail,
  checkpoint: Head | undefined,
): { readonly head: Head; readonly damage?: string } {
  if (checkpoint === undefined) return { head };
  if (head.seq < checkpoint.seq)
    return {
      head: checkpoint,
      damage: `the log ends with record ${head.seq}, but record ${checkpoint.seq} had been written`,
    };
  if (atCheckpoint !== undefined && atCheckpoint !== checkpoint.hash)
    return { head, damage: `record ${checkpoint.seq} is not the one that had been written` };
  return { head };
}
