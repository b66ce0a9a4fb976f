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

/** `--out` of verbs that create a secret. */
export const out = {
  type: "string",
  alias: "o",
  valueHint: "file",
  complete: "file",
  description: "Write the secret to this file, for its owner only, instead of printing it",
} as const satisfies Args[string];

/**
 * Creates a secret and prints the row, or writes the secret `row[field]` to a file. The file is created and sized first,
 * so that a secret that is shown only once cannot be lost.
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

/** Bytes reserved for a secret; an RSA-4096 private key has 3.4 KB. */
const ROOM = 8192;

/**
 * Writes the result of `work` to a file of mode 0600, atomically. A replaced file keeps its owner and group permissions, so
 * that its readers keep access. The draft file serves as a lock: with two concurrent commands, the secret written last
 * might not be the one created last, which alone is valid.
 * @throws Fault `conflict` if the file exists and `replace` is false, or if another command writes it
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
  // After the rename, the draft path may belong to another command.
  const drop = () => {
    if (!isPlaced) rmSync(draft, { force: true });
  };
  // Control-C during the request ends the process.
  process.once("exit", drop);
  try {
    // Check again: another command may have written the file before the draft was created.
    const old = look();
    if (old !== undefined) takeAfter(old, draft);
    // Reserve disk space now, so that a full disk fails here and not after the secret is created.
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
