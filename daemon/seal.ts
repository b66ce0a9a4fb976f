import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { Fault } from "../core/fault.ts";
import { writePrivate } from "./files.ts";

/** Secrets at rest: a secret that is only compared is stored as its digest; one that has to be read is sealed. */

/** AES-GCM nonce and tag sizes, in bytes. */
const NONCE = 12;
const TAG = 16;

/** The storage key of a secret value: its SHA-256 in hex. */
export function digest(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Generates a secret of 128 bits, as 32 hex digits. */
export function newSecret(): string {
  return randomBytes(16).toString("hex");
}

/** Encrypts secrets in the database with AES-256-GCM, under a key that is not in the database. */
export class Seal {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /**
   * Encrypts a secret. `context` is its storage key, as additional authenticated data: a sealed value that was moved to
   * another key does not open. @returns base64 of nonce, tag and ciphertext.
   */
  close(secret: string, context: string): string {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    cipher.setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
  }

  /** Decrypts a sealed secret. @throws Fault `failed` when the key or `context` differs or the text was altered. */
  open(sealed: string, context: string): string {
    const bytes = Buffer.from(sealed, "base64");
    try {
      const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, NONCE), { authTagLength: TAG });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      return decipher.update(bytes.subarray(NONCE + TAG), undefined, "utf8") + decipher.final("utf8");
    } catch (cause) {
      throw new Fault("failed", `the master key does not open ${context}`, {
        hint: "put back the master.key that this database was made with",
        cause,
      });
    }
  }
}

/**
 * Reads the master key: systemd's credential `sallyport-master-key` if present (systemd.exec(5) LoadCredential), else
 * `file`. A missing file is created only if `unused`, which means that the database has no sealed secrets yet.
 * @throws Fault `failed` when the key is missing or malformed.
 */
export function openSeal(file: string, unused: boolean): Seal {
  const credentials = process.env.CREDENTIALS_DIRECTORY;
  const credential = credentials === undefined ? undefined : `${credentials}/sallyport-master-key`;
  const from = credential !== undefined && existsSync(credential) ? credential : file;
  if (!existsSync(from)) {
    if (!unused)
      throw new Fault("failed", `${file} is missing`, {
        hint: "restore it from your backup: without it the private keys in the database cannot be opened",
      });
    writePrivate(file, `${randomBytes(32).toString("base64")}\n`);
  }
  const key = Buffer.from(readFileSync(from, "utf8").trim(), "base64");
  if (key.length !== 32) throw new Fault("failed", `${from} does not hold a 32-byte key in base64`);
  return new Seal(key);
}
