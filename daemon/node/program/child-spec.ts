import { readSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The hidden commands of our own binary, which become a session's user. */
export type Child = "__session" | "__relay";

/** What a child is called in listings of processes, beside its command. */
export const PROGRAM = "sallyport";

/** The variable in which a child is told what to do, or that it is told on stdin. No other process has it. */
const SPEC = "SALLYPORT_CHILD_SPEC";
const ON_STDIN = "stdin";

/** Where the modules of a compiled program lie. */
const EMBEDDED = "/$bunfs/";

/**
 * How to run one: this very program, also when its file was replaced meanwhile; or, where it runs uncompiled, the runtime
 * with its sources.
 */
export function childCommand(child: Child): string[] {
  return import.meta.url.includes(EMBEDDED)
    ? ["/proc/self/exe", child]
    : [process.execPath, fileURLToPath(new URL("../../../cli/main.ts", import.meta.url)), child];
}

/** The whole environment of a child whose stdin is a terminal. Its spec have to fit into one variable: 128 KiB. */
export function environmentWithSpec(spec: object): Record<string, string> {
  return { [SPEC]: JSON.stringify(spec) };
}

/** The whole environment of a child that reads its spec, as `encodeChildSpec` writes them, from the front of its stdin. */
export const SPEC_ON_STDIN: Readonly<Record<string, string>> = { [SPEC]: ON_STDIN };

export function encodeChildSpec(spec: object): Buffer {
  const text = Buffer.from(JSON.stringify(spec));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text]);
}

/**
 * Takes the spec out of the environment, or waits for them on stdin and leaves there what follows. Undefined when stdin
 * ends without any: nobody needs this process. @throws Error when no node started it.
 */
export function readChildSpec<Spec>(): Spec | undefined {
  const text = process.env[SPEC];
  delete process.env[SPEC];
  if (text === undefined) throw new Error("this command is for sallyport itself");
  if (text !== ON_STDIN) return JSON.parse(text) as Spec;
  const length = readExactly(4)?.readUInt32BE();
  const told = length === undefined ? undefined : readExactly(length);
  return told === undefined ? undefined : (JSON.parse(told.toString()) as Spec);
}

function readExactly(length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const got = readSync(0, bytes, at, length - at, null);
    if (got === 0) return undefined;
    at += got;
  }
  return bytes;
}
