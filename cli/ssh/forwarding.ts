import { lstatSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { hostPort } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import { type ClientConnection, openChannel } from "../../core/ssh/client.ts";
import { systemFault } from "../system-error.ts";
import type { Forward, ForwardEnd } from "./forward-spec.ts";
import { readSocksRequest } from "./socks.ts";

/** Prints a message about a forwarding on stderr. */
export type Tell = (text: string) => void;

/** `-L`: forwards local connections to the remote side. Resolves when it listens. @throws Fault if it cannot listen */
export async function forwardLocal(connection: ClientConnection, forward: Forward, tell: Tell): Promise<void> {
  await listen(forward.from, (socket) => {
    void relay(socket, () => dialRemote(connection, forward.to), tell);
  });
}

/** `-D`: runs a local SOCKS proxy that connects from the remote side. */
export async function forwardDynamic(connection: ClientConnection, from: ForwardEnd, tell: Tell): Promise<void> {
  const serve = async (socket: Socket) => {
    const request = await readSocksRequest(socket);
    if (request === undefined) return;
    const { host, port, granted, refused } = request;
    await relay(
      socket,
      async () => {
        try {
          const channel = await dialRemote(connection, { host, port });
          socket.write(granted);
          return channel;
        } catch (error) {
          socket.write(refused);
          throw error;
        }
      },
      tell,
    );
  };
  await listen(from, (socket) => void serve(socket));
}

/** `-R`: forwards remote connections to the local side. Prints the port if the server chose it. */
export async function forwardRemote(connection: ClientConnection, forward: Forward, tell: Tell): Promise<void> {
  const { from, to } = forward;
  const { ssh } = connection;
  // Register the handler before the request: a connection may arrive together with the reply.
  if ("path" in from) {
    ssh.on("unix connection", (info, accept, reject) => {
      if (info.socketPath === from.path) answer(accept, reject, to, tell);
    });
    await asked((done) => ssh.openssh_forwardInStreamLocal(from.path, (error) => done(error ?? undefined)), from);
    return;
  }
  const bind = from.host === "*" ? "" : from.host;
  let port: number | undefined;
  ssh.on("tcp connection", (info, accept, reject) => {
    if (info.destPort === port) answer(accept, reject, to, tell);
  });
  await asked(
    (done) =>
      ssh.forwardIn(bind, from.port, (error, taken) => {
        port = taken;
        done(error);
      }),
    from,
  );
  if (from.port === 0) tell(`Allocated port ${port} for remote forward to ${shown(to)}`);
}

function answer(accept: () => Duplex, reject: () => void, to: ForwardEnd, tell: Tell): void {
  const socket = dialLocal(to);
  const refuse = (error: Error) => {
    tell(`forwarding to ${shown(to)}: ${error.message}`);
    reject();
  };
  socket.once("error", refuse);
  socket.once("connect", () => {
    // Do not reject an accepted channel: sshd would end the whole connection.
    socket.off("error", refuse);
    join(socket, accept());
  });
}

function asked(ask: (done: (error: Error | undefined) => void) => void, from: ForwardEnd): Promise<void> {
  return new Promise((resolve, reject) => {
    ask((cause) => {
      if (cause === undefined || cause === null) resolve();
      else
        reject(
          new Fault("denied", `the host refused to listen on ${shown(from)}`, {
            hint: "a role must allow port forwarding, and the port must be free there",
            cause,
          }),
        );
    });
  });
}

async function listen(at: ForwardEnd, onSocket: (socket: Socket) => void): Promise<void> {
  if ("path" in at) await removeStale(at.path);
  // Create a Unix socket with mode 0600 from the start.
  const before = process.umask(0o177);
  const listening = new Promise<void>((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: false, noDelay: true }, onSocket);
    server.once("error", (cause) =>
      reject(
        systemFault(cause, shown(at)) ??
          new Fault("failed", `cannot listen on ${shown(at)}: ${cause.message}`, { cause }),
      ),
    );
    server.listen("path" in at ? at : at.host === "*" ? { port: at.port } : at, resolve);
  });
  process.umask(before);
  await listening;
  if ("path" in at) process.once("exit", () => rmSync(at.path, { force: true }));
}

/** Removes a stale socket file without a listener. */
async function removeStale(path: string): Promise<void> {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSocket()) return;
  const refused = await new Promise<boolean>((resolve) => {
    const probe = connect({ path }, () => resolve(false));
    probe.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code === "ECONNREFUSED"));
    probe.once("connect", () => probe.destroy());
  });
  if (refused) rmSync(path, { force: true });
}

function dialRemote(connection: ClientConnection, to: ForwardEnd): Promise<Duplex> {
  if ("host" in to) return openChannel(connection, to.host, to.port);
  return new Promise((resolve, reject) => {
    connection.ssh.openssh_forwardOutStreamLocal(to.path, (error, channel) => {
      if (error === undefined || error === null) resolve(channel);
      else reject(new Fault("denied", `the host refused: ${error.message}`, { cause: error }));
    });
  });
}

function dialLocal(to: ForwardEnd): Socket {
  return "path" in to ? connect({ path: to.path, allowHalfOpen: true }) : connect({ ...to, allowHalfOpen: true });
}

/** Dials the other end of an accepted connection and joins both; on failure prints a message and closes the socket. */
async function relay(socket: Socket, dial: () => Promise<Duplex>, tell: Tell): Promise<void> {
  socket.on("error", () => socket.destroy());
  try {
    join(socket, await dial());
  } catch (error) {
    tell(`forwarding: ${Fault.from(error).message}`);
    socket.end();
  }
}

/** Copies data and ends in both directions; if one side closes, closes both. */
function join(socket: Socket, channel: Duplex): void {
  // Data written by the socket may still be buffered for a slow remote side.
  const leave = () => channel.end(() => channel.destroy());
  // "close" follows.
  socket.on("error", () => {});
  socket.once("close", leave);
  if (socket.destroyed) leave();
  channel.on("error", () => socket.destroy());
  channel.once("close", () => socket.end());
  socket.pipe(channel);
  channel.pipe(socket);
}

function shown(end: ForwardEnd): string {
  if ("path" in end) return end.path;
  return hostPort(end.host, end.port);
}
