import { accessSync, constants, realpathSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Environment } from "../../profile.ts";

/**
 * The absolute command that starts this program as `tsh`: the symlink of this call, which stays valid after an update, or
 * else the executable with the word `tsh`.
 */
export function ownCommand(env: Environment): readonly string[] {
  const called = calledAs(process.argv0, env);
  if (called !== undefined && isSame(called, process.execPath))
    return basename(called) === "tsh" ? [called] : [called, "tsh"];
  return [process.execPath, "tsh"];
}

function calledAs(word: string, env: Environment): string | undefined {
  if (word.includes("/")) return resolve(word);
  return (env.PATH ?? "")
    .split(":")
    .filter((dir) => dir.startsWith("/"))
    .map((dir) => join(dir, word))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isSame(file: string, other: string): boolean {
  try {
    return realpathSync(file) === realpathSync(other);
  } catch {
    return false;
  }
}
