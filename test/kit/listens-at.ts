import { readFileSync } from "node:fs";

/** Whether a process listens on the Unix socket; its file exists slightly earlier. */
export function listensAt(path: string): boolean {
  return readFileSync("/proc/net/unix", "utf8")
    .split("\n")
    .some((line) => line.endsWith(` ${path}`) && ACCEPTS.test(line));
}

/** Column 4 contains the socket flags; a listening socket has __SO_ACCEPTCON. */
const ACCEPTS = /^\w+: \w+ \w+ 00010000 /;
