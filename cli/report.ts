import { Fault } from "../core/fault.ts";
import type { Context } from "./context.ts";
import { type Format, renderFault, writeAll } from "./output.ts";
import { systemFault } from "./system-error.ts";

/** Exit status of `tsh ssh` and `tsh scp` for a failed connection, as in ssh(1). */
export const CONNECTION_FAILED = 255;

/** Prints a failure on stderr: two lines for a person, one JSON object for a program; causes with `--debug` only. */
export function report(thrown: unknown, cx: Context, format: Format = cx.format): Fault {
  const fault = systemFault(thrown) ?? Fault.from(thrown);
  const hinted =
    fault.code === "internal" && !cx.debug
      ? new Fault("internal", fault.message, { hint: "run it again with --debug to see the cause" })
      : fault;
  writeAll(2, `${renderFault(cx.tool, hinted, format, cx.style(2))}\n`);
  if (cx.debug) writeAll(2, `${causes(thrown)}\n`);
  return fault;
}

function causes(thrown: unknown): string {
  const parts: string[] = [];
  for (let at: unknown = thrown; at !== undefined && parts.length < 8; at = at instanceof Error ? at.cause : undefined)
    parts.push(at instanceof Error ? (at.stack ?? at.message) : String(at));
  return parts.join("\ncaused by: ");
}
