import type { Writable } from "node:stream";
import { Fault } from "../../core/fault.ts";
import type { ClientConnection } from "../../core/ssh/client.ts";
import { command, type Parsed } from "../command.ts";
import type { Context } from "../context.ts";
import { report } from "../report.ts";
import { parseDynamic, parseForward } from "../ssh/forward-spec.ts";
import { LocalTerminal } from "../ssh/local-terminal.ts";
import { applyOption, noOptions, parsePort, type SshOptions } from "../ssh/options.ts";
import { runSession } from "../ssh/session.ts";
import { outputStream } from "../ssh/stdio.ts";
import type { Acting } from "./acting.ts";
import { chooseProfile, profilesOf } from "./choose.ts";
import { isLabels, parseDestination } from "./destination.ts";
import { globals } from "./globals.ts";
import { nodesWith, reach, type Way } from "./reach.ts";
import { freshActing } from "./relogin.ts";

/** What ssh(1) exits with when it is not the command's status that it tells. */
const CONNECTION_FAILED = 255;

/** How many machines a command runs on at a time. */
const AT_ONCE = 32;

const flags = {
  ...globals,
  port: { type: "string", alias: "p", parse: parsePort, description: "Port of the host (default: the one it serves)" },
  "forward-agent": { type: "boolean", alias: "A", description: "Let programs there use the ssh-agent here" },
  tty: {
    type: "boolean",
    alias: "t",
    multiple: true,
    description: "Have a terminal for the command; -tt even without one here",
  },
  "no-tty": { type: "boolean", alias: "T", description: "Have no terminal" },
  "no-exec": { type: "boolean", alias: "N", description: "Run nothing, only forward" },
  "local-forward": {
    type: "string",
    alias: "L",
    multiple: true,
    parse: parseForward,
    valueHint: "[bind:]port:host:hostport",
    description: "Connections to a port here come out there",
  },
  "remote-forward": {
    type: "string",
    alias: "R",
    multiple: true,
    parse: parseForward,
    valueHint: "[bind:]port:host:hostport",
    description: "Connections to a port there come out here",
  },
  "dynamic-forward": {
    type: "string",
    alias: "D",
    multiple: true,
    parse: parseDynamic,
    valueHint: "[bind:]port",
    description: "A SOCKS proxy here that comes out there",
  },
  jump: {
    type: "string",
    alias: "J",
    valueHint: "[user@]host[:port],…",
    complete: "host",
    description: "Machines of the cluster to go through",
  },
  option: {
    type: "string",
    alias: "o",
    multiple: true,
    valueHint: "name=value",
    description: "An option of ssh_config(5)",
  },
  host: {
    type: "positional",
    valueHint: "[user@]host",
    complete: "host",
    description: "A name, UUID, address, or label=value[,…]",
  },
  command: {
    type: "positional",
    required: false,
    multiple: true,
    verbatim: true,
    description: "What to run there; a shell if nothing",
  },
} as const;

/** `tsh ssh`: a shell or a command on a machine of the cluster. */
export const ssh = (cx: Context) =>
  command({
    meta: {
      name: "ssh",
      description: "Open a shell or run a command on a machine",
      examples: [
        ["tsh ssh root@web-1", "a shell"],
        ["tsh ssh web-1 tail -f /var/log/syslog", "a command; everything after the host belongs to it"],
        ["tsh ssh root@env=prod uptime", "on every machine with that label; each line says whose it is"],
        ["tsh ssh -N -L 5432:localhost:5432 db-1", "a port of db-1 on this machine"],
      ],
    },
    args: flags,
    async run({ args }) {
      const asked = request(args);
      const acting = await freshActing(cx, args, asked.options.batch !== true);
      try {
        if (isLabels(asked.way.host)) return await runOnMany(cx, acting, asked);
        const connection = await connect(cx, acting, asked);
        const streams = { input: true, stdout: outputStream(1), stderr: outputStream(2) };
        const status = await runOn(cx, connection, asked, streams);
        await remember(cx, args, asked.way.host);
        return status;
      } catch (thrown) {
        report(thrown, cx);
        return CONNECTION_FAILED;
      }
    },
  });

interface Asked {
  readonly way: Way;
  /** Missing for a shell. */
  readonly command: string | undefined;
  readonly tty: "no" | "yes" | "force";
  readonly nothing: boolean;
  readonly options: SshOptions;
}

/** What the line asks for, flags before options. @throws Fault `bad_request`. */
function request(args: Parsed<typeof flags>): Asked {
  const options = noOptions();
  for (const text of args.option) applyOption(options, text);
  options.local.unshift(...args["local-forward"]);
  options.remote.unshift(...args["remote-forward"]);
  options.dynamic.unshift(...args["dynamic-forward"]);
  const { login, host } = parseDestination(args.host);
  // ssh(1) joins the words likewise, and the shell on the other side parts them again.
  const words = args.command ?? [];
  const line = words.length === 0 ? undefined : words.join(" ");
  const nothing = args["no-exec"];
  if (isLabels(host) && line === undefined)
    throw new Fault("bad_request", `${host} stands for several machines, and needs a command to run on them`, {
      hint: `tsh ls ${host} shows which`,
    });
  if (nothing && line !== undefined) throw new Fault("bad_request", "-N runs nothing, and there is a command");
  const way: Way = {
    login: login ?? args.login ?? options.user,
    host,
    port: args.port ?? options.port ?? 0,
    hops: (args.jump ?? "")
      .split(",")
      .filter((hop) => hop !== "")
      .map(parseHop),
    keepaliveMs: options.keepaliveMs,
  };
  return {
    way,
    command: line,
    nothing,
    options: { ...options, forwardAgent: args["forward-agent"] || options.forwardAgent === true },
    tty: ttyOf(args, options, line),
  };
}

