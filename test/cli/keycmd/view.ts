import { runProgram } from "../../kit/run.ts";

/** The command, for which these files lie over others: `{ "/etc/hosts": file }`. Nobody else sees them there. Linux, as root. */
export function inView(files: Readonly<Record<string, string>>, command: readonly string[]): string[] {
  const mounts = Object.entries(files).map(([over, file]) => `mount --bind '${file}' '${over}' && `);
  return ["unshare", "--mount", "sh", "-c", `${mounts.join("")}exec "$@"`, "sh", ...command];
}

/** Whether this machine lets a program have a view of its own. */
export async function canHaveView(): Promise<boolean> {
  const tried = await runProgram(inView({ "/dev/null": "/dev/null" }, ["true"])).catch(() => undefined);
  return tried?.code === 0;
}
