import { Fault } from "../fault.ts";
import { readBase64 } from "./base64.ts";

/** The types of key that sshd knows and that we trust (core/cert/public-key.ts), by the names in their lines. */
const TYPES: ReadonlySet<string> = new Set([
  "ssh-ed25519",
  "ssh-rsa",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "sk-ssh-ed25519@openssh.com",
  "sk-ecdsa-sha2-nistp256@openssh.com",
]);

/** The options that take rights away and do nothing else. `command=`, `environment=` and the like would give some. */
const OPTIONS: readonly RegExp[] = [
  /^restrict$/,
  /^pty$/,
  /^from="[0-9A-Fa-f.:/]+(?:,[0-9A-Fa-f.:/]+)*"$/,
  /^expiry-time="\d{8}(?:\d{4}(?:\d{2})?)?Z?"$/,
];

/** Characters of a line: an RSA key of 16384 bits takes 2,800, a long `from=` the rest. */
const MAX_LENGTH = 16_384;

/** A line of authorized_keys (sshd(8)), taken apart. */
export interface KeyLine {
  /** As they stand in the line, in its order. */
  readonly options: readonly string[];
  readonly type: string;
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  /** The line put together again from these, without a comment. */
  readonly text: string;
}

/**
 * Reads `[options] type base64 [comment]`. What the key consists of is not looked at: whoever compares the fingerprint with
 * that of a key at hand knows that it is that key. Nothing heavy is loaded for this: it is on the path of every login.
 * @throws Fault `denied` for anything else, for options that could give rights, and for control characters.
 */
export function readKeyLine(line: string): KeyLine {
  const text = line.trim();
  if (text.length > MAX_LENGTH) throw refused("it is too long");
  if (/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/.test(text)) throw refused("it has control characters");
  // A blank inside quotes does not end the options.
  const [, word, rest] = /^((?:[^ \t"]|"[^"]*")+)[ \t]+(.+)$/.exec(text) ?? [];
  if (word === undefined || rest === undefined) throw refused("it is not of two words");
  const options = TYPES.has(word) ? [] : optionsOf(word);
  const [type = "", base64 = ""] = /^([^ \t]+)[ \t]+([^ \t]+)/.exec(TYPES.has(word) ? text : rest)?.slice(1) ?? [];
  if (!TYPES.has(type)) throw refused("no type of key is where it should be");
  const strange = options.find((option) => !OPTIONS.some((known) => known.test(option)));
  if (strange !== undefined) throw refused(`the option ${JSON.stringify(strange.slice(0, 64))} is not let through`);
  const blob = readBase64(base64);
  if (blob === undefined) throw refused("the key is not base64");
  // A key begins with its type, a string of SSH (RFC 4251 §5).
  const named = String.fromCharCode(0, 0, 0, type.length) + type;
  if (String.fromCharCode(...blob.subarray(0, named.length)) !== named)
    throw refused(`the key is not of the type ${type}`);
  // 32 bytes are 43 digits and a padding.
  const digest = new Bun.CryptoHasher("sha256").update(blob).digest("base64").slice(0, 43);
  const prefix = options.length === 0 ? "" : `${options.join(",")} `;
  return { options, type, fingerprint: `SHA256:${digest}`, text: `${prefix}${type} ${base64}` };
}

function optionsOf(word: string): string[] {
  const options = word.match(/(?:[^,"]|"[^"]*")+/g) ?? [];
  if (options.join(",") !== word) throw refused("its options cannot be told apart");
  return options;
}

function refused(why: string): Fault {
  return new Fault("denied", `a line for authorized_keys is refused: ${why}`);
}
