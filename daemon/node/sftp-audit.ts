import type { NodeConnection, NodeContext } from "./context.ts";
import type { FileOperation } from "./sftp/server.ts";

const ACTIONS: ReadonlySet<string> = new Set<FileOperation["action"]>([
  ...(["open", "setstat", "remove", "mkdir", "rmdir", "rename", "symlink", "link"] as const),
]);

/** A path has at most 4096 bytes, and a line at most two of them, escaped. */
const MAX_LINE = 64 * 1024;

/**
 * Records the operations that an SFTP child reports, one JSON object a line. The child runs as the user, who controls what
 * it reports: each line is checked, and is recorded for this session only.
 */
export function sftpAuditor(
  { audit, log }: NodeContext,
  { about }: NodeConnection,
  sid: string,
): (chunk: Uint8Array) => Promise<void> | undefined {
  const decoder = new TextDecoder();
  let rest = "";
  return (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = (lines.pop() ?? "").slice(0, MAX_LINE);
    const operations = lines.flatMap((line) => {
      const operation = parseFileOperation(line);
      if (operation === undefined) log.warn("the SFTP server of a session complains", { sid, line });
      return operation === undefined ? [] : [operation];
    });
    if (operations.length === 0) return undefined;
    const recorded = operations.map((operation) => audit.before("sftp", { ...about, sid, ...operation }));
    // The operation is done already: a failure was logged.
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
