import { randomUUID } from "node:crypto";
import { constants } from "node:os";
import { Fault } from "../../core/fault.ts";
import type { Feature } from "../../core/policy/authorize.ts";
import {
  type ServerChannel,
  type Session as SshSession,
  serveSession,
  type TerminalRequest,
} from "../../core/ssh/channels.ts";
import { oneLine } from "../../core/ssh/text.ts";
import { forwardAgent } from "./agent.ts";
import { requireNodeAccess } from "./authorize.ts";
import { takeInput } from "./channel.ts";
import { ChannelWriter } from "./channel-writer.ts";
import type { SessionSpec } from "./child/session.ts";
import type { NodeConnection, NodeContext } from "./context.ts";
import { acceptsVariable, makeEnvironment } from "./environment.ts";
import type { PrivateSocket } from "./private-socket.ts";
import { startPiped } from "./program/piped.ts";
import type { Ending, Program } from "./program/program.ts";
import { startOnTerminal } from "./program/terminal.ts";
import { sftpAuditor } from "./sftp-audit.ts";

/** The exit status of `ssh` for its own failures. A refusal must not look like a command's own status. */
const REFUSED = 255;

/** The signals of RFC 4254 §6.10, which a client may send. */
const SIGNALS: ReadonlySet<string> = new Set([
  ...["ABRT", "ALRM", "FPE", "HUP", "ILL", "INT", "KILL", "PIPE", "QUIT", "SEGV", "TERM", "USR1", "USR2"],
]);

const MAX_TERM = 64;

type Request =
  | { readonly kind: "shell" }
  | { readonly kind: "exec"; readonly command: string }
  | { readonly kind: "sftp" };

/**
 * One session channel: the client sets variables, a terminal and agent forwarding, then starts one program, and receives
 * its output and exit status. A session has its own ID (`sid`), which its program sees as SSH_SESSION_ID and every event
 * names.
 */
export class Session {
  readonly sid = randomUUID();
  readonly #context: NodeContext;
  readonly #connection: NodeConnection;
  readonly #variables = new Map<string, string>();
  #terminal: TerminalRequest | undefined;
  #wantsAgent = false;
  #agent: PrivateSocket | undefined;
  #sink: ChannelWriter | undefined;
  #program: Program | undefined;
  #state: "new" | "started" | "over" = "new";
  /** The program that runs, once its start is recorded. */
  #begun: { readonly request: Request; readonly at: Date } | undefined;
  #sent = 0;
  #received = 0;
  readonly #over = Promise.withResolvers<void>();

  constructor(context: NodeContext, connection: NodeConnection, session: SshSession) {
    this.#context = context;
    this.#connection = connection;
    serveSession(session, {
      variable: (name, value) => this.#setVariable(name, value),
      terminal: (request) => this.#setTerminal(request),
      agent: () => this.#requestAgent(),
      shell: (channel) => void this.#start(channel, { kind: "shell" }),
      exec: (command, channel) => void this.#start(channel, { kind: "exec", command }),
      subsystem: (name, channel) => this.#subsystem(name, channel),
      resize: (size) => this.#program?.resize(size),
      signal: (name) => this.#signal(name),
      unread: () => this.#program?.closeOutput(),
      closed: () => this.abandon(),
    });
  }

  /** Resolves when the session holds nothing any longer. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** The connection is over: the program loses its terminal, or its pipes. */
  abandon(): void {
    if (this.#state === "over") return;
    this.#sink?.close();
    this.#program?.abandon();
    this.#end();
  }

  /** The server ends the connection: the program gets SIGHUP. */
  cut(): void {
    this.#program?.signal("SIGHUP");
    this.abandon();
  }

  #setVariable(name: string, value: string): boolean {
    if (this.#state !== "new" || !acceptsVariable(name, value, this.#variables)) return false;
    this.#variables.set(name, value);
    return true;
  }

  #setTerminal(request: TerminalRequest): boolean {
    if (this.#state !== "new" || this.#terminal !== undefined) return false;
    if (request.term.length > MAX_TERM || !/^[\w.+:/-]*$/.test(request.term)) return false;
    if (!this.#may("pty")) return false;
    this.#terminal = request;
    return true;
  }

  /** Whether the user may have a feature; a refusal is recorded. */
  #may(feature: Feature): boolean {
    try {
      requireNodeAccess(this.#context, this.#connection, feature);
      return true;
    } catch (thrown) {
      this.#connection.refused(Fault.from(thrown), { sid: this.sid });
      return false;
    }
  }

  #requestAgent(): boolean {
    if (this.#state !== "new" || !this.#may("agent-forwarding")) return false;
    this.#wantsAgent = true;
    return true;
  }

  #subsystem(name: string, channel: ServerChannel): void {
    if (name === "sftp") return void this.#start(channel, { kind: "sftp" });
    this.#complain(channel, new Fault("not_found", `there is no subsystem ${JSON.stringify(oneLine(name))} here`));
  }

  #signal(name: string): void {
    if (SIGNALS.has(name)) this.#program?.signal(`SIG${name}` as NodeJS.Signals);
  }

