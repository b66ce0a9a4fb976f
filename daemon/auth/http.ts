import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { asSocket } from "../../core/api/channel-http.ts";
import { FAULTS, Fault } from "../../core/fault.ts";
import type { Caller } from "./caller.ts";

/** The largest request that any route takes: a full batch of audit events. Bytes. */
const MAX_BODY = 4 * 1024 * 1024;

export type Handle = (request: Request, caller: Caller) => Response | Promise<Response>;

/** Serves HTTP/1.1 on streams that are handed in. Who calls is a property of the stream, and no header can change it. */
export class ChannelServer {
  readonly #server = createServer({ keepAliveTimeout: 0, requestTimeout: 30_000, headersTimeout: 10_000 });
  readonly #callers = new WeakMap<object, Caller>();

  constructor(handle: Handle) {
    this.#server.on("request", (incoming: IncomingMessage, outgoing: ServerResponse) => {
      const caller = this.#callers.get(incoming.socket);
      if (caller === undefined) outgoing.destroy();
      else void answer(incoming, outgoing, caller, handle);
    });
    this.#server.on("clientError", (_error, socket: Duplex) => socket.destroy());
  }

  serve(stream: Duplex, caller: Caller): void {
    this.#callers.set(stream, caller);
    stream.on("error", () => stream.destroy());
    this.#server.emit("connection", asSocket(stream));
  }
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  caller: Caller,
  handle: Handle,
): Promise<void> {
  const gone = new AbortController();
  outgoing.on("close", () => gone.abort());
  try {
    const body = await readBody(incoming);
    const method = incoming.method ?? "GET";
    const request = new Request(`http://auth${incoming.url ?? "/"}`, {
      method,
      headers: incoming.headers as Record<string, string>,
      signal: gone.signal,
      ...(method !== "GET" && method !== "HEAD" && { body }),
    });
    await send(await handle(request, caller), outgoing);
  } catch (thrown) {
    const fault = Fault.from(thrown);
    if (outgoing.headersSent) outgoing.destroy();
    else await send(Response.json({ error: fault }, { status: FAULTS[fault.code].status }), outgoing);
  }
}

async function readBody(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Fault("too_large", `the request is larger than ${MAX_BODY} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) {
    outgoing.end();
    return;
  }
  const reader = response.body.getReader();
  outgoing.on("close", () => void reader.cancel().catch(() => undefined));
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!outgoing.write(value)) await new Promise((resolve) => outgoing.once("drain", resolve).once("close", resolve));
    if (outgoing.destroyed) return;
  }
  outgoing.end();
}
