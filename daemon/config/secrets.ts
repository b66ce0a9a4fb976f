import { readFileSync, statSync } from "node:fs";
import { Fault } from "../../core/fault.ts";
import { HOST_ROLES, type HostRole } from "../../core/resource/token.ts";

/** Secrets that settings contain literally or as the path of a file. Error messages never contain them. */

export interface StaticToken {
  readonly value: string;
  readonly roles: readonly HostRole[];
}

const TOKEN = /^[A-Za-z0-9._-]{8,128}$/;

/** Returns the join token. Called only to join, since a machine that has joined starts without the file. @throws Fault. */
export type TokenSource = () => string;

/** Parses `VALUE` or `@FILE`. */
export function tokenFlag(text: string, inCwd: (name: string) => string): TokenSource {
  return tokenSource(text, text.startsWith("@") ? inCwd(text.slice(1)) : undefined, "--token");
}

/** Parses a token, or the path of a file that contains it. */
export function tokenSetting(text: string, inFile: (name: string) => string): TokenSource {
  return tokenSource(text, text.includes("/") ? inFile(text) : undefined, "auth_token");
}

function tokenSource(text: string, file: string | undefined, what: string): TokenSource {
  if (file !== undefined) return () => tokenOf(readText(file, "the token file").trim(), what);
  const value = tokenOf(text, what);
  return () => value;
}

/** Tokens have no slash, so text with one is a path. */
function valueOrFile(text: string, inFile: (name: string) => string, what: string): string {
  return tokenOf(text.includes("/") ? readText(inFile(text), "the token file").trim() : text, what);
}

function tokenOf(value: string, what: string): string {
  if (!TOKEN.test(value))
    throw new Fault("bad_request", `${what}: expected a token of 8 to 128 letters, digits, . _ -`);
  return value;
}

/** Parses `node,proxy:VALUE`, or `node:/path` of a file that contains the value. @throws Fault. */
export function staticToken(entry: string, what: string, inFile: (name: string) => string): StaticToken {
  const colon = entry.indexOf(":");
  const roles = entry
    .slice(0, colon)
    .split(",")
    .map((name) => {
      const role = HOST_ROLES.find((known) => known === name);
      if (role === undefined)
        throw new Fault("bad_request", `${what}: there is no role "${name}"`, {
          hint: `there are: ${HOST_ROLES.join(", ")}`,
        });
      return role;
    });
  return { roles, value: valueOrFile(entry.slice(colon + 1), inFile, what) };
}

export function pins(
  texts: readonly string[],
  pathOf: (name: string) => string,
  what: string,
): readonly string[] | undefined {
  if (texts.length === 0) return undefined;
  return texts
    .flatMap((text) =>
      text.includes("/") ? readText(pathOf(text), "the file of CA pins").split("\n") : text.split(","),
    )
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map((pin) => {
      if (!/^sha256:[0-9a-f]{64}$/.test(pin))
        throw new Fault("bad_request", `${what}: expected sha256: and 64 hexadecimal digits`, {
          hint: "tctl status on the auth server shows it",
        });
      return pin;
    });
}

/** Reads a text file of at most 8 MiB; `what` describes it in messages. @throws Fault. */
export function readText(path: string, what: string): string {
  try {
    if (statSync(path).size > 8 * 1024 * 1024) throw new Fault("too_large", `${path}: larger than 8 MiB`);
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new Fault("not_found", `${what} ${path} does not exist`, { cause });
    if (code === "EACCES") throw new Fault("denied", `this user may not read ${what} ${path}`, { cause });
    throw new Fault("failed", `cannot read ${what} ${path}: ${message}`, { cause });
  }
}
