import { readFileSync } from "node:fs";

/** Whether somebody listens on the Unix socket of this path: its file is there a moment before that. */
export function listensAt(path: string): boolean {
  return readFileSync("/proc/net/unix", "utf8")
    .split("\n")
    .some((line) => line.endsWith(` ${path}`) && ACCEPTS.test(line));
}

/** The fourth column is the socket's flags; one that listens has __SO_ACCEPTCON. */
const ACCEPTS = /^\w+: \w+ \w+ 00010000 /;
