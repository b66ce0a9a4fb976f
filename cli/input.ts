import { readFileSync } from "node:fs";
import { systemFault } from "./system-error.ts";

/** The text of a file named on the line, `-` being stdin. @throws Fault that says which; not all of the system's errors do. */
export function readInput(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw systemFault(error, file === "-" ? "stdin" : file) ?? error;
  }
}
