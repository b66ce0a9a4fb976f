import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { FAULTS, Fault } from "../../core/fault.ts";
import { drained } from "../flow-control.ts";
import type { Caller } from "./caller.ts";

/** What one request may take. */
export interface RequestLimits {
  readonly bytes: number;
  /** From its first line to its last byte. Milliseconds. */
  readonly ms: number;
}

/** A full batch of audit events is the largest request there is. */
const LIMITS: RequestLimits = { bytes: 4 * 1024 * 1024, ms: 30_000 };

export type Handle = (request: Request, caller: Caller) => Response | Promise<Response>;

/** Serves HTTP/1.1 on streams that are handed in. Who calls is a property of the stream, and no header can change it. */
export class ChannelServer {
  readonly #server = createServer({ keepAliveTimeout: 0 });
  readonly #callers = new WeakMap<object, Caller>();

  constructor(handle: Handle, limits: RequestLimits = LIMITS) {
    this.#server.on("request", (incoming: IncomingMessage, outgoing: ServerResponse) => {
      const caller = this.#callers.get(incoming.socket);
      if (caller === undefined) outgoing.destroy();
      else void answer(incoming, outgoing, (request) => handle(request, caller), limits);
    });
    this.#server.on("clientError", (_error, socket: Duplex) => socket.destroy());
  }

  serve(stream: Duplex, caller: Caller): void {
    this.#callers.set(stream, caller);
    stream.on("error", () => stream.destroy());
    this.#server.emit("connection", asSocket(stream));
  }
}

/** The few socket methods that node:http calls without asking, as no-ops. */
function asSocket(stream: Duplex): Duplex {
  const nothing = () => stream;
  return Object.assign(stream, {
    setTimeout: nothing,
    setNoDelay: nothing,
    setKeepAlive: nothing,
    ref: nothing,
    unref: nothing,
  });
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: Request) => Response | Promise<Response>,
  limits: RequestLimits,
): Promise<void> {
  try {
    const target = checkTarget(incoming.url ?? "");
    const body = await readBody(incoming, limits);
    const gone = new AbortController();
    outgoing.on("close", () => gone.abort());
    const request = new Request(`http://auth${target}`, {
      method: incoming.method ?? "GET",
      signal: gone.signal,
      ...(body !== undefined && { body }),
    });
    await send(await handle(request), outgoing);
  } catch (thrown) {
    const fault = Fault.from(thrown);
    if (outgoing.headersSent) outgoing.destroy();
    else await refuse(incoming, outgoing, fault);
  }
}

/** The path and query as they are. What another reader could take for another path is none. @throws Fault `not_found`. */
function checkTarget(target: string): string {
  const [path = ""] = target.split("?", 1);
  if (!/^(?:\/[\w.%~@+!*'()-]+)+$/.test(path) || /\/(?:\.|%2e){1,2}(?:\/|$)/i.test(path))
    throw new Fault("not_found", "there is no such route");
  return target;
}

/** @throws Fault `too_large`, or `bad_request` when the body does not arrive; the rest of it is then left unread. */
function readBody(incoming: IncomingMessage, { bytes, ms }: RequestLimits): Promise<Buffer<ArrayBuffer> | undefined> {
  if (incoming.method === "GET" || incoming.method === "HEAD") return Promise.resolve(undefined);
  const { promise, resolve, reject } = Promise.withResolvers<Buffer<ArrayBuffer>>();
  const chunks: Buffer[] = [];
  let size = 0;
  const settle = (fault?: Fault) => {
    clearTimeout(late);
    incoming.off("data", take);
    if (fault === undefined) return resolve(Buffer.concat(chunks));
    incoming.pause();
    reject(fault);
  };
  const take = (chunk: Buffer) => {
    size += chunk.length;
    chunks.push(chunk);
    if (size > bytes) settle(tooLarge(bytes));
  };
  const late = setTimeout(() => settle(new Fault("bad_request", "the request did not arrive in time")), ms);
  incoming.once("end", () => settle());
  incoming.once("close", () => settle(new Fault("bad_request", "the request is cut short")));
  if (Number(incoming.headers["content-length"] ?? 0) > bytes) settle(tooLarge(bytes));
  else incoming.on("data", take);
  return promise;
}

function tooLarge(bytes: number): Fault {
  return new Fault("too_large", `the request is larger than ${bytes} bytes`);
}

/** Only a stream of lines is sent as it comes. */
async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  const headers = Object.fromEntries(response.headers);
  if (response.body === null || !headers["content-type"]?.startsWith("application/x-ndjson")) {
    const body = Buffer.from(await response.arrayBuffer());
    outgoing.writeHead(response.status, {
      ...headers,
      ...(response.status !== 204 && { "content-length": body.length }),
    });
    outgoing.end(body);
    return;
  }
  outgoing.writeHead(response.status, headers);
  outgoing.flushHeaders();
  const reader = response.body.getReader();
  outgoing.on("close", () => void reader.cancel().catch(() => undefined));
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!outgoing.write(value)) await drained(outgoing);
    if (outgoing.destroyed) return;
  }
  outgoing.end();
}

/** Answers without having read the request to its end, and so has to hang up. */
async function refuse(incoming: IncomingMessage, outgoing: ServerResponse, fault: Fault): Promise<void> {
  const body = JSON.stringify({ error: fault });
  const { socket } = incoming;
  outgoing.writeHead(FAULTS[fault.code].status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...(!incoming.complete && { connection: "close" }),
  });
  outgoing.end(body, () => incoming.complete || socket.end());
}
