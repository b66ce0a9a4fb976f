import { Fault } from "../fault.ts";

/** What the signature of a statement is good for, and nothing else is (PROTOCOL.sshsig). */
export const STATEMENT_NAMESPACE = "keycmd@sallyport";

const MAGIC = "SSHSIG";

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
  /** Microseconds of the escrow's clock, in decimal; of two statements the one with the larger number counts. */
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
 * so WebCrypto checks it, which is there in a third of the time that node:crypto takes to load.
 * @throws Fault `denied`.
 */
export async function readStatement({ text, signature }: SignedStatement, keys: readonly string[]): Promise<Statement> {
  const bytes = Buffer.from(signature, "base64");
  if (bytes.toString("base64") !== signature) throw refused("its signature is not base64");
  for (const line of keys) {
    const blob = Buffer.from(line.trim().split(/[ \t]+/, 2)[1] ?? "", "base64");
    // A signature of this key has one spelling, of which only the last 64 bytes are not known beforehand.
    const begin = beginningOf(blob);
    if (bytes.length !== begin.length + 64 || !bytes.subarray(0, begin.length).equals(begin)) continue;
    const key = await crypto.subtle.importKey("raw", new Uint8Array(blob.subarray(-32)), "Ed25519", false, ["verify"]);
    const signed = await crypto.subtle.verify("Ed25519", key, new Uint8Array(bytes.subarray(-64)), signedBytes(text));
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
    !(isText(serial) && /^\d{1,19}$/.test(serial)) ||
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

/** What a signature of this ed25519 key begins with: all but the signature itself (PROTOCOL.sshsig, RFC 8709). */
function beginningOf(blob: Buffer): Buffer {
  const [version, length] = [Buffer.from([0, 0, 0, 1]), Buffer.from([0, 0, 0, 64])];
  const inner = Buffer.concat([string("ssh-ed25519"), length]);
  const innerLength = Buffer.from([0, 0, 0, inner.length + 64]);
  return Buffer.concat([Buffer.from(MAGIC), version, string(blob), purpose(), innerLength, inner]);
}

/** What is signed, which has the text's digest in it. */
function signedBytes(text: string): Uint8Array<ArrayBuffer> {
  const digest = new Bun.CryptoHasher("sha512").update(text).digest();
  return new Uint8Array(Buffer.concat([Buffer.from(MAGIC), purpose(), string(digest)]));
}

/** Namespace, nothing in reserve, and the hash. */
function purpose(): Buffer {
  return Buffer.concat([string(STATEMENT_NAMESPACE), string(""), string("sha512")]);
}

/** A string of SSH (RFC 4251 §5) that is shorter than 256 bytes. */
function string(value: string | Uint8Array): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  return Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
}

function refused(why: string): Fault {
  return new Fault("denied", `a statement of the escrow is refused: ${why}`);
}
