import { readFileSync } from "node:fs";

/**
 * A name for the connection that is being logged in over, the same at each of sshd's calls for it (one for every key that is
 * offered, and a second one for the key that then signs), so that a login costs one use of a key: 32 hexadecimal digits.
 * It is made of sshd's process, of which there is one for each connection, and of both ends (`%C`) where they are given.
 * Ends alone could come again, as a client may choose its port; a process that is not sshd is not asked if there are ends.
 * @returns undefined where neither is to be had, as with /proc hidden and no `%C`.
 */
export function connectionName(endpoints: string | undefined, parent = process.ppid): string | undefined {
  const caller = processOf(parent);
  const known = endpoints === undefined ? [] : [endpoints];
  if (caller !== undefined && (endpoints === undefined || caller.isSshd)) known.push(caller.id);
  if (known.length === 0) return undefined;
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(known)).digest("hex").slice(0, 32);
}

function processOf(pid: number): { readonly id: string; readonly isSshd: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    // The second field is a name in parentheses, which may hold anything; the start is the 22nd (proc_pid_stat(5)).
    const close = stat.lastIndexOf(")");
    const start = stat.slice(close + 2).split(" ")[19];
    if (close === -1 || start === undefined || boot === "") return undefined;
    return { id: `${boot} ${pid} ${start}`, isSshd: stat.slice(stat.indexOf("(") + 1, close).startsWith("sshd") };
  } catch {
    return undefined;
  }
}
