import type { Duplex } from "node:stream";
import { Fault } from "../fault.ts";

/** Bytes that may wait to be taken; beyond it the other side is held back. */
const AHEAD = 256 * 1024;
/** Bytes of one line of a head, and lines of it: auth sends half a dozen short ones. */
const MAX_LINE = 8192;
const MAX_LINES = 64;

const LF = 0x0a;

/** What arrives on a stream, to be taken in pieces. @throws Fault `unavailable` when it ends before what was asked for. */
export class Incoming {
  readonly #stream: Duplex;
  #bytes: Buffer = Buffer.alloc(0);
  #more: Buffer[] = [];
  #size = 0;
  #over = false;
  #wake = () => {};

  constructor(stream: Duplex) {
    this.#stream = stream;
    const end = () => {
      this.#over = true;
      this.#wake();
    };
    stream.on("data", (chunk: Buffer) => {
      this.#more.push(chunk);
      this.#size += chunk.length;
      if (this.#size > AHEAD) stream.pause();
      this.#wake();
    });
    for (const event of ["end", "close", "error"]) stream.on(event, end);
  }

  /** Up to the next line end, without it. */
  async line(): Promise<string> {
    for (;;) {
      const bytes = this.#joined();
      const end = bytes.indexOf(LF);
      if (end > MAX_LINE || (end === -1 && bytes.length > MAX_LINE)) throw malformed("a line is too long");
      if (end !== -1)
        return this.#take(end + 1)
          .toString("latin1")
          .replace(/\r?\n$/, "");
      await this.#arrival();
    }
  }

  /** What there is, at least a byte and at most `most`. */
  async some(most: number): Promise<Buffer> {
    while (this.#size === 0) await this.#arrival();
    return this.#take(Math.min(most, this.#joined().length));
  }

  #joined(): Buffer {
    if (this.#more.length > 0) {
      this.#bytes =
        this.#bytes.length === 0 && this.#more.length === 1
          ? (this.#more[0] as Buffer)
          : Buffer.concat([this.#bytes, ...this.#more]);
      this.#more = [];
    }
    return this.#bytes;
  }

  #take(length: number): Buffer {
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    this.#size -= length;
    if (this.#size === 0) this.#stream.resume();
    return taken;
  }

  async #arrival(): Promise<void> {
    if (this.#over) throw new Fault("unavailable", "the connection to auth was lost");
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** The head of a response (RFC 9112), as far as our server varies it. */
export interface Head {
  readonly status: number;
  /** Whether another request may follow on the stream. */
  readonly reusable: boolean;
  /** Bytes of the body, or that it comes in chunks. */
  readonly length: number | "chunked";
}

export async function readHead(incoming: Incoming): Promise<Head> {
  const [, status] = /^HTTP\/1\.1 (\d{3})(?: |$)/.exec(await incoming.line()) ?? [];
  if (status === undefined) throw malformed("no status");
  const headers = new Map<string, string>();
  for (let lines = 0; ; lines++) {
    const line = await incoming.line();
    if (line === "") break;
    if (lines > MAX_LINES) throw malformed("too many headers");
    const [, name, value] = /^([^\s:]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) headers.set(name.toLowerCase(), value.toLowerCase());
  }
  return {
    status: Number(status),
    reusable: headers.get("connection") !== "close",
    length: status === "204" ? 0 : bodyLength(headers),
  };
}

function bodyLength(headers: ReadonlyMap<string, string>): number | "chunked" {
  if (headers.get("transfer-encoding") === "chunked") return "chunked";
  const length = headers.get("content-length");
  if (length === undefined || !/^\d{1,15}$/.test(length)) throw malformed("a body without a length");
  return Number(length);
}

/** The body in pieces as they come. */
export async function* readBody(incoming: Incoming, length: Head["length"]): AsyncGenerator<Buffer> {
  if (length !== "chunked") {
    yield* piece(incoming, length);
    return;
  }
  for (;;) {
    const [, digits] = /^([0-9a-f]{1,8})(?:;|$)/i.exec(await incoming.line()) ?? [];
    if (digits === undefined) throw malformed("a chunk without a length");
    const size = Number.parseInt(digits, 16);
    yield* piece(incoming, size);
    // After the last chunk as after every other: our server sends no trailers.
    if ((await incoming.line()) !== "") throw malformed("a chunk is longer than it said");
    if (size === 0) return;
  }
}

async function* piece(incoming: Incoming, size: number): AsyncGenerator<Buffer> {
  for (let left = size; left > 0; ) {
    const bytes = await incoming.some(left);
    left -= bytes.length;
    yield bytes;
  }
}

function malformed(what: string): Fault {
  return new Fault("unavailable", "auth sent an answer that cannot be read", { cause: what });
}
