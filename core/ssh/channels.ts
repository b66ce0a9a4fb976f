import type { PseudoTtyInfo, ServerChannel, Session } from "ssh2";

export type { ServerChannel, Session } from "ssh2";

/** The size of a terminal in characters, and in pixels (`width`, `height`), which are 0 when the client does not know them. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
  readonly width: number;
  readonly height: number;
}

/** A `pty-req` request (RFC 4254 §6.2). */
export interface TerminalRequest {
  readonly term: string;
  readonly size: TerminalSize;
  /** Mode names of RFC 4254 §8 and RFC 8160 to values. */
  readonly modes: Readonly<Record<string, number>>;
}

/** Handlers for the requests of a session channel (RFC 4254 §6). A boolean result accepts or rejects the request. */
export interface SessionHandlers {
  variable(name: string, value: string): boolean;
  terminal(request: TerminalRequest): boolean;
  agent(): boolean;

  shell(channel: ServerChannel): void;
  exec(command: string, channel: ServerChannel): void;
  subsystem(name: string, channel: ServerChannel): void;

  resize(size: TerminalSize): void;
  /** `name` lacks the prefix `SIG` and is not validated. */
  signal(name: string): void;
  /** The client reads no more output (`eow@openssh.com`, OpenSSH PROTOCOL §2.1). */
  unread(): void;
  /** The client closed the channel. Not called when the connection ends. */
  closed(): void;
}

/** Dispatches the requests of a session to its handlers. Other requests, such as `x11-req`, are rejected. */
export function serveSession(session: Session, handlers: SessionHandlers): void {
  // ssh2 passes no accept and reject functions when the client wants no reply.
  type Answer = (() => unknown) | undefined;
  const answer = (good: boolean, accept: Answer, reject: Answer) => void (good ? accept : reject)?.();

  session.on("env", (accept, reject, { key, val }) => answer(handlers.variable(key, val), accept, reject));
  session.on("pty", (accept, reject, info) => answer(handlers.terminal(terminalRequest(info)), accept, reject));
  session.on("auth-agent", (accept, reject) => answer(handlers.agent(), accept, reject));
  session.on("shell", (accept) => opened(accept, (channel) => handlers.shell(channel)));
  session.on("exec", (accept, _reject, { command }) => opened(accept, (channel) => handlers.exec(command, channel)));
  session.on("subsystem", (accept, _reject, { name }) =>
    opened(accept, (channel) => handlers.subsystem(name, channel)),
  );
  session.on("window-change", (accept, reject, { cols, rows, width, height }) => {
    handlers.resize({ columns: cols, rows, width, height });
    answer(true, accept, reject);
  });
  session.on("signal", (accept, reject, { name }) => {
    handlers.signal(name);
    answer(true, accept, reject);
  });
  session.on("eow", () => handlers.unread());
  session.on("close", () => handlers.closed());
}

/** With ssh2.patch, `accept` returns no channel when the session has already ended. */
function opened(accept: () => ServerChannel | undefined, use: (channel: ServerChannel) => void): void {
  const channel = accept();
  if (channel !== undefined) use(channel);
}

function terminalRequest({ term, cols, rows, width, height, modes }: PseudoTtyInfo): TerminalRequest {
  return { term, size: { columns: cols, rows, width, height }, modes: { ...modes } as Record<string, number> };
}
