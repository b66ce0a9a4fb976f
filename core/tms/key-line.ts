import { Fault } from "../fault.ts";

/** Key types that sshd supports and core/cert/public-key.ts accepts, as named in authorized_keys. */
const TYPES: ReadonlySet<string> = new Set([
  "ssh-ed25519",
  "ssh-rsa",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "sk-ssh-ed25519@openssh.com",
  "sk-ecdsa-sha2-nistp256@openssh.com",
]);

/** Options that only restrict. `command=`, `environment=` and others, which could grant rights, are refused. */
const OPTIONS: readonly RegExp[] = [
  /^restrict$/,
  /^pty$/,
  /^from="[0-9A-Fa-f.:/]+(?:,[0-9A-Fa-f.:/]+)*"$/,
  /^expiry-time="\d{8}(?:\d{4}(?:\d{2})?)?Z?"$/,
];

/** Length of a line: an RSA key of 16384 bits takes 2,800 characters, a long `from=` the rest. Characters. */
const MAX_LENGTH = 16_384;

/** A parsed line of authorized_keys (sshd(8)). */
export interface KeyLine {
  /** The options, in the order of the line. */
  readonly options: readonly string[];
  readonly type: string;
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  /** The line rebuilt from these fields, without a comment. */
  readonly text: string;
}

/**
 * Parses `[options] type base64 [comment]`. It does not parse the key's fields, as the caller compares the fingerprint with
 * that of a known key. It avoids slow imports, as it runs in every login.
 * @throws Fault `denied` for any other form, for options that could grant rights, and for control characters.
 */
export function readKeyLine(line: string): KeyLine {
  const text = line.trim();
  if (text.length > MAX_LENGTH) throw refused("it is too long");
  if (/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/.test(text)) throw refused("it has control characters");
  // A space in quotes does not end the options.
  const [, first, rest] = /^((?:[^ \t"]|"[^"]*")+)[ \t]+(.+)$/.exec(text) ?? [];
  if (first === undefined || rest === undefined) throw refused("it has fewer than two fields");
  const options = TYPES.has(first) ? [] : parseOptions(first);
  const [type = "", base64 = ""] = /^([^ \t]+)[ \t]+([^ \t]+)/.exec(TYPES.has(first) ? text : rest)?.slice(1) ?? [];
  if (!TYPES.has(type)) throw refused("it has no known key type");
  const forbidden = options.find((option) => !OPTIONS.some((known) => known.test(option)));
  if (forbidden !== undefined) throw refused(`the option ${JSON.stringify(forbidden.slice(0, 64))} is not allowed`);
  const blob = readBase64(base64);
  if (blob === undefined) throw refused("the key is not base64");
  // The blob begins with the key type, an SSH string (RFC 4251 §5).
  const typePrefix = String.fromCharCode(0, 0, 0, type.length) + type;
  if (String.fromCharCode(...blob.subarray(0, typePrefix.length)) !== typePrefix)
    throw refused(`the key is not of the type ${type}`);
  // Base64 of 32 bytes: 43 characters and one of padding, which OpenSSH omits.
  const digest = new Bun.CryptoHasher("sha256").update(blob).digest("base64").slice(0, 43);
  const prefix = options.length === 0 ? "" : `${options.join(",")} `;
  return { options, type, fingerprint: `SHA256:${digest}`, text: `${prefix}${type} ${base64}` };
}

function parseOptions(text: string): string[] {
  const options = text.match(/(?:[^,"]|"[^"]*")+/g) ?? [];
  if (options.join(",") !== text) throw refused("its options are malformed");
  return options;
}

function refused(why: string): Fault {
  return new Fault("denied", `a line for authorized_keys is refused: ${why}`);
}

/**
 * Decodes canonical base64 (RFC 4648 §3.5); undefined for anything else. It does not use Buffer, which takes 0.2 ms to load:
 * this runs in every login.
 */
export function readBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const bytes = Uint8Array.fromBase64(text);
    return bytes.toBase64() === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}
