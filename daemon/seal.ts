import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { Fault } from "../core/fault.ts";
import { writePrivate } from "./files.ts";

const NONCE = 12;
const TAG = 16;

/** Keeps secrets unreadable in a copy of the database: AES-256-GCM under a key that is not in the database. */
export class Seal {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** `about` is where the secret belongs (its storage key): moved elsewhere, it does not open. */
  close(secret: string, about: string): string {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    cipher.setAAD(Buffer.from(about));
    const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
  }

  /** @throws Fault `failed` when the key is another one or the text was altered. */
  open(sealed: string, about: string): string {
    const bytes = Buffer.from(sealed, "base64");
    try {
      const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, NONCE), { authTagLength: TAG });
      decipher.setAAD(Buffer.from(about));
      decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      return decipher.update(bytes.subarray(NONCE + TAG), undefined, "utf8") + decipher.final("utf8");
    } catch (cause) {
      throw new Fault("failed", `the master key does not open ${about}`, {
        hint: "put back the master.key that this database was made with",
        cause,
      });
    }
  }
}

/**
 * The master key: systemd's credential `sallyport-master-key` where there is one, else `file`, made on first use.
 * `unused` says that nothing is sealed with it yet; otherwise a missing key must not be replaced in silence.
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
