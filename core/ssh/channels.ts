import type { PseudoTtyInfo, ServerChannel, Session } from "ssh2";

export type { ServerChannel, Session } from "ssh2";

/** Size of a terminal; the pixels are 0 where the client does not know them. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
  readonly width: number;
  readonly height: number;
}

/** What a client asks for with `pty-req` (RFC 4254 §6.2). */
export interface TerminalRequest {
  readonly term: string;
  readonly size: TerminalSize;
  /** By the names of RFC 4254 §8 and RFC 8160. */
  readonly modes: Readonly<Record<string, number>>;
}

/** What a session's client may ask for (RFC 4254 §6). The first group is answered with what is returned. */
export interface SessionHandlers {
  variable(name: string, value: string): boolean;
  terminal(request: TerminalRequest): boolean;
  agent(): boolean;

  shell(channel: ServerChannel): void;
  exec(command: string, channel: ServerChannel): void;
  subsystem(name: string, channel: ServerChannel): void;

  resize(size: TerminalSize): void;
  /** Without `SIG`, and not checked. */
  signal(name: string): void;
  /** The client takes no more output (`eow@openssh.com`, PROTOCOL §2.1). */
  unread(): void;
  /** The client has closed the channel. Not called when the connection ends. */
  closed(): void;
}

/** Has the handlers answer a session's requests. All others, such as X11's, are refused. */
export function serveSession(session: Session, handlers: SessionHandlers): void {
  // ssh2 leaves out what is to answer with when the client wants no answer.
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

/** ssh2.patch gives no channel where the session has ended already. */
function opened(accept: () => ServerChannel | undefined, use: (channel: ServerChannel) => void): void {
  const channel = accept();
  if (channel !== undefined) use(channel);
}

function terminalRequest({ term, cols, rows, width, height, modes }: PseudoTtyInfo): TerminalRequest {
  return { term, size: { columns: cols, rows, width, height }, modes: { ...modes } as Record<string, number> };
}
