import type { House } from "./house.ts";
import type { Deed } from "./sftp/server.ts";
import type { Host } from "./visitor.ts";

const ACTIONS: ReadonlySet<string> = new Set<Deed["action"]>([
  ...(["open", "setstat", "remove", "mkdir", "rmdir", "rename", "symlink", "link"] as const),
]);

/** A path has at most 4096 bytes, and a line at most two of them, escaped. */
const MAX_LINE = 64 * 1024;

/**
 * Records what an SFTP child tells of. The child runs as the user, who could make it say anything, so what it says is
 * checked, and is only ever about this session.
 */
export function deedRecorder(house: House, host: Host, sid: string): (chunk: Uint8Array) => Promise<void> | undefined {
  const decoder = new TextDecoder();
  let rest = "";
  return (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = (lines.pop() ?? "").slice(0, MAX_LINE);
    const deeds = lines.flatMap((line) => {
      const deed = parseDeed(line);
      if (deed === undefined) house.log.warn("the SFTP server of a session complains", { sid, line });
      return deed === undefined ? [] : [deed];
    });
    if (deeds.length === 0) return undefined;
    const recorded = deeds.map((deed) => house.recorder.before("sftp", { ...host.about, sid, ...deed }));
    // What is done is done: a failure was logged.
    return Promise.allSettled(recorded).then(() => {});
  };
}

function parseDeed(line: string): Deed | undefined {
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof said !== "object" || said === null) return undefined;
  const { action, path, target, flags, success, error } = said as Record<string, unknown>;
  if (typeof action !== "string" || !ACTIONS.has(action) || typeof path !== "string" || typeof success !== "boolean")
    return undefined;
  return {
    action: action as Deed["action"],
    path,
    ...(typeof target === "string" && { target }),
    ...(typeof flags === "string" && { flags }),
    success,
    ...(typeof error === "string" && { error }),
  };
}
