import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { Fault } from "../fault.ts";

/** Opens one more byte stream to the API's HTTP server, such as a channel of an SSH connection. */
export type OpenStream = () => Promise<Duplex>;

export interface HttpCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** HTTP/1.1 over streams that somebody else opens; identity is that of the connection below, so no header carries it. */
export class ChannelHttp {
  readonly #agent: Agent;

  constructor(open: OpenStream) {
    this.#agent = new ChannelAgent(open);
  }

  /** The parsed JSON reply; undefined for an empty one. @throws Fault as the server said, or `unavailable`. */
  async json(call: HttpCall): Promise<unknown> {
    const response = await this.#send(call);
    let text = "";
    response.setEncoding("utf8");
    try {
      for await (const chunk of response) text += chunk;
    } catch (cause) {
      throw new Fault("unavailable", "the connection to auth was lost", { cause });
    }
    const body = text === "" ? undefined : parseJson(text);
    if ((response.statusCode ?? 500) >= 400) throw faultOf(body, response.statusCode);
    return body;
  }

  /** Each line of a newline-delimited JSON reply as it arrives, until the server ends or `signal` aborts. */
  async *lines(call: HttpCall): AsyncGenerator<unknown> {
    const response = await this.#send(call);
    response.setEncoding("utf8");
    if ((response.statusCode ?? 500) >= 400) {
      let text = "";
      for await (const chunk of response) text += chunk;
      throw faultOf(parseJson(text), response.statusCode);
    }
    let rest = "";
    try {
      for await (const chunk of response) {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line !== "") yield parseJson(line);
      }
    } catch (cause) {
      if (call.signal?.aborted !== true) throw new Fault("unavailable", "the connection to auth was lost", { cause });
    } finally {
      response.destroy();
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #send({ method, path, body, signal }: HttpCall): Promise<IncomingMessage> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          agent: this.#agent,
          host: "auth",
          method,
          path,
          headers: payload && { "content-type": "application/json", "content-length": payload.length },
          ...(signal && { signal }),
        },
        resolve,
      );
      request.on("error", (cause) => {
        reject(cause instanceof Fault ? cause : new Fault("unavailable", "the connection to auth was lost", { cause }));
      });
      request.end(payload);
    });
  }
}

/** Hands http.request a stream where it expects a TCP socket. */
class ChannelAgent extends Agent {
  readonly #open: OpenStream;

  constructor(open: OpenStream) {
    super({ keepAlive: true, maxSockets: 16 });
    this.#open = open;
  }

  override createConnection(_options: unknown, done?: (error: Error | null, stream: Duplex) => void): undefined {
    this.#open().then(
      (stream) => done?.(null, asSocket(stream)),
      (error: Error) => done?.(error, undefined as unknown as Duplex),
    );
    return undefined;
  }
}

/** The few socket methods that node:http calls without asking, as no-ops. */
export function asSocket(stream: Duplex): Duplex {
  const nothing = () => stream;
  return Object.assign(stream, {
    setTimeout: nothing,
    setNoDelay: nothing,
    setKeepAlive: nothing,
    ref: nothing,
    unref: nothing,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault("unavailable", "auth sent an answer that is not JSON", { cause });
  }
}

function faultOf(body: unknown, status: number | undefined): Fault {
  const error = typeof body === "object" && body !== null ? (body as { error?: unknown }).error : undefined;
  return Fault.fromJSON(error) ?? new Fault("internal", `auth answered with status ${status}`);
}
