import { dlopen, ptr } from "bun:ffi";
import { readFileSync } from "node:fs";
import { until } from "../../kit/until.ts";

/**
 * A port that swallows connections: it listens, accepts none, and its queue is full, so that the kernel drops whoever knocks as a
 * host that is switched off would. Linux.
 */
export async function blackHole(at = 0): Promise<AsyncDisposable & { readonly port: number }> {
  const { symbols: c } = dlopen("libc.so.6", {
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
    bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
    listen: { args: ["i32", "i32"], returns: "i32" },
    getsockname: { args: ["i32", "ptr", "ptr"], returns: "i32" },
    close: { args: ["i32"], returns: "i32" },
  });
  // AF_INET, SOCK_STREAM|SOCK_CLOEXEC, SO_REUSEADDR, and a struct sockaddr_in of 127.0.0.1.
  const fd = c.socket(2, 1 | 0o2000000, 0);
  c.setsockopt(fd, 1, 2, ptr(new Int32Array([1])), 4);
  const address = Buffer.from([2, 0, at >> 8, at & 255, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  if (fd < 0 || c.bind(fd, ptr(address), 16) !== 0 || c.listen(fd, 0) !== 0) throw new Error("no socket");
  c.getsockname(fd, ptr(address), ptr(new Uint32Array([16])));
  const port = address.readUInt16BE(2);
  const waiting = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {}, error() {} } });
  // A queue of none takes one.
  await until("the queue is full", () => queued(port) > 0);
  return {
    port,
    async [Symbol.asyncDispose]() {
      waiting.terminate();
      c.close(fd);
    },
  };
}

/** How many connections wait to be accepted at this port of 127.0.0.1 (proc_pid_net(5)). */
function queued(port: number): number {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const lines = readFileSync("/proc/net/tcp", "utf8").split("\n");
  const [found = ""] = lines.filter((line) => line.includes(`: ${address} 00000000:0000 0A `));
  return Number.parseInt(/ \w+:(\w+) /.exec(found.slice(found.indexOf(" 0A ")))?.[1] ?? "0", 16);
}
