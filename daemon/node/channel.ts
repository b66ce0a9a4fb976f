import type { Duplex } from "node:stream";
import type { ServerChannel } from "../../core/ssh/channels.ts";
import { ChannelWriter } from "./channel-writer.ts";
import type { Outlet } from "./program/program.ts";

/** What a channel leads to: a program, or a socket. */
export interface Endpoint {
  /** A promise asks to wait with more until it resolves; it never rejects. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  endInput(): void;
  /** Ends it as soon as it has taken what it was given. */
  leave(): void;
  /** Ends it at once. */
  abandon(): void;
  /** Resolves when all that it says has been handed to its outlet. */
  readonly drained: Promise<void>;
  /** Resolves when it has taken what it was given, or takes nothing any more. */
  readonly ended: Promise<unknown>;
}

/** How long a far end may take for what a client sent last, after the client has closed the channel. Milliseconds. */
const LINGER_MS = 5_000;

/** Hands on what the client sends, no faster than it is taken. */
export function takeInput(
  channel: ServerChannel,
  far: Pick<Endpoint, "write" | "endInput">,
  onTaken: (bytes: number) => void,
): void {
  channel.on("data", (chunk: Buffer) => {
    onTaken(chunk.length);
    const busy = far.write(chunk);
    if (busy === undefined) return;
    channel.pause();
    void busy.then(() => channel.resume());
  });
  channel.on("end", () => far.endInput());
}

/**
 * Carries bytes between a channel and its far end until both have said all they had to say, or one is gone. The end of one
 * direction leaves the other open. Never rejects.
 */
export async function carry(
  channel: ServerChannel,
  open: (outlet: Outlet) => Endpoint,
  onTraffic: (bytes: number) => void,
): Promise<void> {
  const outlet = new ChannelWriter(channel, onTraffic);
  const far = open(outlet.write);
  let heard = false;
  channel.on("end", () => {
    heard = true;
  });
  channel.on("close", () => {
    outlet.close();
    if (!heard) return far.abandon();
    far.leave();
    const linger = setTimeout(() => far.abandon(), LINGER_MS);
    void far.ended.then(() => clearTimeout(linger));
  });
  takeInput(channel, far, onTraffic);
  await far.drained;
  await outlet.sent();
  channel.eof();
  await far.ended;
  channel.end();
  far.abandon();
}

/**
 * What becomes of a channel that was asked for so as to lead a connection to us back to the client: it carries the
 * connection's bytes, or takes it along when the client refuses.
 */
export function leadBack(
  socket: Duplex,
  onTraffic: (bytes: number) => void,
): (error: Error | null | undefined, channel: ServerChannel) => void {
  return (error, channel) => {
    if (error !== undefined && error !== null) return void socket.destroy();
    void carry(channel, (outlet) => socketEnd(socket, outlet), onTraffic);
  };
}

/** A socket as the far end of a channel. It may be paused, and it may have ended or broken since it was connected. */
export function socketEnd(socket: Duplex, outlet: Outlet): Endpoint {
  const drained = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  let room: PromiseWithResolvers<void> | undefined;
  socket.on("data", (chunk: Buffer) => {
    const busy = outlet(chunk, "stdout");
    if (busy === undefined) return;
    socket.pause();
    void busy.then(() => socket.resume());
  });
  socket.on("drain", () => {
    room?.resolve();
    room = undefined;
  });
  socket.on("end", drained.resolve);
  // A connection that breaks ends both ways; "close" follows.
  socket.on("error", () => {});
  socket.on("close", () => {
    room?.resolve();
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
      room ??= Promise.withResolvers();
      return room.promise;
    },
    endInput: () => void socket.end(),
    leave: () => void socket.end(() => socket.destroy()),
    abandon: () => void socket.destroy(),
  };
}
