import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { parseDuration } from "../../core/duration.ts";
import { Fault } from "../../core/fault.ts";
import type { Args } from "../command.ts";

/** The configuration of keycmd, written by root. */
export interface Config {
  readonly file: string;
  /** URL of the key retrieval. */
  readonly url: URL;
  /** Name of this host in tms. */
  readonly host: string;
  readonly caFile: string | undefined;
  /** Skip the verification of the server's certificate, and allow `http:`. */
  readonly insecure: boolean;
  readonly timeoutMs: number;
  /** Directory of cached statements, used while tms is unreachable. */
  readonly cache: string | undefined;
  readonly maxStaleMs: number;
  readonly credentialFile: string | undefined;
  /** `syslog`, or a file. */
  readonly log: string;
  /** Trusted signing keys of tms, lines `ssh-ed25519 AAAA…`. */
  readonly escrowKeys: readonly string[];
}

export const OWN_FILE = "/etc/sallyport/keycmd.toml";
/** The configuration of TMS KeyCmd, which keycmd reads, too. */
export const TMS_FILE = "/etc/ssh/tms_keycmd/tms_keycmd.toml";

/** `--config` of the commands for people. */
export const globals = {
  config: {
    type: "string",
    valueHint: "file",
    complete: "file",
    description: `Configuration file (default: ${OWN_FILE}, then the file of TMS KeyCmd)`,
  },
} as const satisfies Args;

const RETRIEVE = "/v1/tms/pubkeys/creds/retrieve";
const TIMEOUT_MS = { least: 100, most: 10_000, usual: 3_000 } as const;
const STALE_SECONDS = { most: 86_400, usual: 900 } as const;
const MAX_BYTES = 65_536;
/** Key type, the fixed prefix of the blob (RFC 8709), 32 bytes of key, and an optional comment. */
const KEY_LINE = /^ssh-ed25519[ \t]+AAAAC3NzaC1lZDI1NTE5AAAA[A-Za-z0-9+/]{44}(?:[ \t]|$)/;

/** Parser of a value (undefined if invalid) and a description of valid values. */
interface Key<T> {
  readonly read: (value: unknown) => T | undefined;
  readonly like: string;
}

const KEYS = {
  tms_url: { read: readUrl, like: `a URL such as "https://escrow.example.com:3000${RETRIEVE}"` },
  host_name: { read: readName, like: "the name that the escrow knows this host by" },
  ca_file: { read: readPath, like: "an absolute path" },
  insecure: { read: readFlag, like: "true or false" },
  timeout_ms: { read: readTimeout, like: `milliseconds, ${TIMEOUT_MS.least} to ${TIMEOUT_MS.most}` },
  cache: { read: readPath, like: "an absolute path" },
  max_stale: { read: readStale, like: 'seconds or a duration such as "15m", at most "24h", or 0 for none' },
  credential_file: { read: readPath, like: "an absolute path" },
  log: { read: readLog, like: '"syslog" or an absolute path' },
  escrow_keys: { read: readKeys, like: 'a list of lines "ssh-ed25519 AAAA…"' },
} as const satisfies Readonly<Record<string, Key<unknown>>>;
export const CONFIG_KEYS = Object.keys(KEYS) as readonly (keyof typeof KEYS)[];

/** Reads the given file, or else our default, or else the file of TMS KeyCmd. @throws Fault `bad_request` that names file and key */
export function readConfig(named: string | undefined): Config {
  const { file, text } = readFirst(named === undefined ? [OWN_FILE, TMS_FILE] : [named]);
  return parseConfig(text, file);
}

