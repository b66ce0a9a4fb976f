import type { House } from "./house.ts";
import type { FileOperation } from "./sftp/server.ts";
import type { Host } from "./visitor.ts";

const ACTIONS: ReadonlySet<string> = new Set<FileOperation["action"]>([
  ...(["open", "setstat", "remove", "mkdir", "rmdir", "rename", "symlink", "link"] as const),
]);

/** A path has at most 4096 bytes, and a line at most two of them, escaped. */
const MAX_LINE = 64 * 1024;

/**
 * Records what an SFTP child tells of. The child runs as the user, who could make it say anything, so what it says is
 * checked, and is only ever about this session.
 */
export function sftpAuditor(house: House, host: Host, sid: string): (chunk: Uint8Array) => Promise<void> | undefined {
  const decoder = new TextDecoder();
  let rest = "";
  return (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = (lines.pop() ?? "").slice(0, MAX_LINE);
    const operations = lines.flatMap((line) => {
      const operation = parseFileOperation(line);
      if (operation === undefined) house.log.warn("the SFTP server of a session complains", { sid, line });
      return operation === undefined ? [] : [operation];
    });
    if (operations.length === 0) return undefined;
    const recorded = operations.map((operation) => house.audit.before("sftp", { ...host.about, sid, ...operation }));
    // What is done is done: a failure was logged.
    return Promise.allSettled(recorded).then(() => {});
  };
}

function parseFileOperation(line: string): FileOperation | undefined {
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
    action: action as FileOperation["action"],
    path,
    ...(typeof target === "string" && { target }),
    ...(typeof flags === "string" && { flags }),
    success,
    ...(typeof error === "string" && { error }),
  };
}
