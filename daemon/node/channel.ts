import type { Duplex } from "node:stream";
import type { ServerChannel } from "../../core/ssh/channels.ts";
import { ChannelWriter } from "./channel-writer.ts";
import type { OutputSink } from "./program/program.ts";

/** The local end of a channel: a program or a socket. */
export interface Endpoint {
  /** Writes a chunk. A returned promise is backpressure: write more when it resolves. It never rejects. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** Signals the end of input (EOF). */
  endInput(): void;
  /** Closes the endpoint after it has consumed its input. */
  close(): void;
  /** Closes the endpoint at once. */
  abandon(): void;
  /** Resolves when all output has been passed to the sink. */
  readonly drained: Promise<void>;
  /** Resolves when the endpoint has consumed its input or accepts no more. */
  readonly ended: Promise<unknown>;
}

/** How long an endpoint may take to consume its input after the client closed the channel. Milliseconds. */
const LINGER_MS = 5_000;

/** Writes the client's data to an endpoint, with backpressure. `onBytes` is called with the size of each chunk. */
export function takeInput(
  channel: ServerChannel,
  endpoint: Pick<Endpoint, "write" | "endInput">,
  onBytes: (bytes: number) => void,
): void {
  channel.on("data", (chunk: Buffer) => {
    onBytes(chunk.length);
    const writable = endpoint.write(chunk);
    if (writable === undefined) return;
    channel.pause();
    void writable.then(() => channel.resume());
  });
  channel.on("end", () => endpoint.endInput());
}

/**
 * Copies data in both directions between a channel and its endpoint, until both directions have ended or one side is
 * closed. Each direction ends separately (half-close). Never rejects.
 */
export async function carry(
  channel: ServerChannel,
  open: (sink: OutputSink) => Endpoint,
  onTraffic: (bytes: number) => void,
): Promise<void> {
  const writer = new ChannelWriter(channel, onTraffic);
  const endpoint = open(writer.write);
  let inputEnded = false;
  channel.on("end", () => {
    inputEnded = true;
  });
  channel.on("close", () => {
    writer.close();
    if (!inputEnded) return endpoint.abandon();
    endpoint.close();
    const linger = setTimeout(() => endpoint.abandon(), LINGER_MS);
    void endpoint.ended.then(() => clearTimeout(linger));
  });
  takeInput(channel, endpoint, onTraffic);
  await endpoint.drained;
  await writer.sent();
  channel.eof();
  await endpoint.ended;
  channel.end();
  endpoint.abandon();
}

/**
 * Returns the callback of a channel request to the client (`forwarded-tcpip`, `auth-agent@openssh.com`): copies data
 * between the channel and `socket`, or closes the socket when the client refuses the channel.
 */
export function leadBack(
  socket: Duplex,
  onTraffic: (bytes: number) => void,
): (error: Error | null | undefined, channel: ServerChannel) => void {
  return (error, channel) => {
    if (error !== undefined && error !== null) return void socket.destroy();
    void carry(channel, (sink) => socketEnd(socket, sink), onTraffic);
  };
}

/** Makes a socket an endpoint. The socket may be paused, and may already have ended or been closed. */
export function socketEnd(socket: Duplex, sink: OutputSink): Endpoint {
  const drained = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  let writable: PromiseWithResolvers<void> | undefined;
  socket.on("data", (chunk: Buffer) => {
    const sinkWritable = sink(chunk, "stdout");
    if (sinkWritable === undefined) return;
    socket.pause();
    void sinkWritable.then(() => socket.resume());
  });
  socket.on("drain", () => {
    writable?.resolve();
    writable = undefined;
  });
  socket.on("end", drained.resolve);
  // "close" follows, and ends both directions.
  socket.on("error", () => {});
  socket.on("close", () => {
    writable?.resolve();
    drained.resolve();
    ended.resolve();
  });
  if (socket.readableEnded || socket.destroyed) drained.resolve();
  if (socket.destroyed) ended.resolve();
  socket.resume();
  return {
    drained: drained.promise,
    ended: ended.promise,
    write(chunk) {
      if (socket.write(chunk) || socket.destroyed) return undefined;
      writable ??= Promise.withResolvers();
      return writable.promise;
    },
    endInput: () => void socket.end(),
    close: () => void socket.end(() => socket.destroy()),
    abandon: () => void socket.destroy(),
  };
}
