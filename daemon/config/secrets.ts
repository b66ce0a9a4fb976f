import { readFileSync, statSync } from "node:fs";
import { Fault } from "../../core/fault.ts";
import { HOST_ROLES, type HostRole } from "../../core/resource/token.ts";

/** Values that are given as they are or as the name of a file that holds them. None ever shows in a message. */

export interface StaticToken {
  readonly value: string;
  readonly roles: readonly HostRole[];
}

const TOKEN = /^[A-Za-z0-9._-]{8,128}$/;

/** A join token, read when it is needed: a machine that has joined starts without the file. @throws Fault */
export type TokenSource = () => string;

/** `VALUE` or `@FILE`. */
export function tokenFlag(text: string, inCwd: (name: string) => string): TokenSource {
  return tokenSource(text, text.startsWith("@") ? inCwd(text.slice(1)) : undefined, "--token");
}

/** A value, or the path of a file that holds it. */
export function tokenSetting(text: string, inFile: (name: string) => string): TokenSource {
  return tokenSource(text, text.includes("/") ? inFile(text) : undefined, "auth_token");
}

function tokenSource(text: string, file: string | undefined, what: string): TokenSource {
  if (file !== undefined) return () => tokenOf(readText(file, "the token file").trim(), what);
  const value = tokenOf(text, what);
  return () => value;
}

/** A token's alphabet has no slash, so what has one is the path of a file that holds it. */
function valueOrFile(text: string, inFile: (name: string) => string, what: string): string {
  return tokenOf(text.includes("/") ? readText(inFile(text), "the token file").trim() : text, what);
}

function tokenOf(value: string, what: string): string {
  if (!TOKEN.test(value))
    throw new Fault("bad_request", `${what}: expected a token of 8 to 128 letters, digits, . _ -`);
  return value;
}

/** `node,proxy:VALUE`, or `node:/path` of a file that holds the value. */
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

/** A small text file that the configuration names. */
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
