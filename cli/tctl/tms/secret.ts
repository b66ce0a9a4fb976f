import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  ftruncateSync,
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
import type { TmsRow } from "./client.ts";
import { rowText } from "./list.ts";

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
  make: () => Promise<TmsRow>,
): Promise<void> {
  if (file === undefined) {
    const made = await make();
    await cx.print(made, { text: rowText });
    cx.tell("the secret is shown only once: store it");
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
 * whatever its group may do: who reads the secret there goes on reading it. Meanwhile no other command writes to it: of two
 * that make a new secret, the last one to be written need not be the last one made, which alone opens anything.
 * @throws Fault `conflict` when it exists and is not to be replaced, or is being written.
 */
export async function intoFile<T>(
  file: string,
  { replace }: { readonly replace: boolean },
  work: () => Promise<T>,
  textOf: (made: T) => string,
): Promise<T> {
  const look = () => {
    const old = statSync(file, { throwIfNoEntry: false });
    if (old !== undefined && !replace) throw new Fault("conflict", `${file} exists already`);
    if (old?.isFile() === false) throw new Fault("bad_request", `${file} is not a file`);
    return old;
  };
  const place = look() === undefined ? file : realpathSync(file);
  const draft = `${place}.new`;
  const fd = openDraft(draft, file);
  let isPlaced = false;
  // In its place it is ours no more: another command may write the next.
  const drop = () => {
    if (!isPlaced) rmSync(draft, { force: true });
  };
  // Control-C while the escrow is asked ends the program there.
  process.once("exit", drop);
  try {
    // Again: another command may have been faster.
    const old = look();
    if (old !== undefined) takeAfter(old, draft);
    // On a full disk this fails, and not the writing of what nobody can be told again.
    writeSync(fd, Buffer.alloc(ROOM), 0, ROOM, 0);
    fsyncSync(fd);
    const made = await work();
    const text = Buffer.from(textOf(made));
    writeSync(fd, text, 0, text.length, 0);
    ftruncateSync(fd, text.length);
    fsyncSync(fd);
    renameSync(draft, place);
    isPlaced = true;
    return made;
  } finally {
    process.off("exit", drop);
    drop();
    closeSync(fd);
  }
}

function openDraft(draft: string, file: string): number {
  try {
    return openSync(draft, "wx", 0o600);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw thrown;
    throw new Fault("conflict", `${file} is being written by another command`, {
      hint: `if there is none, remove ${draft}`,
    });
  }
}

function takeAfter({ uid, gid, mode }: Stats, draft: string): void {
  const { uid: ours, gid: group } = statSync(draft);
  if (uid !== ours || gid !== group) chownSync(draft, uid, gid);
  chmodSync(draft, mode & 0o770);
}
