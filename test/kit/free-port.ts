import { readFileSync } from "node:fs";
import { createServer } from "node:net";

const given = new Set<number>();

/**
 * A free loopback port outside of the ephemeral range: until it is used, the kernel assigns it to no other connection or
 * listener, and a client that dials it cannot connect to itself.
 */
export async function freePort(): Promise<number> {
  const [first, last] = handedOut();
  const below = Math.max(0, first - LOWEST);
  const rest = below + Math.max(0, HIGHEST - last);
  for (;;) {
    const at = Math.floor(Math.random() * rest);
    // If the kernel reserves no range, use an ephemeral port.
    const wanted = rest < 1000 ? 0 : at < below ? LOWEST + at : last + 1 + at - below;
    const port = await tried(wanted);
    if (port === undefined || given.has(port)) continue;
    given.add(port);
    return port;
  }
}

/** Lower ports belong to services; `--ports-from` does not accept higher ones. */
const [LOWEST, HIGHEST] = [12_000, 65_000];

/** The ephemeral port range of the kernel. */
function handedOut(): [first: number, last: number] {
  try {
    const [first = 0, last = 0] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8")
      .split(/\s+/)
      .map(Number);
    return [first, last];
  } catch {
    // Without /proc: the dynamic range of IANA.
    return [49_152, 65_535];
  }
}

/** The port, or undefined if it is in use. */
function tried(wanted: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(undefined));
    server.listen(wanted, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