/** @throws Fault `bad_request` that names the file and the key. */
export function parseConfig(text: string, file: string): Config {
  let read: Record<string, unknown>;
  try {
    read = Bun.TOML.parse(text) as Record<string, unknown>;
  } catch (thrown) {
    throw wrong(file, `this is not TOML: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
  // The file of TMS KeyCmd may contain other keys; in ours, a misspelt key is an error.
  for (const key in read)
    if (!Object.hasOwn(KEYS, key) && basename(file) !== basename(TMS_FILE))
      throw wrong(file, `${JSON.stringify(key)} is not a known key; known keys: ${CONFIG_KEYS.join(", ")}`);
  const value = <K extends keyof typeof KEYS>(key: K) => {
    if (!Object.hasOwn(read, key)) return undefined;
    const found = KEYS[key].read(read[key]);
    if (found === undefined) throw wrong(file, `${key}: expected ${KEYS[key].like}`);
    return found as NonNullable<ReturnType<(typeof KEYS)[K]["read"]>>;
  };
  const needed = <K extends keyof typeof KEYS>(key: K) => {
    const found = value(key);
    if (found === undefined) throw wrong(file, `${key} is missing`);
    return found;
  };
  const config: Config = {
    file,
    url: needed("tms_url"),
    host: needed("host_name"),
    caFile: value("ca_file"),
    insecure: value("insecure") ?? false,
    timeoutMs: value("timeout_ms") ?? TIMEOUT_MS.usual,
    cache: value("cache"),
    maxStaleMs: (value("max_stale") ?? STALE_SECONDS.usual) * 1000,
    credentialFile: value("credential_file"),
    log: value("log") ?? "syslog",
    escrowKeys: value("escrow_keys") ?? [],
  };
  if (config.url.protocol === "http:" && !config.insecure)
    throw wrong(file, "tms_url: http lets anyone on the network path grant logins; use https:, or set insecure = true");
  return config;
}

/** The host's credentials as the value of a header. @throws Fault `bad_request` that names the file */
export function readCredential(file: string): string {
  const { text, mode } = readSmall(file);
  if ((mode & 0o037) !== 0)
    throw wrong(file, "other users can read the credential; make the file readable by its owner only");
  const credential = text.trim().split(/\s+/).join(",");
  if (!/^[\x21-\x7e]{1,4096}$/.test(credential)) throw wrong(file, "the file contains no credential");
  return credential;
}

function readFirst(files: readonly string[]): { file: string; text: string } {
  for (const file of files) {
    try {
      const { text, mode } = readSmall(file);
      if ((mode & 0o022) !== 0) throw wrong(file, "other users can write to it; make it writable by its owner only");
      return { file, text };
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.code !== "not_found") throw thrown;
    }
  }
  throw new Fault("bad_request", `${files.join(" and ")}: no such file`, {
    hint: 'write it with "sallyport keycmd install"',
  });
}

/** @throws Fault `not_found` for a missing file, `bad_request` for one that cannot be read */
export function readSmall(file: string): { readonly text: string; readonly mode: number; readonly uid: number } {
  let fd: number | undefined;
  try {
    fd = openSync(file, "r");
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.size > MAX_BYTES) throw wrong(file, "this is not a small file");
    return { text: readFileSync(fd, "utf8"), mode: stat.mode, uid: stat.uid };
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    const { code } = thrown as NodeJS.ErrnoException;
    throw new Fault(code === "ENOENT" ? "not_found" : "bad_request", `${file}: cannot be read (${code})`);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function readUrl(value: unknown): URL | undefined {
  const url = typeof value === "string" ? URL.parse(value) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return undefined;
  if (url.username !== "" || url.password !== "" || url.hash !== "") return undefined;
  if (url.pathname === "/") url.pathname = RETRIEVE;
  return url;
}

function readName(value: unknown): string | undefined {
  const fits =
    typeof value === "string" &&
    value.trim() !== "" &&
    value.length <= 255 &&
    !/[\u0000-\u001f\u007f-\u009f]/.test(value);
  return fits ? value : undefined;
}

function readPath(value: unknown): string | undefined {
  return typeof value === "string" && value.startsWith("/") && !value.includes("\0") ? value : undefined;
}

function readLog(value: unknown): string | undefined {
  return value === "syslog" ? value : readPath(value);
}

function readFlag(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

function readTimeout(value: unknown): number | undefined {
  return isWhole(value) && value >= TIMEOUT_MS.least && value <= TIMEOUT_MS.most ? value : undefined;
}

function readStale(value: unknown): number | undefined {
  try {
    const seconds = typeof value === "string" ? parseDuration(value) : value;
    return isWhole(seconds) && seconds <= STALE_SECONDS.most ? seconds : undefined;
  } catch {
    return undefined;
  }
}

function readKeys(value: unknown): readonly string[] | undefined {
  const isLine = (line: unknown) => typeof line === "string" && KEY_LINE.test(line);
  return Array.isArray(value) && value.every(isLine) ? value : undefined;
}

function isWhole(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function wrong(file: string, what: string): Fault {
  return new Fault("bad_request", `${file}: ${what}`);
}
