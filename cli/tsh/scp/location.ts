import { Fault } from "../../../core/fault.ts";
import type { Path } from "../../ssh/sftp.ts";
import { type Destination, isLabels, parseDestination } from "../ssh/destination.ts";

/** The location of a file, local or remote. */
export interface FileLocation {
  /** Undefined for a local file. */
  readonly machine: Destination | undefined;
  readonly path: Path;
}

/**
 * Parses `PATH` or `[USER@]HOST:PATH`. As in scp(1), a slash before the first colon makes it a local path; an IPv6 address
 * needs brackets. An empty remote path is the home directory. @throws Fault `bad_request`
 */
export function parseLocation(text: string): FileLocation {
  const [, machine, path = ""] = /^((?:[^:/]*@)?(?:\[[^\]/]*\]|[^:/[]+)):(.*)$/s.exec(text) ?? [];
  if (machine === undefined) return { machine: undefined, path: pathOf(text) };
  const destination = parseDestination(machine);
  if (isLabels(destination.host))
    throw new Fault("bad_request", `${destination.host} stands for several machines`, {
      hint: "copy to and from them one by one: tsh ls --format=names LABELS lists them",
    });
  return { machine: destination, path: pathOf(path) || "." };
}

function pathOf(text: string): Path {
  if (text.includes("\0")) throw new Fault("bad_request", "a path cannot hold a zero byte");
  return Buffer.from(text, "utf8").toString("latin1");
}
