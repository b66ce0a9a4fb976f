import type { Duplex } from "node:stream";
import { FAULTS, Fault } from "../../../core/fault.ts";
import type { Context } from "../../context.ts";
import { CONNECTION_FAILED, report } from "../../report.ts";
import { systemFault } from "../../system-error.ts";
import type { ClientIdentity } from "../login/identity.ts";
import { Copier, type FileRef } from "./copy.ts";
import type { FileLocation } from "./location.ts";
import { Progress } from "./progress.ts";
import { SftpSessions } from "./sftp-sessions.ts";

/** The request of `tsh scp`. */
export interface CopyRequest {
  readonly sources: readonly FileLocation[];
  readonly target: FileLocation;
  readonly recursive: boolean;
  readonly preserve: boolean;
  readonly quiet: boolean;
  /** Default login name. */
  readonly login: string | undefined;
  /** 0 for the announced port of each machine. */
  readonly port: number;
}

/** Columns of a terminal with unknown width. */
const USUAL_WIDTH = 80;

/**
 * Runs the copy. @param socket a connection to the proxy in progress
 * @returns the exit status
 */
export async function runCopy(
  cx: Context,
  identity: ClientIdentity,
  copy: CopyRequest,
  socket: Promise<Duplex>,
): Promise<number> {
  const shown = !copy.quiet && cx.isTerminal(2);
  const progress = shown ? new Progress(cx.style(2).width ?? USUAL_WIDTH, cx.now) : undefined;
  let failures = 0;
  const copier = new Copier({
    recursive: copy.recursive,
    preserve: copy.preserve,
    watch: (name, size) => progress?.watch(name, size),
    failed: (what, why) => {
      failures += 1;
      progress?.clear();
      report(about(what, why), cx);
    },
  });
  await using sessions = new SftpSessions(cx, identity, copy, socket);
  try {
    const [to, ...from] = await Promise.all(
      [copy.target, ...copy.sources].map((location) => sessions.resolve(location)),
    );
    if (to !== undefined) await copyAll(copier, from, to);
    await copier.end();
  } catch (error) {
    progress?.clear();
    report(error, cx);
    return CONNECTION_FAILED;
  }
  return failures === 0 ? 0 : FAULTS.failed.exit;
}

async function copyAll(copier: Copier, from: readonly FileRef[], to: FileRef): Promise<void> {
  const sources: FileRef[] = [];
  for (const ref of from)
    await copier.attempt(ref, async () => {
      const { files } = ref;
      for (const path of await files.glob(await files.home(ref.path))) sources.push({ files, path });
    });
  await copier.attempt(to, async () => {
    const target = { files: to.files, path: await to.files.home(to.path) };
    const into = (await target.files.stat(target.path))?.kind === "directory";
    if (!into && (from.length > 1 || sources.length > 1))
      throw new Fault("failed", "is not a directory, and there is more than one file to copy");
    for (const source of sources) await copier.add(source, target, into);
  });
}

/** A failure with the file name as prefix. */
function about(what: string, why: unknown): Fault {
  if (why instanceof Fault) return new Fault(why.code, `${what}: ${why.message}`, { hint: why.hint, cause: why.cause });
  const known = systemFault(why, what);
  if (known !== undefined) return known;
  const { code } = why as NodeJS.ErrnoException;
  return new Fault(code === undefined ? "internal" : "failed", `${what}: ${code ?? "internal error"}`, { cause: why });
}
