import { Fault } from "../../core/fault.ts";

/** Bytes that an answer's head, with interim ones before it, and body may have: ours has a few hundred, a large key some thousand. */
const MAX_HEAD = 16_384;
export const MAX_BODY = 65_536;

/** A whole answer. */
export interface Response {
  readonly status: number;
  /** The server's clock, where it says: milliseconds. */
  readonly date: number | undefined;
  readonly body: string;
}

interface Head {
  readonly status: number;
  readonly date: number | undefined;
  /** Bytes, chunks, or until the connection ends. */
  readonly length: number | "chunked" | "rest";
  /** Where the body begins. */
  readonly at: number;
}

/** Reads one answer of HTTP/1.1 (RFC 9112) as it arrives. What it may not be is thrown as a Fault `denied`. */
export class ResponseReader {
  #bytes: Buffer = Buffer.alloc(0);
  #head: Head | undefined;

  /** The answer, once these bytes complete it. */
  push(bytes: Uint8Array): Response | undefined {
    this.#bytes = this.#bytes.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#bytes, bytes]);
    this.#head ??= readHead(this.#bytes);
    return this.#head === undefined ? undefined : this.#whole(this.#head, false);
  }

  /** The answer, when the end of the connection completes it. */
  end(): Response | undefined {
    return this.#head === undefined ? undefined : this.#whole(this.#head, true);
  }

  #whole({ status, date, length, at }: Head, ended: boolean): Response | undefined {
    const rest = this.#bytes.subarray(at);
    if (rest.length > MAX_BODY || (typeof length === "number" && length > MAX_BODY)) throw wrong("is too large");
    const body =
      length === "chunked" ? dechunk(rest) : length === "rest" ? (ended ? rest : undefined) : exactly(rest, length);
    return body === undefined ? undefined : { status, date, body: body.toString("utf8") };
  }
}

function exactly(rest: Buffer, length: number): Buffer | undefined {
  return rest.length >= length ? rest.subarray(0, length) : undefined;
}

/** The head at the front of `bytes`, once it is all there; interim answers (RFC 9110 §15.2) are passed over. */
function readHead(bytes: Buffer, from = 0): Head | undefined {
  if (!"HTTP/1.".startsWith(bytes.toString("latin1", from, from + 7))) throw wrong("is not HTTP");
  const end = bytes.indexOf("\r\n\r\n", from, "latin1");
  if ((end === -1 ? bytes.length : end) > MAX_HEAD) throw wrong("has too large a head");
  if (end === -1) return undefined;
  const [first = "", ...lines] = bytes.toString("latin1", from, end).split("\r\n");
  const [, digits] = /^HTTP\/1\.[01] ([1-5]\d\d)(?: |$)/.exec(first) ?? [];
  if (digits === undefined) throw wrong("is not HTTP");
  const status = Number(digits);
  const at = end + 4;
  if (status === 101) throw wrong("is not HTTP");
  if (status < 200) return readHead(bytes, at);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw wrong("has a malformed head");
    const key = name.toLowerCase();
    if (headers.has(key) && /^(?:content-length|transfer-encoding)$/.test(key)) throw wrong("has two lengths");
    headers.set(key, value);
  }
  const date = Date.parse(headers.get("date") ?? "");
  return { status, date: Number.isNaN(date) ? undefined : date, length: lengthOf(status, headers), at };
}

function lengthOf(status: number, headers: ReadonlyMap<string, string>): Head["length"] {
  const [coding, length] = [headers.get("transfer-encoding"), headers.get("content-length")];
  if (headers.has("content-encoding")) throw wrong("is compressed, which was not asked for");
  if (coding !== undefined) {
    if (coding.toLowerCase() !== "chunked" || length !== undefined) throw wrong("has two lengths");
    return "chunked";
  }
  if (status === 204 || status === 304) return 0;
  if (length === undefined) return "rest";
  if (!/^\d{1,15}$/.test(length)) throw wrong("has a length that is not a number");
  return Number(length);
}

/** The chunks put together; undefined while the last one is still to come. */
function dechunk(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = bytes.indexOf("\r\n", at, "latin1");
    if (end === -1) return undefined;
    const [, digits] = /^([0-9a-f]{1,8})[ \t]*(?:;|$)/i.exec(bytes.toString("latin1", at, end)) ?? [];
    if (digits === undefined) throw wrong("has a chunk without a length");
    const size = Number.parseInt(digits, 16);
    if (size > MAX_BODY) throw wrong("is too large");
    // Trailers, if any, say nothing that is asked for here.
    if (size === 0) return Buffer.concat(parts);
    const begin = end + 2;
    if (bytes.length < begin + size + 2) return undefined;
    if (bytes.toString("latin1", begin + size, begin + size + 2) !== "\r\n")
      throw wrong("has a chunk that is too long");
    parts.push(bytes.subarray(begin, begin + size));
    at = begin + size + 2;
  }
}

function wrong(what: string): Fault {
  return new Fault("denied", `the server's answer ${what}`);
}
