import { fromBase64, Reader, Writer } from "../cert/wire.ts";
import { Fault } from "../fault.ts";

/** What the signature of a statement is good for, and nothing else is (PROTOCOL.sshsig). */
export const STATEMENT_NAMESPACE = "keycmd@sallyport";

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
 * The statement, when one of `keys` (lines `ssh-ed25519 AAAA…`) signed it. The one way to believe it; it is on the path of a login, and
 * WebCrypto is loaded in a third of the time of node:crypto.
 * @throws Fault `denied`.
 */
export async function readStatement(signed: SignedStatement, keys: readonly string[]): Promise<Statement> {
  const bytes = Buffer.from(signed.text);
  const { publicKey, signature, data } = readSignature(signed.signature, bytes);
  if (!keys.some((line) => blobOf(line).equals(publicKey)))
    throw refused("it is signed by a key that is not among those to be believed");
  const key = await crypto.subtle.importKey("raw", rawOf(publicKey), "Ed25519", false, ["verify"]);
  if (!(await crypto.subtle.verify("Ed25519", key, signature, data))) throw refused("its signature is wrong");
  return parseStatement(signed.text);
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

interface Signature {
  readonly publicKey: Buffer;
  /** The 64 bytes of ed25519. */
  readonly signature: Uint8Array<ArrayBuffer>;
  /** What they are over. */
  readonly data: Uint8Array<ArrayBuffer>;
}

function readSignature(base64: string, message: Uint8Array): Signature {
  try {
    const reader = new Reader(fromBase64(base64));
    const magic = Array.from({ length: 6 }, () => String.fromCharCode(reader.byte())).join("");
    const version = reader.uint32();
    const publicKey = reader.string();
    const [namespace, reserved, hash] = [reader.text(), reader.string(), reader.text()];
    const inner = new Reader(reader.string());
    reader.end();
    const [format, signature] = [inner.text(), inner.string()];
    inner.end();
    if (magic !== "SSHSIG" || version !== 1 || namespace !== STATEMENT_NAMESPACE || hash !== "sha512")
      throw refused("its signature is for something else");
    if (format !== "ssh-ed25519" || signature.length !== 64) throw refused("its signature is not ed25519");
    const digest = new Bun.CryptoHasher("sha512").update(message).digest();
    const data = new Writer().raw(Buffer.from(magic)).string(namespace).string(reserved).string(hash).string(digest);
    return { publicKey, signature: new Uint8Array(signature), data: new Uint8Array(data.done()) };
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === "denied") throw thrown;
    throw refused("its signature is malformed");
  }
}

/** The point of an ed25519 key. */
function rawOf(blob: Buffer): Uint8Array<ArrayBuffer> {
  const reader = new Reader(blob);
  const [type, point] = [reader.text(), reader.string()];
  reader.end();
  if (type !== "ssh-ed25519" || point.length !== 32) throw refused("it is signed by a key that is not ed25519");
  return new Uint8Array(point);
}

function blobOf(line: string): Buffer {
  return Buffer.from(line.trim().split(/[ \t]+/)[1] ?? "", "base64");
}

function refused(why: string): Fault {
  return new Fault("denied", `a statement of the escrow is refused: ${why}`);
}
