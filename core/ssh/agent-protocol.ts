import { Reader, Writer } from "../cert/wire.ts";

/** Message numbers of the ssh-agent protocol (draft-miller-ssh-agent §5.1). A message is `uint32 length`, `byte type`, content. */
export const MESSAGE = {
  failure: 5,
  success: 6,
  requestIdentities: 11,
  identities: 12,
  signRequest: 13,
  signature: 14,
  addIdentity: 17,
  removeIdentity: 18,
  addConstrained: 25,
} as const;

/** Bytes; AGENT_MAX_LEN of OpenSSH. */
const MAX_MESSAGE = 256 * 1024;

export interface Message {
  readonly type: number;
  readonly body: Buffer;
}

export function frame(type: number, body: Uint8Array = Buffer.alloc(0)): Buffer {
  return new Writer()
    .uint32(body.length + 1)
    .byte(type)
    .raw(body)
    .done();
}

/** Splits a byte stream into messages. @throws Error for a message that is empty or longer than 256 KiB. */
export class Framing {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Uint8Array): Message[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    const messages: Message[] = [];
    while (this.#rest.length >= 4) {
      const length = this.#rest.readUInt32BE(0);
      if (length === 0 || length > MAX_MESSAGE) throw new Error("malformed ssh-agent message");
      if (this.#rest.length < 4 + length) break;
      messages.push({ type: this.#rest[4] ?? 0, body: this.#rest.subarray(5, 4 + length) });
      this.#rest = this.#rest.subarray(4 + length);
    }
    return messages;
  }
}

export interface AgentKey {
  readonly blob: Buffer;
  readonly comment: string;
}

export function readIdentities(body: Buffer): AgentKey[] {
  const reader = new Reader(body);
  const keys: AgentKey[] = [];
  for (let left = reader.uint32(); left > 0; left--) keys.push({ blob: reader.string(), comment: reader.text() });
  return keys;
}

export function writeIdentities(keys: readonly AgentKey[]): Buffer {
  const writer = new Writer().uint32(keys.length);
  for (const key of keys) writer.string(key.blob).string(key.comment);
  return writer.done();
}

/** A key that the agent can sign with. */
export interface SigningKey extends AgentKey {
  /** @returns an SSH signature blob. */
  sign(data: Uint8Array): Buffer;
}

/** Answers the requests to list keys and to sign; all others fail, such as those that add, remove or lock keys. */
export function answerRequest(message: Message, keys: readonly SigningKey[]): Buffer {
  switch (message.type) {
    case MESSAGE.requestIdentities:
      return frame(MESSAGE.identities, writeIdentities(keys));
    case MESSAGE.signRequest: {
      const reader = new Reader(message.body);
      const [blob, data] = [reader.string(), reader.string()];
      // The flags select a hash for RSA keys; these keys are ed25519.
      reader.uint32();
      reader.end();
      const key = keys.find((candidate) => candidate.blob.equals(blob));
      return key === undefined
        ? frame(MESSAGE.failure)
        : frame(MESSAGE.signature, new Writer().string(key.sign(data)).done());
    }
    default:
      return frame(MESSAGE.failure);
  }
}
