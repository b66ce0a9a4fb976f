import { constants } from "node:os";
import type { Duplex, Writable } from "node:stream";
import { Fault } from "../../core/fault.ts";
import type { ClientConnection, openChannel } from "../../core/ssh/client.ts";
import { ESCAPE_HELP, type Escape, EscapeFilter } from "./escape.ts";
import type { LocalTerminal } from "./local-terminal.ts";
import { inputChunks } from "./stdio.ts";

/** The command of a session and its streams. */
export interface SessionRequest {
  /** Undefined for a login shell. */
  readonly command: string | undefined;
  /** Environment variables to send; the server decides which it accepts. */
  readonly env: Readonly<Record<string, string>>;
  readonly forwardAgent: boolean;
  /** The local terminal, if the command gets one. */
  readonly terminal: LocalTerminal | undefined;
  /** Request a terminal without a local one (`-tt`). */
  readonly forceTerminal: boolean;
  readonly term: string;
  /** The escape character; undefined for none. */
  readonly escape: string | undefined;
  /** Whether stdin is passed on. */
  readonly input: boolean;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

type ClientChannel = Awaited<ReturnType<typeof openChannel>>;

/** sshd's exit status for a program that a signal ended, as the shell counts it. */
const SIGNALLED = 128;
/** Time limit in milliseconds for the reason of a closed connection. */
const REASON_MS = 500;

/**
 * Runs a shell or a command until it has exited and its output has ended.
 * @returns its exit status, 128 + n when signal n ended it
 * @throws Fault when it cannot be started, `unavailable` when the connection breaks
 */
export async function runSession(connection: ClientConnection, request: SessionRequest): Promise<number> {
  const channel = await open(connection, request);
  let status: number | undefined;
  const told = (code?: number | null, signal?: string | null) => {
    if (typeof code === "number" || typeof signal === "string") status = code ?? SIGNALLED + signalNumber(signal);
  };
  // A status in one packet with the reply is emitted before this listener exists; "close" repeats it.
  channel.on("exit", told);
  const ended = new Promise<void>((resolve) =>
    channel.once("close", (code?: number | null, signal?: string | null) => {
      if (status === undefined) told(code, signal);
      resolve();
    }),
  );
  const failed = Promise.withResolvers<never>();
  // If stdout has no reader any more (`… | head`), close the channel, as SIGPIPE would end a local command.
  const unread = () => {
    status ??= SIGNALLED + constants.signals.SIGPIPE;
    channel.close();
  };
  const stderr = channel.stderr as unknown as Duplex;
  const outputs = Promise.all([pass(channel, request.stdout, unread), pass(stderr, request.stderr, () => {})]);
  outputs.catch(failed.reject);
  startInput(channel, request).catch(failed.reject);
  const broken = await Promise.race([ended, connection.closed, failed.promise]);
  if (status === undefined) throw broken ?? (await endOf(connection));
  await outputs;
  return status;
}

/** The reason why a session ended without a status. Channels close before their connection, which has the reason. */
async function endOf(connection: ClientConnection): Promise<Fault> {
  const patience = new Promise<undefined>((late) => setTimeout(late, REASON_MS));
  const reason = await Promise.race([connection.closed, patience]);
  return reason ?? new Fault("unavailable", "the connection ended before the command had an exit status");
}

async function open(connection: ClientConnection, request: SessionRequest): Promise<ClientChannel> {
  const { command, env, forwardAgent, terminal, forceTerminal, term } = request;
  const wanted = terminal !== undefined || forceTerminal;
  const size = terminal?.size ?? { rows: 24, cols: 80 };
  // The modes are bytes already; ssh2's types know only the object that it would encode.
  const pty = wanted && { ...size, width: 0, height: 0, term, modes: (await terminal?.modes) as never };
  const options = { env: { ...env }, agentForward: forwardAgent, allowHalfOpen: true };
  return new Promise((resolve, reject) => {
    const opened = (error: Error | undefined, channel: ClientChannel) => {
      if (error === undefined) resolve(channel);
      else reject(refusal(error, connection));
    };
    if (command === undefined) connection.ssh.shell(pty, options, opened);
    else connection.ssh.exec(command, { ...options, ...(pty && { pty }) }, opened);
  });
}

function refusal(error: Error, connection: ClientConnection): Fault {
  const words = error.message.replace(/^\(SSH\) Channel open failure: /, "");
  return new Fault("denied", connection.banners.at(-1) ?? `the host refused the session: ${words}`, { cause: error });
}

/** Resolves when `from` is copied, or when `to` has no reader any more; then calls `unread`. */
function pass(from: Duplex, to: Writable, unread: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: NodeJS.ErrnoException | null) => {
      from.resume();
      if (error && error.code !== "EPIPE") return reject(error);
      if (error) unread();
      resolve();
    };
    to.once("error", settle);
    from.once("end", () => to.write("", settle));
    from.pipe(to, { end: false });
  });
}

/** Copies stdin to the channel with backpressure, including its end. */
async function startInput(channel: ClientChannel, request: SessionRequest): Promise<void> {
  if (!request.input) {
    channel.end();
    return;
  }
  const send = sender(channel);
  const { terminal, escape } = request;
  if (terminal === undefined) {
    for await (const chunk of inputChunks()) if (!(await send(chunk))) return;
  } else {
    terminal.makeRaw();
    terminal.onResize(({ rows, cols }) => channel.setWindow(rows, cols, 0, 0));
    channel.once("close", () => terminal.restore());
    const filter = escape === undefined ? undefined : new EscapeFilter(escape);
    for await (const chunk of inputChunks())
      for (const part of filter?.push(chunk) ?? [chunk])
        if (typeof part === "string") obey(part, terminal, request.stderr);
        else if (!(await send(part))) return;
  }
  channel.end();
}

/** Sends and waits for room; false once the channel is closed. */
function sender(channel: ClientChannel): (chunk: Uint8Array) => Promise<boolean> {
  let closed = false;
  let wake = () => {};
  channel.on("drain", () => wake());
  channel.once("close", () => {
    closed = true;
    wake();
  });
  return async (chunk) => {
    if (closed) return false;
    if (channel.write(chunk)) return true;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    return !closed;
  };
}

function obey(escape: Escape, terminal: LocalTerminal, screen: Writable): void {
  switch (escape) {
    case "help":
      screen.write(`\r\n${ESCAPE_HELP}`);
      break;
    case "suspend":
      terminal.suspend();
      break;
    case "disconnect":
      screen.write("\r\n", () => process.exit(255));
  }
}

/** 0 for a signal that this system does not know. */
function signalNumber(name: string | null | undefined): number {
  return (constants.signals as Readonly<Record<string, number>>)[name ?? ""] ?? 0;
}
