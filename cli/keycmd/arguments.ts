import { Fault } from "../../core/fault.ts";

/** The arguments of one call by sshd (sshd_config(5), tokens %u %U %f %t and %C). */
export interface KeyQuery {
  /** The account of the login. */
  readonly user: string;
  readonly uid: string;
  /** `SHA256:…` of the key that was offered. */
  readonly fingerprint: string;
  /** The name of the key's type, such as `ssh-ed25519`. */
  readonly keyType: string;
  /** Both ends of the connection, where sshd_config has `%C`. */
  readonly endpoints: string | undefined;
  /** `--config`. */
  readonly config: string | undefined;
}

/** The last of 43 digits of base64 carries four bits. */
const FINGERPRINT = /^SHA256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$/;

/** Reads `[--config FILE] user uid fingerprint type [endpoints]`. @throws Fault `bad_request` for anything else. */
export function readArguments(words: readonly string[]): KeyQuery {
  const { config, rest } = takeConfig(words);
  const [user = "", uid = "", fingerprint = "", keyType = "", endpoints] = rest;
  if (rest.length < 4 || rest.length > 5)
    throw wrong(
      `expected the arguments %u %U %f %t of sshd, and perhaps %C, but there are ${rest.length}; keycmd --help has its commands`,
    );
  if (!isShowable(user, 255)) throw wrong("the user name is empty, too long or has control characters");
  if (!/^(?:0|[1-9]\d{0,9})$/.test(uid) || Number(uid) > 0xffff_ffff) throw wrong(`${quote(uid)} is not a user id`);
  if (!FINGERPRINT.test(fingerprint))
    throw wrong(`${quote(fingerprint)} is not a fingerprint like SHA256:…; sshd's FingerprintHash has to be sha256`);
  if (!/^[a-z0-9@.-]{1,64}$/.test(keyType)) throw wrong(`${quote(keyType)} is not a type of key`);
  if (endpoints !== undefined && !isShowable(endpoints, 255))
    throw wrong(`${quote(endpoints)} is not what %C stands for`);
  return { user, uid, fingerprint, keyType, endpoints, config };
}

/** Flags must come first: the words after them come from sshd, and a user may have any name. */
function takeConfig(words: readonly string[]): { config: string | undefined; rest: readonly string[] } {
  const [first = "", second] = words;
  const after = first.startsWith("--config=") ? 1 : first === "--config" ? 2 : 0;
  const config = after === 1 ? first.slice("--config=".length) : after === 2 ? second : undefined;
  if (after > 0 && !config) throw wrong("--config needs the name of a file");
  const rest = words.slice(after);
  if (rest[0] === "--") return { config, rest: rest.slice(1) };
  if (rest[0]?.startsWith("-")) throw wrong(`unknown flag ${quote(rest[0])}`);
  return { config, rest };
}

function isShowable(text: string, most: number): boolean {
  return text.length > 0 && text.length <= most && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text);
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

function wrong(what: string): Fault {
  return new Fault("bad_request", what);
}