function parseHop(text: string) {
  const [, place = text, port] = /^(.*[^:]):(\d+)$/.exec(text) ?? [];
  return { ...parseDestination(place), port: port === undefined ? 0 : parsePort(port) };
}

function ttyOf(args: Parsed<typeof flags>, options: SshOptions, line: string | undefined): Asked["tty"] {
  if (args["no-tty"] || args["no-exec"]) return "no";
  if (args.tty >= 2 || options.requestTty === "force") return "force";
  if (args.tty === 1 || options.requestTty === "yes") return "yes";
  return line === undefined && options.requestTty !== "no" ? "yes" : "no";
}

function connect(cx: Context, acting: Acting, { way, options }: Asked): Promise<ClientConnection> {
  const agent = options.forwardAgent === true ? cx.env.SSH_AUTH_SOCK : undefined;
  if (options.forwardAgent === true && !agent) cx.warn("there is no ssh-agent to forward: SSH_AUTH_SOCK is not set");
  return reach(cx, acting, { ...way, agent: agent || undefined });
}

interface Streams {
  /** Whether stdin goes along. */
  readonly input: boolean;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** @returns the status to exit with */
async function runOn(cx: Context, connection: ClientConnection, asked: Asked, streams: Streams): Promise<number> {
  for (const banner of connection.banners) cx.tell(banner);
  const { options, tty } = asked;
  if (options.local.length + options.remote.length + options.dynamic.length > 0)
    await startForwards(cx, connection, options);
  if (asked.nothing) throw (await connection.closed) ?? new Fault("unavailable", "the connection was closed");
  const terminal = tty === "no" ? undefined : LocalTerminal.open(cx.env);
  if (terminal === undefined && tty === "yes" && asked.command !== undefined)
    cx.warn("there is no terminal on stdin, so the command gets none either; -tt forces one");
  const status = await runSession(connection, {
    command: asked.command,
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

/** The language of the messages, as Debian's ssh sends it, and what SendEnv names, with `*` as in ssh_config(5). */
function sentVariables(cx: Context, options: SshOptions): Record<string, string> {
  const patterns = ["LANG", "LC_*", ...options.sendEnv].map(
    (pattern) => new RegExp(`^${pattern.split("*").map(RegExp.escape).join(".*")}$`),
  );
  const given = Object.entries(cx.env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return Object.fromEntries(given.filter(([name]) => patterns.some((pattern) => pattern.test(name))));
}

async function startForwards(cx: Context, connection: ClientConnection, options: SshOptions): Promise<void> {
  const { forwardDynamic, forwardLocal, forwardRemote } = await import("../ssh/forwarding.ts");
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
      // Unlike ssh(1), who asks for a forwarding and cannot have it is told so by the status.
      if (options.exitOnForwardFailure !== false) throw error;
      cx.warn(Fault.from(error).message);
    }
}

/** On every machine with the labels, each line of output after the machine's name; the worst status of all. */
async function runOnMany(cx: Context, acting: Acting, asked: Asked): Promise<number> {
  const { prefixed } = await import("../ssh/prefixed.ts");
  const nodes = await nodesWith(cx, acting, asked.way.host);
  const [stdout, stderr] = [outputStream(1), outputStream(2)];
  const waiting = [...nodes];
  let worst = 0;
  const work = async () => {
    for (let node = waiting.shift(); node !== undefined; node = waiting.shift()) {
      const name = node.spec.hostname;
      const own = { input: false, stdout: prefixed(`${name}: `, stdout), stderr: prefixed(`${name}: `, stderr) };
      worst = Math.max(worst, await runOnOne(node.metadata.name, own));
      for (const stream of [own.stdout, own.stderr]) await new Promise<void>((done) => stream.end(done));
    }
  };
  const runOnOne = async (uuid: string, own: Streams): Promise<number> => {
    try {
      const one = { ...asked, way: { ...asked.way, host: uuid }, tty: "no" as const };
      return await runOn(cx, await connect(cx, acting, one), one, own);
    } catch (thrown) {
      own.stderr.write(`${Fault.from(thrown).message}\n`);
      return CONNECTION_FAILED;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, nodes.length) }, work));
  return worst;
}

async function remember(cx: Context, args: Parsed<typeof flags>, host: string): Promise<void> {
  const profiles = profilesOf(cx);
  const profile = args.identity === undefined ? await chooseProfile(profiles, args) : undefined;
  if (profile === undefined) return;
  const { rememberHost } = await import("./host-cache.ts");
  rememberHost(profiles, profile, host);
}
