import type { Duplex } from "node:stream";
import { type HeadSyntax, MalformedMessage, type RequestHead, type ResponseHead } from "./head.ts";
import { MessageReader } from "./reader.ts";

/** Bytes that are received ahead of the reader; beyond it the other side is held back. */
const AHEAD = 256 * 1024;

/** How long the other side may take to close after this one has ended the connection. Milliseconds. */
const LINGER_MS = 2_000;

/** The stream ended or was closed in the middle of a message, or before one that is awaited. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

/**
 * One HTTP/1.1 connection over a byte stream, of either side. Reading and writing are independent and both hold the other
 * side back. Methods that wait @throws ConnectionLost, and those that read MalformedMessage.
 */
export class HttpConnection<H extends RequestHead | ResponseHead> {
  readonly #stream: Duplex;
  readonly #reader: MessageReader<H>;
  readonly #closed = new AbortController();
  #isEnded = false;
  #isPaused = false;
  #wake = () => {};

  constructor(stream: Duplex, syntax: HeadSyntax<H>) {
    this.#stream = stream;
    this.#reader = new MessageReader(syntax);
    stream.on("data", this.#receive);
    stream.on("end", this.#end);
    stream.on("error", this.#close);
    stream.once("close", this.#close);
    if (stream.destroyed) this.#close();
  }

  /** Aborts when the stream is closed. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Bytes of the body, or of the present chunk, that are announced and unread. */
  get announced(): number {
    return this.#reader.announced;
  }

  /** Whether the message that is being read was read to its end. */
  get isComplete(): boolean {
    return this.#reader.isComplete;
  }

  /** Waits for the first byte of a message. @returns false when the stream ended before it */
  async begins(): Promise<boolean> {
    while (this.#reader.size === 0 && !this.#isEnded) await this.#arrival();
    return this.#reader.size > 0;
  }

  /** Reads a head. */
  head(): Promise<H> {
    return this.#wait(() => this.#reader.head());
  }

  /** Reads the next piece of the body. @returns undefined at its end */
  async read(): Promise<Uint8Array | undefined> {
    const piece = await this.#wait(() => this.#reader.read());
    return piece === "end" ? undefined : piece;
  }

  /** Reads the rest of the body. */
  async *body(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = await this.read();
      if (piece === undefined) return;
      yield piece;
    }
  }

  /** Turns to the next message, when the present one is complete. */
  next(): void {
    this.#reader.next();
  }

  /** Writes, and waits until more can be written. */
  async write(data: Uint8Array | string): Promise<void> {
    if (this.#closed.signal.aborted) throw lost();
    if (this.#stream.write(data)) return;
    await new Promise<void>((resolve, reject) => {
      const settle = () => {
        this.#stream.off("drain", settle);
        this.#closed.signal.removeEventListener("abort", settle);
        if (this.#closed.signal.aborted) reject(lost());
        else resolve();
      };
      this.#stream.on("drain", settle);
      this.#closed.signal.addEventListener("abort", settle);
    });
  }

  /**
   * Writes a body in chunks (RFC 9112 §7.1), with its end unless `stop` aborts before. The source is read no faster
   * than the other side takes it, and is closed when it is not read to its end.
   * @throws what the source throws
   */
  async writeChunks(source: AsyncIterable<Uint8Array>, stop: AbortSignal): Promise<void> {
    const pieces = source[Symbol.asyncIterator]();
    const over = AbortSignal.any([stop, this.#closed.signal]);
    let isRead = false;
    try {
      while (!over.aborted) {
        const piece = await unlessAborted(pieces.next(), over);
        if (piece === undefined) break;
        if (piece.done === true) {
          isRead = true;
          await this.write("0\r\n\r\n");
          return;
        }
        // A chunk of no bytes would be the end of the body.
        if (piece.value.length > 0) await this.write(chunk(piece.value));
      }
      if (this.#closed.signal.aborted) throw lost();
    } finally {
      // Not awaited: a source that waits for something cannot end before it has got it.
      if (!isRead) void pieces.return?.().catch(() => undefined);
    }
  }

  /** Ends the connection in order: what was written arrives, what still comes is dropped, and then the stream is closed. */
  end(): void {
    this.#detach();
    this.#stream.end();
    this.#stream.resume();
    if (this.#closed.signal.aborted) return;
    const timer = setTimeout(() => this.#stream.destroy(), LINGER_MS);
    this.#stream.once("close", () => clearTimeout(timer));
  }

  /** Closes the stream at once. */
  destroy(): void {
    this.#stream.destroy();
    this.#close();
  }

  readonly #receive = (bytes: Uint8Array) => {
    this.#reader.push(bytes);
    if (this.#reader.size > AHEAD && !this.#isPaused) {
      this.#isPaused = true;
      this.#stream.pause();
    }
    this.#wake();
  };

  #resume(): void {
    if (!this.#isPaused || this.#reader.size > AHEAD) return;
    this.#isPaused = false;
    this.#stream.resume();
  }

  readonly #end = () => {
    this.#isEnded = true;
    this.#reader.end();
    this.#wake();
  };

  readonly #close = () => {
    this.#end();
    this.#closed.abort();
  };

  #detach(): void {
    this.#stream.off("data", this.#receive);
    this.#end();
  }

  async #wait<T>(take: () => T | undefined): Promise<T> {
    for (;;) {
      const isEnded = this.#isEnded;
      const taken = take();
      this.#resume();
      if (taken !== undefined) return taken;
      if (isEnded) throw lost();
      await this.#arrival();
    }
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function lost(): ConnectionLost {
  return new ConnectionLost("the connection was lost");
}

/** Waits for the promise or the signal, whichever is first. @returns undefined when that is the signal */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

function chunk(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

/** Formats a head. @throws MalformedMessage when a value would end its line */
export function formatHead(start: string, fields: Readonly<Record<string, string | number>>): string {
  const lines = [start, ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`)];
  for (const line of lines)
    if (/[^\t\x20-\x7e\x80-\xff]/.test(line)) throw new MalformedMessage("has a malformed head");
  return `${lines.join("\r\n")}\r\n\r\n`;
}
