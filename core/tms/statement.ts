import { Fault } from "../fault.ts";
import { readBase64 } from "./base64.ts";

/** What the signature of a statement is good for, and nothing else is (PROTOCOL.sshsig). */
export const STATEMENT_NAMESPACE = "keycmd@sallyport";

type Bytes = Uint8Array<ArrayBuffer>;

const MAGIC: Bytes = new TextEncoder().encode("SSHSIG");
const VERSION: Bytes = new Uint8Array([0, 0, 0, 1]);
/** Bytes of an ed25519 signature (RFC 8032), and of a key with its type before it (RFC 8709). */
const RAW_LENGTH = 64;
const BLOB_LENGTH = 51;

/**
 * What the escrow says about a key on a host, signed, for the time that it cannot be asked. Whoever holds the key of the
 * escrow's signatures may check it: it is JSON with a detached signature of the form that `ssh-keygen -Y verify` takes.
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
  /** Logins that are left; null for any number. */
  readonly remaining_uses: number | null;
  /** Microseconds of the escrow's clock, in decimal, up to 2^53; of two statements the one with the larger number counts. */
  readonly serial: string;
  /** When this was said, RFC 3339. */
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
 * The statement, when one of `keys` (lines `ssh-ed25519 AAAA…`) signed it. The one way to believe it; it is on the path of a login,
 * so it goes without what takes time to load: node:crypto a millisecond more than WebCrypto, and Buffer a fifth of one.
 * @throws Fault `denied`.
 */
export async function readStatement({ text, signature }: SignedStatement, keys: readonly string[]): Promise<Statement> {
  const raw = readBase64(signature)?.subarray(-RAW_LENGTH);
  if (raw === undefined) throw refused("its signature is not base64");
  for (const line of keys) {
    const blob = readBase64(/^\S+\s+(\S+)/.exec(line.trim())?.[1] ?? "");
    // A signature of this key has one spelling, of which only the last bytes are not known beforehand.
    if (blob?.length !== BLOB_LENGTH || spelling(blob, raw) !== signature) continue;
    const key = await crypto.subtle.importKey("raw", blob.slice(-32), "Ed25519", false, ["verify"]);
    const signed = await crypto.subtle.verify("Ed25519", key, raw, signedBytes(text));
    if (!signed) throw refused("its signature is wrong");
    return parseStatement(text);
  }
  throw refused("it is not signed for this purpose by a key that is to be believed");
}

/** What a statement says, without a look at who says it: to file it, never to act on it. @throws Fault `denied`. */
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
  if (version !== 1) throw refused("it is of a version that is not known");
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
    throw refused("a field of it is missing or wrong");
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

/** How a signature of this ed25519 key is written (PROTOCOL.sshsig, RFC 8709), when these are its own 64 bytes. */
function spelling(blob: Bytes, raw: Bytes): string {
  const inner = concat(string("ssh-ed25519"), string(raw));
  return concat(MAGIC, VERSION, string(blob), purpose(), string(inner)).toBase64();
}

/** What is signed, which has the text's digest in it. */
function signedBytes(text: string): Bytes {
  const digest = new Uint8Array(new Bun.CryptoHasher("sha512").update(text).digest());
  return concat(MAGIC, purpose(), string(digest));
}

/** Namespace, nothing in reserve, and the hash. */
function purpose(): Bytes {
  return concat(string(STATEMENT_NAMESPACE), string(""), string("sha512"));
}

/** A string of SSH (RFC 4251 §5) that is shorter than 256 bytes. */
function string(value: string | Bytes): Bytes {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return concat(new Uint8Array([0, 0, 0, bytes.length]), bytes);
}

function concat(...parts: readonly Bytes[]): Bytes {
  return new Uint8Array(Bun.concatArrayBuffers([...parts]));
}

function refused(why: string): Fault {
  return new Fault("denied", `a statement of the escrow is refused: ${why}`);
}
