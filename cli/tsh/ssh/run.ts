import type { Duplex, Writable } from "node:stream";
import { Fault } from "../../../core/fault.ts";
import type { ClientConnection } from "../../../core/ssh/client.ts";
import type { Context } from "../../context.ts";
import { CONNECTION_FAILED } from "../../report.ts";
import { LocalTerminal } from "../../ssh/local-terminal.ts";
import type { SshOptions } from "../../ssh/options.ts";
import { runSession } from "../../ssh/session.ts";
import { outputStream } from "../../ssh/stdio.ts";
import type { ClientIdentity } from "../login/identity.ts";
import { nodesWith } from "../nodes/reachable.ts";
import { connectNode } from "./connect-node.ts";
import type { SshRequest } from "./request.ts";

/** Runs the request of `tsh ssh`. A separate module, because it loads the SSH modules. */

/** Machines on which a command runs concurrently. */
const AT_ONCE = 32;

/** @returns the exit status */
export async function runOnOne(
  cx: Context,
  identity: ClientIdentity,
  request: SshRequest,
  socket: Promise<Duplex>,
): Promise<number> {
  const connection = await connect(cx, identity, { ...request, route: { ...request.route, socket } });
  return runOn(cx, connection, request, { input: true, stdout: outputStream(1), stderr: outputStream(2) });
}

function connect(cx: Context, identity: ClientIdentity, { route, options }: SshRequest): Promise<ClientConnection> {
  const agent = options.forwardAgent === true ? cx.env.SSH_AUTH_SOCK : undefined;
  if (options.forwardAgent === true && !agent) cx.warn("there is no ssh-agent to forward: SSH_AUTH_SOCK is not set");
  return connectNode(cx, identity, { ...route, agent: agent || undefined });
}

interface Streams {
  /** Whether stdin is sent. */
  readonly input: boolean;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

async function runOn(
  cx: Context,
  connection: ClientConnection,
  request: SshRequest,
  streams: Streams,
): Promise<number> {
  for (const banner of connection.banners) cx.tell(banner);
  const { options, tty } = request;
  if (options.local.length + options.remote.length + options.dynamic.length > 0)
    await startForwards(cx, connection, options);
  if (request.nothing) throw (await connection.closed) ?? new Fault("unavailable", "the connection was closed");
  const terminal = tty === "no" ? undefined : LocalTerminal.open(cx.env);
  if (terminal === undefined && tty === "yes" && request.command !== undefined)
    cx.warn("stdin is not a terminal, so no terminal is allocated; -tt forces one");
  const status = await runSession(connection, {
    command: request.command,
    env: { ...sentVariables(cx, options), ...options.setEnv },
    forwardAgent: options.forwardAgent === true,
    terminal,
    forceTerminal: tty === "force",
    term: cx.env.TERM || "dumb",
    escape: options.escape === null ? undefined : (options.escape ?? "~"),
    ...streams,
  });
  connection.close();
  return status;
}

/** Variables to send: the locale, as in Debian's ssh, and those of SendEnv, with `*` as in ssh_config(5). */
function sentVariables(cx: Context, options: SshOptions): Record<string, string> {
  const patterns = ["LANG", "LC_*", ...options.sendEnv].map(
    (pattern) => new RegExp(`^${pattern.split("*").map(RegExp.escape).join(".*")}$`),
  );
  const given = Object.entries(cx.env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return Object.fromEntries(given.filter(([name]) => patterns.some((pattern) => pattern.test(name))));
}

async function startForwards(cx: Context, connection: ClientConnection, options: SshOptions): Promise<void> {
  const { forwardDynamic, forwardLocal, forwardRemote } = await import("../../ssh/forwarding.ts");
  const tell = (text: string) => cx.tell(text);
  const starts = [
    ...options.local.map((forward) => () => forwardLocal(connection, forward, tell)),
    ...options.remote.map((forward) => () => forwardRemote(connection, forward, tell)),
    ...options.dynamic.map((from) => () => forwardDynamic(connection, from, tell)),
  ];
  for (const start of starts)
    try {
      await start();
    } catch (error) {
      // Unlike ssh(1), a failed forwarding is an error by default.
      if (options.exitOnForwardFailure !== false) throw error;
      cx.warn(Fault.from(error).message);
    }
}

/** Runs the command on every machine with the labels, with prefixed output. @returns the highest exit status */
export async function runOnMany(cx: Context, identity: ClientIdentity, request: SshRequest): Promise<number> {
  const { prefixed } = await import("../../ssh/prefixed.ts");
  const nodes = await nodesWith(cx, identity, request.route.host);
  const [stdout, stderr] = [outputStream(1), outputStream(2)];
  const waiting = [...nodes];
  let worst = 0;
  const work = async () => {
    for (let node = waiting.shift(); node !== undefined; node = waiting.shift()) {
      const name = node.spec.hostname;
      const own = { input: false, stdout: prefixed(`${name}: `, stdout), stderr: prefixed(`${name}: `, stderr) };
      worst = Math.max(worst, await runOnNode(node.metadata.name, own));
      for (const stream of [own.stdout, own.stderr]) await new Promise<void>((done) => stream.end(done));
    }
  };
  const runOnNode = async (uuid: string, own: Streams): Promise<number> => {
    try {
      const one = { ...request, route: { ...request.route, host: uuid }, tty: "no" as const };
      return await runOn(cx, await connect(cx, identity, one), one, own);
    } catch (thrown) {
      own.stderr.write(`${Fault.from(thrown).message}\n`);
      return CONNECTION_FAILED;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, nodes.length) }, work));
  return worst;
}
