import { Fault } from "../../../core/fault.ts";
import { command, type Parsed } from "../../command.ts";
import type { Context } from "../../context.ts";
import { CONNECTION_FAILED, report } from "../../report.ts";
import { parseDynamic, parseForward } from "../../ssh/forward-spec.ts";
import { applyOption, noOptions, parsePort, type SshOptions } from "../../ssh/options.ts";
import { openTcp } from "../../ssh/tcp.ts";
import { globals } from "../globals.ts";
import type { Acting } from "../login/identity.ts";
import { profilesOf } from "../login/profile-select.ts";
import { freshActing } from "../login/relogin.ts";
import type { Way } from "./connect-node.ts";
import { isLabels, parseDestination } from "./destination.ts";

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
        if (isLabels(asked.way.host)) return await (await import("./run.ts")).runOnMany(cx, acting, asked);
        // What speaks SSH takes 5 ms to load; the way to the proxy is made meanwhile.
        const socket = openTcp(acting.sshAddr, asked.options.connectTimeoutMs);
        const { runOnOne } = await import("./run.ts");
        const status = await runOnOne(cx, acting, asked, socket);
        await remember(cx, acting, asked.way.host);
        return status;
      } catch (thrown) {
        report(thrown, cx);
        return CONNECTION_FAILED;
      }
    },
  });

/** What the line of `tsh ssh` asks for. */
export interface Asked {
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

async function remember(cx: Context, { profile }: Acting, host: string): Promise<void> {
  if (profile === undefined) return;
  const { rememberHost } = await import("../nodes/host-cache.ts");
  rememberHost(profilesOf(cx), profile, host);
}
