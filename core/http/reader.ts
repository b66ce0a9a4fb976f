import { type HeadSyntax, MalformedMessage, parseFields, type RequestHead, type ResponseHead } from "./head.ts";

/** Bytes of a head with its interim ones, or of a trailer section; and field lines in it. */
const MAX_HEAD = 16_384;
const MAX_FIELDS = 100;
/** Bytes of the line before a chunk: its size and extensions, which are ignored (RFC 9112 §7.1.1). */
const MAX_CHUNK_LINE = 256;

const CR = 0x0d;
const LF = 0x0a;
const TAB = 0x09;
const SPACE = 0x20;
const DELETE = 0x7f;
const EMPTY = new Uint8Array();

type State = "head" | "data" | "chunk-size" | "chunk-end" | "trailers" | "until-close" | "complete";

/**
 * Reads the messages of one direction of an HTTP/1.1 connection. It does no I/O: bytes are pushed in, and what they
 * complete is taken out. `head()` first, then `read()` until "end", then `next()`. Every method but `push` and `end`
 * @throws MalformedMessage, after which the connection cannot be used.
 */
export class MessageReader<H extends RequestHead | ResponseHead> {
  readonly #syntax: HeadSyntax<H>;
  /** Unread bytes: what lines are searched in, and what was pushed since. */
  #first: Uint8Array = EMPTY;
  #rest: Uint8Array[] = [];
  #size = 0;
  /** Bytes at the front of `#first` that were searched and hold no line end. */
  #searched = 0;
  #lines: string[] = [];
  #headBytes = 0;
  #state: State = "head";
  #isChunked = false;
  /** Bytes of the body, or of the present chunk, that are still to be read. */
  #left = 0;
  #isEnded = false;

  constructor(syntax: HeadSyntax<H>) {
    this.#syntax = syntax;
  }

  /** Adds input. The bytes are kept without a copy. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#rest.push(bytes);
    this.#size += bytes.length;
  }

  /** Says that no more input comes. */
  end(): void {
    this.#isEnded = true;
  }

  /** Unread bytes. */
  get size(): number {
    return this.#size;
  }

  /** Bytes that are announced and unread: of the body, or of the present chunk. */
  get announced(): number {
    return this.#left;
  }

  /** Whether the message was read to its end. */
  get isComplete(): boolean {
    return this.#state === "complete";
  }

