import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { Fault } from "../../../core/fault.ts";
import type { Args } from "../../command.ts";
import type { Context } from "../../context.ts";
import type { Row } from "./escrow.ts";
import { rowText } from "./rows.ts";

/** What is shown once had better not be shown at all. */
export const out = {
  type: "string",
  alias: "o",
  valueHint: "file",
  complete: "file",
  description: "Write the secret to this file, for its owner only, instead of printing it",
} as const satisfies Args[string];

/**
 * Makes something secret and prints it, or writes what is secret of it, `row[field]`, to a file. The file is made sure of
 * first: nothing shown once is to get lost for want of a place.
 */
export async function printSecret(
  cx: Context,
  { file, replace, field }: { readonly file: string | undefined; readonly replace: boolean; readonly field: string },
  make: () => Promise<Row>,
): Promise<void> {
  if (file === undefined) {
    const made = await make();
    await cx.print(made, { text: rowText });
    cx.tell("the secret is shown this once: keep it");
    return;
  }
  const { [field]: _, ...rest } = await intoFile(file, { replace }, make, (made) => `${String(made[field])}\n`);
  await cx.print(rest, { text: rowText });
  cx.tell(`wrote the secret to ${file}`);
}

/** Larger than any secret: a private key of RSA-4096 takes 3.4 KB. */
const ROOM = 8192;

/**
 * Writes what `work` yields to a file of mode 0600: whole or not at all. One that is replaced keeps its owner, and
 * whatever its group may do: who reads the secret there goes on reading it.
 * @throws Fault `conflict` when it exists and is not to be replaced; where it has come to be there during the work, with
 * where the secret is.
 */
export async function intoFile<T>(
  file: string,
  { replace }: { readonly replace: boolean },
  work: () => Promise<T>,
  textOf: (made: T) => string,
): Promise<T> {
  if (!replace && lstatSync(file, { throwIfNoEntry: false }) !== undefined)
    throw new Fault("conflict", `${file} exists already`);
  const old = statSync(file, { throwIfNoEntry: false });
  if (old?.isFile() === false) throw new Fault("bad_request", `${file} is not a file`);
  const place = old === undefined ? file : realpathSync(file);
  const draft = `${place}.${process.pid}.new`;
  const fd = openSync(draft, "wx", 0o600);
  let isKept = false;
  const drop = () => {
    if (!isKept) rmSync(draft, { force: true });
  };
  // Control-C while the escrow is asked ends the program there.
  process.once("exit", drop);
  try {
    if (old !== undefined) takeAfter(old, draft);
    // On a full disk this fails, and not the writing of what nobody can be told again.
    writeSync(fd, Buffer.alloc(ROOM), 0, ROOM, 0);
    fsyncSync(fd);
    const made = await work();
    const text = Buffer.from(textOf(made));
    writeSync(fd, text, 0, text.length, 0);
    ftruncateSync(fd, text.length);
    fsyncSync(fd);
    isKept = !replace && !claim(place);
    if (isKept)
      throw new Fault("conflict", `${file} has come to be there meanwhile`, { hint: `what was made is in ${draft}` });
    renameSync(draft, place);
    return made;
  } finally {
    process.off("exit", drop);
    drop();
    closeSync(fd);
  }
}

/** Makes an empty file, which is then ours to replace. False where there is anything already. */
function claim(file: string): boolean {
  try {
    closeSync(openSync(file, "wx", 0o600));
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw thrown;
    return false;
  }
}

function takeAfter({ uid, gid, mode }: Stats, draft: string): void {
  const { uid: ours, gid: group } = statSync(draft);
  if (uid !== ours || gid !== group) chownSync(draft, uid, gid);
  chmodSync(draft, mode & 0o770);
}
