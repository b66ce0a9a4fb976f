import type { Duplex } from "node:stream";

/** The destination of a SOCKS client, and the replies to it. */
export interface SocksRequest {
  readonly host: string;
  readonly port: number;
  readonly granted: Buffer;
  readonly refused: Buffer;
}

/** The longest text of SOCKS4, which has no bound of its own; a name of SOCKS5 has 255 bytes at most. */
const MAX_TEXT = 255;
const HANDSHAKE_MS = 30_000;

/**
 * Reads a CONNECT of SOCKS5 (RFC 1928, no authentication), SOCKS4 or 4a from a fresh connection. Undefined when it is
 * something else; the connection is then closed. What the client sends after its request stays in the stream.
 */
export async function readSocksRequest(client: Duplex): Promise<SocksRequest | undefined> {
  const reader = new HandshakeReader(client);
  const timer = setTimeout(() => client.destroy(), HANDSHAKE_MS);
  try {
    const version = (await reader.take(1))[0];
    const request =
      version === 5 ? await readSocks5(reader, client) : version === 4 ? await readSocks4(reader) : undefined;
    if (request === undefined) client.end();
    return request;
  } catch {
    client.destroy();
    return undefined;
  } finally {
    clearTimeout(timer);
    reader.release();
  }
}

async function readSocks5(reader: HandshakeReader, client: Duplex): Promise<SocksRequest | undefined> {
  const methods = await reader.take((await reader.take(1))[0] ?? 0);
  if (!methods.includes(0)) {
    client.write(Buffer.of(5, 0xff));
    return undefined;
  }
  client.write(Buffer.of(5, 0));
  const [version, command, , type] = await reader.take(4);
  const host = await readSocks5Host(reader, type ?? 0);
  const port = (await reader.take(2)).readUInt16BE();
  const reply = (code: number) => Buffer.of(5, code, 0, 1, 0, 0, 0, 0, 0, 0);
  if (version !== 5 || command !== 1 || host === undefined) {
    client.write(reply(host === undefined ? 8 : 7));
    return undefined;
  }
  return { host, port, granted: reply(0), refused: reply(5) };
}

async function readSocks5Host(reader: HandshakeReader, type: number): Promise<string | undefined> {
  switch (type) {
    case 1:
      return [...(await reader.take(4))].join(".");
    case 3:
      return (await reader.take((await reader.take(1))[0] ?? 0)).toString("utf8");
    case 4: {
      const bytes = await reader.take(16);
      return Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16)).join(":");
    }
    default:
      return undefined;
  }
}

async function readSocks4(reader: HandshakeReader): Promise<SocksRequest | undefined> {
  const head = await reader.take(7);
  await reader.takeText();
  const [command, port, address] = [head[0], head.readUInt16BE(1), head.subarray(3)];
  // 4a: an address 0.0.0.x that no host has says that a name follows.
  const named = address[0] === 0 && address[1] === 0 && address[2] === 0 && address[3] !== 0;
  const host = named ? await reader.takeText() : [...address].join(".");
  const reply = (code: number) => Buffer.of(0, code, 0, 0, 0, 0, 0, 0);
  return command === 1 ? { host, port, granted: reply(90), refused: reply(91) } : undefined;
}

/** Bytes of a handshake, a known number at a time. */
class HandshakeReader {
  readonly #stream: Duplex;
  #held: Buffer = Buffer.alloc(0);

  constructor(stream: Duplex) {
    this.#stream = stream;
  }

  async take(count: number): Promise<Buffer> {
    while (this.#held.length < count) await this.#more();
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  /** A text that ends in a zero byte. */
  async takeText(): Promise<string> {
    while (!this.#held.subarray(0, MAX_TEXT + 1).includes(0)) {
      if (this.#held.length > MAX_TEXT) throw new Error("not SOCKS");
      await this.#more();
    }
    const text = await this.take(this.#held.indexOf(0));
    await this.take(1);
    return text.toString("utf8");
  }

  /** Returns unread bytes to the stream. */
  release(): void {
    if (this.#held.length > 0 && !this.#stream.destroyed) this.#stream.unshift(this.#held);
  }

  #more(): Promise<void> {
    return new Promise((resolve, reject) => {
      const stream = this.#stream;
      const settle = (error?: Error) => {
        stream.off("readable", read).off("end", gone).off("error", gone).off("close", gone);
        if (error === undefined) resolve();
        else reject(error);
      };
      const gone = () => settle(new Error("the SOCKS client went away"));
      const read = () => {
        const chunk = stream.read() as Buffer | null;
        if (chunk === null) return;
        this.#held = Buffer.concat([this.#held, chunk]);
        settle();
      };
      stream.on("readable", read).once("end", gone).once("error", gone).once("close", gone);
      read();
    });
  }
}
