import type { Duplex } from "node:stream";
import { FAULTS, Fault } from "../../core/fault.ts";
import { ConnectionLost, formatHead, HttpConnection } from "../../core/http/connection.ts";
import { type Headers, MalformedMessage, REQUEST, type RequestHead } from "../../core/http/head.ts";
import type { Caller } from "./caller.ts";

/** Bounds on reading. */
export interface ReadLimits {
  /** Of the whole body. */
  readonly bytes: number;
  /** Between two pieces of a stream; else for the whole body. Milliseconds. */
  readonly ms: number;
}

/** How long a head, or the rest of a body that is dropped, may take. Milliseconds. */
const HEAD_MS = 30_000;

/** The rest of a body that is still read, and dropped, so that the next request on the connection can be read. */
const MAX_DISCARDED = 64 * 1024;

export interface HttpRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  readonly headers: Headers;
  /** Nothing of it is read before the handler asks for it. */
  readonly body: RequestBody;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly contentType?: string;
  /** Pieces are sent as they come, no faster than the client reads them. */
  readonly body?: string | AsyncIterable<Uint8Array>;
}

export type Handle = (request: HttpRequest, caller: Caller) => Promise<HttpResponse>;

/** Serves HTTP/1.1 on streams that are handed in. The caller is a property of the stream; no header can change it. */
export class ChannelServer {
  readonly #handle: Handle;
  readonly #headMs: number;

  /** `headMs`: how long a head may take from its first byte to its last. Milliseconds. */
  constructor(handle: Handle, headMs = HEAD_MS) {
    this.#handle = handle;
    this.#headMs = headMs;
  }

  serve(stream: Duplex, caller: Caller): void {
    const connection = new HttpConnection(stream, REQUEST);
    serveRequests(connection, (request) => this.#handle(request, caller), this.#headMs).then(
      () => connection.end(),
      () => connection.destroy(),
    );
  }
}

type Connection = HttpConnection<RequestHead>;

/** Answers requests in turn. Resolves when the connection is to be ended, and rejects when it cannot be used any more. */
async function serveRequests(
  connection: Connection,
  handle: (request: HttpRequest) => Promise<HttpResponse>,
  headMs: number,
): Promise<void> {
  while (await connection.begins()) {
    const head = await readHead(connection, headMs);
    if (head === undefined) return;
    const body = new RequestBody(connection, head);
    const { method, target, headers } = head;
    const response = await handle({ method, target, headers, body, signal: connection.closed });
    const isLast = !head.persistent || !body.isDiscardable;
    await send(connection, response, { isLast, hasBody: method !== "HEAD" });
    if (isLast || !(await body.discard())) return;
    connection.next();
  }
}

/** Reads a head. A malformed one is answered here. @returns undefined then */
async function readHead(connection: Connection, ms: number): Promise<RequestHead | undefined> {
  try {
    return await within(ms, connection.head());
  } catch (error) {
    if (error instanceof ConnectionLost) throw error;
    const fault =
      error instanceof MalformedMessage ? new Fault("bad_request", `the request ${error.message}`) : Fault.from(error);
    await send(connection, faultResponse(fault), { isLast: true, hasBody: true });
    return undefined;
  }
}

/** The body of one request. */
export class RequestBody {
  readonly #connection: Connection;
  readonly #length: number | "chunked";
  #mustContinue: boolean;
  #hasFailed = false;

  constructor(connection: Connection, { length, headers }: RequestHead) {
    this.#connection = connection;
    this.#length = length;
    this.#mustContinue = headers.get("expect")?.toLowerCase() === "100-continue";
  }

  /** Whether what is unread is so little that it can be dropped, and the connection go on. */
  get isDiscardable(): boolean {
    if (this.#connection.isComplete) return true;
    const isShort = this.#length !== "chunked" && this.#connection.announced <= MAX_DISCARDED;
    return isShort && !this.#hasFailed && !this.#mustContinue;
  }

  /**
   * The whole body, which may take `ms` from now on.
   * @throws Fault `too_large`, by the announced length alone where there is one; `bad_request` when it does not arrive.
   */
  async bytes({ bytes, ms }: ReadLimits): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    const read = async () => {
      for await (const piece of this.#pieces(bytes)) chunks.push(piece);
    };
    await this.#reading(within(ms, read()));
    return Buffer.concat(chunks);
  }

  /** The body as it arrives. A reader that takes its time holds the client back. @throws Fault as `bytes` does */
  async *stream({ bytes, ms }: ReadLimits): AsyncGenerator<Uint8Array> {
    const pieces = this.#pieces(bytes);
    for (;;) {
      const { done, value } = await this.#reading(within(ms, pieces.next()));
      if (done === true) return;
      yield value;
    }
  }

  /** Reads what is left and drops it. @returns false when it does not arrive */
  async discard(): Promise<boolean> {
    try {
      await this.bytes({ bytes: MAX_DISCARDED, ms: HEAD_MS });
      return true;
    } catch {
      return false;
    }
  }

  async *#pieces(most: number): AsyncGenerator<Uint8Array, undefined> {
    const tooLarge = () => new Fault("too_large", `the request is larger than ${most} bytes`);
    let size = 0;
    if (this.#connection.announced > most) throw tooLarge();
    if (this.#mustContinue) {
      this.#mustContinue = false;
      await this.#connection.write("HTTP/1.1 100 Continue\r\n\r\n");
    }
    for (;;) {
      const piece = await this.#connection.read();
      if (piece === undefined) return undefined;
      size += piece.length;
      if (size + this.#connection.announced > most) throw tooLarge();
      yield piece;
    }
  }

  async #reading<T>(read: Promise<T>): Promise<T> {
    try {
      return await read;
    } catch (error) {
      this.#hasFailed = true;
      if (error instanceof MalformedMessage)
        throw new Fault("bad_request", `the request ${error.message}`, { cause: error });
      if (error instanceof ConnectionLost) throw new Fault("bad_request", "the request is cut short", { cause: error });
      throw error;
    }
  }
}

/** Waits for a part of a request. @throws Fault `bad_request` after `ms` milliseconds */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Fault("bad_request", "the request did not arrive in time")), ms);
  });
  try {
    return await Promise.race([promise, expiry]);
  } finally {
    clearTimeout(timer);
  }
}

const NEVER = new AbortController().signal;

async function send(
  connection: Connection,
  { status, contentType, body }: HttpResponse,
  { isLast, hasBody }: { readonly isLast: boolean; readonly hasBody: boolean },
): Promise<void> {
  const length = body === undefined || typeof body === "string" ? Buffer.byteLength(body ?? "") : undefined;
  const head = formatHead(`HTTP/1.1 ${status} `, {
    date: new Date().toUTCString(),
    ...(contentType !== undefined && { "content-type": contentType }),
    ...(length === undefined ? { "transfer-encoding": "chunked" } : status !== 204 && { "content-length": length }),
    ...(isLast && { connection: "close" }),
  });
  if (typeof body === "object" && hasBody) {
    await connection.write(head);
    await connection.writeChunks(body, NEVER);
  } else await connection.write(typeof body === "string" && hasBody ? head + body : head);
}

/** A refusal. */
export function faultResponse(fault: Fault): HttpResponse {
  return {
    status: FAULTS[fault.code].status,
    contentType: "application/json",
    body: JSON.stringify({ error: fault }),
  };
}
