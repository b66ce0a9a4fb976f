import { Fault } from "../fault.ts";
import { readBase64 } from "./key-line.ts";

/** The SSHSIG namespace of statements (PROTOCOL.sshsig): a signature is valid for this purpose only. */
export const STATEMENT_NAMESPACE = "keycmd@sallyport";

type Bytes = Uint8Array<ArrayBuffer>;

const MAGIC: Bytes = new TextEncoder().encode("SSHSIG");
const VERSION: Bytes = new Uint8Array([0, 0, 0, 1]);
/** Lengths of an ed25519 signature (RFC 8032) and of a public key blob (RFC 8709). Bytes. */
const RAW_LENGTH = 64;
const BLOB_LENGTH = 51;

/**
 * A signed statement of TMS about a key on a host, which the host may cache for times when TMS is unreachable. It is JSON
 * with a detached signature in the format of `ssh-keygen -Y verify`.
 */
export interface Statement {
  readonly version: 1;
  readonly host: string;
  /** The name of the account on the host. */
  readonly account: string;
  /** `SHA256:…`. */
  readonly fingerprint: string;
  /** The line for authorized_keys, options included. */
  readonly line: string;
  /** When the key expires, RFC 3339; null for never. */
  readonly expires: string | null;
  /** Logins left; null for unlimited. */
  readonly remaining_uses: number | null;
  /** Microseconds of TMS's clock, in decimal, at most 2^53. Of two statements the one with the larger serial is current. */
  readonly serial: string;
  /** The time of issue, RFC 3339. */
  readonly issued: string;
}

export interface SignedStatement {
  readonly text: string;
  /** Base64 of a signature as in PROTOCOL.sshsig, made with SHA-512 and an ed25519 key. */
  readonly signature: string;
}

/** The bytes that are signed. */
export function statementText(statement: Statement): string {
  const { version, host, account, fingerprint, line, expires, remaining_uses, serial, issued } = statement;
  return JSON.stringify({ version, host, account, fingerprint, line, expires, remaining_uses, serial, issued });
}

/**
 * Verifies that one of `keys` (lines `ssh-ed25519 AAAA…`) signed the statement, and parses it. It is the only function that
 * authenticates statements. It runs in every login, so it avoids slow imports: node:crypto takes 1 ms longer to load than
 * WebCrypto, Buffer 0.2 ms.
 * @throws Fault `denied` for a statement that is malformed, or not signed by one of the keys for this purpose.
 */
export async function readStatement({ text, signature }: SignedStatement, keys: readonly string[]): Promise<Statement> {
  const raw = readBase64(signature)?.subarray(-RAW_LENGTH);
  if (raw === undefined) throw refused("its signature is not base64");
  for (const line of keys) {
    const blob = readBase64(/^\S+\s+(\S+)/.exec(line.trim())?.[1] ?? "");
    // An SSHSIG of this key has one encoding, of which only the last 64 bytes vary: compare it as text.
    if (blob?.length !== BLOB_LENGTH || encodeSshsig(blob, raw) !== signature) continue;
    const key = await crypto.subtle.importKey("raw", blob.slice(-32), "Ed25519", false, ["verify"]);
    const signed = await crypto.subtle.verify("Ed25519", key, raw, signedBytes(text));
    if (!signed) throw refused("its signature is wrong");
    return parseStatement(text);
  }
  throw refused("it is not signed for this purpose by a key that is trusted");
}

/** Parses a statement without verifying its signature: to store it, never to act on it. @throws Fault `denied`. */
export function parseStatement(text: string): Statement {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw refused("it is not JSON");
  }
  if (typeof read !== "object" || read === null) throw refused("it is not an object");
  const { version, host, account, fingerprint, line, expires, remaining_uses, serial, issued } = read as Record<
    string,
    unknown
  >;
  if (version !== 1) throw refused("it is of an unsupported version");
  const uses = remaining_uses;
  if (
    !isText(host) ||
    !isText(account) ||
    !isText(fingerprint) ||
    !isText(line) ||
    !(expires === null || isTime(expires)) ||
    !(uses === null || (typeof uses === "number" && Number.isSafeInteger(uses) && uses >= 0)) ||
    !(isText(serial) && /^\d{1,16}$/.test(serial) && Number.isSafeInteger(Number(serial))) ||
    !isTime(issued)
  )
    throw refused("a field is missing or invalid");
  return { version, host, account, fingerprint, line, expires, remaining_uses: uses, serial, issued };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTime(value: unknown): value is string {
  return (
    isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(value) && !Number.isNaN(Date.parse(value))
  );
}

/** The base64 of the SSHSIG of this ed25519 key with these 64 signature bytes (PROTOCOL.sshsig, RFC 8709). */
function encodeSshsig(blob: Bytes, raw: Bytes): string {
  const inner = concat(string("ssh-ed25519"), string(raw));
  return concat(MAGIC, VERSION, string(blob), purpose(), string(inner)).toBase64();
}

/** The signed data, which contains the digest of the text. */
function signedBytes(text: string): Bytes {
  const digest = new Uint8Array(new Bun.CryptoHasher("sha512").update(text).digest());
  return concat(MAGIC, purpose(), string(digest));
}

/** The fields namespace, reserved and hash algorithm. */
function purpose(): Bytes {
  return concat(string(STATEMENT_NAMESPACE), string(""), string("sha512"));
}

/** An SSH string (RFC 4251 §5) shorter than 256 bytes. */
function string(value: string | Bytes): Bytes {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return concat(new Uint8Array([0, 0, 0, bytes.length]), bytes);
}

function concat(...parts: readonly Bytes[]): Bytes {
  return new Uint8Array(Bun.concatArrayBuffers([...parts]));
}

function refused(why: string): Fault {
  return new Fault("denied", `a signed statement is refused: ${why}`);
}
