import { readSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The hidden commands of the binary that run as a session's user. */
export type Child = "__session" | "__relay";

/** The name of a child in process listings (argv[0]). */
export const PROGRAM = "sallyport";

/** The environment variable with a child's spec, or with `stdin` when the child reads its spec from there. */
const SPEC = "SALLYPORT_CHILD_SPEC";
const ON_STDIN = "stdin";

/** The path prefix of modules in a compiled program. */
const EMBEDDED = "/$bunfs/";

/**
 * The command line of a child: this program by /proc/self/exe, which still refers to it after the file was replaced; or the
 * runtime with the sources, when not compiled.
 */
export function childCommand(child: Child): string[] {
  return import.meta.url.includes(EMBEDDED)
    ? ["/proc/self/exe", child]
    : [process.execPath, fileURLToPath(new URL("../../../cli/main.ts", import.meta.url)), child];
}

/** The environment of a child whose stdin is a terminal. The spec has to fit in one variable: 128 KiB (execve(2)). */
export function environmentWithSpec(spec: object): Record<string, string> {
  return { [SPEC]: JSON.stringify(spec) };
}

/** The environment of a child that reads its spec, as `encodeChildSpec` encodes it, from the start of its stdin. */
export const SPEC_ON_STDIN: Readonly<Record<string, string>> = { [SPEC]: ON_STDIN };

/** Encodes a spec for stdin: `uint32 length`, JSON. */
export function encodeChildSpec(spec: object): Buffer {
  const text = Buffer.from(JSON.stringify(spec));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text]);
}

/**
 * Reads the spec from the environment and removes it there, or reads it from stdin, without the data that follows. Blocks
 * until it arrives. Undefined when stdin ends first: the node dismissed this child. @throws Error when a user started it.
 */
export function readChildSpec<Spec>(): Spec | undefined {
  const text = process.env[SPEC];
  delete process.env[SPEC];
  if (text === undefined) throw new Error("this command is internal to sallyport");
  if (text !== ON_STDIN) return JSON.parse(text) as Spec;
  const length = readExactly(4)?.readUInt32BE();
  const json = length === undefined ? undefined : readExactly(length);
  return json === undefined ? undefined : (JSON.parse(json.toString()) as Spec);
}

function readExactly(length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  for (let offset = 0; offset < length; ) {
    const count = readSync(0, bytes, offset, length - offset, null);
    if (count === 0) return undefined;
    offset += count;
  }
  return bytes;
}
