import { readFileSync } from "node:fs";
import { createServer } from "node:net";

const given = new Set<number>();

/**
 * A port of the loopback that nobody listens on just now. It is none of those that the kernel hands out: until it is used,
 * neither a connection nor a listener on port 0 of somebody else gets it by chance, and who dials it does not meet himself.
 */
export async function freePort(): Promise<number> {
  const [first, last] = handedOut();
  const below = Math.max(0, first - LOWEST);
  const rest = below + Math.max(0, HIGHEST - last);
  for (;;) {
    const at = Math.floor(Math.random() * rest);
    // Where the kernel keeps nothing back, one of its own has to do.
    const wanted = rest < 1000 ? 0 : at < below ? LOWEST + at : last + 1 + at - below;
    const port = await tried(wanted);
    if (port === undefined || given.has(port)) continue;
    given.add(port);
    return port;
  }
}

/** Below are the ports of services that a machine may start at any time; above, `--ports-from` may not begin. */
const [LOWEST, HIGHEST] = [12_000, 65_000];

/** The first and the last port that the kernel gives to who asks for none in particular. */
function handedOut(): [first: number, last: number] {
  try {
    const [first = 0, last = 0] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8")
      .split(/\s+/)
      .map(Number);
    return [first, last];
  } catch {
    // Where there is no /proc: what IANA calls dynamic.
    return [49_152, 65_535];
  }
}

/** The port, or undefined when somebody has it. */
function tried(wanted: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(undefined));
    server.listen(wanted, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