  /** The head, once it is there. Interim responses are skipped (RFC 9110 §15.2). */
  head(): H | undefined {
    for (;;) {
      const line = this.#headLine();
      if (line === undefined) return undefined;
      if (line !== "") {
        if (this.#lines.length === 0) this.#syntax.checkStart(line);
        this.#lines.push(line);
        continue;
      }
      const [start, ...fields] = this.#lines;
      if (start === undefined) throw new MalformedMessage("is not HTTP");
      this.#lines = [];
      const head = this.#syntax.parse(start, parseFields(fields));
      if (head === undefined) continue;
      this.#beginBody(head.length);
      return head;
    }
  }

  /** The next piece of the body; "end" after the last one; undefined when more input is needed. */
  read(): Uint8Array | "end" | undefined {
    for (;;) {
      switch (this.#state) {
        case "data": {
          const piece = this.#take(this.#left);
          if (piece === undefined) return undefined;
          this.#left -= piece.length;
          if (this.#left === 0) this.#state = this.#isChunked ? "chunk-end" : "complete";
          return piece;
        }
        case "chunk-size": {
          const line = this.#line(MAX_CHUNK_LINE, "has a chunk without a length");
          if (line === undefined) return undefined;
          const [, digits] = /^([0-9a-f]{1,8})(?:[ \t]*;.*)?$/i.exec(line) ?? [];
          if (digits === undefined) throw new MalformedMessage("has a chunk without a length");
          this.#left = Number.parseInt(digits, 16);
          this.#state = this.#left === 0 ? "trailers" : "data";
          this.#headBytes = 0;
          break;
        }
        case "chunk-end": {
          const line = this.#line(0, "has a chunk that is too long");
          if (line === undefined) return undefined;
          this.#state = "chunk-size";
          break;
        }
        case "trailers": {
          const line = this.#headLine();
          if (line === undefined) return undefined;
          if (line === "") {
            // They are dropped: merged into the fields of the head they would override them (RFC 9110 §6.5.1).
            parseFields(this.#lines);
            this.#lines = [];
            this.#state = "complete";
          } else this.#lines.push(line);
          break;
        }
        case "until-close": {
          const piece = this.#take(Number.POSITIVE_INFINITY);
          if (piece !== undefined) return piece;
          if (!this.#isEnded) return undefined;
          this.#state = "complete";
          break;
        }
        case "complete":
          return "end";
        case "head":
          throw new Error("the head is to be read before the body");
      }
    }
  }

  /** Turns to the next message. The present one must be complete. */
  next(): void {
    if (this.#state !== "complete") throw new Error("the message is not complete");
    this.#state = "head";
    this.#headBytes = 0;
  }

  #beginBody(length: H["length"]): void {
    this.#isChunked = length === "chunked";
    this.#left = typeof length === "number" ? length : 0;
    this.#state =
      length === "chunked" ? "chunk-size" : length === "close" ? "until-close" : length === 0 ? "complete" : "data";
  }

  /** A line of a head or of trailers, which are bounded as a whole. */
  #headLine(): string | undefined {
    if (this.#lines.length > MAX_FIELDS) throw new MalformedMessage("has too large a head");
    const line = this.#line(MAX_HEAD - this.#headBytes, "has too large a head");
    if (line !== undefined) this.#headBytes += line.length + 2;
    return line;
  }

  /** The next line, without its CRLF, of at most `most` bytes. @throws MalformedMessage `tooLong` */
  #line(most: number, tooLong: string): string | undefined {
    for (let at = this.#searched; ; ) {
      for (const end = Math.min(this.#first.length, most + 2); at < end; at++) {
        const byte = this.#first[at] as number;
        const before = this.#first[at - 1];
        if (byte === LF && before === CR) {
          const line = latin1(this.#first.subarray(0, at - 1));
          this.#drop(at + 1);
          return line;
        }
        if (before === CR || byte === DELETE || (byte < SPACE && byte !== TAB && byte !== CR))
          throw new MalformedMessage(this.#isStart() ? "is not HTTP" : "has a malformed head");
      }
      if (at > 0 && this.#isStart() && !this.#syntax.begins(latin1(this.#first.subarray(0, Math.min(at, 40)))))
        throw new MalformedMessage("is not HTTP");
      if (at > most + 1) throw new MalformedMessage(tooLong);
      this.#searched = at;
      if (this.#rest.length === 0) return undefined;
      this.#join();
    }
  }

  #isStart(): boolean {
    return this.#state === "head" && this.#lines.length === 0;
  }

  #join(): void {
    const [only] = this.#rest;
    if (this.#first.length === 0 && this.#rest.length === 1 && only !== undefined) this.#first = only;
    else {
      const joined = new Uint8Array(this.#size);
      let at = 0;
      for (const part of [this.#first, ...this.#rest]) {
        joined.set(part, at);
        at += part.length;
      }
      this.#first = joined;
    }
    this.#rest = [];
  }

  /** What there is, at least a byte and at most `most`. */
  #take(most: number): Uint8Array | undefined {
    if (this.#first.length === 0) {
      this.#first = this.#rest.shift() ?? EMPTY;
      if (this.#first.length === 0) return undefined;
    }
    const piece = this.#first.subarray(0, most);
    this.#drop(piece.length);
    return piece;
  }

  #drop(bytes: number): void {
    this.#first = this.#first.subarray(bytes);
    this.#size -= bytes;
    this.#searched = 0;
  }
}

/** Each byte as one character: values above 0x7f are opaque (RFC 9110 §5.5). */
function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
