import { readFileSync } from "node:fs";

/**
 * An id of the SSH connection, 32 hexadecimal digits. sshd calls keycmd several times for a connection (once for each
 * offered key, and again for the key that signs); the id is equal in all calls, so that a login costs one use of a key.
 * It is a hash of the sshd process of the connection and of the endpoints (`%C`) if given. Endpoints alone may repeat,
 * because a client can choose its port; a parent process other than sshd is ignored if there are endpoints.
 * @returns undefined if neither is available, for example with /proc hidden and no `%C`
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
    // Field 2 is a name in parentheses with arbitrary characters; field 22 is the start time (proc_pid_stat(5)).
    const close = stat.lastIndexOf(")");
    const start = stat.slice(close + 2).split(" ")[19];
    if (close === -1 || start === undefined || boot === "") return undefined;
    return { id: `${boot} ${pid} ${start}`, isSshd: stat.slice(stat.indexOf("(") + 1, close).startsWith("sshd") };
  } catch {
    return undefined;
  }
}
