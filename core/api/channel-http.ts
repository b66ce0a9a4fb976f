import type { Duplex } from "node:stream";
import { Fault } from "../fault.ts";
import { ConnectionLost, formatHead, HttpConnection } from "../http/connection.ts";
import { MalformedMessage, RESPONSE, type ResponseHead } from "../http/head.ts";

/** Opens one more byte stream to the API's HTTP server, such as a channel of an SSH connection. */
export type OpenStream = () => Promise<Duplex>;

/** The source of a body that is sent as it comes. */
export interface UploadBody {
  readonly contentType: string;
  readonly source: AsyncIterable<Uint8Array>;
}

export interface HttpCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent in chunks, no faster than the server takes them. */
  readonly upload?: UploadBody;
}

/** Streams that are open at a time for calls; further calls wait. Streams of bodies or lines come on top. */
const MAX_STREAMS = 16;

type Connection = HttpConnection<ResponseHead>;

/**
 * HTTP/1.1 over streams that somebody else opens; identity is that of the connection below, so no header carries it. Not
 * `node:http`, which takes longer to load than `tctl status` to run, and whose agent forgets calls that wait for a
 * stream when the connection is lost. Every method @throws Fault as the server said, or `unavailable`.
 */
export class ChannelHttp {
  readonly #open: OpenStream;
  readonly #idle: Connection[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #connections = new Set<Connection>();
  #calls = 0;
  #isClosed = false;

  constructor(open: OpenStream) {
    this.#open = open;
  }

  /** The parsed JSON reply; undefined for an empty one. */
  async json(call: HttpCall): Promise<unknown> {
    await this.#turn();
    try {
      const connection = this.#idle.pop() ?? (await this.#connect());
      return await this.#exchange(connection, call);
    } finally {
      this.#calls--;
      this.#waiting.shift()?.();
    }
  }

  /** As `json`, on a stream of its own, which is closed when `signal` aborts: for an upload. */
  async upload(call: HttpCall, signal: AbortSignal): Promise<unknown> {
    const connection = await this.#connect();
    const cut = cutBy(signal, connection);
    try {
      return await this.#exchange(connection, call);
    } finally {
      cut();
    }
  }

  /**
   * The reply in pieces as they arrive, until the server ends or `signal` aborts. A reader that takes its time holds the
   * server back. An upload goes on beside it, and ends with the reply at the latest.
   */
  async *stream(call: HttpCall, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    if (signal.aborted) return;
    const connection = await this.#connect();
    const cut = cutBy(signal, connection);
    const request = new SentRequest(connection, call);
    try {
      const { status } = await request.reply();
      if (status >= 400) parseReply(status, await textOf(connection));
      yield* connection.body();
    } catch (error) {
      if (!signal.aborted) throw faultOf(error);
    } finally {
      request.stop();
      cut();
    }
  }

  /** Each line of a newline-delimited JSON reply as it arrives, as `stream`. */
  async *lines(call: HttpCall, signal: AbortSignal): AsyncGenerator<unknown> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const piece of this.stream(call, signal)) {
      const parts = (rest + decoder.decode(piece, { stream: true })).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) yield parseJson(part);
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const connection of this.#connections) connection.destroy();
  }

  /** Resolves when one of the streams may be used. */
  async #turn(): Promise<void> {
    this.#calls++;
    if (this.#calls > MAX_STREAMS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async #exchange(connection: Connection, call: HttpCall): Promise<unknown> {
    const request = new SentRequest(connection, call);
    try {
      const { status, persistent } = await request.reply();
      const text = await textOf(connection);
      // After a reply, whatever it says, the stream is as good as before.
      if (persistent && request.isSent) {
        connection.next();
        this.#idle.push(connection);
      }
      return parseReply(status, text);
    } catch (error) {
      throw faultOf(error);
    } finally {
      request.stop();
      if (!this.#idle.includes(connection)) connection.destroy();
    }
  }

  async #connect(): Promise<Connection> {
    const stream = this.#isClosed ? undefined : await this.#open();
    if (stream === undefined || this.#isClosed) {
      stream?.destroy();
      throw new Fault("unavailable", "the connection to auth is closed");
    }
    const connection = new HttpConnection(stream, RESPONSE);
    this.#connections.add(connection);
    connection.closed.addEventListener("abort", () => {
      this.#connections.delete(connection);
      const at = this.#idle.indexOf(connection);
      if (at !== -1) this.#idle.splice(at, 1);
    });
    return connection;
  }
}

/** A request that is being sent while its reply is awaited: a server may refuse it before it has read the body. */
class SentRequest {
  readonly #connection: Connection;
  readonly #stop = new AbortController();
  readonly #sending: Promise<void>;
  /** Whether the server was sent all of it. */
  isSent = false;

  constructor(connection: Connection, call: HttpCall) {
    this.#connection = connection;
    this.#sending = this.#send(call);
    this.#sending.catch(() => {});
  }

  /** The head of the reply. @throws what the source of an upload throws */
  async reply(): Promise<ResponseHead> {
    // Where the connection is lost while sending, the reply may have arrived before.
    const failed = new Promise<never>((_, reject) => {
      this.#sending.catch((error: unknown) => {
        if (!(error instanceof ConnectionLost)) reject(error);
      });
    });
    const head = await Promise.race([this.#connection.head(), failed]);
    // A body that ends with the connection could be cut unnoticed.
    if (head.length === "close") throw new MalformedMessage("has no length");
    if (head.status >= 400) this.stop();
    return head;
  }

  /** Sends no more of an upload. */
  stop(): void {
    this.#stop.abort();
  }

  async #send({ method, path, body, upload }: HttpCall): Promise<void> {
    const start = `${method} ${path} HTTP/1.1`;
    if (upload !== undefined) {
      const fields = { host: "auth", "content-type": upload.contentType, "transfer-encoding": "chunked" };
      await this.#connection.write(formatHead(start, fields));
      await this.#connection.writeChunks(upload.source, this.#stop.signal);
      this.isSent = !this.#stop.signal.aborted;
      return;
    }
    const payload = body === undefined ? "" : JSON.stringify(body);
    const fields = {
      host: "auth",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(method !== "GET" && { "content-length": Buffer.byteLength(payload) }),
    };
    this.isSent = true;
    await this.#connection.write(formatHead(start, fields) + payload);
  }
}

async function textOf(connection: Connection): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of connection.body()) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** Closes the connection when the signal aborts. @returns closes it now */
function cutBy(signal: AbortSignal, connection: Connection): () => void {
  const cut = () => {
    signal.removeEventListener("abort", cut);
    connection.destroy();
  };
  if (signal.aborted) cut();
  else signal.addEventListener("abort", cut);
  return cut;
}

/** @throws Fault as the server said it. */
function parseReply(status: number, text: string): unknown {
  const body = text === "" ? undefined : parseJson(text);
  if (status < 400) return body;
  const error = typeof body === "object" && body !== null ? (body as { error?: unknown }).error : undefined;
  throw Fault.fromJSON(error) ?? new Fault("internal", `auth answered with status ${status}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault("unavailable", "auth sent an answer that is not JSON", { cause });
  }
}

function faultOf(error: unknown): unknown {
  if (error instanceof ConnectionLost)
    return new Fault("unavailable", "the connection to auth was lost", { cause: error });
  if (error instanceof MalformedMessage)
    return new Fault("unavailable", "auth sent an answer that cannot be read", { cause: error });
  return error;
}
