import type { Duplex } from "node:stream";
import { Fault } from "../fault.ts";
import { Incoming, readBody, readHead } from "./http-response.ts";

/** Opens one more byte stream to the API's HTTP server, such as a channel of an SSH connection. */
export type OpenStream = () => Promise<Duplex>;

export interface HttpCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
}

/** Streams that are open at a time for calls; further calls wait. Streams of lines come on top. */
const MAX_STREAMS = 16;

interface Line {
  readonly stream: Duplex;
  readonly incoming: Incoming;
}

/**
 * HTTP/1.1 over streams that somebody else opens; identity is that of the connection below, so no header carries it. Not
 * `node:http`, which takes longer to load than `tctl status` to run, and whose agent forgets calls that wait for a
 * stream when the connection is lost.
 */
export class ChannelHttp {
  readonly #open: OpenStream;
  readonly #idle: Line[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #streams = new Set<Duplex>();
  #calls = 0;
  #closed = false;

  constructor(open: OpenStream) {
    this.#open = open;
  }

  /** The parsed JSON reply; undefined for an empty one. @throws Fault as the server said, or `unavailable`. */
  async json(call: HttpCall): Promise<unknown> {
    await this.#turn();
    try {
      return await this.#exchange(call);
    } finally {
      this.#calls--;
      this.#waiting.shift()?.();
    }
  }

  /** Each line of a newline-delimited JSON reply as it arrives, until the server ends or `signal` aborts. */
  async *lines(call: HttpCall, signal: AbortSignal): AsyncGenerator<unknown> {
    if (signal.aborted) return;
    const line = await this.#connect();
    const leave = () => line.stream.destroy();
    signal.addEventListener("abort", leave);
    try {
      send(line.stream, call);
      const { status, length } = await readHead(line.incoming);
      const decoder = new TextDecoder();
      let rest = "";
      for await (const chunk of readBody(line.incoming, length)) {
        const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
        rest = parts.pop() ?? "";
        if (status < 400) for (const part of parts) yield parseJson(part);
      }
      if (status >= 400) answerOf(status, rest);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener("abort", leave);
      leave();
    }
  }

  close(): void {
    this.#closed = true;
    for (const stream of this.#streams) stream.destroy();
  }

  /** Resolves when one of the streams may be used. */
  async #turn(): Promise<void> {
    this.#calls++;
    if (this.#calls > MAX_STREAMS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async #exchange(call: HttpCall): Promise<unknown> {
    const line = this.#idle.pop() ?? (await this.#connect());
    try {
      send(line.stream, call);
      const { status, reusable, length } = await readHead(line.incoming);
      const chunks: Buffer[] = [];
      for await (const chunk of readBody(line.incoming, length)) chunks.push(chunk);
      if (reusable) this.#idle.push(line);
      else line.stream.destroy();
      return answerOf(status, Buffer.concat(chunks).toString());
    } catch (error) {
      // After an answer, whatever it says, the stream is as good as before.
      if (!this.#idle.includes(line)) line.stream.destroy();
      throw error;
    }
  }

  async #connect(): Promise<Line> {
    const stream = this.#closed ? undefined : await this.#open();
    if (stream === undefined || this.#closed) {
      stream?.destroy();
      throw new Fault("unavailable", "the connection to auth is closed");
    }
    const line = { stream, incoming: new Incoming(stream) };
    this.#streams.add(stream);
    stream.once("close", () => {
      this.#streams.delete(stream);
      const at = this.#idle.indexOf(line);
      if (at !== -1) this.#idle.splice(at, 1);
    });
    return line;
  }
}

function send(stream: Duplex, { method, path, body }: HttpCall): void {
  const payload = body === undefined ? "" : JSON.stringify(body);
  const about =
    body === undefined ? "" : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(payload)}\r\n`;
  stream.write(`${method} ${path} HTTP/1.1\r\nhost: auth\r\n${about}\r\n${payload}`);
}

/** @throws Fault as the server said it. */
function answerOf(status: number, text: string): unknown {
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