  async #start(channel: ServerChannel, request: Request): Promise<void> {
    if (this.#state !== "new") return void channel.close();
    this.#connection.touch();
    this.#state = "started";
    const sink = new ChannelWriter(channel, (bytes) => {
      this.#sent += bytes;
      this.#connection.touch();
    });
    this.#sink = sink;
    try {
      const spec = await this.#prepare(request);
      if (this.#isOver()) return this.#endUnseen();
      const program = this.#run(request, spec, sink);
      this.#program = program;
      takeInput(channel, program, (bytes) => {
        this.#received += bytes;
        this.#connection.touch();
      });
      const ending = await program.ended;
      await program.drained;
      await sink.sent();
      if (this.#isOver()) return;
      report(channel, ending);
      this.#end(ending);
    } catch (thrown) {
      const fault = Fault.from(thrown);
      if (fault.code === "internal") this.#context.log.error("cannot start a session", { error: fault });
      this.#connection.refused(fault, { sid: this.sid });
      this.#complain(channel, fault);
      this.#end();
    }
  }

  /** The client went away while the start was being recorded: the end is recorded, too. */
  #endUnseen(): void {
    if (this.#begun !== undefined) this.#recordEnd(this.#begun, undefined);
  }

  /** Once, whichever way it ends. How the program ended is not known where it outlives the session. */
  #end(ending?: Ending): void {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#agent?.close();
    if (this.#begun !== undefined) this.#recordEnd(this.#begun, ending);
    this.#over.resolve();
  }

  /** Decides once more, and records the start before it happens. */
  async #prepare(request: Request): Promise<SessionSpec> {
    const { principal, about, endpoints } = this.#connection;
    requireNodeAccess(this.#context, this.#connection);
    const command = request.kind === "exec" ? request.command : undefined;
    if (command?.includes("\0") === true) throw new Fault("bad_request", "the command has a zero byte");

    const { cluster, audit, labels } = this.#context;
    const terminal = this.#terminal;
    if (this.#wantsAgent) this.#agent = await forwardAgent(this.#context, this.#connection);
    if (this.#isOver()) this.#agent?.close();
    await audit.before("session.start", {
      ...about,
      sid: this.sid,
      server_labels: labels(),
      interactive: terminal !== undefined,
      ...(terminal !== undefined && { size: `${terminal.size.columns}:${terminal.size.rows}` }),
      ...(command !== undefined && { initial_command: command }),
      session_recording: "off",
    });
    this.#begun = { request, at: this.#context.now() };
    const env = makeEnvironment({
      account: principal.account,
      sent: this.#variables,
      term: terminal?.term,
      connection: endpoints,
      sid: this.sid,
      user: about.user,
      cluster: cluster.name,
      uuid: cluster.uuid,
      agentSocket: this.#agent?.path,
    });
    return {
      become: request.kind === "sftp" ? "sftp" : "shell",
      account: principal.account,
      env,
      ...(command !== undefined && { command }),
      ...(terminal !== undefined && {
        terminal: { size: terminal.size, modes: terminal.modes },
      }),
    };
  }

  #run(request: Request, spec: SessionSpec, sink: ChannelWriter): Program {
    if (Buffer.byteLength(JSON.stringify(spec)) > MAX_SPEC) throw new Fault("too_large", "the command is too long");
    try {
      if (request.kind === "sftp") {
        const record = sftpAuditor(this.#context, this.#connection, this.sid);
        return startPiped("__session", spec, (chunk, from) =>
          from === "stdout" ? sink.write(chunk, from) : record(chunk),
        );
      }
      if (spec.terminal === undefined) return startPiped("__session", spec, sink.write);
      return startOnTerminal(spec, sink.write);
    } catch (cause) {
      throw new Fault("unavailable", "this machine cannot start another process at the moment", { cause });
    }
  }

  #recordEnd({ request, at }: { request: Request; at: Date }, ending: Ending | undefined): void {
    const { audit, now } = this.#context;
    const about = { ...this.#connection.about, sid: this.sid };
    const exit = ending?.code === undefined ? {} : { exit_code: ending.code };
    const success = ending?.code === 0;
    if (request.kind === "exec") {
      const signal = ending?.signal === undefined ? {} : { exit_signal: ending.signal.slice("SIG".length) };
      void audit.after("exec", { ...about, command: request.command, success, ...exit, ...signal });
    }
    if (request.kind === "sftp") void audit.after("subsystem", { ...about, name: "sftp", success });
    void audit.after("session.end", {
      ...about,
      interactive: this.#terminal !== undefined,
      participants: [about.user],
      session_start: at.toISOString(),
      session_stop: now().toISOString(),
      ...exit,
      tx: this.#sent,
      rx: this.#received,
    });
  }

  #complain(channel: ServerChannel, { message, hint }: Fault): void {
    this.#sink?.close();
    channel.stderr.write(`${oneLine(message)}\r\n${hint === undefined ? "" : `hint: ${oneLine(hint)}\r\n`}`);
    channel.exit(REFUSED);
    channel.end();
  }

  /** Written as a call because it changes while something else is awaited. */
  #isOver(): boolean {
    return this.#state === "over";
  }
}

/** One string in an environment has at most 128 KiB (MAX_ARG_STRLEN); a command line could not be longer either. */
const MAX_SPEC = 128 * 1024 - 64;

/** Tells the client how it ended (RFC 4254 §6.10) and closes. */
function report(channel: ServerChannel, { code, signal }: Ending): void {
  const name = signal?.slice("SIG".length) ?? "";
  if (signal === undefined) channel.exit(code ?? REFUSED);
  else if (SIGNALS.has(name)) channel.exit(name, false, "");
  // The protocol has no name for this one; shells count like that.
  else channel.exit(128 + constants.signals[signal]);
  channel.end();
}
