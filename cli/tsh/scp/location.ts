import { Fault } from "../../../core/fault.ts";
import type { Path } from "../../ssh/sftp.ts";
import { type Destination, isLabels, parseDestination } from "../ssh/destination.ts";

/** Where a file is or goes: on this machine, or on another. */
export interface FileLocation {
  /** Undefined for this machine. */
  readonly machine: Destination | undefined;
  readonly path: Path;
}

/**
 * Reads `PATH` or `[USER@]HOST:PATH`. What has a slash before its first colon is a path here, as with scp(1); an IPv6
 * address stands in brackets. No path after the colon is the home directory. @throws Fault `bad_request`.
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
